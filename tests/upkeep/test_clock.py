"""The clock is put back, or forward, by hours: nothing hangs, ends early, or is lost."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index import IndexConfig, Library, Skipped
from index.retrieve import Retriever
from server.chat import spool
from server.chat.date_groups import by_period
from server.chat.spool import Spool
from server.errors import StreamLost
from server.upkeep.trash import KEPT, Trash
from server.web.access import Access
from server.web.rates import Rates
from server.web.routes.uploads import _state

HOURS = 3 * 3600.0
SetClock = Callable[[float], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """By so many seconds, for all that asks what time it is; durations go on as they do."""
    real = time.time

    def by(seconds: float) -> None:
        def now() -> str:
            return datetime.fromtimestamp(real() + seconds, UTC).isoformat(timespec="seconds")

        monkeypatch.setattr(time, "time", lambda: real() + seconds)
        for module in ("conversations", "bin", "incoming", "catalogue"):
            monkeypatch.setattr(f"index.store.{module}.now", now, raising=False)

    return by


def date(path: Path, seconds: float) -> None:
    """A file as if it had been written by a clock that was put so far."""
    at = path.stat().st_mtime + seconds
    os.utime(path, (at, at))


@pytest.mark.parametrize("by", [-HOURS, HOURS])
def test_rates_and_guesses_are_counted_by_time_that_passes(
    by: float, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, real = 0.0, time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed)
    rates = Rates("2/minute")
    assert [rates.request("anna") for _ in range(2)] == [0, 0]
    for _ in range(10):
        rates.failed("192.0.2.1")
    set_clock(by)
    assert 50 < rates.request("anna") <= 60
    assert 50 < rates.sign_in("192.0.2.1") <= 60
    passed = 61.0
    assert (rates.request("anna"), rates.sign_in("192.0.2.1")) == (0, 0)


def test_rates_forget_who_has_not_asked_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    passed, real = 0.0, time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed)
    monkeypatch.setattr("server.web.rates._KNOWN", 5)
    rates = Rates("2/minute")
    for n in range(5):
        rates.request(str(n))
    passed = 61.0
    rates.request("anna")
    assert len(rates._hits) == 1


@pytest.mark.parametrize("by", [-HOURS, HOURS])
def test_a_stream_whose_maker_died_ends_and_one_that_lives_goes_on(
    by: float, tmp_path: Path, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "DEAD_S", 0.3)
    maker = Spool(tmp_path / "spool").begin("a1")
    reader = Spool(tmp_path / "spool").get("a1")
    assert reader

    async def followed() -> list[bytes]:
        following = asyncio.create_task(_all(reader.follow()))
        for n in range(3):  # one that speaks at times
            await asyncio.sleep(0.15)
            maker.append(b"%d" % n)
            set_clock(by)
            date(maker.folder / "events", -by)
        return await asyncio.wait_for(following, 30)

    assert asyncio.run(followed()) == [b"0", b"1", b"2"]
    assert maker.read_within(20.0)  # the reader has said so by its own clock


async def _all(events: AsyncIterator[bytes]) -> list[bytes]:
    """Until there is nothing to come any more."""
    found = []
    with suppress(StreamLost):
        async for event in events:
            found.append(event)
    return found


def test_the_last_deletions_can_be_undone(tmp_path: Path, library: Library) -> None:
    trash, folder = Trash(tmp_path / "deleted"), tmp_path / "deleted"
    for n in range(KEPT + 2):
        library.add_text(f"{n}.txt", f"第{n}号塔高{n + 30}米。".encode())
        trash.delete(library, f"{n}.txt")
        if n == KEPT - 1:  # the clock is put back: all that was kept is newer than what comes
            for path in folder.iterdir():
                date(path, HOURS)
    assert [n for n in range(KEPT + 2) if not trash.count(f"{n}.txt")] == [0, 1]


def test_files_that_no_longer_come_are_not_waited_for(
    library: Library, set_clock: SetClock
) -> None:
    id = library.incoming.begin(2)
    library.incoming.refuse(id, 1, "a.txt", Skipped("a.txt", "empty"))
    job = library.incoming.job(id)
    assert job
    assert _state(job) == "sending"
    set_clock(HOURS)  # it was touched when the clock stood so
    library.incoming.refuse(id, 1, "a.txt", Skipped("a.txt", "empty"))
    job = library.incoming.job(id)
    assert job
    assert _state(job) == "left"


@pytest.mark.parametrize("by", [-HOURS, HOURS])
def test_what_is_asked_added_and_deleted_is_there_in_its_order(
    by: float, tmp_path: Path, set_clock: SetClock
) -> None:
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
        library.add_text("a.txt", "甲站有水泵11台。".encode())
        before = library.version
        talks = library.conversations
        talks.save_turn("c", "甲？", {"id": "1", "citations": []})
        set_clock(by)
        talks.save_turn("c", "乙？", {"id": "2", "citations": []})
        talks.save_turn("d", "丙？", {"id": "3", "citations": []})
        library.add_text("a.txt", "甲站有水泵22台。".encode())
        assert library.version == before + 1
        (hit,) = Retriever(library.embedder).retrieve(library.snapshot(), "有多少台水泵？")
        assert hit.passage.text == "甲站有水泵22台。"
        assert [turn.question for turn in talks.turns("c")] == ["甲？", "乙？"]
        listed = talks.latest()
        assert {talk.id for talk in listed} == {"c", "d"}
        lines = [{"updated_at": talk.updated_at, "pinned": False} for talk in listed]
        periods = by_period(lines, datetime.now().astimezone() + timedelta(seconds=1))
        assert sum(len(period.conversations) for period in periods) == 2
        talks.delete("c")
        set_clock(0.0)
        assert talks.put_back("c")
        assert [turn.question for turn in talks.turns("c")] == ["甲？", "乙？"]


def test_a_signed_in_browser_stays_so_when_the_clock_goes_back(set_clock: SetClock) -> None:
    access = Access(token="t" * 32)
    cookie = access.cookie(access._owner)
    set_clock(-HOURS)
    assert access._of_cookie(cookie)
