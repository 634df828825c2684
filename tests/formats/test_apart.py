"""The process that reads files apart: it dies, hangs and fills up, and the next file is read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import SourceError
from index.reading.apart import child
from index.reading.apart.child import Apart


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Apart]:
    """Its readers are put in place of the real ones by a module that comes first on its path."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, time\n"
        "import index.reading.apart.readers as readers\n"
        "from index.reading.apart.document import Document\n"
        "readers.CONVERTERS = {\n"
        "  '.ok': lambda data: Document(f'{os.getpid()} {data.decode()}'),\n"
        "  '.dies': lambda data: os.kill(os.getpid(), 9),\n"
        "  '.hangs': lambda data: time.sleep(60),\n"
        "  '.spins': lambda data: [0 for _ in iter(int, 1)],\n"
        "  '.fills': lambda data: Document(str(len(b'x' * 2**33))),\n"
        "  '.prints': lambda data: (print('noise'), Document('quiet'))[1],\n"
        "  '.nests': lambda data: (lambda f: f(f))(lambda f: f(f)),\n"
        "  '.fails': lambda data: 1 / 0,\n"
        "}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    made = Apart(seconds=1.5)
    yield made
    made.close()


def text(apart: Apart, suffix: str, data: bytes = b"a") -> str:
    return str(apart.ask({"suffix": suffix}, data)[0]["parts"][0]["text"])


def test_one_process_reads_many_files(apart: Apart) -> None:
    assert len({text(apart, ".ok").split()[0] for _ in range(20)}) == 1


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        (".dies", "crashed"),
        (".hangs", "slow"),
        (".spins", "slow"),
        (".fills", "oversize"),
        (".nests", "corrupt"),
        (".fails", "corrupt"),
    ],
)
def test_what_a_file_does_to_it_is_told_and_the_next_is_read(
    apart: Apart, suffix: str, kind: str
) -> None:
    text(apart, ".ok")
    with pytest.raises(SourceError, match=f"^{kind}") as caught:
        apart.ask({"suffix": suffix}, b"x")
    assert caught.value.hint
    assert text(apart, ".ok", b"next").endswith("next")


def test_what_a_library_prints_is_no_answer(apart: Apart) -> None:
    assert text(apart, ".prints") == "quiet"


def test_a_worn_out_process_is_replaced(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "FILES", 2)
    assert len({text(apart, ".ok").split()[0] for _ in range(6)}) == 3


def test_it_is_let_go_when_nobody_asks(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "IDLE", 0.1)
    number = int(text(apart, ".ok").split()[0])
    time.sleep(1.5)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert text(apart, ".ok")
