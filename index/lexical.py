"""The Chinese-aware BM25 leg: text to terms, and a tantivy index over them.

tantivy is given terms that are already cut, separated by spaces, so that what a term is gets
decided here and nowhere else.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import Any

from index.idf import background

# A stretch is text without a break in it; pairs are made inside of one.
_STRETCH = re.compile(r"(?:[^\W_]|(?<=[0-9a-z])[-_.'+&/](?=[0-9a-z])|(?<=\d),(?=\d{3}(?!\d)))+")
# A unit is what a pair is made of: one CJK character, a number (1,096 and 8.1 whole), or a
# Latin word or code (eVTOL, M7, 5G, GPT-4).
_CJK = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0002ffff"
_UNIT = re.compile(
    rf"[{_CJK}]"
    r"|\d+(?:,\d{3})+(?:\.\d+)?(?![\da-z])"
    r"|\d+(?:\.\d+)+(?![\da-z])"
    r"|[a-z0-9]+(?:[-_.'+&/][a-z0-9]+)*"
    rf"|[^\W_a-z0-9{_CJK}]+"
)
_PART = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional to Simplified, character by character, from OpenCC's own table.

    OpenCC's converter walks phrases in Python and takes longer than all the rest of the
    analysis; for matching, single characters do, since both sides go through here.
    """
    from importlib.util import find_spec

    spec = find_spec("opencc")  # found, not imported
    if spec is None or spec.origin is None:
        return {}
    table = Path(spec.origin).parent / "dictionary" / "TSCharacters.txt"
    pairs = (line.split() for line in table.read_text(encoding="utf-8").splitlines())
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == 1}


def simplify(text: str) -> str:
    """Traditional characters as Simplified ones, one for one; positions stay."""
    return text.translate(_simplified())


def fold(text: str) -> str:
    """Fold away what never tells texts apart: width, case, Traditional characters.

    >>> fold("ＡＩ產業")
    'ai产业'
    """
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def terms(text: str) -> list[str]:
    """Cut a text into units and pairs of neighbouring units.

    >>> terms("重庆18个，1,096家")
    ['重', '庆', '18', '个', '重庆', '庆18', '18个', '1096', '家', '1096家']
    """
    found: list[str] = []
    # NFKC would make a clause's comma one that groups digits.
    for stretch in _STRETCH.findall(fold(text.replace("，", " "))):
        units = _UNIT.findall(stretch)
        if not stretch.isalpha() or stretch.isascii():
            units = [unit.replace(",", "") for unit in units]
            found += [part for unit in units if len(unit) > 1 for part in _parts(unit)]
        found += units
        found += map(add, units, units[1:])
    return found


def _parts(unit: str) -> list[str]:
    """Words and numbers inside a code: ``gpt-4`` is also ``gpt`` and ``4``."""
    parts = _PART.findall(unit)
    return parts if len(parts) > 1 else []


# Words that ask or are polite say nothing about the articles.
_ASKING = re.compile(
    r"请问|请|谁知道|你知道|告诉我|多少|几[个家所位种项款条名次年月日号人]|哪[些个位家里儿年天种项一]?"
    r"|什么|啥|怎么样|怎样|怎么|如何|为何|为什么|是否|有没有|是不是|能不能|吗|呢|吧|谁"
)
_FILLER = frozenset("的了是在有和与及或被把将为对从到以于个这那其之而也都就还又吗呢吧啊呀么")

# How much a query's terms count, before idf. Measured on questions about the seeds and the news;
# all of these lie on wide plateaus.
ASKING_WEIGHT = 0.2
ACROSS_WEIGHT = 0.3  # a pair half of which is a word that asks
FILLER_WEIGHT = 0.3
CHARACTER_WEIGHT = 0.5  # one CJK character beside a pair of them
NUMBER_WEIGHT = 1.2
BACKGROUND_POWER = 0.25


def query_terms(query: str) -> dict[str, float]:
    """Return the query's terms and how much each counts, to be multiplied by the index's idf.

    The background idf enters a little, because the idf of a few files is noisy.
    """
    folded = fold(query)
    kept = set(terms(_ASKING.sub("，", folded)))
    asking = set(terms("，".join(_ASKING.findall(folded))))
    table = background()
    weights = {}
    for term in dict.fromkeys(terms(folded)):
        weight = 1.0 if term in kept else ASKING_WEIGHT if term in asking else ACROSS_WEIGHT
        weights[term] = weight * _shape_weight(term) * table.share(term) ** BACKGROUND_POWER
    return weights


def _shape_weight(term: str) -> float:
    weight = 1.0
    if term in _FILLER:
        weight *= FILLER_WEIGHT
    if len(term) == 1 and not term.isascii():
        weight *= CHARACTER_WEIGHT
    if any(map(str.isdigit, term)):
        weight *= NUMBER_WEIGHT
    return weight


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
