"""Two workers over one library, as `youju serve --workers 2` runs them: real processes on one socket."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import three_articles

from index import Library
from index.store.check import PORTION, Fault, at_once
from server.answer import Answerer
from server.chat.tries import GIVE_WAY_S
from server.services import Services
from server.settings import Settings

PATIENCE_S = 300.0  # on a busy machine; it takes some five seconds
ROOT = Path(__file__).parents[2]
LIMITS = httpx.Limits(max_keepalive_connections=0)  # a new connection is any worker's


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workers")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    three_articles(folder / "in")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "server", "serve", "--workers", "2", "--embedder", "hash"]
    with (folder / "log").open("w") as written:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--library", str(folder / "library")],
            cwd=ROOT,
            env=os.environ | {"YOUJU_SEEDS": str(folder / "in"), "YOUJU_LOG_LEVEL": "debug"},
            stderr=written,
        )
        (folder / "pid").write_text(str(process.pid))
        try:
            base = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=base, limits=LIMITS, timeout=30) as one_client:
                assert soon(
                    lambda: log(folder).count("GET /readyz 200") > 8, lambda: up(one_client)
                )
                yield one_client
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(90)
    assert "Traceback" not in log(folder)


def log(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


def up(client: httpx.Client) -> None:
    try:
        client.get("/readyz")
    except httpx.TransportError:
        return


def soon(holds: Callable[[], bool], do: Callable[[], None] = lambda: None) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            return False
        do()
        time.sleep(0.1)
    return True


def ask(client: httpx.Client, question: str) -> str:
    answer: dict[str, Any] = client.post("/ask", json={"question": question}).json()
    return str(answer["answer"])


def descendants(pid: int) -> list[int]:
    children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return [one for child in children for one in (child, *descendants(child))]


def mapped(pid: int) -> dict[str, int]:
    """Kilobytes by kind."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(size) for name, size, _ in map(str.split, lines)}


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux tells it")
def test_the_models_are_in_memory_once(client: httpx.Client, folder: Path) -> None:
    """The workers are forked from a process that holds them."""
    assert client.get("/readyz").status_code == 200
    family = descendants(int((folder / "pid").read_text()))
    forked = [pid for pid in family if mapped(pid)["Shared_Dirty:"] > 100 * 1024]
    assert len(forked) == 3
    assert all(mapped(pid)["Private_Dirty:"] < 150 * 1024 for pid in forked)


def test_a_change_by_one_is_seen_by_all(client: httpx.Client) -> None:
    data = ("tower.txt", "白鹭塔高四十七米。白鹭塔建于1903年。".encode())
    assert client.post("/sources", files={"files": data}).status_code == 201
    told = [client.get("/sources").text for _ in range(12)]
    assert all("tower.txt" in one for one in told)
    assert all("1903年" in ask(client, "白鹭塔建于哪一年？") for _ in range(6))
    assert client.delete("/sources/tower.txt").status_code == 204
    assert not any("1903年" in ask(client, "白鹭塔建于哪一年？") for _ in range(6))


def test_a_stream_is_gone_on_with_by_any_worker(client: httpx.Client) -> None:
    asked = {"question": "全市机器人企业有多少家？", "stream": True, "resumable": True}
    with client.stream("POST", "/ask", json=asked) as answer:
        whole = b"".join(answer.iter_bytes()).decode()
    stream = re.search(r'"stream": ?"(\w+)"', whole)
    assert stream
    told = [client.get(f"/ask/{stream[1]}", headers={"Last-Event-ID": "1"}) for _ in range(8)]
    assert {one.status_code for one in told} == {200}
    assert len({one.text for one in told}) == 1
    assert "event: done" in told[0].text
    assert "event: query" not in told[0].text
    assert [client.delete(f"/ask/{stream[1]}").status_code for _ in range(6)] == [204] * 6
    assert client.get("/ask/nosuch").status_code == 404


def test_a_conversation_is_every_worker_s(client: httpx.Client) -> None:
    first = client.post("/ask", json={"question": "全市机器人企业有多少家？"}).json()
    talk = first["conversation_id"]
    more = {"question": "森林覆盖率呢？", "conversation_id": talk}
    for _ in range(2):
        assert client.post("/ask", json=more).status_code == 200
    told = [client.get(f"/conversations/{talk}").json() for _ in range(6)]
    assert [len(one["turns"]) for one in told] == [3] * 6


def test_a_rolling_restart_fails_no_request(client: httpx.Client, folder: Path) -> None:
    """SIGHUP: each worker is replaced by one that is ready before the old one goes."""
    begun, ended = (log(folder).count(f"{did} server process") for did in ("Started", "Finished"))
    os.kill(int((folder / "pid").read_text()), signal.SIGHUP)
    told: list[int] = []

    def use() -> None:
        told.append(client.get("/sources").status_code)
        asked = {"question": "全市机器人企业有多少家？"}
        told.append(client.post("/ask", json=asked).status_code)
        data = (f"n{len(told)}.txt", f"第{len(told)}号塔高三十米。".encode())
        told.append(client.post("/sources", files={"files": data}).status_code)

    assert soon(lambda: log(folder).count("Finished server process") == ended + 2, use)
    assert log(folder).count("Started server process") == begun + 2
    use()
    assert set(told) == {200, 201}


def test_of_workers_that_start_together_one_looks_at_the_whole_library(tmp_path: Path) -> None:
    looked, end = threading.Semaphore(0), threading.Event()

    class Watched(Library):
        def inspect(self, between: Callable[[], None] = at_once) -> list[Fault]:
            looked.release()
            end.wait(PATIENCE_S)
            between()
            return []

    settings = Settings(library=tmp_path, workers=2)
    with Watched(tmp_path) as library:
        first, second = (
            Services(settings, opened_library=library, opened_answerer=Answerer(library, settings))
            for _ in range(2)
        )
        first.inspect()
        assert looked.acquire(timeout=PATIENCE_S)
        second.inspect()
        assert soon(lambda: [one.name for one in threading.enumerate()].count("inspecting") == 1)
        assert not looked.acquire(blocking=False)
        end.set()
        assert soon(lambda: "inspecting" not in {one.name for one in threading.enumerate()})
        second.inspect()
        assert looked.acquire(timeout=PATIENCE_S)


def test_looking_at_the_whole_library_rests_while_somebody_asks(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(2 * PORTION):
        (folder / f"{number}.txt").write_text(f"第{number}号塔高三十米。", encoding="utf-8")
    settings = Settings(library=tmp_path / "library")
    with Library(settings.library) as library:
        library.update([folder])
        services = Services(
            settings, opened_library=library, opened_answerer=Answerer(library, settings)
        )

        def goes_on() -> bool:
            return "inspecting" in {one.name for one in threading.enumerate()}

        with services.tries.waiting():
            services.inspect()
            time.sleep(GIVE_WAY_S)  # its few rows are read in a twentieth of that
            assert goes_on()
        assert soon(lambda: not goes_on())
