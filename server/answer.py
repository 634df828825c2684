"""A question in, a checked answer out: condense, retrieve, write, check, cite."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index import AnswerError, GenerationError, Hit, Source, SourceNotFound
from index.reranking.reranker import load_reranker
from index.retrieve import Retriever
from prompts import NO_ANSWER as _NO_ANSWER
from prompts import VERSION, language_of
from server.evidence.find import Found, find
from server.question.follow_up import condense
from server.question.understanding import Asked, understand
from server.records import Answer, Citation, Claim, Conflict, ConflictValue, Event, Question
from server.text.comparison import squash
from server.verify.gate import Citer, Verifier, shown
from server.verify.markers import MarkedSentence, Splitter, Unthinking
from server.verify.witnesses import Witnesses
from server.writers.extractive import ExtractiveWriter, Written
from server.writers.language_model import LanguageModel, Stopped, flow
from server.writers.prompting import Prompt, compose
from server.writers.registry import EXTRACTIVE, load_models

if TYPE_CHECKING:
    from index.library import Library, Snapshot
    from server.settings import Settings

NO_ANSWER = _NO_ANSWER["zh"]
#: Why an answer is not what the chosen writer was to give; also what `reason` says then.
FELL_BACK = "语言模型没有给出能核对的回答，以下是文章原句。"
CUT_SHORT = "语言模型中途停下，以下只是已核对的部分。"
#: Why nothing is said although sentences were found, by the question's language.
UNCHECKED = {
    "zh": "找到了可能的句子，但它们和来源文件核对不上，所以没有采用。",
    "en": "Sentences were found, but they do not agree with their source files.",
}
_NO_ANSWERS = tuple(squash(phrase).rstrip("。.") for phrase in _NO_ANSWER.values())

log = logging.getLogger(__name__)


class Answerer:
    """Answers questions from a library; blocking, and safe to call from several threads.

    ``models`` are the language models by engine; those that the settings name, when None.
    Raises: AnswerError when the settings ask for an engine that lacks what it needs.
    """

    def __init__(
        self,
        library: Library,
        settings: Settings | None = None,
        *,
        models: dict[str, LanguageModel] | None = None,
    ) -> None:
        if settings is None:
            from server.settings import Settings

            settings = Settings()
        self._library = library
        self._settings = settings
        self._retriever = Retriever(
            library.embedder, reranker=load_reranker(settings.reranker, device=settings.device)
        )
        self._extractive = ExtractiveWriter()
        self._models = load_models(settings) if models is None else models
        self._verifier = _verifier(settings)

    @property
    def engines(self) -> tuple[str, ...]:
        """The names that a question's ``engine`` may have; the default first."""
        first = self._settings.engine
        return tuple(dict.fromkeys((first, EXTRACTIVE, *self._models)))

    def ask(self, question: Question) -> Answer:
        """The whole answer.

        Raises: IndexMissing when nothing is indexed; AnswerError when writing fails.
        """
        for event in self.stream(question):
            if isinstance(event.data, Answer):
                answer = event.data
        return answer

    def stream(self, question: Question) -> Iterator[Event]:
        """The answer as it comes: query, hits, then citations and deltas, then done.

        What a language model says is passed on sentence by sentence, each as soon as it is
        complete and checked. When the model fails, takes too long or says nothing that can be
        checked, the extractive answer is given instead, and ``engine`` says so.
        Raises: Stopped, soon after ``question.stop`` was set.
        """
        clock = _Clock()
        snapshot = self._library.snapshot()
        query = condense(question.text, question.history)
        yield Event("query", query)
        asked = understand(query)
        found = find(asked, self._retriever, snapshot, k=question.top_k, sources=question.sources)
        hits = found.hits
        clock.mark("retrieve")
        yield Event("hits", hits)
        sheet = _AnswerInProgress(self._citer(snapshot))
        engine = question.engine or self._settings.engine
        if engine in self._models:
            yield from self._spoken(self._models[engine], question, query, hits, snapshot, sheet)
        elif engine != EXTRACTIVE:
            raise AnswerError(f"no engine {engine!r}", hint=f"Engines: {', '.join(self.engines)}.")
        if not sheet.claims and not sheet.declined:
            yield from self._picked(asked, found, sheet)
        clock.mark("write")
        if not sheet.claims:
            yield Event("delta", sheet.no_answer)
        clock.mark("total", whole=True)
        yield Event("done", _answer(question, query, hits, sheet, clock.ms))

    def _citer(self, snapshot: Snapshot) -> Citer:
        return Citer(
            lambda name: _source(snapshot, name),
            unsupported=self._settings.unsupported,
            verifier=self._verifier,
        )

    def _picked(self, asked: Asked, found: Found, sheet: _AnswerInProgress) -> Iterator[Event]:
        """The answer in the articles' own sentences."""
        written = self._extractive.write(asked, found)
        claims: list[Claim | None] = []
        for draft in written.drafts:
            claims.append(sheet.citer.cite(draft))
            yield from sheet.add(claims[-1])
        sheet.engine = EXTRACTIVE
        sheet.conflicts = _conflicts(written, claims)
        sheet.suggestions = written.suggestions
        sheet.confidence = written.confidence
        if not sheet.claims:
            language = language_of(asked.text)
            sheet.reason = written.refusal or UNCHECKED[language]
            sheet.no_answer = _NO_ANSWER[language]

    def _spoken(
        self,
        model: LanguageModel,
        question: Question,
        query: str,
        hits: Sequence[Hit],
        snapshot: Snapshot,
        sheet: _AnswerInProgress,
    ) -> Iterator[Event]:
        """The answer in a model's words, sentence by sentence, each checked."""
        if not hits:
            return
        sheet.engine = model.name
        try:
            prompt = compose(
                query,
                question.history,
                hits,
                snapshot,
                tokens=model.tokens,
                count=model.count,
            )
            sheet.no_answer = _NO_ANSWER[prompt.language]
            yield from self._sentences(model, prompt, question, snapshot, sheet)
        except GenerationError as error:
            log.warning("The writer %s failed: %s %s", model.name, error, error.hint)
            sheet.reason = CUT_SHORT
        if not sheet.claims and not sheet.declined:
            sheet.reason = FELL_BACK

    def _sentences(
        self,
        model: LanguageModel,
        prompt: Prompt,
        question: Question,
        snapshot: Snapshot,
        sheet: _AnswerInProgress,
    ) -> Iterator[Event]:
        evidence = Witnesses(prompt.shown, snapshot)
        log.info("Asking %s, prompt %s, %d passages", model.name, VERSION, len(prompt.shown))
        pieces = flow(
            model, prompt.messages, timeout_s=self._settings.timeout_s, stop=question.stop
        )
        try:
            for said in _said(pieces, model):
                if _declines(said):
                    sheet.declined = not sheet.claims
                    return
                yield from sheet.add(sheet.citer.check(said, evidence))
        finally:
            pieces.close()  # type: ignore[attr-defined]


