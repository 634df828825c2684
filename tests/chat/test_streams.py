"""Every stream ends with a word, and its place is free again: whatever its disk, its maker and its readers do."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path

import pytest

from index import YoujuError
from server.admission import Admission
from server.chat import spool, streams
from server.chat.spool import Spool
from server.chat.streams import LINGER_S, Stream, Streams, StreamWork
from server.errors import StreamLost

ENDED = b"event: done\n"


class Maker:
    """Events that are made when they are let go; ``breaks`` is raised instead of the second."""

    def __init__(self, breaks: Exception | None = None) -> None:
        self.gate = threading.Semaphore(0)
        self.stop = threading.Event()
        self.breaks = breaks
        self.closed = threading.Event()

    def events(self) -> Generator[bytes]:
        try:
            yield b"query"
            assert self.gate.acquire(timeout=20)
            if self.breaks:
                raise self.breaks
            yield b"delta"
            yield ENDED
        finally:
            self.closed.set()

    def work(self, *, resumable: bool = True) -> StreamWork:
        return StreamWork(self.events(), self.stop, _told, 60.0, resumable)


def _told(number: int, why: Exception) -> bytes:
    return f"{number} {type(why).__name__}".encode()


async def followed(events: AsyncIterator[bytes]) -> list[bytes]:
    return [event async for event in events]


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within() -> None:
        await asyncio.wait_for(test(), 30)

    asyncio.run(within())


async def soon(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.01)


@pytest.fixture
def disk(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "streams")


# ---- the disk ----------------------------------------------------------------------------------


def test_a_stream_that_cannot_be_shared_is_told_all_the_same(disk: Spool, tmp_path: Path) -> None:
    """Its folder is gone, the disk is full: the place that it was given is not lost with it."""

    async def test() -> None:
        admission, all_streams, maker = Admission(1, 0), Streams(), Maker()
        all_streams.spool = disk
        shutil.rmtree(tmp_path / "streams")
        maker.gate.release()
        begun = all_streams.begin("a1", maker.work(), admission)
        assert await followed(begun) == [b"query", b"delta", ENDED]
        await soon(lambda: admission.free == 1)

    run(test)


def test_a_disk_that_fills_meanwhile_ends_no_stream(disk: Spool, tmp_path: Path) -> None:
    async def test() -> None:
        admission, all_streams, maker = Admission(1, 0), Streams(), Maker()
        all_streams.spool = disk
        begun = all_streams.begin("a1", maker.work(), admission)
        following = asyncio.create_task(followed(begun))
        await soon(lambda: bool(all_streams.get("a1").chunks))  # type: ignore[union-attr]
        shutil.rmtree(tmp_path / "streams")
        maker.gate.release()
        assert await following == [b"query", b"delta", ENDED]
        await soon(lambda: admission.free == 1)

    run(test)


def test_who_reads_a_dead_worker_s_stream_is_told(
    disk: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "DEAD_S", 0.2)

    async def test() -> None:
        made = disk.begin("a1")
        made.append(b"query")
        read = disk.get("a1")
        assert read
        events = read.follow()
        assert await anext(events) == b"query"
        with pytest.raises(StreamLost):
            await anext(events)

    run(test)


# ---- the maker ---------------------------------------------------------------------------------


@pytest.mark.parametrize("breaks", [RuntimeError("no"), YoujuError("no")])
def test_what_breaks_a_stream_is_told_to_its_reader(breaks: Exception) -> None:
    async def test() -> None:
        admission, all_streams, maker = Admission(1, 0), Streams(), Maker(breaks)
        maker.gate.release()
        told = await followed(all_streams.begin("a1", maker.work(), admission))
        assert told == [b"query", _told(2, breaks)]
        assert admission.free == 1

    run(test)


def test_a_stream_that_is_stopped_says_so() -> None:
    async def test() -> None:
        admission, all_streams, maker = Admission(1, 0), Streams(), Maker()
        begun = all_streams.begin("a1", maker.work(), admission)
        following = asyncio.create_task(followed(begun))
        stream = all_streams.get("a1")
        assert isinstance(stream, Stream)
        await soon(lambda: bool(stream.chunks))
        stream.stop()
        maker.gate.release()
        assert (await following)[-1] == b"3 AnswerStopped"
        assert await followed(stream.follow(2)) == [b"3 AnswerStopped"]
        await soon(maker.closed.is_set)

    run(test)


# ---- the reader --------------------------------------------------------------------------------


class Warped(asyncio.SelectorEventLoop):
    """A loop whose timers are due when a test says so."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def test_a_reader_who_leaves_late_has_the_whole_time_to_come_back() -> None:
    """What looked for a reader that never came stopped it under one that had just left."""

    async def test() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Warped)
        admission, all_streams, maker = Admission(1, 0), Streams(), Maker()
        begun = all_streams.begin("a1", maker.work(), admission)
        stream = all_streams.get("a1")
        assert isinstance(stream, Stream)
        for events in (begun, stream.follow()):
            assert await anext(events) == b"query"
            loop.ahead += 0.8 * LINGER_S
            await events.aclose()  # type: ignore[attr-defined]
            loop.ahead += 0.4 * LINGER_S
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not maker.stop.is_set()
        maker.gate.release()
        assert await followed(stream.follow(1)) == [b"delta", ENDED]

    with asyncio.Runner(loop_factory=Warped) as runner:
        runner.run(test())


def test_a_stream_that_nobody_comes_back_to_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LINGER_S", 0.1)

    async def test() -> None:
        admission, all_streams, maker = Admission(1, 0), Streams(), Maker()
        begun = all_streams.begin("a1", maker.work(), admission)
        assert await anext(begun) == b"query"
        await begun.aclose()  # type: ignore[attr-defined]
        await soon(maker.stop.is_set)
        maker.gate.release()
        await soon(lambda: admission.free == 1)

    run(test)
