"""Stand-ins at the seam of answering: slow, failing or hostile where the real one never is."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx
import uvicorn

from index import AnswerError, Library, Source, YoujuError
from index.store.database import Database, marks
from index.store.rows import source_row
from server.app import create_app
from server.records import Answer, Citation, Claim, Conflict, ConflictValue, Event, Question
from server.settings import Settings
from server.web.connections import config_of


def citation_of(library: Library, source: str, quote: str, number: int = 1) -> Citation:
    """A true citation of the first place where a source says ``quote``."""
    found = library.source(source)
    start = found.text.index(quote)
    article = library.articles_of(source)[0]
    return Citation(
        number,
        source,
        article.id,
        article.title,
        "2025-01-02",
        "p",
        start,
        start + len(quote),
        quote,
        found.sha256,
    )


def shelve(library: Library, n: int) -> None:
    """Put ``n`` sources into the catalogue, 00000.txt with the title 第00000份 and so on."""
    names = [f"{i:05}" for i in range(n)]
    rows = (source_row(Source(f"{i}.txt", "", "0", title=f"第{i}份"), f"{i}.txt") for i in names)
    with Database(library.path / "catalog.sqlite").transaction() as db:
        db.executemany(f"INSERT INTO sources VALUES ({marks(11)})", rows)


def written(
    question: Question, text: str, citations: tuple[Citation, ...] = (), **more: object
) -> Answer:
    """An answer of one claim a line."""
    numbers = tuple(c.number for c in citations)
    claims = tuple(Claim(line, numbers) for line in text.split("\n"))
    values: dict[str, object] = {
        "id": f"a{abs(hash(question.text)) % 10**6}",
        "conversation_id": question.conversation_id,
        "question": question.text,
        "query": question.text,
        "answer": text,
        "claims": claims,
        "citations": citations,
        "engine": "fake",
        "timings_ms": {"total": 1.0},
    }
    return Answer(**{**values, **more})  # type: ignore[arg-type]


class ScriptedAnswerer:
    """Gives each question the answer that its text names; says it in small pieces.

    ``gate``, when given, is awaited before every piece, so that a test decides the pace.
    """

    engines = ("fake",)

    def __init__(
        self, answers: Mapping[str, Answer | Exception], gate: threading.Semaphore | None = None
    ) -> None:
        self.answers = dict(answers)
        self.gate = gate
        self.asked: list[Question] = []
        self.stopped = threading.Event()
        self.pieces = 0

    def ask(self, question: Question) -> Answer:
        for event in self.stream(question):
            if isinstance(event.data, Answer):
                return event.data
        raise AssertionError("no answer")

    def stream(self, question: Question) -> Iterator[Event]:
        answer = self.answers.get(question.text)
        if answer is None:  # what the server tries by itself, to have examples
            raise AnswerError(f"the script has no answer to {question.text!r}")
        self.asked.append(question)
        try:
            yield Event("query", question.text)
            if isinstance(answer, Exception):
                raise answer
            yield Event("hits", ())
            yield from (Event("citation", c) for c in answer.citations)
            for i in range(0, len(answer.answer), 3):
                if self.gate is not None and not self.gate.acquire(timeout=20):
                    raise TimeoutError("the test forgot the gate")
                self.pieces += 1
                yield Event("delta", answer.answer[i : i + 3])
            yield Event("done", _of(answer, question))
        except GeneratorExit:
            self.stopped.set()
            raise


def _of(answer: Answer, question: Question) -> Answer:
    from dataclasses import replace

    return replace(answer, conversation_id=question.conversation_id, question=question.text)


def conflicting(question: Question, first: Citation, second: Citation) -> Answer:
    """Two claims that differ, the second of them supported in part."""
    return written(
        question,
        "一说百亿元。[1]一说二百亿元。[2]",
        (first, second),
        claims=(Claim("一说百亿元。", (1,)), Claim("一说二百亿元。", (2,), "partial")),
        conflicts=(Conflict("产值", (ConflictValue("百亿元", 1), ConflictValue("二百亿元", 2))),),
        suggestions=("产值是多少？",),
    )


def report() -> dict[str, object]:
    """A report of made-up figures, in the shape of ``youju eval --json``."""

    def figures(good: float) -> dict[str, float]:
        names = ("answer_correct", "citation_f1", *(f"evidence_recall@{k}" for k in (1, 3, 5, 10)))
        row = {name: round(min(1.0, good + i * 0.04), 3) for i, name in enumerate(names)}
        more = {"quote_integrity": 1.0, "over_refusal": 0.04, "under_refusal": 0.2}
        return row | more | {"answer_chars": 48.0, "latency_ms_p50": 21.0, "latency_ms_p99": 40.0}

    questions = [
        {
            "id": f"q{i}",
            "type": ("number", "why")[i % 2],
            "question": "重庆“33618”里的18指什么？",
            "answer": "18个“新星”产业集群。[1]",
            "refused": False,
            "answer_correct": float(i % 3 > 0),
            "evidence_recall": {"1": 1.0, "3": 1.0, "5": 1.0, "10": 1.0},
            "citation_precision": 1.0,
            "citation_recall": 1.0,
            "quote_integrity": 1.0,
            "answer_chars": 24,
            "latency_ms": 20.5,
            "confidence": 0.6 + i / 20,
        }
        for i in range(8)
    ]
    refused = {"refused": True, "answer_correct": None, "confidence": 0.3, "type": "unanswerable"}
    questions.append(questions[0] | refused | {"id": "q8", "evidence_recall": None})
    return {
        "overall": figures(0.81),
        "by_type": {"number": figures(0.9), "why": figures(0.66)},
        "control": figures(0.4),
        "gold": "dev.jsonl",
        "questions": questions,
    }


@contextmanager
def serving(
    settings: Settings, answerer: object = None, library: Library | None = None
) -> Iterator[str]:
    """A real server on a free port where the settings say; gives its URL on the loopback."""
    app = create_app(settings, answerer, library)  # type: ignore[arg-type]
    server = uvicorn.Server(config_of(app, settings.host, 0, lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def ready(base: str) -> None:
    """Wait until the server can answer."""
    for _ in range(600):
        # It may be slow to answer while it indexes: what waits here is never the reason to give up.
        if httpx.get(f"{base}/readyz", timeout=60).status_code == 200:
            return
        threading.Event().wait(0.05)
    raise YoujuError("the server never became ready")
