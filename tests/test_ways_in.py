"""The pages in docs/ for each way in: their commands, their Python and their JSON are run."""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import httpx
import pytest
from fakes import serving

from index import IndexConfig, Library
from server.answer import Answerer
from server.cli import parser, run
from server.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = ("mcp", "openai", "citations", "python", "evaluation", "check")
#: Their commands are run in `tests/plugins`.
PLUGINS = ("testing", "llm")
#: Of these pages a command says something of a draft: what it is, in the formats that are named.
DRAFT = "截至今年2月初，全市低空制造类企业已有118家。\n"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
#: These go on until they are stopped; tests of their own run them.
SERVING = ("mcp", "serve")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    return [body for found, body in FENCE.findall(text) if found == language]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Where the pages' commands find it: in the folder that they are run in."""
    folder = tmp_path_factory.mktemp("ways")
    shutil.copytree(ROOT / "seeds", folder / "articles")
    with Library(folder / "library", IndexConfig(embedder="hash")) as made:
        made.update([folder / "articles"])
        yield made


@pytest.fixture
def _here(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(library.path.parent)
    (gold,) = (json.loads(body) for body in blocks("evaluation", "json"))
    Path("gold.jsonl").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
    for name in ("draft.txt", "draft.md"):
        Path(name).write_text(DRAFT, encoding="utf-8")
    word = docx.Document()
    word.add_paragraph(DRAFT)
    word.save("draft.docx")


@pytest.fixture(scope="module")
def base(library: Library) -> Iterator[str]:
    settings = Settings(library=library.path)
    with serving(settings, Answerer(library, settings), library) as url:
        yield url


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("page", PAGES)
def test_commands_run(
    page: str, base: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in "\n".join(blocks(page, "sh")).replace("\\\n", " ").splitlines():
        words = [w for w in shlex.split(line, comments=True) if not re.match(r"YOUJU_\w+=", w)]
        if not words:
            continue
        if "<" in words:
            words, (name,) = words[: words.index("<")], words[words.index("<") + 1 :]
            monkeypatch.setattr("sys.stdin", io.StringIO(Path(name).read_text("utf-8")))
        if words[:2] == ["pip", "install"]:
            extra = re.fullmatch(r"youju\[([\w-]+)\]", words[2])
            assert extra
            assert extra[1] in extras()
        elif words[0] == "curl":
            assert_curl_answers([word.replace(ADDRESS, base) for word in words[1:]])
        else:
            assert words[0] == "youju"
            parser().parse_args(words[1:])
            if words[1] in ("ask", "eval"):
                assert run([word.replace(ADDRESS, base) for word in words[1:]]) == 0, words
                assert capsys.readouterr().out.strip()
            elif words[1] == "check":
                assert run(words[1:]) == ("--strict" in words), words
                assert "118家" in capsys.readouterr().out
            else:
                assert words[1] in (*SERVING, "index")
        for name in re.findall(r"YOUJU_(\w+)=", line):
            assert name.lower() in Settings.model_fields


def assert_curl_answers(words: list[str]) -> None:
    """What a curl with a JSON body sends, sent without curl: not everybody has it."""
    curl = argparse.ArgumentParser()
    curl.add_argument("-s", action="store_true")
    curl.add_argument("-H", default="")
    curl.add_argument("-d", required=True)
    curl.add_argument("url")
    sent = curl.parse_args(words)
    name, _, value = sent.H.partition(": ")
    answer = httpx.post(sent.url, content=sent.d.encode(), headers={name: value}, timeout=60)
    assert answer.status_code == 200
    assert answer.json()["claims"][0]["differing"][0]["said"] == "118家"


def extras() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: dict[str, Any] = tomllib.load(file)["project"]["optional-dependencies"]
    return found


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("page", ["openai", "citations", "python"])
def test_python_runs(page: str, base: str) -> None:
    """All blocks of a page in one go, as a reader would; but for what an extra that is not there does."""
    names: dict[str, Any] = {}
    for body in blocks(page, "python"):
        needs = re.match(r"# needs (\w+)", body)
        if needs is None or importlib.util.find_spec(needs[1]) is not None:
            exec(compile(body.replace(ADDRESS, base), f"{page}.md", "exec"), names)
    for name in ("client", "library"):
        if name in names:
            names[name].close()


def test_the_annotation_shown_is_the_one_that_comes(base: str) -> None:
    (shown,) = (json.loads(body) for body in blocks("citations", "json"))
    asked = {"question": "重庆“33618”里的18指什么？"}
    answer = httpx.post(f"{base}/ask", json=asked, timeout=60).json()
    talk = f"{base}/conversations/{answer['conversation_id']}"
    page = httpx.get(f"{talk}/turns/{answer['id']}/citations", timeout=60).json()
    quote = page["items"][0]["target"]["selector"][1]
    assert len(quote["prefix"]) == len(quote["suffix"]) == 32
    quote["prefix"] = quote["suffix"] = "…"
    assert json.loads(json.dumps(page).replace(base, ADDRESS)) == shown


def test_the_json_of_mcp_clients_names_what_there_is() -> None:
    """The commands start a server: tests/mcp does that with the same words."""
    for body in blocks("mcp", "json"):
        ((name, server),) = json.loads(body)["mcpServers"].items()
        assert name == "youju"
        if "command" in server:
            assert server["command"] == "youju"
            parser().parse_args(server["args"])
        else:
            from server.cli.mcp import PORT

            assert server == {"type": "http", "url": f"http://127.0.0.1:{PORT}/mcp"}


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_s_json_is_the_page_s(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    (short,) = [b for lang, b in FENCE.findall(text) if lang == "json" and "mcpServers" in b]
    assert json.loads(short) == json.loads(blocks("mcp", "json")[0])


def test_every_page_is_linked_from_both_readmes() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [p for p in (*PAGES, *PLUGINS) if f"docs/{p}.md" not in text] == []


def test_every_page_for_a_way_in_is_run() -> None:
    """A page with commands that no test runs will be wrong one day."""
    run_here = {*PAGES, *PLUGINS}
    elsewhere = {"ARCHITECTURE", "bring-your-model", "operations", "performance"}
    elsewhere |= {"reliability", "scale"}  # measured; test_compose reads what scale starts
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} - elsewhere == run_here
