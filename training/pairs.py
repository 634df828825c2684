"""Pairs of a question and a window for the cross-encoder, labelled, with their answers and evidence.

Windows are cut by `index.reranking.reader`, as they are in use. A window that holds an answer in its evidence is a
positive; other windows of the article, windows of other articles that BM25 finds, and every window beside a near
miss are negatives; what touches the evidence without an answer is left unlabelled. Articles are held out by a hash
of their name: half of those behind new questions, and of DRCD, CMRC and the older hand-written questions the same
ones as for the small reader.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from index.pages.articles import split
from index.records import Article, Source
from index.reranking.reader import Window, around, units, windows
from training import text as txt
from training.passages import BM25, grams
from training.synthetic import Asked, Maker, load_tags

Span = tuple[int, int]
HELD = {"drcd": 35, "cmrc": 25, "hand": 30, "news": 50, "docs": 50}
_CELLS = re.compile(r"\||</?t[dhr][^>]*>")
_MARK = re.compile(r"^\s*(?:[-+>]|\d+[.)、])\s+")
_TAGS = re.compile("</?[a-z][^<>]*>")
#: Shares of the questions to learn from that are reworded.
TAIWANESE, SLIPS = 0.04, 0.05
BEFORE, ANSWERED = (
    30,
    40,
)  # characters of the question before, and of what answered it: the reader sees 72 tokens
NEAR_LENGTH = 400  # characters of an article that BM25 looks at


@dataclass(slots=True)
class Question:
    """A question with the article that answers it, or that comes near; spans count in its clean text."""

    id: str
    source: str
    kind: str
    text: str
    article: str
    answers: list[list[str]]  # parts, each with its aliases
    evidence: list[Span] = field(default_factory=list)
    places: list[tuple[int, Span]] = field(
        default_factory=list
    )  # part, where one of its aliases stands
    held: bool = False


@dataclass(slots=True)
class Pair:
    """A question beside a window; spans count in the window's text, `label` -1 is unknown."""

    question: str
    id: str
    source: str
    kind: str
    held: bool
    role: str  # positive, around, own, other, miss, swapped
    label: int
    window: Window
    answers: list[Span]
    evidence: list[Span]
    parts: list[int]
    of: int  # how many parts the question has


def held_out(key: str, percent: int) -> bool:
    """Decide by a hash of the article's name."""
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % 100 < percent


