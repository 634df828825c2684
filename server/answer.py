"""A question in, a checked answer out. The whole line, room by room:

aside                   writers/    small talk and questions about the library need no search
settle, understand      evidence/   what is asked, standing alone
Search.find, decide     evidence/   hits, sentences, and what they allow
Writer.write            writers/    drafts of claims
Gate.check              verify/     claims with checked citations
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from datetime import date

from index import (
    AnswerError,
    GenerationError,
    GenerationTimeout,
    Library,
    Snapshot,
    Source,
    SourceNotFound,
)
from index.reranking.reader import Window, WindowReading, builtin
from prompts import NO_ANSWER, language_of
from server.evidence.decide import Found, decide
from server.evidence.find import Search
from server.evidence.in_context import settle
from server.evidence.in_two_steps import in_two_steps
from server.evidence.refusal import told_missing
from server.question.understanding import Asked, normalise, understand
from server.records import Answer, Claim, Conflict, ConflictValue, Event, Question
from server.settings import Settings
from server.text.periods import years_named
from server.verify.composition import Composition
from server.verify.gate import Gate
from server.verify.verifier import load_verifier
from server.verify.witnesses import Witnesses
from server.writers.aside import Aside, aside
from server.writers.extractive import ExtractiveWriter, value_draft, value_place
from server.writers.language_model import LanguageModel, Stopped
from server.writers.model import Declined, ModelWriter
from server.writers.registry import EXTRACTIVE, load_models
from server.writers.writer import Writer

#: How often an answer is begun while what it is found in changes.
ATTEMPTS = 3
#: Why an answer is not what the chosen writer was to give; also what `reason` says then.
FELL_BACK = "语言模型没有给出能核对的回答，以下是文章原句。"
CUT_SHORT = "语言模型中途停下，以下只是已核对的部分。"
DECLINED = {
    "zh": "语言模型在这些段落里没有找到答案。",
    "en": "The language model found no answer in these passages.",
}
UNBORNE = {
    "zh": "找到了相近的原句，但没有一句通过核对。",
    "en": "There are sentences that come near, but none that passed the check.",
}

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
        self._settings = settings = settings or Settings()
        self._library = library
        self._search = Search.of(library, settings)
        models = load_models(settings) if models is None else models
        self._writers: dict[str, Writer] = {EXTRACTIVE: ExtractiveWriter()}
        self._writers |= {n: ModelWriter(m, settings.timeout_s) for n, m in models.items()}
        self._verifier = load_verifier(settings.verifier, device=settings.device)

    @property
    def engines(self) -> tuple[str, ...]:
        """The names that a question's ``engine`` may have; the default first."""
        return tuple(dict.fromkeys((self._settings.engine, *self._writers)))

    def ask(self, question: Question) -> Answer:
        """The whole answer.

        Raises: IndexMissing when nothing is indexed; AnswerError when writing fails;
        SourceNotFound when what it is found in keeps changing.
        """
        for event in self._attempts(question, heard=False):
            if isinstance(event.data, Answer):
                answer = event.data
        return answer

    def stream(self, question: Question) -> Iterator[Event]:
        """The answer as it comes: query, hits, then citations and deltas, then done.

        Hits come again when an article changes before a word has been said.
        Raises: Stopped, soon after ``question.stop`` was set.
        """
        yield from self._attempts(question, heard=True)

    def _attempts(self, question: Question, *, heard: bool) -> Iterator[Event]:
        """The answer, begun anew when its articles change meanwhile; not when words were heard."""
        question.stop.begin()
        question.stop.enter("understand")
        if told := aside(question, self._library, self._search):
            yield from _said(question, told)
            return
        _heed(question)
        queries = settle(question, self._search, self._library.snapshot())
        # An article that names the year does not say 去年; what says so is of its own day.
        dated = (years_named(query, date.today()) for query in queries)
        queries = tuple(dict.fromkeys((*queries, *filter(None, dated))))
        if len(queries) == 1:  # else the evidence says which of them is asked
            yield Event("query", queries[0])
        for left in reversed(range(ATTEMPTS)):
            said = False
            try:
                with closing(self._attempt(question, queries, last=not left)) as events:
                    for event in events:
                        said = said or event.name in ("citation", "delta")
                        yield event
                return
            except SourceNotFound:
                if not left or (heard and said):
                    raise

    def _attempt(
        self, question: Question, queries: Sequence[str], *, last: bool
    ) -> Generator[Event]:
        """Raises: SourceNotFound, when an article changes meanwhile."""
        stages = question.stop
        snapshot = self._library.snapshot()
        query, found = self._found(question, queries, snapshot)
        stages.enter("write")
        if len(queries) > 1:
            yield Event("query", query)
        yield Event("hits", found.hits)
        _heed(question)
        answer = Composition(self._gate(found, snapshot), stages)
        engine, reason = yield from self._write(question, found, snapshot, answer)
        if answer.claims and engine == EXTRACTIVE and found.missing:
            yield from answer.tell(told_missing(found.missing, language_of(query)))
        conflicts = (yield from _conflicts(found, answer)) if answer.claims else ()
        refused = not answer.claims
        if refused and not last and self._library.version != snapshot.version:
            raise SourceNotFound("the library has changed, and may say it now")
        if refused:
            answer.text = NO_ANSWER[language_of(query)]
            yield Event("delta", answer.text)
        done = Answer(
            id=uuid.uuid4().hex,
            conversation_id=question.conversation_id or uuid.uuid4().hex,
            question=question.text,
            query=query,
            answer=answer.text,
            refused=refused,
            reason=reason,
            claims=tuple(answer.claims),
            citations=answer.citations,
            conflicts=conflicts,
            hits=found.hits,
            suggestions=found.suggestions if refused else (),
            engine=engine,
            confidence=found.confidence,
            timings_ms=stages.ms,
        )
        yield Event("done", done)

    def _found(
        self, question: Question, queries: Sequence[str], snapshot: Snapshot
    ) -> tuple[str, Found]:
        """The first query that the evidence answers, the first of all if it answers none; and what it allows."""

        def named(text: str) -> Found:
            return self._decided(question, understand(text), snapshot, put_in=False)

        tried: list[tuple[str, Found]] = []
        for query in queries:
            _heed(question)
            put_in = query != normalise(question.text)
            asked = understand(query)
            found = self._decided(question, asked, snapshot, put_in=put_in)
            if asked.otherwise and not found.parts:
                found = self._decided(question, asked.otherwise, snapshot, put_in=put_in)
            if len(asked.parts) == 1 and not asked.compares:
                found = in_two_steps(query, found, named)
            tried.append((query, found))
            if tried[-1][1].parts:
                return tried[-1]
        return tried[0]

    def _decided(
        self, question: Question, asked: Asked, snapshot: Snapshot, *, put_in: bool
    ) -> Found:
        """What the evidence that is found for a question allows."""
        question.stop.enter("retrieve")
        candidates = self._search.find(asked, snapshot, k=question.top_k, sources=question.sources)
        question.stop.enter("decide")
        return decide(asked, candidates, _WhileWanted(question), put_in=put_in)

    def _write(
        self, question: Question, found: Found, snapshot: Snapshot, answer: Composition
    ) -> Generator[Event, None, tuple[str, str]]:
        """Let the writer write; return the engine that did, and why it is not the chosen one.

        What a language model says is passed on sentence by sentence. When it fails, takes too long
        or says nothing that can be checked, the articles' own sentences are given instead.
        """
        writer = self._writer(question.engine or self._settings.engine)
        extractive, language = self._writers[EXTRACTIVE], language_of(found.asked.text)
        if not found.parts:
            return writer.name, found.refusal
        failure = ""
        try:
            yield from answer.add(writer.write(question, found, snapshot))
        except Declined:
            return writer.name, DECLINED[language]
        except GenerationError as error:
            log.warning("The writer %s failed: %s %s", writer.name, error, error.hint)
            failure = CUT_SHORT
            question.stop.cut = "write" if isinstance(error, GenerationTimeout) else ""
        if not answer.claims and writer is not extractive:
            writer, failure = extractive, FELL_BACK
            yield from answer.add(extractive.write(question, found, snapshot))
        return writer.name, failure if answer.claims else UNBORNE[language]

    def _writer(self, engine: str) -> Writer:
        if engine not in self._writers:
            raise AnswerError(f"no engine {engine!r}", hint=f"Engines: {', '.join(self.engines)}.")
        return self._writers[engine]

    def _gate(self, found: Found, snapshot: Snapshot) -> Gate:
        def source(name: str) -> Source | None:
            with suppress(SourceNotFound):
                return snapshot.source(name)
            return None

        return Gate(
            source,
            lambda: Witnesses(found.hits, snapshot),
            unsupported=self._settings.unsupported,
            verifier=self._verifier,
        )


