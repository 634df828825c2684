"""The lexical leg: BM25 by a tantivy index over our own terms.

tantivy is given terms that are already cut, separated by spaces, so that what a term is gets
decided in ``index.analysis`` and nowhere else.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.analysis import terms


@dataclass(frozen=True, slots=True)
class Row:
    """What the lexical leg stores of a passage."""

    key: int
    source: str
    file: str
    text: str
    heading: str


class LexicalIndex:
    """A folder of immutable tantivy segments; opened for reading, grown by copying.

    Fields: ``key`` int64, ``body`` the passage's terms, ``head`` those of its article's title
    and its heading, ``source`` the source's name and, for a record, its file's.
    """

    #: How much a match in title and heading counts beside one in the text.
    HEAD_WEIGHT = 0.2

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        self._index = tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    @staticmethod
    def _new_schema() -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("key", stored=False, indexed=True, fast=True)
        for name in ("body", "head"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
        return builder.build()

    @classmethod
    def write(
        cls,
        folder: Path,
        *,
        rows: Iterable[Row],
        removed: Collection[int] = (),
        previous: Path | None = None,
    ) -> None:
        """Make ``folder`` the previous index (if any) without ``removed`` and with ``rows``.

        Segment files are immutable, so the previous ones are hard-linked, not copied.
        """
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        if previous is None:
            index = tantivy.Index(cls._new_schema(), path=str(folder))
        else:
            _link(previous, folder)
            index = tantivy.Index.open(str(folder))
        writer = index.writer(heap_size=128_000_000, num_threads=1)
        for key in removed:
            writer.delete_documents_by_term("key", key)
        for row in rows:
            writer.add_document(_document(tantivy, row))
        writer.commit()
        writer.wait_merging_threads()

    def search(
        self, weights: Mapping[str, float], k: int, sources: Collection[str] = ()
    ) -> list[tuple[int, float]]:
        """Return up to ``k`` ``(key, score)``, best first, of passages with any of the terms."""
        query = self._query(weights, sources)
        return [] if query is None else self._run(query, k)

    def scores(self, weights: Mapping[str, float], keys: Sequence[int]) -> dict[int, float]:
        """Score the given passages; those without any of the terms score 0."""
        query = self._query(weights, ())
        scored = dict.fromkeys(keys, 0.0)
        if query is None or not keys:
            return scored
        q, occur = self._tantivy.Query, self._tantivy.Occur
        among = q.boost_query(q.term_set_query(self._schema, "key", list(keys)), 0.0)
        both = q.boolean_query([(occur.Must, among), (occur.Must, query)])
        scored.update(self._run(both, len(keys)))
        return scored

    def attainable(self, weights: Mapping[str, float]) -> float:
        """The score that a text full of every term would come near: what to normalise by."""
        k1 = 1.2
        return sum(w * self._idf("body", term) * (k1 + 1) for term, w in weights.items())

    def document_frequencies(self, least: int) -> list[tuple[str, int]]:
        """Every term of the passages' texts that at least so many of them hold."""
        pairs = self._searcher.terms_with_prefix("body", "")
        return [(str(term), int(df)) for term, df in pairs if df >= least]

    def _idf(self, field: str, term: str) -> float:
        n, df = len(self), int(self._searcher.doc_freq(field, term))
        return math.log(1 + (n - df + 0.5) / (df + 0.5)) if df <= n else 0.0

    def _query(self, weights: Mapping[str, float], sources: Collection[str]) -> Any:
        q, occur = self._tantivy.Query, self._tantivy.Occur
        should = [
            (occur.Should, q.boost_query(self._term(field, term), weight * scale))
            for term, weight in weights.items()
            if weight > 0
            for field, scale in (("body", 1.0), ("head", self.HEAD_WEIGHT))
        ]
        if not should:
            return None
        query = q.boolean_query(should)
        if not sources:
            return query
        among = q.boost_query(q.term_set_query(self._schema, "source", list(sources)), 0.0)
        return q.boolean_query([(occur.Must, among), (occur.Must, query)])

    def _term(self, field: str, term: str) -> Any:
        return self._tantivy.Query.term_query(self._schema, field, term, index_option="freq")

    def _run(self, query: Any, k: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, limit=max(k, 1), count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return [
            (int(key), float(score))
            for key, (score, _) in zip(keys, hits, strict=True)
            if key is not None
        ]


def _document(tantivy: Any, row: Row) -> Any:
    document = tantivy.Document()
    document.add_integer("key", row.key)
    document.add_text("body", " ".join(terms(row.text)))
    document.add_text("head", " ".join(terms(row.heading)))
    document.add_text("source", row.source)
    if row.file != row.source:
        document.add_text("source", row.file)
    return document


#: tantivy rewrites these; a link would reach back into the previous generation.
_REWRITTEN = ("meta.json", ".managed.json")


def _link(previous: Path, folder: Path) -> None:
    for path in previous.iterdir():
        target = folder / path.name
        if path.suffix == ".lock":
            continue
        if path.name in _REWRITTEN:
            shutil.copyfile(path, target)
            continue
        try:
            os.link(path, target)
        except OSError:  # a file system without hard links
            shutil.copyfile(path, target)
