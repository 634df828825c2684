"""The lexical leg: BM25 by a tantivy index over our own terms.

tantivy is given terms that are already cut, separated by spaces, so that what a term is gets
decided in ``index.analysis`` and nowhere else.
"""

from __future__ import annotations

import math
import shutil
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.analysis import terms
from index.cores import Cores
from index.store.base import Row
from index.store.links import link


class LexicalIndex:
    """A folder of immutable tantivy segments, opened for reading.

    Fields: ``key`` int64, ``body`` the passage's terms, ``head`` those of its article's title
    and its heading, ``source`` the source's name and, for a record, its file's.
    """

    #: How much a match in title and heading counts beside one in the text.
    HEAD_WEIGHT = 0.2

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        try:
            self._open(folder)
        except ValueError as error:
            if "Lockfile" not in str(error):
                raise
            with _linked(folder) as beside:
                self._open(beside)

    def _open(self, folder: Path) -> None:
        self._index = self._tantivy.Index.open(str(folder))
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

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
        # Terms one by one: a set of them, as of sources, takes a millisecond longer.
        each = [(occur.Should, q.term_query(self._schema, "key", key)) for key in keys]
        among = q.boost_query(q.boolean_query(each), 0.0)
        both = q.boolean_query([(occur.Must, among), (occur.Must, query)])
        scored.update(self._run(both, len(keys)))
        return scored

    def attainable(self, weights: Mapping[str, float]) -> float:
        """The score that a text full of every term would come near: what to normalise by."""
        k1 = 1.2
        return sum(w * self._idf("body", term) * (k1 + 1) for term, w in weights.items())

    def keys(self) -> set[int]:
        """Keys of all passages."""
        everything = self._tantivy.Query.all_query()
        return {key for key, _ in self._run(everything, len(self))}

    def keys_of(self, sources: Collection[str]) -> set[int]:
        """Keys of the passages of these sources or, for a file, of its records."""
        return {key for key, _ in self._run(self._among("source", sources), len(self))}

    def holding(self, terms: Collection[str]) -> set[int]:
        """Keys of the passages whose text has every one of the terms."""
        occur = self._tantivy.Occur
        each = [(occur.Must, self._term("body", term)) for term in terms]
        query = self._tantivy.Query.boolean_query(each)
        return {key for key, _ in self._run(query, len(self))}

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
        return q.boolean_query([(occur.Must, self._among("source", sources)), (occur.Must, query)])

    def _among(self, field: str, values: Collection[Any]) -> Any:
        """Limits a query to documents with one of these values, without a say in the score."""
        q = self._tantivy.Query
        return q.boost_query(q.term_set_query(self._schema, field, list(values)), 0.0)

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


@contextmanager
def _linked(folder: Path) -> Iterator[Path]:
    """A folder of links to the files of another one that takes no writing.

    tantivy makes a file to lock even where it only reads.
    """
    with TemporaryDirectory(prefix="youju-") as beside:
        for path in folder.iterdir():
            if path.suffix != ".lock":
                (Path(beside) / path.name).symlink_to(path.absolute())
        yield Path(beside)


class LexicalWriter:
    """Makes ``folder`` the previous index (if any) with some passages less and some more.

    Segment files are immutable, so the previous ones are hard-linked, not copied. Nothing counts
    before ``close``.
    """

    def __init__(self, folder: Path, previous: Path | None = None) -> None:
        import tantivy

        self._tantivy = tantivy
        folder.mkdir(parents=True, exist_ok=True)
        if previous is None:
            index = tantivy.Index(_new_schema(), path=str(folder))
        else:
            _link(previous, folder)
            index = tantivy.Index.open(str(folder))
        self._writer = index.writer(heap_size=128_000_000, num_threads=1)
        self._cutting = Cores(_cut)
        self._waiting: deque[Sequence[Row]] = deque()

    def remove(self, keys: Iterable[int]) -> None:
        """Leave out what has been added under these keys until now."""
        self._take(self._cutting.rest())
        for key in keys:
            self._writer.delete_documents_by_term("key", key)

    def add(self, rows: Sequence[Row]) -> None:
        for at in range(0, len(rows), _CUT):
            portion = rows[at : at + _CUT]
            self._waiting.append(portion)
            self._take(self._cutting.put([(row.text, row.heading) for row in portion]))

    def _take(self, cut: Iterable[tuple[Any, list[tuple[str, str]]]]) -> None:
        """Add the oldest rows that wait, whose terms are there by now."""
        for _, texts in cut:
            for row, (body, head) in zip(self._waiting.popleft(), texts, strict=True):
                self._writer.add_document(_document(self._tantivy, row, body, head))

    def close(self) -> None:
        self._take(self._cutting.rest())
        self._writer.commit()
        self._writer.wait_merging_threads()


#: Passages whose terms are cut at once.
_CUT = 250


def _cut(portion: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Texts and headings as their terms, between spaces."""
    return [(" ".join(terms(text)), " ".join(terms(heading))) for text, heading in portion]


def _new_schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=False, indexed=True, fast=True)
    for name in ("body", "head"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(tantivy: Any, row: Row, body: str, head: str) -> Any:
    document = tantivy.Document()
    document.add_integer("key", row.key)
    document.add_text("body", body)
    document.add_text("head", head)
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
        link(path, target)
