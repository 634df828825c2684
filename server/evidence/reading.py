"""What the cross-encoder makes of the likeliest stretches of the articles, sentence by sentence.

The ranking counts words; the cross-encoder reads. It is shown windows of whole sentences around the
likeliest ones, and says of each window whether it answers, and of each sentence whether it bears the
answer and with which words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index import Article
from index.pages.passages import sentences
from index.reranking.reader import Window, WindowReading, around
from server.evidence.answer_kinds import defines
from server.evidence.counting import counts
from server.evidence.elsewhere import Elsewhere
from server.evidence.features import asks_author
from server.evidence.must_hold import clash
from server.evidence.ranking import Ranked
from server.evidence.roles import introduces
from server.evidence.sentences import Sentence, block_at
from server.evidence.spoken_of import meant
from server.question.asking import defined
from server.question.gist import written_about
from server.question.role import introduced
from server.question.understanding import Part
from server.text.comparison import squash

LONGEST_ANSWER = 80  # characters
SURER_ALONE = 2.5  # log odds of "here" that a sentence may gain when it is read alone
#: Log odds of "here" below which a row that its build points at is none. Of 23 such rows of nine sets by others and
#: of held-out questions the 18 that answer have -1.4 or more, two of the five others -2.9 and -5.4.
DENIED = -2.0
_STARTS = 6  # places where an answer may start that are looked at
_CERTAIN = 5.0  # log odds of what is read off
_EDGE = 1e-5  # a probability is at least this, and at most so much less than 1


class Reads(Protocol):
    """What reads windows beside a question."""

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]: ...


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence as the reader sees it; all figures are log odds.

    ``here``: its window answers. ``evidence``: the sentence bears the answer. ``inside``: at the
    likeliest place, it is part of an answer. ``sure``: an answer stands at ``answer``, the
    characters ``[start, end)`` of the sentence, rather than nowhere in the window. ``items`` are
    the stretches that are each an answer, of several. ``counted``: the score of the ranking, the
    lowest one where it did not rank the sentence. ``defines``: it says what a word means that the
    question asks to be explained. ``counts``: its ``answer`` stands right before what the question
    asks the number of. ``named``, no log odds: -1 where what the question names is spoken
    of elsewhere, -2 where another body is spoken of here. ``told``: the share of the question that is
    said where it stands; 1 where the ranking did not look.
    """

    sentence: Sentence
    here: float
    evidence: float
    inside: float
    sure: float
    answer: tuple[int, int]
    items: tuple[tuple[int, int], ...]
    counted: float
    defines: bool = False
    counts: bool = False
    settled: bool = False
    named: float = 0.0
    told: float = 1.0


def unread(near: Sentence, start: int, end: int) -> ReadSentence:
    """``[start, end)`` of the article of another sentence, where no window held it: nothing is known."""
    block = block_at(near.article, start) or near.block
    nothing = log_odds(0.0)
    sentence = replace(near, start=start, end=end, block=block)
    return ReadSentence(sentence, nothing, nothing, nothing, nothing, (0, 0), (), nothing)


def read_off(sentence: Sentence, answer: tuple[int, int]) -> ReadSentence:
    """A sentence whose build says where the answer stands: no reader can be surer."""
    return ReadSentence(
        sentence, _CERTAIN, _CERTAIN, _CERTAIN, _CERTAIN, answer, (), 0.0, settled=True
    )


