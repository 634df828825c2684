"""What the evidence allows, decided once and before any writer.

Answered or refused, by which sentences, which values differ, how sure: the same whoever writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index import Hit, Passage
from index.reranking.reader import builtin
from prompts import language_of
from server.evidence.accounts import differ, other_accounts, values, values_offered
from server.evidence.amendments import with_amendment
from server.evidence.cells import cell
from server.evidence.choosing import (
    SEVERAL,
    Chosen,
    Read,
    choose,
    of_its_own,
    says_points,
    told_apart,
)
from server.evidence.disagreements import Value, accounts_of
from server.evidence.extremes import with_extreme
from server.evidence.find import Candidates
from server.evidence.judgement import Judgement
from server.evidence.parts import own_words, settled
from server.evidence.ranking import Ranked
from server.evidence.reading import Reading, Reads, ReadSentence, alone, denied
from server.evidence.refusal import explain, nearby, which_article
from server.evidence.rows import rows
from server.evidence.summary import summary
from server.question.accounts import offered
from server.question.gist import asks_article
from server.question.understanding import Asked, Part

ROUND = 2  # windows read before looking whether that is enough
MOST = 8  # windows read for a part of a question
MOST_ABROAD = 16  # the same where question and articles share no words: nothing ranks the sentences
SURE = 0.5  # a sentence that bears the answer so likely ends the reading
READ = 0.5  # a passage with a sentence that bears the answer so likely goes before the others
SURER = 0.7  # the same where nothing ranks the sentences
GIST = 0.9  # confidence in the article that a summary is of: it is named, and no more is judged
#: Where a conversation put into a question what it is about, that is found whatever is asked (「重庆红烧肉怎么做」): a
#: sentence that bears the answer less likely is none. Of 88 follow-ups on something else a fifth is answered instead of
#: a third, of 118 that the articles tell 0.79 instead of 0.80.
FAINT_PUT_IN = 0.04
LENIENT = 0.45  # what a further part of a question needs of the threshold


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part of the question and the sentences that answer it.

    They come likeliest first; several that answer together in the order of the text. ``listed``:
    they are the items of an enumeration. ``differing`` are the values in which articles differ, if
    they do: then each is to be told. ``accounts``: articles tell it otherwise in words.
    """

    part: Part
    sentences: tuple[ReadSentence, ...]
    listed: bool = False
    differing: tuple[Value, ...] = ()
    accounts: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The decision. ``parts`` are those that the articles answer, in the question's order.

    ``missing`` are the others, where any is answered.

    ``confidence``: how likely the articles answer at all, between 0 and 1. ``refusal``: why they
    do not, in the question's language; empty when they do. ``suggestions``: questions that the
    nearest passages do answer, where this one is refused.
    """

    asked: Asked
    hits: tuple[Hit, ...]
    parts: tuple[AnsweredPart, ...]
    confidence: float
    refusal: str = ""
    suggestions: tuple[str, ...] = ()
    missing: tuple[Part, ...] = ()

    @property
    def conflicts(self) -> tuple[AnsweredPart, ...]:
        """The parts for which articles give differing values."""
        return tuple(answered for answered in self.parts if answered.differing)


def decide(
    asked: Asked, candidates: Candidates, reader: Reads | None = None, *, put_in: bool = False
) -> Found:
    """Whether and how the candidates answer, as the reader (by default the built-in one) reads them.

    ``put_in``: the question stands in a conversation that put words into it.
    """
    if gist := _gist(asked, candidates):
        return gist
    reader = reader or builtin()
    judgement = Judgement.builtin()
    enough = 1.0 if asked.compares else SURE
    loose = {part.alone for part in asked.parts if part.alone}
    asked, read = settled(
        asked,
        lambda part: read_part(part, candidates.ranked[part], reader, judgement, enough),
        judgement,
    )
    read = of_its_own(read)

    def told(part: Part) -> _Told:
        return _told(asked, part, read[part], candidates.ranked[part], reader, judgement)

    accounts = {part: told(part) for part in asked.parts if asked.compares}
    likely = {part: _likely(part, ones, judgement, put_in=put_in) for part, ones in read.items()}
    least = judgement.threshold * LENIENT
    if likely[asked.parts[0]] < least:  # what a part would lean on is not told of
        likely |= dict.fromkeys(loose & likely.keys(), 0.0)
    sure, hits = max(likely.values()), read_first(candidates.hits, read, judgement)
    # Whether accounts differ is answered by giving each.
    answered = [part for part, one in accounts.items() if one.values]
    kept = [
        part
        for part in asked.parts
        if part in answered or (likely[part] >= least and own_words(part, read, judgement))
    ]
    if not kept:  # a window may answer of which no sentence does
        sure = max((judgement.bears(one) for ones in read.values() for one in ones), default=0.0)
    if (sure < judgement.threshold and not answered) or not kept:
        return _refused(asked, candidates, hits, sure)
    if len(kept) > 1:
        read = read | told_apart({part: read[part] for part in kept}, judgement)
    parts = []
    for part in kept:
        chosen = choose(part, read[part], judgement, alone=len(kept) == 1, accounts=asked.compares)
        other = accounts.get(part) or told(part)
        parts.append(_shown(part, chosen, other, candidates.ranked[part]))
    return Found(asked, hits, tuple(parts), sure, missing=_missing(asked, kept, read))


def _likely(
    part: Part, ones: Sequence[ReadSentence], judgement: Judgement, *, put_in: bool = False
) -> float:
    """How likely a part is answered; by the points that a speaker makes it is, whatever is weighed."""
    likely = judgement.answers(part, ones)
    if says_points(part, ones):
        return max(likely, judgement.threshold)
    bears = max(map(judgement.bears, ones), default=0.0)
    return bears if put_in and bears < FAINT_PUT_IN else likely


def _refused(asked: Asked, candidates: Candidates, hits: tuple[Hit, ...], sure: float) -> Found:
    """The refusal, with why, and what the nearest passages do answer."""
    first = asked.parts[0]
    reason = explain(first, candidates.ranked[first], abroad=candidates.abroad)
    return Found(asked, hits, (), sure, reason, nearby(candidates.sentences, asked.text))


def _shown(part: Part, chosen: Chosen, told: _Told, ranked: Sequence[Ranked]) -> AnsweredPart:
    """What is chosen for a part, what other articles tell otherwise, and what says that it was changed since."""
    sentences = chosen.sentences
    if not chosen.listed:
        known = {one.sentence.key for one in sentences}
        sentences += tuple(one for one in told.others if one.sentence.key not in known)
    if not (told.values or chosen.listed or part.kind in SEVERAL):
        sentences = with_amendment(sentences, ranked)
    accounts = bool(told.others) and not chosen.listed
    return AnsweredPart(part, sentences, chosen.listed, told.values, accounts)


def _missing(asked: Asked, kept: Sequence[Part], read: Read) -> tuple[Part, ...]:
    """The parts that are not answered; a row that is shown whole says whether, too, where that is asked."""
    return tuple(
        part
        for part in asked.parts
        if part not in kept
        and part.label
        and not (part.kind == "yesno" and any(one.settled for p in kept for one in read[p]))
    )


def read_first(
    hits: Sequence[Hit], read: Mapping[Part, Sequence[ReadSentence]], judgement: Judgement
) -> tuple[Hit, ...]:
    """The hits in which the reader sees an answer first, the likeliest before all; then the others."""
    likely: dict[str, float] = {}
    for one in (one for ones in read.values() for one in ones):
        if (bears := judgement.bears(one)) >= READ:
            for hit in hits:
                if _holds(hit.passage, one):
                    likely[hit.passage.id] = max(bears, likely.get(hit.passage.id, 0.0))
    top = max((hit.score for hit in hits), default=0.0)
    raised = [
        replace(hit, score=top + likely[hit.passage.id]) if hit.passage.id in likely else hit
        for hit in hits
    ]
    return tuple(sorted(raised, key=lambda hit: -hit.score))


def _holds(passage: Passage, one: ReadSentence) -> bool:
    sentence = one.sentence
    same = passage.article == sentence.article.id
    return same and passage.start <= sentence.start and sentence.end <= passage.end


def _gist(asked: Asked, candidates: Candidates) -> Found | None:
    """The article in short, where a question asks for that; a refusal where none is named."""
    (part, *others) = asked.parts
    if part.kind != "summary" or others:
        return None
    if told := summary(part, candidates.sentences):
        parts = [
            AnsweredPart(replace(part, label=one.label), one.sentences, listed=one.listed)
            for one in told
        ]
        return Found(asked, candidates.hits, tuple(parts), GIST)
    if not asks_article(part.text):
        return None
    suggestions = nearby(candidates.sentences, asked.text)
    return Found(asked, candidates.hits, (), 0.0, which_article(asked.text), suggestions)


def read_part(
    part: Part, ranked: Sequence[Ranked], reader: Reads, judgement: Judgement, enough: float
) -> list[ReadSentence]:
    """The sentences of as many windows as it takes, those that bear the answer likeliest first.

    ``enough``: a sentence that bears it so likely ends the reading. The rows of a table that meet a
    condition, and a cell that is named by its row and its column, are read off, unless the reader is sure
    that one row alone says nothing of it. Before all is refused, the likeliest sentence is read once more alone.
    """
    asked = rows(part, ranked)
    if asked is not None and not (len(asked) == 1 and denied(part, asked[0], reader)):
        return asked
    if (named := cell(part, ranked)) and not denied(part, named, reader):
        return [named]
    reading = Reading(part, ranked, reader)
    abroad = bool(ranked) and language_of(ranked[0].sentence.text) != language_of(part.text)
    enough = max(enough, SURER if abroad else SURE)
    for _ in range(0, MOST_ABROAD if abroad else MOST, ROUND):
        if not reading.more(ROUND):
            break
        if max(map(judgement.bears, reading.sentences), default=0.0) >= enough:
            break
    read = sorted(reading.sentences, key=judgement.bears, reverse=True)
    if read and not abroad and judgement.answers(part, read) < judgement.threshold:
        read[0] = alone(part, read[0], reader)
    return with_extreme(part, read)


#: Kinds of which another article's words are more of the same rather than another account.
_COMPLETED = frozenset({"definition", "list", "summary"})


@dataclass(frozen=True, slots=True)
class _Told:
    """What several articles tell of a part: the ``values`` in which they differ, or ``others`` in other words."""

    values: tuple[Value, ...] = ()
    others: tuple[ReadSentence, ...] = ()


def _told(
    asked: Asked,
    part: Part,
    read: Sequence[ReadSentence],
    ranked: Sequence[Ranked],
    reader: Reads,
    judgement: Judgement,
) -> _Told:
    """What several articles tell otherwise; nothing when they agree.

    Where the question is whether they do, what was not read counts, too: reading ends with the first
    sentence that is sure.
    """
    chosen = values_offered(part, offered(asked.text), ranked) if asked.compares else ()
    if len(chosen) > 1 or not (read and ranked):
        return _Told(chosen)
    others = other_accounts(part, read[0], ranked, reader, judgement, asked=asked.compares)
    found = values(part, read[0], others)
    if asked.compares:
        found = found or _said_apart(part, read, ranked) or chosen
    if part.kind in _COMPLETED:
        return _Told(found)
    return _Told(found, tuple(one for one in others if differ(part, read[0], one) == "words"))


def _said_apart(
    part: Part, read: Sequence[ReadSentence], ranked: Sequence[Ranked]
) -> tuple[Value, ...]:
    told = [one.sentence for one in read]
    known = {sentence.key for sentence in told}
    told += [r.sentence for r in ranked if r.sentence.key not in known and not r.clash]
    return tuple(accounts_of(part, told))
