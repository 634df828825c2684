"""The log of a real server: a line for each request, as text and as JSON, and what is never in it."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fakes import ScriptedAnswerer, serving, written

from index import IndexConfig, Library, YoujuError
from server.records import Question
from server.settings import Settings
from server.upkeep import logs

ARTICLE = "江北机场扩建\n\n年旅客吞吐量达到4000万人次。\n"
ASKED = "问一个秘密"
ANSWERED = {"engine": "fake", "hits": 0, "refused": False}


class Lines(logging.Handler):
    """Keeps what a log with this format holds."""

    def __init__(self, format: str) -> None:
        super().__init__()
        self.setFormatter(logs.formatter(format))
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))

    def ended(self, request: str) -> list[str]:
        """All that was said once a request has its line, which may be after its client has its answer."""
        for _ in range(2000):
            if any(request in line and " ms" in line for line in self.said):
                break
            threading.Event().wait(0.005)
        return self.said

    def of(self, request: str) -> list[dict[str, object]]:
        said = map(json.loads, self.ended(request))
        return [line for line in said if line.get("request") == request]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = Library(tmp_path_factory.mktemp("log") / "library", IndexConfig(embedder="hash"))
    library.add_text("a.txt", ARTICLE.encode())
    answers = {
        ASKED: written(Question(ASKED), "答。"),
        "坏": YoujuError("it broke", hint="Mend it."),
        "糟": ValueError("an accident"),
    }
    with serving(Settings(library=library.path), ScriptedAnswerer(answers), library) as url:
        yield url


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    handler, root = Lines(getattr(request, "param", "json")), logging.getLogger("server")
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def ask(base: str, request: str, **body: object) -> httpx.Response:
    return httpx.post(f"{base}/ask", json=body, headers={"x-request-id": request})


@pytest.mark.parametrize("body", [{}, {"stream": True}], ids=["whole", "stream"])
def test_a_question_is_one_line_with_what_came_of_it(
    base: str, lines: Lines, body: dict[str, object]
) -> None:
    told = ask(base, "r-1", question=ASKED, **body)
    assert told.headers["x-request-id"] == "r-1"
    (line,) = lines.of("r-1")
    assert line.pop("ms") > 0  # type: ignore[operator]
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(line.pop("at")))
    assert str(line.pop("message")).startswith("POST /ask 200 ")
    asked = {"method": "POST", "route": "/ask", "status": 200, "request": "r-1"}
    assert line == asked | ANSWERED | {"level": "INFO", "logger": "server.requests"}


@pytest.mark.parametrize("lines", ["text"], indirect=True)
def test_the_same_line_as_text(base: str, lines: Lines) -> None:
    ask(base, "r-2", question=ASKED)
    (line,) = lines.ended("r-2")
    assert re.search(
        r" INFO server\.requests: POST /ask 200 \d+ ms engine=fake hits=0 refused=False request=r-2$",
        line,
    )


def test_openai_s_clients_are_told_of_alike(base: str, lines: Lines) -> None:
    chat = {"model": "youju", "messages": [{"role": "user", "content": ASKED}]}
    for n, stream in enumerate((False, True)):
        headers = {"x-request-id": f"r-3{n}"}
        body = chat | {"stream": stream}
        httpx.post(f"{base}/v1/chat/completions", json=body, headers=headers).raise_for_status()
        (line,) = lines.of(f"r-3{n}")
        assert ANSWERED.items() <= line.items()


def test_the_question_is_there_at_debug_only(base: str, lines: Lines) -> None:
    ask(base, "r-4", question=ASKED)
    assert ASKED not in "".join(lines.ended("r-4"))
    logging.getLogger("server").setLevel(logging.DEBUG)
    ask(base, "r-5", question=ASKED)
    (line,) = lines.of("r-5")
    assert line["question"] == ASKED


def test_the_route_is_told_and_not_the_path(base: str, lines: Lines) -> None:
    for n, path in enumerate(("/sources/geheim.txt", "/nowhere/geheim", "/sources?query=geheim")):
        httpx.get(base + path, headers={"x-request-id": f"r-6{n}"})
    assert [lines.of(f"r-6{n}")[0]["route"] for n in range(3)] == [
        "/sources/{id:path}",
        "unmatched",
        "/sources",
    ]
    assert "geheim" not in "".join(lines.said)


def test_what_goes_wrong_is_told_under_the_same_id(base: str, lines: Lines) -> None:
    """Also in a stream's thread, and where the answer is no longer the guard's."""
    ask(base, "r-7", question="坏", stream=True)
    accident = ask(base, "r-8", question="糟")
    assert accident.status_code == 500
    assert accident.headers["x-request-id"] == "r-8"
    assert [line["level"] for line in lines.of("r-7")] == ["WARNING", "INFO"]
    levels = {str(line["level"]): line for line in lines.of("r-8")}
    assert "an accident" in str(levels["ERROR"]["exc_info"])
    assert levels["INFO"]["status"] == 500


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "id", "a\tb", '{"a":1}'])
def test_an_id_that_could_break_a_line_is_not_taken(base: str, lines: Lines, given: str) -> None:
    told = httpx.get(f"{base}/sources", headers={"x-request-id": given})
    made = told.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}" if given != "id" else "id", made)
    assert lines.of(made)


def test_what_is_asked_for_all_the_time_is_quiet(base: str, lines: Lines) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/static/seal.svg"):
        httpx.get(base + path).raise_for_status()
    assert not lines.said


def test_the_settings_say_how_it_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.set_up(Settings(library=tmp_path, log_format="json", log_level="warning"))
    logging.getLogger("server.x").warning("zwei\nZeilen")
    logging.getLogger("server.x").info("zu leise")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "zwei\nZeilen"
