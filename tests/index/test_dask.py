"""A Dask cluster makes the same library, whatever happens to its workers."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from content import content_of, some_news

from index import Cluster, IndexConfig, Library, LibraryInaccessible, cluster, dask_cluster
from index.cores import Cores
from index.store.database import FILE
from server import cli

ROOT = Path(__file__).parents[2]
CONFIG = IndexConfig(embedder="static")
ARTICLES = 120

#: A worker that has been silent so long is given up by the scheduler.
SILENT_S = 1.0


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of Dask's, on the loopback; killed at the end, whatever became of it."""
    settings = {
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": f"{SILENT_S}s",
        "PYTHONPATH": str(ROOT),
    }
    words = [sys.executable, "-m", "dask", *command, "--host=127.0.0.1", "--no-dashboard"]
    process = subprocess.Popen(words, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    with process("scheduler", "--port=0", f"--scheduler-file={file}"):
        yield str(json.loads(once(file.exists, file.read_text))["address"])


Workers = Callable[[int], list[subprocess.Popen[bytes]]]


@pytest.fixture(scope="module")
def workers(scheduler: str) -> Iterator[Workers]:
    """That many workers of one thread, started where those of the test before are gone."""
    running: list[subprocess.Popen[bytes]] = []
    with ExitStack() as all_of:

        def at_work(wanted: int) -> list[subprocess.Popen[bytes]]:
            running[:] = [worker for worker in running if worker.poll() is None]
            for _ in range(wanted - len(running)):
                command = ("worker", scheduler, "--no-nanny", "--nthreads=1")
                running.append(all_of.enter_context(process(*command)))
            return list(running)

        yield at_work


def once(ready: Callable[[], object], then: Callable[[], str]) -> str:
    for _ in range(600):
        if ready():
            return then()
        time.sleep(0.05)
    raise AssertionError("not ready in time")


@contextmanager
def joined(scheduler: str, workers: int) -> Iterator[Cluster]:
    """The cluster once it has that many workers."""
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=30)
    with dask_cluster(scheduler) as found:
        assert found.width == workers
        yield found


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return some_news(tmp_path_factory.mktemp("news") / "news.jsonl", ARTICLES)


@pytest.fixture(scope="module")
def alone(news: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the library holds that no cluster has helped to make."""
    with Library(news.parent / "alone", CONFIG) as library:
        library.update([news])
    return content_of(news.parent / "alone" / FILE)


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.update._BATCH", 2)
    monkeypatch.setattr("index.update._EMBEDDED", 10)


class Trouble:
    """Called as an update's progress: stops one worker amid its work; then ``then`` has the say."""

    def __init__(
        self, worker: subprocess.Popen[bytes], then: signal.Signals, after_s: float
    ) -> None:
        self.worker = worker
        self.timer = threading.Timer(after_s, worker.send_signal, [then])
        self.done_when_stopped: int | None = None

    def __call__(self, stage: str, done: int, total: int | None) -> None:  # noqa: ARG002
        if stage == "read" and done >= ARTICLES // 6 and self.done_when_stopped is None:
            self.worker.send_signal(signal.SIGSTOP)
            self.done_when_stopped = done
            self.timer.start()
        if stage == "embed":
            self.timer.join()


@pytest.mark.parametrize(
    ("then", "after_s"),
    [(signal.SIGKILL, 0.2), (signal.SIGCONT, 3 * SILENT_S)],
    ids=["killed", "cut off, and back"],
)
def test_the_library_is_the_same_when_a_worker_is_lost(
    tmp_path: Path,
    scheduler: str,
    workers: Workers,
    news: Path,
    alone: dict[str, list[tuple[object, ...]]],
    caplog: pytest.LogCaptureFixture,
    then: signal.Signals,
    after_s: float,
) -> None:
    lost = workers(2)[0]
    trouble = Trouble(lost, then, after_s)
    with joined(scheduler, 2) as helping, Library(tmp_path / "lib", CONFIG) as library:
        report = library.update([news], progress=trouble, cluster=helping)
    lost.kill()  # one that came back is of no use to the next test
    lost.wait()
    assert report.added == ARTICLES
    assert trouble.done_when_stopped
    assert content_of(tmp_path / "lib" / FILE) == alone
    assert "here" not in caplog.text  # the other worker did what the lost one left


def test_the_command_sends_portions_to_the_cluster(
    tmp_path: Path,
    scheduler: str,
    workers: Workers,
    news: Path,
    alone: dict[str, list[tuple[object, ...]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert workers(1)
    library = tmp_path / "lib"
    words = ["index", str(news), f"--library={library}", "--embedder=static"]
    assert cli.run([*words, f"--dask={scheduler}"]) == 0
    assert f"added {ARTICLES}" in capsys.readouterr().out
    assert content_of(library / FILE) == alone


def test_a_scheduler_that_is_not_there_is_named(
    tmp_path: Path, news: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        words = ["index", str(news), f"--library={tmp_path / 'lib'}", f"--dask={address}"]
        assert cli.run(words) == 1
    assert f"no Dask scheduler answers at {address}" in capsys.readouterr().err


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LibraryInaccessible) as raised, dask_cluster("tcp://127.0.0.1:1"):
        pass
    assert "youju[dask]" in raised.value.hint


# ---- what no worker does ----


def test_a_cluster_that_does_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("index.cores.PATIENCE_S", 0.1)
    asleep = threading.Event()

    def work(n: int) -> int:
        if threading.current_thread() is not threading.main_thread():
            asleep.wait()
        return n * n

    with ThreadPoolExecutor(1) as threads:
        cores = Cores(work, alone=10, cluster=Cluster(threads, 1))
        made = [pair for n in range(6) for pair in cores.put(n)] + cores.rest()
        asleep.set()
    assert made == [(n, n * n) for n in range(6)]
    assert caplog.text.count("waited for no longer") == 1


def test_a_worker_of_another_version_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = count()
    monkeypatch.setattr(cluster, "_code", lambda: ("0", next(numbers)))
    with caplog.at_level(logging.WARNING), ThreadPoolExecutor(1) as threads:
        cores = Cores(lambda n: (n, threading.current_thread().name), cluster=Cluster(threads, 1))
        made = [*cores.put(1), *cores.rest()]
    assert made == [(1, (1, threading.main_thread().name))]
    assert "a worker has Youju" in caplog.text
