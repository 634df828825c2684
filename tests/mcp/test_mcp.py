"""`youju mcp` with the SDK's own client, over standard input and output and over HTTP."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from conftest import ARTICLES, three_articles

from benchmarks import mcp_requests
from index import IndexConfig, Library
from server.settings import Settings

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import uvicorn
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters

from server.mcp import service
from server.mcp.backend import Backend
from server.mcp.resources import uri_of

ROOT = Path(__file__).parents[2]
ASKED = "重庆江北国际机场T3B航站楼有多少个登机口？"
ODD = "2026/第1期 a#b.txt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of three articles and one with an odd name."""
    articles = three_articles(tmp_path_factory.mktemp("articles"))
    path = tmp_path_factory.mktemp("mcp") / "library"
    with Library(path, IndexConfig(embedder="hash")) as library:
        library.update([articles])
        library.add_text(ODD, "滨河大桥\n\n滨河大桥全长1250米。\n".encode())
    return path


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    server = service.make_server(Backend(Settings(library=folder, embedder="hash")))
    app = server.streamable_http_app(stateless_http=True)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/mcp"
    running.should_exit = True
    thread.join(10)


def stdio(folder: Path) -> StdioServerParameters:
    command = ["-m", "server", "mcp", "--library", str(folder)]
    return StdioServerParameters(
        command=sys.executable, args=command, cwd=ROOT, env={"YOUJU_LOG_LEVEL": "error"}
    )


def talk(server: object, does: Callable[[Client], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Client(server, read_timeout_seconds=120) as client:  # type: ignore[arg-type]
            await does(client)

    anyio.run(run)


async def a_citation_opens_its_source(client: Client) -> None:
    """The whole of it: an answer whose citation is found again in the resource."""
    asked = await client.call_tool("ask", {"question": ASKED})
    assert not asked.is_error
    answer = asked.structured_content
    assert "108" in answer["answer"]
    assert answer["refused"] is False
    (cited,) = answer["citations"]
    (link,) = [c for c in asked.content if c.type == "resource_link"]
    read = await client.read_resource(link.uri)
    assert read.contents[0].text[cited["start"] : cited["end"]] == cited["quote"]
    assert "[1]" in asked.content[0].text
    assert cited["quote"] in asked.content[0].text


def test_over_stdio(folder: Path) -> None:
    talk(stdio(folder), a_citation_opens_its_source)


def test_over_http(url: str) -> None:
    talk(url, a_citation_opens_its_source)


def test_the_tools_only_read_and_say_what_they_give(url: str) -> None:
    async def check(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["ask", "check", "search", "source"]
        for tool in tools:
            assert tool.annotations.read_only_hint is True
            assert tool.annotations.destructive_hint is False
            assert tool.annotations.open_world_hint is False
            assert tool.output_schema["type"] == "object"
            assert all("description" in p for p in tool.input_schema["properties"].values())

    talk(url, check)


def test_search_and_source(url: str) -> None:
    async def check(client: Client) -> None:
        found = (
            await client.call_tool("search", {"query": "森林覆盖率", "top_k": 2})
        ).structured_content
        best = found["hits"][0]
        assert (best["source"], best["title"]) == ("forest.md", "森林城市")
        assert "55.06%" in best["text"]
        wanted = {"source": best["source"], "start": best["start"], "end": best["end"]}
        stretch = (await client.call_tool("source", wanted)).structured_content
        text = ARTICLES["forest.md"]
        assert stretch["text"] == text[best["start"] : best["end"]]
        assert stretch["chars"] == len(text)
        assert stretch["articles"][0]["title"] == "森林城市"

    talk(url, check)


def test_a_text_is_checked(url: str) -> None:
    async def check(client: Client) -> None:
        text = "全市森林覆盖率达到55.06%。新建公园999个。"
        checked = await client.call_tool("check", {"text": text})
        claims = checked.structured_content["claims"]
        assert claims[0]["verdict"] == "full"
        assert claims[1]["verdict"] != "full"
        assert checked.content[0].text.startswith("full: 全市森林覆盖率达到55.06%。[1]")

    talk(url, check)


def test_history_and_scope_are_heard(url: str) -> None:
    async def check(client: Client) -> None:
        turn = {"question": "滨河大桥在哪里？", "answer": "没有说到。"}
        asked = {"question": "它有多长？", "history": [turn], "sources": [ODD]}
        answer = (await client.call_tool("ask", asked)).structured_content
        assert answer["query"] == "滨河大桥有多长？"
        assert {c["source"] for c in answer["citations"]} == {ODD}

    talk(url, check)


def test_errors_are_the_tools_own(url: str) -> None:
    async def check(client: Client) -> None:
        for name, arguments, said in (
            ("ask", {"question": "  "}, "question"),
            ("ask", {"question": ASKED, "sources": ["none.txt"]}, "none.txt"),
            ("source", {"source": "none.txt"}, "none.txt"),
            ("search", {"query": "桥", "top_k": 500}, "top_k"),
        ):
            told = await client.call_tool(name, arguments)
            assert told.is_error
            assert said in told.content[0].text
        with pytest.raises(MCPError):
            await client.call_tool("delete", {})

    talk(url, check)


def test_sources_are_resources(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.mcp.resources.PAGE", 3)

    async def check(client: Client) -> None:
        first = await client.list_resources()
        rest = await client.list_resources(cursor=first.next_cursor)
        assert [r.name for r in first.resources + rest.resources] == sorted([*ARTICLES, ODD])
        assert rest.next_cursor is None
        odd = await client.read_resource(uri_of(ODD))
        assert odd.contents[0].text.startswith("滨河大桥")
        (template,) = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "youju://source/{name}"
        for uri in (uri_of("none.txt"), "file:///etc/hostname"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        for cursor in ("x", "9" * 30, "9" * 5000):
            with pytest.raises(MCPError, match="No page begins"):
                await client.list_resources(cursor=cursor)

    talk(url, check)


def test_only_names_of_the_loopback_are_answered(url: str) -> None:
    import httpx

    there = httpx.post(url, json={}, headers={"host": "evil.example"})
    assert there.status_code == 421


def test_what_keeps_the_library_shut_is_told(tmp_path: Path) -> None:
    empty = Settings(library=tmp_path / "none", seeds=tmp_path / "none", embedder="hash")

    async def check(client: Client) -> None:
        told = await client.call_tool("ask", {"question": ASKED})
        assert told.is_error
        assert "youju index" in told.content[0].text

    talk(service.make_server(Backend(empty)), check)


def test_what_nobody_meant_has_its_reply(url: str, caplog: pytest.LogCaptureFixture) -> None:
    rng = random.Random(3)
    with httpx.Client(timeout=120) as client:
        for _ in range(120):
            sent = mcp_requests.body(rng)
            response = client.post(url, content=sent, headers=mcp_requests.headers(rng))
            assert not mcp_requests.wrong(response), sent
            print(response.status_code, response.text[:150], sent[:80])
            assert not [told for told in caplog.records if told.exc_info], sent
