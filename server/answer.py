"""A question in, a checked answer out: condense, retrieve, write, check, cite."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index import Hit, Source, SourceNotFound
from index.retrieve import Retriever
from server.citations import Cited, Citer, marks
from server.followup import condense
from server.question import Asked, understand
from server.records import Answer, Claim, Event, Question
from server.writers.extractive import ExtractiveWriter

if TYPE_CHECKING:
    from index.library import Library, Snapshot
    from server.settings import Settings

NO_ANSWER = "文章里没有说到这个问题的答案。"


class Answerer:
    """Answers questions from a library; blocking, and safe to call from several threads."""

    def __init__(self, library: Library, settings: Settings | None = None) -> None:  # noqa: ARG002
        self._library = library
        self._retriever = Retriever(library.embedder)
        self._writer = ExtractiveWriter()

    def ask(self, question: Question) -> Answer:
        """The whole answer.

        Raises: IndexMissing when nothing is indexed; AnswerError when writing fails.
        """
        for event in self.stream(question):
            if event.name == "done":
                answer: Answer = event.data
        return answer

    def stream(self, question: Question) -> Iterator[Event]:
        """The answer as it comes: query, hits, then citations and deltas, then done."""
        began = time.perf_counter()
        clock: dict[str, float] = {}
        snapshot = self._library.snapshot()
        query = condense(question.text, question.history)
        yield Event("query", query)
        asked = understand(query)
        hits = self._retrieve(snapshot, asked, question)
        clock["retrieve"] = _since(began)
        yield Event("hits", hits)
        written = self._writer.write(asked, hits, snapshot)
        citer = Citer(lambda name: _source(snapshot, name))
        claims: list[Claim] = []
        for draft in written.drafts:
            known = len(citer.citations)
            claim = citer.cite(draft)
            if claim is None:
                continue
            claims.append(claim)
            for citation in citer.citations[known:]:
                yield Event("citation", citation)
            yield Event("delta", claim.text + marks(claim))
        clock["total"] = _since(began)
        cited = Cited(tuple(claims), tuple(citer.citations))
        refused = not claims
        if refused:
            yield Event("delta", NO_ANSWER)
        yield Event(
            "done",
            Answer(
                id=uuid.uuid4().hex,
                conversation_id=question.conversation_id or uuid.uuid4().hex,
                question=question.text,
                query=query,
                answer=NO_ANSWER if refused else cited.text,
                refused=refused,
                reason=written.refusal if refused else "",
                claims=cited.claims,
                citations=cited.citations,
                conflicts=() if refused else written.conflicts,
                hits=tuple(hits),
                engine=self._writer.name,
                timings_ms=clock,
            ),
        )

    def _retrieve(self, snapshot: Snapshot, asked: Asked, question: Question) -> Sequence[Hit]:
        return self._retriever.retrieve(
            snapshot, asked.text, k=question.top_k, sources=question.sources
        )


def _source(snapshot: Snapshot, name: str) -> Source | None:
    try:
        return snapshot.source(name)
    except SourceNotFound:
        return None


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
