"""The one search: passages, in the order in which their best sentences answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from index import Hit, Library, Reranker, Retriever, Snapshot
from index.gloss import Gloss
from index.reranking.reranker import load_reranker
from server.evidence.ranking import Ranked, Ranking
from server.evidence.sentences import Sentence, candidates
from server.question.gist import asks_several
from server.question.understanding import Asked, Part, normalise, understand
from server.settings import Settings

#: Passages whose sentences are ranked, at the least.
DEPTH = 10
#: Passages looked through for articles, where the gist of several is asked for.
SEVERAL = 60
#: How much the score of its best sentence counts for a passage beside its own, and what a sentence
#: loses that cannot answer. Over the news: the evidence first for 0.64 of the questions instead of
#: 0.62, its article among the first five for 0.92 instead of 0.91.
WEIGHT = 0.15
CLASHING = 5.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Hits, best first; their sentences; and those ranked for each part of the question.

    ``abroad``: whether a question in another language than the articles could be searched.
    """

    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...]
    ranked: Mapping[Part, list[Ranked]]
    abroad: bool = False


class Search:
    """The one search of a library: what `/ask`, `youju search`, the library page and the benchmarks
    go through, so that all of them find the same hits; `/ask` puts those first in which it reads an answer.

    ``retriever`` is by default that of the snapshot's embedder, ``ranking`` the shipped one.
    """

    def __init__(
        self,
        library: Library,
        retriever: Retriever | None = None,
        ranking: Ranking | None = None,
        *,
        reranker: Reranker | None = None,
    ) -> None:
        self._library = library
        self._given = retriever
        self._ranking = ranking or Ranking.builtin()
        self._reranker = reranker

    @classmethod
    def of(cls, library: Library, settings: Settings) -> Search:
        """With the reranker that the settings name."""
        return cls(library, reranker=load_reranker(settings.reranker, device=settings.device))

    def _retriever(self, snapshot: Snapshot) -> Retriever:
        """Of the snapshot's embedder: a library that grows changes over to another one."""
        embedder = self._library.embedder_of
        return self._given or Retriever(embedder(snapshot), reranker=self._reranker)

    def hits(self, query: str, *, k: int = DEPTH, sources: Collection[str] = ()) -> list[Hit]:
        """The best ``k`` hits for a query as it was typed. Raises: as ``find``."""
        return list(self.find(understand(normalise(query)), k=k, sources=sources).hits)

    def near(
        self, snapshot: Snapshot, text: str, *, k: int = DEPTH, sources: Collection[str] = ()
    ) -> list[Hit]:
        """The best ``k`` hits for a text that asks nothing. Raises: as ``find``."""
        return self._retriever(snapshot).retrieve(snapshot, text, k=k, sources=sources)

    def find(
        self,
        asked: Asked,
        snapshot: Snapshot | None = None,
        *,
        k: int = DEPTH,
        sources: Collection[str] = (),
    ) -> Candidates:
        """Up to ``k`` hits of a snapshot (the one served now by default), their sentences ranked.

        The order of a reranker of the user's own choice is kept.
        Raises: IndexMissing; IndexMismatch, when the snapshot was built with another embedder.
        """
        snapshot = snapshot or self._library.snapshot()
        retriever = self._retriever(snapshot)
        chosen = retriever.reranker is not None
        forms = [form for part in asked.parts for form in part.forms]
        parts = () if chosen else (form.text for form in forms)
        queries = tuple(dict.fromkeys((asked.text, *parts)))
        several = asks_several(asked.text) and asked.parts[0].kind == "summary"
        depth = max(k, DEPTH, SEVERAL if several else 0)
        hits = _together(retriever.retrieve_each(snapshot, queries, k=depth, sources=sources))
        if several:
            hits = _of_each(hits)
        pool = candidates(hits, snapshot)
        ranked = {form: self._ranking.rank(form, pool) for form in forms}
        if not (chosen or several):
            hits = _reordered(hits, ranked)
        kept = {hit.passage.id for hit in hits[:k]}
        return Candidates(
            tuple(hits[:k]),
            tuple(sentence for sentence in pool if sentence.passage.id in kept),
            {part: [r for r in rs if r.sentence.passage.id in kept] for part, rs in ranked.items()},
            abroad=snapshot.multilingual or bool(Gloss(asked.text).terms),
        )


def _of_each(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit of each article before all others: of each of them something is told."""
    first = {hit.passage.article: hit for hit in reversed(hits)}
    return sorted(hits, key=lambda hit: hit is not first[hit.passage.article])


def _together(found: Sequence[list[Hit]]) -> list[Hit]:
    """What was found for the question and for each of its parts, each passage with its best score."""
    if len(found) == 1:
        return found[0]
    best: dict[str, Hit] = {}
    for hit in (hit for hits in found for hit in hits):
        known = best.get(hit.passage.id)
        if known is None or known.score < hit.score:
            best[hit.passage.id] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))


def _reordered(hits: Sequence[Hit], ranked: Mapping[Part, Sequence[Ranked]]) -> list[Hit]:
    """The hits by their own score and that of their best sentence; higher is better."""
    best: dict[str, float] = {}
    for r in (r for rs in ranked.values() for r in rs):
        score = r.score - CLASHING * bool(r.clash)
        best[r.sentence.passage.id] = max(score, best.get(r.sentence.passage.id, score))
    lowest = min(best.values(), default=0.0)
    raised = [
        replace(hit, score=hit.score + WEIGHT * (best.get(hit.passage.id, lowest) - lowest))
        for hit in hits
    ]
    return sorted(raised, key=lambda hit: (-hit.score, hit.passage.id))
