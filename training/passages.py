"""Passages of the corpus and a BM25 index over them, for mining hard negatives and for measuring."""

from __future__ import annotations

import lzma
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training import text as txt

LONGEST = 300


@dataclass(slots=True)
class Corpus:
    """The cleaned articles (news first, then the contexts of DRCD and CMRC) as one text, and what lies where."""

    lines: list[str]
    cut: list[list[str]]
    offsets: (
        np.ndarray
    )  # (articles + 1,) int64: where each line starts in the text joined by line breaks
    names: list[str]

    @property
    def news(self) -> int:
        """How many of the lines are news."""
        return len(self.names)


def load_corpus(work: Path, words: bool = True) -> Corpus:
    """Read what `prepare` and `words` wrote."""
    with lzma.open(work / "corpus.txt.xz", "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    cut: list[list[str]] = []
    if words:
        with (work / "cut.txt").open(encoding="utf-8") as file:
            cut = [line.rstrip("\n").split("\x01") for line in file]
    offsets = np.cumsum([0, *(len(line) + 1 for line in lines)])
    return Corpus(lines, cut, offsets, (work / "names.txt").read_text("utf-8").split("\n"))


def windows(text: str, longest: int = LONGEST) -> list[tuple[int, int]]:
    """Cut a text into passages of whole sentences, each at most `longest` characters (longer sentences are cut)."""
    out: list[tuple[int, int]] = []
    for start, end in txt.sentences(text):
        while end - start > longest:
            out.append((start, start + longest))
            start += longest
        if out and end - out[-1][0] <= longest and out[-1][1] == start:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def around(spans: list[tuple[int, int]], index: int, size: int, lean: float) -> tuple[int, int]:
    """Grow a window around sentence `index` to about `size` characters; `lean` is the share put before it."""
    low = high = index
    start, end = spans[index]
    before, after = lean * (size - (end - start)), (1 - lean) * (size - (end - start))
    while low > 0 and start - spans[low - 1][0] + (spans[index][0] - start) <= before:
        low -= 1
        start = spans[low][0]
    while high + 1 < len(spans) and spans[high + 1][1] - spans[index][1] <= after:
        high += 1
        end = spans[high][1]
    return start, end


def grams(text: str) -> str:
    """Return the text's character pairs, Latin words and numbers, space-separated, for BM25.

    >>> grams("中国GDP涨")
    '中国 gdp 涨'
    """
    out: list[str] = []
    for run in re.findall(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:\.\d+)?", text.lower()):
        if "\u3400" <= run[0] <= "\u9fff" and len(run) > 1:
            out.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            out.append(run)
    return " ".join(out)


class BM25:
    """BM25 over character pairs, on tantivy."""

    def __init__(self, texts: list[str]) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        schema.add_integer_field("row", stored=True)
        self._tantivy = tantivy
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(200_000_000, 1)
        for row, text in enumerate(texts):
            writer.add_document(tantivy.Document(body=grams(text), row=row))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: str, count: int) -> list[tuple[int, float]]:
        """Return `(row, score)` of the best rows."""
        query = self._tantivy.Query
        terms = sorted(set(grams(question).split()))
        if not terms:
            return []
        parts = [
            (self._tantivy.Occur.Should, query.term_query(self._schema, "body", t, "freq"))
            for t in terms
        ]
        hits = self._searcher.search(query.boolean_query(parts), count).hits
        return [(self._searcher.doc(address)["row"][0], score) for score, address in hits]