class Reading:
    """The windows around the likeliest sentences of a part, read as far as somebody asks for more."""

    def __init__(self, part: Part, ranked: Sequence[Ranked], reader: Reads) -> None:
        self._part, self._reader = part, reader
        self._word = defined(part.text) if part.kind == "definition" else ""
        self._person = introduced(part.text)
        self._counted = {r.sentence.key: r.score for r in ranked}
        self._lowest = min(self._counted.values(), default=0.0)
        self._told = {r.sentence.key: r.told.share for r in ranked}
        self._windows = _windows(ranked)
        self._signed = _signed(self._person, ranked) if self._person else _signing(part, ranked)
        self._elsewhere = Elsewhere(part, _articles(ranked))
        self._found: dict[tuple[str, int], ReadSentence] = {}

    @property
    def sentences(self) -> list[ReadSentence]:
        """Every sentence read so far, once, as in the window that answers likeliest."""
        return list(self._found.values())

    def more(self, count: int) -> bool:
        """Read so many more windows; whether there were any."""
        chosen = list(islice(self._windows, count))
        readings = self._reader.read(self._part.text, [window for _, window in chosen])
        for (anchor, window), reading in zip(chosen, readings, strict=True):
            for sentence in _sentences(anchor, window):
                if clash(self._part, sentence):
                    continue
                counted = self._counted.get(sentence.key, self._lowest)
                one = replace(
                    _read(sentence, window, reading, counted),
                    defines=defines(self._word, sentence.text),
                    named=-float(self._elsewhere.of(sentence)),
                    told=self._told.get(sentence.key, self._told.get(anchor.key, 1.0)),
                )
                one = _of_a_weekday(self._part, _counting(self._part, one))
                if self._person and (said := introduces(self._person, sentence.text)):
                    one = replace(one, answer=said, sure=max(1.0, one.sure), settled=True)
                known = self._found.get(sentence.key)
                if known is None or known.here < one.here:
                    self._found[sentence.key] = one
        self._found |= {one.sentence.key: one for one in self._signed}
        return bool(chosen)


def _counting(part: Part, one: ReadSentence) -> ReadSentence:
    said = counts(part.text, one.sentence.text) if part.kind == "count" else None
    return replace(one, answer=said, counts=True) if said else one


def _of_a_weekday(part: Part, one: ReadSentence) -> ReadSentence:
    """The sentence with its one day of the week for its answer, where that is asked and the reader has other words."""
    days = list(_WEEKDAY.finditer(one.sentence.text)) if _WHICH_WEEKDAY.search(part.text) else []
    start, end = one.answer
    if len(days) != 1 or (start < days[0].end() and days[0].start() < end):
        return one
    return replace(one, answer=days[0].span())


_WHICH_WEEKDAY = re.compile(r"(?:周|星期|礼拜)几")
_WEEKDAY = re.compile(
    r"每?(?:周|星期|礼拜)[一二三四五六日天](?:[至到、和](?:周|星期|礼拜)?[一二三四五六日天])*"
)


def _signed(person: str, ranked: Sequence[Ranked]) -> list[ReadSentence]:
    """The lines that sign an article by somebody, where nothing else says who that is."""
    if any(introduces(person, r.sentence.text) for r in ranked):
        return []
    near = next((r.sentence for r in ranked if r.sentence.article.author == person), None)
    lines = [] if near is None else signatures(near)
    return lines if any(_more_than(person, line.sentence.text) for line in lines) else []


def _more_than(person: str, line: str) -> bool:
    """Whether a line says more of somebody than his name."""
    return len(re.sub(r"\W", "", line)) > len(person)


def _signing(part: Part, ranked: Sequence[Ranked]) -> list[ReadSentence]:
    """Who wrote the article that a question names or speaks of: its signatures, else where its author is named."""
    if not asks_author(part):
        return []
    titles = [squash(title) for title in _TITLE.findall(part.text)]
    near = next((r.sentence for r in ranked if _is_titled(r.sentence.article, titles)), None)
    if near is None and not titles and (about := written_about(part.text)):
        first = {r.sentence.article.id: r.sentence for r in reversed(ranked)}
        articles = [
            first[id].article for id in dict.fromkeys(r.sentence.article.id for r in ranked)
        ]
        found = meant(about, "", articles, abroad=False) if articles else None
        near = first[found.id] if found else None
    if near is None:
        return []
    signed, author = signatures(near), near.article.author
    if signed or not author or author not in near.article.text:
        return signed
    start = near.article.text.index(author)
    return [read_off(replace(near, start=start, end=start + len(author)), (0, len(author)))]


def _is_titled(article: Article, titles: Sequence[str]) -> bool:
    title = squash(article.title)
    return bool(title) and any(one in title or title in one for one in titles)


_TITLE = re.compile(r"《([^》]{4,})》")


def signatures(near: Sentence) -> list[ReadSentence]:
    """The lines that say who wrote the article of a sentence, and where he works."""
    article = near.article
    found = []
    for block in (b for b in article.blocks if b.kind == "byline"):
        text = article.text[block.start : block.end]
        by_name = _SIGNS.match(text) if (article.author or "\0") in text else None
        match = _AFFILIATION.search(text) or by_name
        if match:
            start, end = block.start + match.start("said"), block.start + match.end("said")
            line = replace(near, start=start, end=end, block=block)
            found.append(read_off(line, (0, end - start)))
    return found