class Articles:
    """Articles by name, parsed when first asked for."""

    def __init__(self, data: Path, news: Path | None, docs: Iterable[Path]) -> None:
        self._news: dict[str, tuple[str, str | None]] = {}
        for line in _lines(data, news):
            record = json.loads(line)
            self._news[record["id"]] = (record["text"], record.get("published"))
        self._docs = {path.name: path for folder in docs for path in sorted(folder.glob("*.*"))}
        self._parsed: dict[str, list[Article]] = {}
        self._tiles: dict[tuple[str, int], list[Window]] = {}
        self.squad: dict[str, list[Article]] = {}

    def of(self, name: str) -> list[Article]:
        """The articles of a news item, a document or a context of DRCD or CMRC."""
        if name in self.squad:
            return self.squad[name]
        if name not in self._parsed:
            self._parsed[name] = self._parse(name)
        return self._parsed[name]

    def tiles(self, name: str) -> list[tuple[int, Window]]:
        """The windows of all its articles, each with its article's number."""
        out = []
        for number, article in enumerate(self.of(name)):
            if (name, number) not in self._tiles:
                self._tiles[name, number] = windows(article)
            out += [(number, window) for window in self._tiles[name, number]]
        return out

    def _parse(self, name: str) -> list[Article]:
        if name in self._news:
            text, published = self._news[name]
            return split(Source(name, text, "", format="jsonl", published=published))
        path = self._docs.get(name)
        if path is None:
            return []
        return split(Source(name, path.read_text("utf-8"), "", format=path.suffix[1:]))

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Yield family, name and text of everything that BM25 may find."""
        for name, (text, _) in self._news.items():
            yield "news", name, txt.clean(text)[:NEAR_LENGTH]
        for name in self._docs:
            yield "docs", name, "".join(article.text for article in self.of(name))
        for name, articles in self.squad.items():
            yield name[:4], name, articles[0].text


def _lines(data: Path, news: Path | None) -> Iterator[str]:
    if news is not None:
        with news.open(encoding="utf-8") as lines:
            yield from lines
    else:
        import lzma

        with lzma.open(data / "news.jsonl.xz", "rt", encoding="utf-8") as packed:
            yield from packed


# -- where quotes and answers stand


def squeezed(text: str) -> tuple[str, list[int]]:
    """Return the text without white space, commas and marks of tables, folded, and where each character stood."""
    out, where = [], []
    for at, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", char).lower():
            if not part.isspace() and part not in ",，|*#":
                out.append(part)
                where.append(at)
    return "".join(out), where


def located(
    text: tuple[str, list[int]], part: str, low: int = 0, high: int | None = None
) -> Span | None:
    """Where a part first stands between two characters of the text."""
    wanted, _ = squeezed(_TAGS.sub("", part))
    flat, where = text
    at = flat.find(wanted) if wanted else -1
    while at >= 0:
        first, last = where[at], where[at + len(wanted) - 1] + 1
        if first >= low and (high is None or last <= high):
            return first, last
        at = flat.find(wanted, at + 1)
    return None


def quoted(article: Article, flat: tuple[str, list[int]], quote: str) -> Span | None:
    """Where a quote stands, or the row of a table, which is read with its headers between the cells."""
    if span := located(flat, _MARK.sub("", quote)):
        return span
    cells = [cell for cell in _CELLS.split(quote) if cell.strip(" -:")]
    low = 0
    for line in article.text.splitlines(keepends=True):
        at, held = low, len(cells) > 1
        for cell in cells:
            span = located(flat, cell, at, low + len(line)) if held else None
            held = span is not None
            at = span[1] if span else at
        if held:
            return low, low + len(line.rstrip())
        low += len(line)
    return None


def placed(question: Question, quotes: list[str], article: Article) -> bool:
    """Fill in evidence and places; False if no quote stands in the article."""
    flat = squeezed(article.text)
    question.evidence = [span for quote in quotes if (span := quoted(article, flat, quote))]
    for number, part in enumerate(question.answers):
        for alias in part:
            spots = [s for e in question.evidence if (s := located(flat, alias, *e))]
            if spots:
                question.places.append((number, spots[0]))
                break
    return bool(question.evidence)


# -- reading the questions


def squad(data: Path, articles: Articles) -> list[Question]:
    """The questions of DRCD and CMRC; every paragraph is an article under its article's title."""
    out: list[Question] = []
    for file in ("drcd_dev.json", "drcd_test.json", "cmrc_trial.json"):
        family = file[:4]
        titles = {
            str(a["id"]): a.get("title", "")
            for a in json.loads((data / file).read_text("utf-8"))["data"]
        }
        for number, (article, context, asked) in enumerate(txt.read_squad(data / file)):
            name = f"{family}{file[5:8]}{number:05}"
            title = _converted("t2s", titles[article]) if family == "drcd" else titles[article]
            parsed = split(Source(name, context, "", format="jsonl", title=title))
            if not parsed:
                continue
            articles.squad[name] = parsed
            held = held_out(family + article, HELD[family])
            if held and file == "drcd_dev.json":
                continue
            flat = squeezed(parsed[0].text)
            cuts = units(parsed[0])
            for index, (text, answer, start) in enumerate(asked):
                before = context[:start].count(answer)
                spots = _all(flat, answer)
                if not spots:
                    continue
                spot = spots[min(before, len(spots) - 1)]
                sentence = next(
                    ((u.start, u.end) for u in cuts if u.start <= spot[0] < u.end), spot
                )
                key = f"{name}-{index}"
                question = Question(
                    key, family, "fact", text, name, [[answer]], [sentence], [(0, spot)]
                )
                question.held = held
                out.append(question)
    return out


@cache
def _converter(name: str) -> Any:
    from opencc import OpenCC

    return OpenCC(name)


def _converted(name: str, text: str) -> str:
    return str(_converter(name).convert(text))


