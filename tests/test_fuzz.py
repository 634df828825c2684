"""What nobody meant, some of it at each run: `python -m benchmarks.fuzz` tries 200,000."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import TARGETS
from index.reading.files import read

#: What takes a part of a second each is tried less often.
TRIES = {"asking": 6, "files": 40, "zips": 25, "claims": 25, "splitting": 50}


# What a library leaves open when a file breaks off is closed with it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", TARGETS)
def test_what_nobody_meant_is_read_or_refused(name: str) -> None:
    @settings(
        max_examples=TRIES.get(name, 100),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(max_size=60))
    def one(data: bytes) -> None:
        TARGETS[name][0](data)

    one()


def test_a_file_without_a_name_in_a_zip_is_left_out(tmp_path: Path) -> None:
    """It was an accident that ended the whole update."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(zipfile.ZipInfo("甲.txt"), "汉字一行。")
        nameless = zipfile.ZipInfo("x")
        nameless.filename = ""
        package.writestr(nameless, "汉字一行。")
    assert [found.name for found in read(path, name="a.zip", max_bytes=10**6)] == ["a.zip#甲.txt"]
