"""More than a server can do: what waits, what is turned away, what is dropped; real connections."""

from __future__ import annotations

import json
import pkgutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from fakes import ScriptedAnswerer, serving, written
from tiny import Script, chat_server

from index import IndexConfig, Library, Source
from index.store.database import Database, marks
from index.store.rows import source_row
from server.answer import FELL_BACK, Answerer, Stopped
from server.records import Question
from server.settings import Settings
from server.stages import SHARES, Stages
from server.web.connections import config_of

ARTICLE = "江北机场扩建\n\n年旅客吞吐量达到4000万人次。\n"
PATIENCE_S = 60.0
#: One for all, without connections that stay: each test asks another server.
CLIENT = httpx.Client(
    timeout=PATIENCE_S, limits=httpx.Limits(max_connections=None, max_keepalive_connections=0)
)
INSTANT = ("/healthz", "/readyz", "/metrics", "/static/seal.svg", "/library", "/")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library(tmp_path_factory.mktemp("load") / "library", IndexConfig(embedder="hash"))
    made.add_text("a.txt", ARTICLE.encode())
    row = source_row(Source("long.txt", "长" * 4_000_000, "0"), "long.txt")
    with Database(made.path / "catalog.sqlite").transaction() as db:
        db.execute(f"INSERT INTO sources VALUES ({marks(11)})", row)
    return made


class Pace:
    """A server whose answers end when a test lets them: ``let(n)`` lets go on ``n`` of them."""

    def __init__(self, library: Library, **settings: object) -> None:
        self.gate = threading.Semaphore(0)
        words = {f"问{n}": written(Question(f"问{n}"), "答。") for n in range(40)}
        self.answerer = ScriptedAnswerer(words, self.gate)
        self._serving = serving(Settings(library=library.path, **settings), self.answerer, library)
        self._stack = ExitStack()

    def __enter__(self) -> Pace:
        self.base = self._serving.__enter__()
        self.pool = self._stack.enter_context(ThreadPoolExecutor(40))
        return self

    def __exit__(self, *error: object) -> None:
        self.let(1000)
        self._stack.close()
        self._serving.__exit__(None, None, None)

    def let(self, n: int) -> None:
        self.gate.release(n)

    def asked(self) -> list[str]:
        return [question.text for question in self.answerer.asked]

    def metric(self, name: str) -> float:
        lines = CLIENT.get(f"{self.base}/metrics").text.splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    def ask(self, n: int, **more: object) -> httpx.Response:
        body = {"question": f"问{n}", **more}
        return CLIENT.post(f"{self.base}/ask", json=body)