_AFFILIATION = re.compile(r"(?P<said>作者(?:单位)?[：:系是为][^)）]+)")
_SIGNS = re.compile(r"\W*(?P<said>.+)", re.DOTALL)


def denied(part: Part, one: ReadSentence, reader: Reads) -> bool:
    """Whether the reader is sure that a row which was read off does not answer, with what is around it or alone."""
    sentence = one.sentence
    near = around(sentence.article, sentence.start, sentence.end)
    if near is None:
        return False
    row = replace(near, text=sentence.text, start=sentence.start)
    return max(reading.here for reading in reader.read(part.text, [near, row])) < DENIED


def alone(part: Part, one: ReadSentence, reader: Reads) -> ReadSentence:
    """A sentence as the reader sees it without its neighbours, under its headings and without them, where surer.

    What stands beside it may speak of something else, and a heading of another time. But they also say what it
    is of, so that a window that was sure of "not here" is not talked out of it.
    """
    sentence = one.sentence
    near = around(sentence.article, sentence.start, sentence.end)
    if near is None:
        return one
    window = replace(near, text=sentence.text, start=sentence.start)
    readings = reader.read(part.text, [window, Window(sentence.text, start=sentence.start)])
    surest = max(readings, key=lambda reading: reading.here)
    again = _read(sentence, window, surest, one.counted)
    here = min(again.here, one.here + SURER_ALONE)
    again = replace(again, here=here, defines=one.defines, named=one.named, told=one.told)
    again = _counting(part, again)
    return again if here > one.here else one


def _articles(ranked: Sequence[Ranked]) -> list[Article]:
    return list({r.sentence.article.id: r.sentence.article for r in ranked}.values())


def _windows(ranked: Sequence[Ranked]) -> Iterator[tuple[Sentence, Window]]:
    """The windows around the likeliest sentences; one that lies in an earlier window adds none."""
    seen: list[tuple[str, int, int]] = []
    for sentence in (r.sentence for r in ranked):
        place = (sentence.article.id, sentence.start, sentence.end)
        if any(a == place[0] and s <= place[1] and place[2] <= e for a, s, e in seen):
            continue
        window = around(sentence.article, sentence.start, sentence.end)
        if window is not None:
            seen.append((place[0], window.start, window.start + len(window.text)))
            yield sentence, window


def _sentences(anchor: Sentence, window: Window) -> Iterator[Sentence]:
    """The sentences of a window around one of them."""
    article = anchor.article
    for start, end in sentences(article.text, window.start, window.start + len(window.text)):
        block = block_at(article, start)
        if block is not None:
            yield Sentence(
                article, anchor.passage, start, end, block, anchor.rank, anchor.hit_score
            )


def _read(
    sentence: Sentence, window: Window, reading: WindowReading, counted: float
) -> ReadSentence:
    low = sentence.start - window.start
    place = slice(low, low + len(sentence.text))
    start, end, found = _likeliest(reading.start[place], reading.end[place])
    inside = reading.inside[place]
    return ReadSentence(
        sentence,
        here=reading.here,
        evidence=log_odds(float(reading.evidence[place].mean())),
        inside=log_odds(float(inside.max())),
        sure=found - 2 * reading.nowhere,
        answer=(start, end),
        items=_stretches(inside >= 0.5),
        counted=counted,
    )


def _likeliest(
    start: npt.NDArray[np.float32], end: npt.NDArray[np.float32]
) -> tuple[int, int, float]:
    """The likeliest ``[start, end)`` of an answer, and its log-probability."""
    best = (0, 0, -math.inf)
    for first in np.argsort(-start)[:_STARTS].tolist():
        last = first + int(np.argmax(end[first : first + LONGEST_ANSWER]))
        score = float(start[first] + end[last])
        if score > best[2]:
            best = (first, last + 1, score)
    return best


def _stretches(marked: npt.NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """The runs of true values, as ``[start, end)``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return tuple((int(a), int(b)) for a, b in edges.reshape(-1, 2))


def log_odds(p: float) -> float:
    """Of a probability, which is kept off 0 and 1."""
    kept = min(max(p, _EDGE), 1 - _EDGE)
    return math.log(kept / (1 - kept))