def _said(pieces: Iterator[str], model: LanguageModel) -> Iterator[MarkedSentence]:
    """The sentences of a model as they are complete, its thoughts dropped."""
    splitter = Splitter()
    unthinking: Unthinking | None = None
    for piece in pieces:
        unthinking = unthinking or Unthinking(thinking=model.thinks)
        yield from splitter.feed(unthinking.feed(piece))
    if unthinking is not None:
        yield from splitter.feed(unthinking.close())
    yield from splitter.close()


def _declines(said: MarkedSentence) -> bool:
    return any(phrase in squash(said.text) for phrase in _NO_ANSWERS)


@dataclass
class _AnswerInProgress:
    """An answer in the making: its claims so far, and who wrote them."""

    citer: Citer
    claims: list[Claim] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()
    engine: str = EXTRACTIVE
    reason: str = ""
    declined: bool = False
    no_answer: str = NO_ANSWER
    suggestions: tuple[str, ...] = ()
    confidence: float | None = None
    text: str = ""
    told: int = 0  # citations that the reader has

    def add(self, claim: Claim | None) -> Iterator[Event]:
        """One more checked claim; its new citations come before the words that show their numbers."""
        if claim is None or claim in self.claims:
            return
        delta = shown(claim, first=not self.claims)
        self.claims.append(claim)
        self.text += delta
        yield from (Event("citation", c) for c in self.citer.citations[self.told :])
        self.told = len(self.citer.citations)
        yield Event("delta", delta)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self.citer.citations)


class _Clock:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self.ms: dict[str, float] = {}

    def mark(self, step: str, *, whole: bool = False) -> None:
        now = time.perf_counter()
        self.ms[step] = round((now - (self._began if whole else self._last)) * 1000, 2)
        self._last = now


def _answer(
    question: Question,
    query: str,
    hits: Sequence[Hit],
    sheet: _AnswerInProgress,
    ms: dict[str, float],
) -> Answer:
    refused = not sheet.claims
    return Answer(
        id=uuid.uuid4().hex,
        conversation_id=question.conversation_id or uuid.uuid4().hex,
        question=question.text,
        query=query,
        answer=sheet.no_answer if refused else sheet.text,
        refused=refused,
        reason=sheet.reason,
        claims=tuple(sheet.claims),
        citations=sheet.citations,
        conflicts=() if refused else sheet.conflicts,
        hits=tuple(hits),
        suggestions=sheet.suggestions,
        engine=sheet.engine,
        confidence=sheet.confidence,
        timings_ms=ms,
    )


def _conflicts(written: Written, claims: Sequence[Claim | None]) -> tuple[Conflict, ...]:
    """The differing values that are still there after checking, each with its citation."""
    found = []
    for differing in written.differing:
        values = tuple(
            ConflictValue(value, claim.citations[0])
            for value, i in differing.values
            if (claim := claims[i]) is not None
        )
        if len(values) > 1:
            found.append(Conflict(differing.about, values))
    return tuple(found)


def _source(snapshot: Snapshot, name: str) -> Source | None:
    try:
        return snapshot.source(name)
    except SourceNotFound:
        return None


def _verifier(settings: Settings) -> Verifier | None:
    if not settings.verifier:
        return None
    from server.verify.verifier import CrossEncoderVerifier

    return CrossEncoderVerifier(settings.verifier, device=settings.device)


__all__ = ["CUT_SHORT", "FELL_BACK", "NO_ANSWER", "Answerer", "Stopped"]