def _heed(question: Question) -> None:
    """Raises: Stopped, when nobody waits for the answer any more."""
    if question.stop.is_set():
        raise Stopped("nobody waits for the answer any more")


class _WhileWanted:
    """The built-in reader, which reads no further once nobody waits for the answer."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        _heed(self._question)
        return builtin().read(question, windows)


def _said(question: Question, told: Aside) -> Iterator[Event]:
    """An answer without a search: nothing is cited, and no line is said to be borne out."""
    text = "\n".join(told.lines)
    yield Event("query", question.text)
    yield Event("hits", ())
    yield Event("delta", text)
    claims = () if told.refused else tuple(Claim(line, (), "none") for line in told.lines)
    yield Event(
        "done",
        Answer(
            id=uuid.uuid4().hex,
            conversation_id=question.conversation_id or uuid.uuid4().hex,
            question=question.text,
            query=question.text,
            answer=text,
            refused=told.refused,
            claims=claims,
            engine=told.engine,
            timings_ms=question.stop.ms,
        ),
    )


def _conflicts(found: Found, answer: Composition) -> Generator[Event, None, tuple[Conflict, ...]]:
    """The differing values that passed the gate, each with its citation.

    A value that the writer left out is told in its article's own words.
    """
    conflicts = []
    for answered in found.conflicts:
        values = []
        for value in answered.differing:
            place = value_place(value)
            if answer.citing(place) is None:
                yield from answer.add([value_draft(answered.part, value)])
            if (number := answer.citing(place)) is not None:
                values.append(ConflictValue(value.fact.text, number))
        if len(values) > 1:
            conflicts.append(Conflict(answered.differing[0].about, tuple(values)))
    return tuple(conflicts)


__all__ = ["CUT_SHORT", "FELL_BACK", "Answerer", "Stopped"]
