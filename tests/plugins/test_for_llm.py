"""`llm -m youju`, with the real command line of llm."""

from __future__ import annotations

import io
import json
import re
import shlex
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ARTICLES, three_articles

from index import IndexConfig
from server.cli import run as youju
from youju import Library

pytest.importorskip("llm", reason="the extra llm is not installed")

import llm
from click.testing import CliRunner
from llm.cli import cli
from llm.plugins import pm

from youju_plugins import for_llm

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Run = Callable[..., str]
ASKED = "重庆江北国际机场T3B航站楼有多少个登机口？"


@pytest.fixture(scope="module", autouse=True)
def _plugin() -> Iterator[None]:
    """As its entry point gives it, where Youju is installed with it."""
    llm.get_models()
    if known := pm.get_plugin("youju"):
        pm.unregister(known)
    pm.register(for_llm, "youju")
    yield
    pm.unregister(for_llm)


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = three_articles(tmp_path_factory.mktemp("articles"))
    with Library(folder / "library", IndexConfig(embedder="hash")) as made:
        made.update([folder / name for name in ARTICLES])
        yield made


@pytest.fixture
def run(articles: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("YOUJU_LIBRARY", str(articles.path))
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))

    def run_one(*words: str) -> str:
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, done.output
        return done.output

    return run_one


def test_an_answer_whose_citation_opens_the_right_characters(run: Run, articles: Library) -> None:
    said = run("-m", "youju", ASKED)
    assert "108个登机口" in said
    (logged,) = json.loads(run("logs", "--json"))
    (cited,) = logged["response_json"]["citations"]
    text = articles.source(cited["source"]).text
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    assert f"[1] airport.txt:{cited['start']}-{cited['end']} {cited['quote']}" in said


def test_a_conversation_goes_on(run: Run) -> None:
    run("-m", "youju", "江北国际机场的年旅客吞吐量是多少？")
    assert "108" in run("-c", "它有多少个登机口？")
    conversation = llm.get_model("youju").conversation()
    conversation.prompt("江北国际机场的年旅客吞吐量是多少？").text()
    assert "108" in conversation.prompt("它有多少个登机口？").text()


@pytest.mark.usefixtures("run")
def test_the_library_is_chosen_and_errors_are_told(tmp_path: Path) -> None:
    none = CliRunner().invoke(cli, ["-m", "youju", "-o", "library", str(tmp_path / "none"), ASKED])
    assert none.exit_code == 1
    assert "youju index" in none.output
    assert "Traceback" not in none.output


class Calls(llm.Model):
    """A model that calls its tool, and says what it was given."""

    model_id = "your-model"
    supports_tools = True

    def execute(self, prompt, stream, response, conversation):  # type: ignore[no-untyped-def] # noqa: ARG002
        if prompt.tool_results:
            yield prompt.tool_results[0].output
        else:
            asked = {"question": prompt.prompt}
            response.add_tool_call(llm.ToolCall("youju_ask", asked, tool_call_id="1"))


def unescaped(said: str) -> str:
    """What was printed, the escapes of JSON read."""
    return json.dumps(json.loads(said), ensure_ascii=False) if said.startswith("[\n") else said


def test_the_page_is_run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
        library.update([ROOT / "seeds"])
    own = types.ModuleType("own")
    own.register_models = llm.hookimpl(lambda register: register(Calls()))  # type: ignore[attr-defined]
    pm.register(own)
    page = (ROOT / "docs" / "llm.md").read_text(encoding="utf-8")
    for line in "".join(FENCE.findall(page)).splitlines():
        asks, _, then = line.partition(" | ")
        words = shlex.split(asks)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
        elif words[0] == "llm":
            said = run(*words[1:])
            assert ("2023年6月" if words[1] == "-c" else "18个") in unescaped(said), line
        else:
            assert words == ["pip", "install", "youju[llm]"]
        if then:
            monkeypatch.setattr("sys.stdin", io.StringIO(said))
            assert youju(shlex.split(then)[1:]) == 0
    pm.unregister(own)


def test_other_models_have_it_as_a_tool(run: Run) -> None:
    tools = json.loads(run("tools", "list", "--json"))["tools"]
    (tool,) = [tool for tool in tools if tool["name"] == "youju_ask"]
    assert tool["arguments"]["required"] == ["question"]
    assert "108个登机口" in for_llm.youju_ask(ASKED)