def _all(flat: tuple[str, list[int]], part: str) -> list[Span]:
    found, low = [], 0
    while span := located(flat, part, low):
        found.append(span)
        low = span[1]
    return found


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a .jsonl."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def reworded(
    path: Path, asked: Iterable[tuple[str, dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Other wordings of questions that were asked, by the source of the question they are `of`."""
    known = {row["id"]: (source, row) for source, row in asked}
    out: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows_of(path)):
        source, first = known[row["of"]]
        again = {**first, "id": f"{row['of']}.{number}", "question": row["question"]}
        out.setdefault(source, []).append(again)
    return out


def following(question: str, before: str, answer: str = "") -> str:
    """A question behind another one and what answered that: they say what it leans on.

    >>> following("那里多大？", "新馆在哪里？", "新馆在江北。")
    '新馆在哪里？ | 新馆在江北。 | 那里多大？'
    """
    return " | ".join(part for part in (before[-BEFORE:], answer[:ANSWERED], question) if part)


def written(
    rows: Iterable[dict[str, Any]], articles: Articles, source: str
) -> tuple[list[Question], int]:
    """The hand-written questions, one for each article that bears a part of the answer; and how many are lost."""
    out: list[Question] = []
    lost = 0
    for row in rows:
        history = row.get("history") or []
        earlier = (history[-1].get("question") or history[-1].get("q") or "") if history else ""
        text = (earlier + " " + row["question"]).strip()
        if "context" in row:
            text = following(row["question"], *row["context"])
        quotes: dict[str, list[str]] = {}
        for part in row["evidence"]:
            for e in part[:1]:
                quotes.setdefault(e["file"].rpartition("#")[2], []).append(e["quote"])
        family = source
        if not row["answers"]:
            for near in row.get("near") or []:
                name = near.rpartition("#")[2]
                held = held_out(name, HELD[family])
                out.append(Question(row["id"], family, row["type"], text, name, [], held=held))
            continue
        found = 0
        for name, some in quotes.items():
            for article in articles.of(name):
                question = Question(row["id"], family, row["type"], text, name, row["answers"])
                question.held = held_out(name, HELD[family])
                if placed(question, some, article):
                    out.append(question)
                    found += 1
                    break
        lost += not found
    return out, lost


# -- pairs


def overlap(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def labelled(question: Question, window: Window, article: Article, role: str) -> Pair:
    """Label a window of the article that the question is about."""
    low, high = window.start, window.start + len(window.text)
    here = [(part, s) for part, s in question.places if low <= s[0] and s[1] <= high]
    seen = [e for e in question.evidence if overlap(e, (low, high))]
    evidence = [
        (max(u.start, low) - low, min(u.end, high) - low)
        for u in units(article)
        if overlap((u.start, u.end), (low, high))
        and any(overlap((u.start, u.end), e) > min(6, e[1] - e[0] - 1) for e in seen)
    ]
    borne = sum(overlap(e, (low, high)) for e in seen) / max(
        1, sum(e[1] - e[0] for e in question.evidence)
    )
    if here:
        label = 1
    elif not question.places and borne >= 0.6:
        label = 1  # yes or no: the evidence is all there is to point at
    elif seen and borne > 0.1:
        label = -1
    else:
        aliases = [a for part in question.answers for a in part if len(a) > 1]
        label = -1 if any(a in window.text for a in aliases) else 0
    return Pair(
        question.text,
        question.id,
        question.source,
        question.kind,
        question.held,
        role,
        label,
        window,
        [(s[0] - low, s[1] - low) for _, s in here],
        evidence if label == 1 else [],
        [part for part, _ in here],
        len(question.answers),
    )


def stranger(question: Question, window: Window, role: str, text: str = "") -> Pair:
    """A window that does not answer."""
    return Pair(
        text or question.text,
        question.id,
        question.source,
        "swapped" if role == "swapped" else question.kind,
        question.held,
        role,
        0,
        window,
        [],
        [],
        [],
        len(question.answers),
    )


def likeness(question: str, text: str) -> float:
    """How many of the question's character pairs the text holds."""
    wanted = set(grams(question).split())
    return len(wanted & set(grams(text).split())) / max(1, len(wanted))


def repeats(question: Question, window: Window, told: str) -> bool:
    """Whether a window of another article may tell the same after all."""
    if any(len(alias) > 1 and alias in window.text for part in question.answers for alias in part):
        return True
    runs = {told[i : i + 5] for i in range(len(told) - 4)}
    return bool(runs) and sum(run in window.text for run in runs) > 0.2 * len(runs)


class Neighbours:
    """What BM25 finds for a question among other articles; kept in a file, for the index takes a minute."""

    def __init__(self, articles: Articles, kept: Path) -> None:
        self._articles, self._kept = articles, kept
        self._known: dict[str, list[str]] = (
            json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        )
        self._index: BM25 | None = None
        self._rows: list[tuple[str, str]] = []

    def of(self, question: Question) -> list[str]:
        """The names of up to six articles of the same family."""
        key = f"{question.source} {question.text}"
        if key not in self._known:
            if self._index is None:
                rows = list(self._articles.texts())
                self._rows = [(family, name) for family, name, _ in rows]
                self._index = BM25([text for _, _, text in rows])
            family = "news" if question.source == "hand" else question.source
            hits = [self._rows[row] for row, _ in self._index.search(question.text, 40)]
            names = [name for kind, name in hits if kind == family and name != question.article]
            self._known[key] = names[:6]
        return self._known[key]

    def save(self) -> None:
        self._kept.write_text(json.dumps(self._known, ensure_ascii=False), "utf-8")


def pairs_of(
    question: Question, articles: Articles, neighbours: Neighbours, chance: random.Random
) -> list[Pair]:
    """All pairs of a question: every window of its article, some around its evidence, some of other articles."""
    out: list[Pair] = []
    own = articles.of(question.article)
    tiles = articles.tiles(question.article)
    if not question.answers:
        ranked = sorted(tiles, key=lambda t: -likeness(question.text, t[1].text))
        out = [stranger(question, window, "miss") for _, window in ranked]
        return out if question.held else out[:4]
    home = next((a for a in own if _bears(a, question)), None)
    if home is None:
        return []
    for number, window in tiles:
        if own[number] is home:
            pair = labelled(question, window, home, "positive")
            pair.role = "positive" if pair.label == 1 else "own"
            out.append(pair)
        else:
            out.append(stranger(question, window, "own"))
    if not question.held:
        anchors = [s for _, s in question.places] or question.evidence
        for anchor in chance.sample(anchors, min(2, len(anchors))):
            grown = around(home, *anchor, chance.random())
            if grown is not None:
                out.append(labelled(question, grown, home, "around"))
    told = "".join(home.text[a:b] for a, b in question.evidence)
    found = 0
    for name in neighbours.of(question):
        if not question.held and name not in articles.squad and held_out(name, HELD["news"]):
            continue  # what is held out is not read in training, not even as a stranger
        ranked = sorted(articles.tiles(name), key=lambda t: -likeness(question.text, t[1].text))
        if ranked and not any(repeats(question, window, told) for _, window in ranked):
            out.append(stranger(question, ranked[0][1], "other"))
            found += 1
        if found == 3:
            break
    return out


def _bears(article: Article, question: Question) -> bool:
    end = max(e[1] for e in question.evidence)
    if end > len(article.text):
        return False
    flat = squeezed(article.text)
    return all(
        any(located(flat, alias, *span) for alias in question.answers[part])
        for part, span in question.places
    )


def swaps(
    questions: list[Question], articles: Articles, chance: random.Random, share: float
) -> list[Pair]:
    """Near misses out of answerable questions: one place, year, number or opposite exchanged, which the article lacks.

    Names are left alone: what a tagger takes for one is too often none.
    """
    import jieba

    maker = Maker(load_tags(), 3)
    places: set[str] = set()
    for question in questions:
        words = jieba.cut(question.text)
        places |= {w for w in words if maker.tags.get(w) == "ns" and 2 <= len(w) <= 4}
    pool = {"ns": sorted(places)}
    out = []
    for question in questions:
        if question.held or not question.places or chance.random() > share:
            continue
        text = "".join(article.text for article in articles.of(question.article))
        asked = Asked(question.text, 0, 0, "", list(jieba.cut(question.text)))
        swapped = maker.swap(asked, text, pool)
        if not swapped:
            continue
        for _, window in articles.tiles(question.article):
            end = window.start + len(window.text)
            if any(window.start <= s[0] and s[1] <= end for _, s in question.places):
                out.append(stranger(question, window, "swapped", swapped))
                break
    return out


def varied(text: str, chance: random.Random) -> str:
    """The question, a few times in the words of Taiwan or with a slip of the hand."""
    dice = chance.random()
    if dice < TAIWANESE:
        return _converted("s2twp", text)
    if dice < TAIWANESE + SLIPS and len(text) > 9:
        at = chance.randrange(1, len(text) - 2)
        if dice < TAIWANESE + SLIPS / 2:
            return text[:at] + text[at + 1 :]
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with the news, DRCD and CMRC"
    )
    parser.add_argument("--news", type=Path, help="the news unpacked, to save time")
    parser.add_argument(
        "--hand", type=Path, nargs="+", required=True, help="older hand-written questions, .jsonl"
    )
    parser.add_argument(
        "--new", type=Path, nargs="*", default=[], help="newer ones, over the news or documents"
    )
    parser.add_argument(
        "--reworded", type=Path, nargs="*", default=[], help="other wordings of the newer ones"
    )
    parser.add_argument(
        "--docs", type=Path, nargs="*", default=[], help="folders of those documents"
    )
    parser.add_argument(
        "--swapped", type=float, default=0.3, help="share of questions made into near misses"
    )
    parser.add_argument("--held", type=int, help="percent of all articles to keep out of training")
    parser.add_argument("--out", type=Path, required=True, help="a .jsonl")
    a = parser.parse_args()
    if a.held is not None:
        HELD.update(dict.fromkeys(HELD, a.held))
    began = time.time()
    chance = random.Random(13)
    articles = Articles(a.data, a.news, a.docs)
    questions = squad(a.data, articles)
    older = [row for path in sorted(a.hand) for row in rows_of(path)]
    hand, lost = written(older, articles, "hand")
    print(f"{len(questions)} of DRCD and CMRC, {len(hand)} older, {lost} lost", flush=True)
    questions += hand
    asked: list[tuple[str, dict[str, Any]]] = []
    for path in sorted(a.new):
        source = "docs" if path.stem.startswith("docs") else "news"
        rows = rows_of(path)
        new, lost = written(rows, articles, source)
        print(f"{path.stem}: {len(new)}, {lost} lost", flush=True)
        questions += new
        asked += [(source, row) for row in rows]
    for path in sorted(a.reworded):
        for source, rows in reworded(path, asked).items():
            new, lost = written(rows, articles, source)
            print(f"{path.stem}, {source}: {len(new)}, {lost} lost", flush=True)
            questions += new
    a.out.parent.mkdir(parents=True, exist_ok=True)
    neighbours = Neighbours(articles, a.out.with_suffix(".near.json"))
    counts: dict[tuple[str, bool, str, int], int] = {}
    with a.out.open("w", encoding="utf-8") as out:

        def put(pair: Pair) -> None:
            out.write(json.dumps(asdict(pair), ensure_ascii=False) + "\n")
            key = (pair.source, pair.held, pair.role, pair.label)
            counts[key] = counts.get(key, 0) + 1

        for number, question in enumerate(questions):
            made = pairs_of(question, articles, neighbours, chance)
            text = question.text if question.held else varied(question.text, chance)
            for pair in made:
                pair.question = text
                put(pair)
            if number % 2000 == 1999:
                print(f"{number + 1} questions, {time.time() - began:.0f} s", flush=True)
        for pair in swaps(questions, articles, chance, a.swapped):
            put(pair)
    neighbours.save()
    for key, count in sorted(counts.items()):
        print(*key, count)
    lengths = np.asarray(
        [len(w.text) for q in questions[::7] for _, w in articles.tiles(q.article)]
    )
    print(f"windows of {lengths.mean():.0f} characters, {np.percentile(lengths, [5, 50, 95])}")


if __name__ == "__main__":
    main()
