"""The power goes, and what was not synced with it: some of `python -m benchmarks.power`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.disk import File, Folder, renamed
from benchmarks.power import HONEST, lying, sweep
from benchmarks.traced import may_trace


def test_what_was_acknowledged_outlives_the_power() -> None:
    if not may_trace():
        pytest.skip("there is no strace, or it may not trace here")
    tried, wrong = sweep(images=60)
    assert sum(tried.values()) >= 60
    assert wrong == []


def test_on_a_disk_that_lies_about_syncs_what_is_damaged_is_told() -> None:
    if not may_trace():
        pytest.skip("there is no strace, or it may not trace here")
    became, unsaid = lying(images=12)
    assert sum(became.values()) >= 12
    assert set(became) <= set(HONEST)
    assert unsaid == []


def test_the_disk_loses_what_was_not_synced_and_nothing_else(tmp_path: Path) -> None:
    disk, file = Folder(), File()
    disk.change(renamed((disk, "a", file)))
    file.write(0, b"one")
    file.sync()
    file.write(0, b"two")
    disk.lose(tmp_path / "name", lambda _: False)
    assert list((tmp_path / "name").iterdir()) == []
    disk.sync()
    disk.change(renamed((disk, "a", None), (disk, "b", file)))
    disk.lose(tmp_path / "none", lambda _: False)
    disk.lose(tmp_path / "names", lambda kind: kind == "names")
    disk.lose(tmp_path / "data", lambda kind: kind == "data")
    found = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.glob("*/*")}
    assert found == {"none/a": b"one", "names/b": b"one", "data/a": b"two"}