def soon(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def connected(base: str) -> Iterator[socket.socket]:
    where = urlsplit(base)
    with socket.create_connection((where.hostname, where.port)) as one:
        yield one


# ---- the queue ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_what_finds_no_place_is_told_when_to_come_again(library: Library, stream: bool) -> None:
    with Pace(library, concurrency=1, queue=2) as server:
        first = server.pool.submit(server.ask, 0)
        soon(lambda: server.metric("youju_questions_in_progress") == 1)
        waiting = [server.pool.submit(server.ask, n) for n in (1, 2)]
        soon(lambda: server.metric("youju_questions_waiting") == 2)
        for _ in range(3):
            refused = server.ask(3, stream=stream)
            assert refused.status_code == 503
            assert refused.json()["type"] == "urn:youju:problem:overloaded"
            assert 1 <= int(refused.headers["retry-after"]) <= 60
        for path in INSTANT:
            assert CLIENT.get(server.base + path).status_code == 200
        assert server.metric("youju_questions_refused_total") == 3
        server.let(9)
        assert [one.result().status_code for one in [first, *waiting]] == [200] * 3
        assert sorted(server.asked()) == ["问0", "问1", "问2"]
        server.let(9)
        assert server.ask(3, stream=stream).status_code == 200


def test_a_question_that_nobody_waits_for_any_more_is_never_asked(library: Library) -> None:
    with Pace(library, concurrency=1, queue=30) as server:
        first = server.pool.submit(server.ask, 0)
        soon(lambda: server.metric("youju_questions_in_progress") == 1)
        for n in range(1, 25):
            body = json.dumps({"question": f"问{n}", "stream": n % 2 == 0}).encode()
            with connected(server.base) as one:
                head = (
                    b"POST /ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                )
                one.sendall(head + b"content-length: %d\r\n\r\n" % len(body) + body)
                soon(lambda: server.metric("youju_questions_waiting") > 0)
            soon(lambda: server.metric("youju_questions_waiting") == 0)
        last = server.pool.submit(server.ask, 30)
        soon(lambda: server.metric("youju_questions_waiting") == 1)
        server.let(9)
        assert first.result().status_code == last.result().status_code == 200
        assert server.asked() == ["问0", "问30"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_answer_that_takes_too_long_is_given_up(library: Library, stream: bool) -> None:
    with Pace(library, concurrency=1, deadline_s=0.3) as server:
        told = server.ask(0, stream=stream)
        if stream:
            assert "urn:youju:problem:took-too-long" in told.text.split("event: error")[1]
        else:
            assert told.status_code == 504
            assert told.json()["type"] == "urn:youju:problem:took-too-long"
        # Its thread is still at it: the next one waits, and is given up, too.
        assert "took-too-long" in server.ask(1, stream=stream).text
        assert server.asked() == ["问0"]
        server.let(9)
        soon(lambda: server.metric("youju_questions_in_progress") == 0)
        assert server.metric('youju_late_total{stage="total"}') == 2
        server.let(9)
        assert server.ask(2, stream=stream).status_code == 200


SLOWED = {
    "understand": "server.answer.settle",
    "retrieve": "server.evidence.find.Search.find",
    "decide": "server.answer.decide",
    "write": "server.writers.extractive.ExtractiveWriter.write",
    "verify": "server.verify.gate.Gate.check",
}
ASKED = "年旅客吞吐量达到多少？"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("stage", SLOWED)
def test_a_stage_that_takes_too_long_is_told_and_counted(
    library: Library, monkeypatch: pytest.MonkeyPatch, stage: str, stream: bool
) -> None:
    monkeypatch.setattr("server.stages.SHARES", dict.fromkeys(SHARES, 1.0) | {stage: 0.005})
    gate, real = threading.Event(), pkgutil.resolve_name(SLOWED[stage])

    def slow(*of: object, **more: object) -> object:
        gate.wait(PATIENCE_S)
        return real(*of, **more)

    monkeypatch.setattr(SLOWED[stage], slow)
    settings = Settings(library=library.path, deadline_s=60, timeout_s=0.001)
    with serving(settings, Answerer(library, settings), library) as base:
        told = CLIENT.post(f"{base}/ask", json={"question": ASKED, "stream": stream})
        gate.set()
        said = told.text.split("event: error")[1] if stream else told.text
        assert "urn:youju:problem:took-too-long" in said
        assert f"The stage '{stage}' was not done within 0.3" in said
        assert stream or told.status_code == 504
        metrics = CLIENT.get(f"{base}/metrics").text
        late = {one: f'youju_late_total{{stage="{one}"}} 1.0' in metrics for one in SLOWED}
        assert late == {one: one == stage for one in SLOWED}


def test_a_model_that_is_too_slow_is_counted_and_gone_on_without(library: Library) -> None:
    with chat_server(Script(["甲"], gate=threading.Semaphore(0))) as model:
        settings = Settings(
            library=library.path, engine="openai", api_base=model, model="m", timeout_s=0.3
        )
        with serving(settings, Answerer(library, settings), library) as base:
            told = CLIENT.post(f"{base}/ask", json={"question": ASKED}).json()
            assert told["reason"] == FELL_BACK
            assert "4000万" in told["answer"]
            assert 'youju_late_total{stage="write"} 1.0' in CLIENT.get(f"{base}/metrics").text


def test_stages_that_take_turns_have_what_their_turns_took() -> None:
    stages = Stages()
    stages.enter("write")
    with stages.within("verify"):
        time.sleep(0.02)
    with stages.within("verify"):
        time.sleep(0.02)
        assert stages.over({"verify": 0.03, "total": 60}) == "verify"
    assert stages.over({"verify": 0.03, "total": 60}) == ""  # it is not at it any more
    taken = stages.ms
    assert taken["verify"] >= 40
    assert taken["write"] < taken["total"]
    assert stages.over({"total": 0.0}) == "total"


def test_who_waits_too_long_is_told_to_come_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.admission.WAIT_S", 0.2)
    with Pace(library, concurrency=1) as server:
        first = server.pool.submit(server.ask, 0)
        soon(lambda: server.metric("youju_questions_in_progress") == 1)
        assert server.ask(1).status_code == 503
        told = server.ask(2, stream=True)
        assert "urn:youju:problem:overloaded" in told.text.split("event: error")[1]
        server.let(9)
        assert first.result().status_code == 200
        assert server.metric("youju_questions_waiting") == 0
        assert server.metric('youju_late_total{stage="wait"}') == 2


def test_the_forms_wait_their_turn_like_the_others(library: Library) -> None:
    with Pace(library, concurrency=1, queue=0) as server:
        first = server.pool.submit(server.ask, 0)
        soon(lambda: server.metric("youju_questions_in_progress") == 1)
        page = {"accept": "text/html", "accept-language": "zh"}
        told = CLIENT.post(f"{server.base}/", data={"question": "问1"}, headers=page)
        assert told.status_code == 503
        assert "提问的人太多" in told.text
        texts = {"model": "youju-embedding", "input": "一"}
        embedded = CLIENT.post(f"{server.base}/v1/embeddings", json=texts)
        assert embedded.status_code == 503
        server.let(9)
        assert first.result().status_code == 200


def test_the_built_in_writer_stops_when_nobody_waits(library: Library) -> None:
    answerer = Answerer(library)
    question = Question("年旅客吞吐量达到多少？")
    events = answerer.stream(question)
    assert next(iter(events)).name == "query"
    question.stop.set()
    with pytest.raises(Stopped):
        next(iter(events))
    with pytest.raises(Stopped):
        answerer.ask(question)


# ---- slow clients ------------------------------------------------------------------------------


def closed(one: socket.socket) -> bool:
    """Whether the server has closed a connection, as far as it has been heard of."""
    try:
        while one.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    return True


def test_slow_headers_and_bodies_are_cut_off(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.connections.HEADER_S", 0.3)
    monkeypatch.setattr("server.web.middleware.BODY_S", 0.3)
    with serving(Settings(library=library.path), object(), library) as base:
        with connected(base) as silent, connected(base) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ")
            assert closed(silent)
            assert closed(slow)
        with connected(base) as one:
            one.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            assert one.recv(4096).startswith(b"HTTP/1.1 200")
            one.sendall(b"G")  # a second request on the same connection
            assert closed(one)
        with connected(base) as one:
            one.sendall(
                b"POST /ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                b'content-length: 90\r\n\r\n{"question"'
            )
            assert one.recv(4096).startswith(b"HTTP/1.1 408")


def test_a_client_that_takes_nothing_is_cut_off(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.connections.STALLED_S", 0.3)
    with serving(Settings(library=library.path), object(), library) as base, connected(base) as one:
        one.sendall(b"GET /sources/long.txt HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        soon(lambda: _connections(base) == 1)  # ours alone is left
        assert closed(one)


def _connections(base: str) -> float:
    lines = CLIENT.get(f"{base}/metrics").text.splitlines()
    return float(next(x for x in lines if x.startswith("youju_connections ")).split()[1])


def test_hundreds_of_slow_connections_keep_nobody_out(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.connections.most", lambda: 60)
    with serving(Settings(library=library.path), object(), library) as base, ExitStack() as stack:
        for _ in range(200):
            one = stack.enter_context(connected(base))
            one.sendall(b"GET / HTTP/1.1\r\nhost: ")
        for path in INSTANT:
            assert CLIENT.get(base + path).status_code == 200
        assert _connections(base) <= 61


IDLE = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
UNSENT = (
    b"POST /ask HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    b"content-length: 90\r\nexpect: 100-continue\r\n\r\n"
)


@pytest.mark.parametrize("sent", [IDLE, UNSENT], ids=["idle", "body"])
def test_connections_that_are_kept_or_half_asked_keep_nobody_out(
    library: Library, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("server.web.connections.most", lambda: 60)
    with serving(Settings(library=library.path), object(), library) as base, ExitStack() as stack:
        for _ in range(100):
            one = stack.enter_context(connected(base))
            one.sendall(sent)
            assert one.recv(1)  # it has been read, and the body is waited for
        for path in INSTANT:
            assert CLIENT.get(base + path).status_code == 200
        assert _connections(base) <= 61


def test_a_kept_connection_outlasts_those_of_clients_and_proxies() -> None:
    """Who closes first loses what the other sends at that moment: httpx keeps one 5 s, nginx 60."""
    assert config_of(object(), "127.0.0.1", 0).timeout_keep_alive > 60
