"""A server that is told to stop: nobody is left without a word, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from conftest import ARTICLES, three_articles
from fakes import ScriptedAnswerer, serving, written

from index import IndexConfig, Library
from index.store.check import Part
from server.errors import ShuttingDown
from server.records import Question
from server.services import Services
from server.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0
#: A new connection for each request.
CLIENT = httpx.Client(
    timeout=PATIENCE_S, limits=httpx.Limits(max_connections=None, max_keepalive_connections=0)
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library(tmp_path_factory.mktemp("stop") / "library", IndexConfig(embedder="hash"))
    for name, text in ARTICLES.items():
        made.add_text(name, text.encode())
    return made


def soon(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


# ---- in this process: what each kind of request is told --------------------------------------------


class Stopping(NamedTuple):
    """A server, what it works with, what lets its answers go on, and what tells it to stop."""

    base: str
    services: Services
    gate: threading.Semaphore
    answerer: ScriptedAnswerer
    tell: Callable[[], None]


@contextmanager
def stopping(
    library: Library, monkeypatch: pytest.MonkeyPatch, grace_s: float
) -> Iterator[Stopping]:
    monkeypatch.setattr("server.services.CLOSE_S", 0.0)
    monkeypatch.setattr("server.services.GRACE_S", grace_s)
    gate = threading.Semaphore(0)
    words = {f"问{n}": written(Question(f"问{n}"), "答。") for n in range(4)}
    answerer = ScriptedAnswerer(words, gate)
    made: list[tuple[Services, asyncio.AbstractEventLoop]] = []

    def note(services: Services) -> None:
        made.append((services, asyncio.get_running_loop()))

    monkeypatch.setattr(Services, "heed_signals", note)
    own = Library(library.path, lock_timeout_s=0.0)
    settings = Settings(library=library.path, concurrency=2, queue=4)
    with serving(settings, answerer, own) as base:
        services, loop = made[0]
        monkeypatch.setattr(services, "ending", lambda: None)

        def tell() -> None:
            """As SIGTERM tells it: on the event loop."""
            loop.call_soon_threadsafe(services.begin_shutdown)
            soon(lambda: services.admission.closed)
            assert CLIENT.get(f"{base}/healthz").status_code == 200

        yield Stopping(base, services, gate, answerer, tell)
        gate.release(1000)


def ask(base: str, n: int, results: list[httpx.Response], **more: object) -> threading.Thread:
    def post() -> None:
        results.append(CLIENT.post(f"{base}/ask", json={"question": f"问{n}", **more}))

    thread = threading.Thread(target=post)
    thread.start()
    return thread


def test_what_was_begun_is_ended_and_nothing_new_is(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stopping(library, monkeypatch, 60.0) as (base, services, gate, answerer, tell):
        results: list[httpx.Response] = []
        threads = [ask(base, 0, results), ask(base, 1, results, stream=True)]
        soon(lambda: len(answerer.asked) == 2)
        threads.append(ask(base, 2, results))
        soon(lambda: services.admission.waiting == 1)
        tell()
        refused = CLIENT.post(f"{base}/ask", json={"question": "问3"})
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:youju:problem:shutting-down"
        assert "Ask again" in refused.json()["hint"]
        assert int(refused.headers["retry-after"]) > 0
        upload = CLIENT.post(f"{base}/sources", files={"files": ("n.txt", "新。".encode())})
        assert upload.status_code == 503
        gate.release(1000)
        for thread in threads:
            thread.join(PATIENCE_S)
        assert [one.status_code for one in results] == [200] * 3
        assert any("event: done" in one.text for one in results)


def test_what_does_not_end_in_time_says_ask_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stopping(library, monkeypatch, 0.2) as (base, services, _, answerer, tell):
        results: list[httpx.Response] = []
        chat = {"messages": [{"role": "user", "content": "问2"}], "model": "youju", "stream": True}
        threads = [ask(base, 0, results), ask(base, 1, results, stream=True)]
        soon(lambda: len(answerer.asked) == 2)
        threads.append(ask(base, 2, results, stream=True))  # still waits
        chats: list[httpx.Response] = []
        threads.append(
            threading.Thread(
                target=lambda: chats.append(CLIENT.post(f"{base}/v1/chat/completions", json=chat))
            )
        )
        threads[-1].start()
        soon(lambda: services.admission.waiting == 2)
        tell()
        for thread in threads:
            thread.join(PATIENCE_S)
        plain = [one for one in results if one.status_code == 503]
        streams = [one.text for one in results if one.status_code == 200]
        assert [one.json()["type"] for one in plain] == ["urn:youju:problem:shutting-down"]
        assert len(streams) == 2
        for text in [*streams, *(one.text for one in chats)]:
            assert ShuttingDown().args[0] in text
            assert "event: done" not in text
        assert chats[0].text.rstrip().endswith("data: [DONE]")


def test_an_update_is_ended_by_a_server_that_stops(tmp_path: Path) -> None:
    """At its next step; nothing of it has happened then."""
    own = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    own.add_text("a.txt", ARTICLES["airport.txt"].encode())
    steps: list[str] = []

    def step(stage: str, *_: int | None) -> None:
        steps.append(stage)
        own.interrupt()

    three_articles(tmp_path / "in")
    with pytest.raises(Exception, match="is being closed"):
        own.update([tmp_path / "in"], progress=step)
    assert len(steps) == 1
    assert own.count() == 1
    assert own.check() == []


# ---- a real process -----------------------------------------------------------------------------


@contextmanager
def process(*more: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "server", "serve", "--embedder", "hash", "--port", str(port)]
    with (folder / "log").open("ab") as log:
        running = subprocess.Popen(
            [*command, "--library", str(folder / "library"), *more],
            cwd=ROOT,
            env=os.environ | {"YOUJU_SEEDS": str(folder / "in")},
            stderr=log,
        )
        try:
            yield running, f"http://127.0.0.1:{port}"
        finally:
            running.kill()
            running.wait()


def up(base: str, running: subprocess.Popen[bytes]) -> bool:
    assert running.poll() is None
    try:
        return CLIENT.get(f"{base}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_a_restart_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(ARTICLES["airport.txt"], encoding="utf-8")
    kept: list[str] = []
    talks: list[str] = []
    ending = threading.Event()

    def load(base: str) -> None:
        """Upload and ask until the server takes nothing any more."""
        for n in range(1000):
            try:
                name = f"n{n}.txt"
                data = (name, f"第{n}号塔高{n + 30}米。".encode())
                if CLIENT.post(f"{base}/sources", files={"files": data}).status_code == 201:
                    kept.append(name)
                said = CLIENT.post(f"{base}/ask", json={"question": "年旅客吞吐量达到多少？"})
                if said.status_code == 200:
                    talks.append(said.json()["conversation_id"])
            except httpx.TransportError:
                if ending.is_set():
                    return
                raise

    with process(folder=tmp_path) as (running, base):
        soon(lambda: up(base, running))
        thread = threading.Thread(target=load, args=(base,))
        thread.start()
        soon(lambda: len(talks) > 1)
        CLIENT.post(f"{base}/index")  # indexing again meanwhile
        ending.set()
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) == 0
        thread.join(PATIENCE_S)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log
    with Library(tmp_path / "library") as library:
        names = {source.name for source in library.sources()}
        assert set(kept) <= names
        assert {c.id for c in library.conversations.latest()} >= set(talks)
        # An update that was stopped amid its work may leave its unfinished folder behind.
        assert {fault.part for fault in library.check()} <= {Part.LEFTOVER}


def test_a_build_that_is_told_to_stop_stops(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for n in range(1500):
        text = ARTICLES["airport.txt"].replace("T3B", f"T{n}")
        (tmp_path / "in" / f"{n}.txt").write_text(text, encoding="utf-8")
    with process(folder=tmp_path) as (running, _):
        soon(lambda: (tmp_path / "library" / "staging.sqlite").exists())
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_S) == 0
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
    assert not (tmp_path / "library" / "staging.sqlite").exists()
    with Library(tmp_path / "library") as library:
        assert library.count() == 0
