"""Reading in what was handed over: nothing is lost, nothing stops the others, nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import IndexConfig, Library, LibraryBusy, Skipped
from index.store.incoming import KEPT
from server.upkeep import intake as module
from server.upkeep.intake import Intake


@pytest.fixture
def library(tmp_path: Path, catalogue_at: Callable[[], str]) -> Library:
    return Library(tmp_path / "library", IndexConfig(embedder="hash"), database=catalogue_at())


def handed(library: Library, count: int) -> str:
    job = library.incoming.begin(count)
    for n in range(count):
        library.incoming.put(job, n, f"{n}.txt", f"第{n}座灯塔高四十一米。".encode())
    return job


def read_in(library: Library) -> Intake:
    """Read in all there is, and return once it is."""
    intake = Intake(library)
    intake.wake()
    thread = intake._thread
    if thread is not None:
        thread.join(30)
    return intake


def statuses(library: Library, job: str) -> list[str]:
    return [f.status for f in sorted(library.incoming.files(job, 99), key=lambda f: f.n)]


def test_what_a_server_that_died_had_begun_is_read_in(library: Library) -> None:
    job = handed(library, 3)
    assert library.incoming.group(2, 10**6)  # taken, and never heard of again
    library.close()
    read_in(library)
    assert statuses(library, job) == ["added"] * 3
    assert not (library.path / "incoming" / job).exists()
    assert library.count() == 3


def test_a_group_that_fails_is_read_file_by_file(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = library.add_texts

    def failing(files: Iterator[tuple[str, bytes]], progress: object) -> object:
        assert progress
        given = list(files)
        if any(name == "1.txt" for name, _ in given):
            raise RuntimeError("an accident")
        return add(given)

    monkeypatch.setattr(library, "add_texts", failing)
    job = handed(library, 3)
    read_in(library)
    assert statuses(library, job) == ["added", "skipped", "added"]
    (told,) = [f for f in library.incoming.files(job, 99) if f.skipped]
    assert told.skipped[0].kind == "fault"


def test_a_busy_library_is_waited_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    add, tries = library.add_texts, []

    def busy(files: Iterator[tuple[str, bytes]], progress: object) -> object:
        assert progress
        tries.append(1)
        if len(tries) < 3:
            raise LibraryBusy("another process writes")
        return add(files)

    monkeypatch.setattr(library, "add_texts", busy)
    monkeypatch.setattr(module, "BUSY_S", 0.01)
    job = handed(library, 1)
    read_in(library)
    assert statuses(library, job) == ["added"]


def test_what_is_cancelled_while_it_is_read_has_not_happened(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.0)
    job = handed(library, 3)
    other = handed(library, 1)
    watched = Intake._watched

    def cancelling(self: Intake, of: str) -> Callable[[str, int, int | None], None]:
        note = watched(self, of)

        def cancel(stage: str, done: int, total: int | None) -> None:
            if of == job and stage == "embed":
                library.incoming.cancel(job)
            note(stage, done, total)

        return cancel

    monkeypatch.setattr(Intake, "_watched", cancelling)
    read_in(library)
    assert statuses(library, job) == ["cancelled"] * 3
    assert statuses(library, other) == ["added"]
    assert library.count() == 1
    assert library.check() == []
    library.incoming.put(job, 3, "3.txt", b"late")
    assert statuses(library, job) == ["cancelled"] * 4
    assert not (library.path / "incoming" / job).exists()


def test_a_file_that_comes_twice_is_read_in_once(library: Library) -> None:
    job = handed(library, 1)
    read_in(library)
    library.incoming.put(job, 0, "0.txt", "第0座灯塔高四十一米。".encode())
    read_in(library)
    assert statuses(library, job) == ["added"]
    assert not (library.path / "incoming" / job).exists()


def test_finished_jobs_are_kept_for_a_while(library: Library) -> None:
    unread = handed(library, 1)
    done = []
    for _ in range(KEPT + 2):
        done.append(library.incoming.begin(1))
        library.incoming.refuse(done[-1], 0, "a.mp3", Skipped("a.mp3", "format: no"))
    assert library.incoming.job(done[0]) is None
    assert library.incoming.job(done[-1]) is not None
    assert library.incoming.job(unread) is not None


def test_a_group_is_of_one_job_and_not_too_large(library: Library) -> None:
    first, second = handed(library, 3), handed(library, 1)
    size = len("第0座灯塔高四十一米。".encode())
    group = library.incoming.group(64, 2 * size)
    assert group is not None
    assert (group.job, [n for n, _, _ in group.files]) == (first, [0, 1])
    library.incoming.cancel(first)
    after = library.incoming.group(64, 2 * size)
    assert after is not None
    assert after.job == second


def test_servers_that_share_a_catalogue_read_in_what_came_to_them(
    tmp_path: Path, postgres: str
) -> None:
    one, other = (
        Library(tmp_path / name, IndexConfig(embedder="hash"), database=postgres)
        for name in ("one", "other")
    )
    first, second = handed(one, 2), handed(other, 1)
    other.incoming.put(first, 2, "2.txt", "第2座灯塔高四十一米。".encode())
    read_in(other)
    assert statuses(one, first) == ["waiting", "waiting", "added"]
    assert statuses(one, second) == ["added"]
    read_in(one)
    assert statuses(other, first) == ["unchanged", "added", "added"]  # both had a 0.txt
    third = handed(one, 1)
    other.incoming.cancel(third)
    other.incoming.forget()
    one.incoming.begin(1)
    assert not (one.path / "incoming" / third).exists()
