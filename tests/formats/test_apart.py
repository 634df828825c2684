"""The process that reads files apart: it dies, hangs and fills up, and the next file is read."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexConfig, Library, SourceError
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


def test_nothing_that_a_file_names_is_fetched_or_opened(tmp_path: Path) -> None:
    """Pages, feeds and documents that name a server of ours, and a file of the machine."""
    secret = tmp_path / "secret"
    secret.write_text("绝密", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as asked:
        web = f"http://127.0.0.1:{asked.getsockname()[1]}/x"
        inner = f'<!DOCTYPE r [<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY w SYSTEM "{web}">]>'
        feed = "<item><title>甲</title><description>塔高三十米。&f;&w;</description></item>"
        page = (
            f'<html><head><base href="{web}"><link rel="stylesheet" href="{web}"></head><body>'
            f'<img src="{web}"><iframe src="{secret.as_uri()}"></iframe><p>塔高四十米。</p></body></html>'
        )
        files = {
            "a.html": page,
            "b.md": f"![图]({web})\n\n![件]({secret.as_uri()})\n\n塔高五十米。\n",
            "c.rss": f'<?xml version="1.0"?>{inner}<rss version="2.0"><channel>{feed}</channel></rss>',
            "d.xhtml": f'<?xml version="1.0"?>{inner.replace("DOCTYPE r", "DOCTYPE html")}{page}',
        }
        with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
            told = library.add_texts([(n, text.encode()) for n, text in files.items()])
            added = [upload.name for upload in told if upload.status == "added"]
            texts = "".join(library.source(s.name).text for s in library.sources())
        asked.settimeout(0.0)
        with pytest.raises(BlockingIOError):
            asked.accept()
    assert {"a.html", "b.md"} <= set(added)
    assert "绝密" not in texts
