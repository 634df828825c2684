"""Conversations and feedback on a real server: kept, found, renamed, asked again, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import Seeded
from fakes import ScriptedAnswerer, citation_of, serving, written

from index import IndexConfig, Library, Span
from server.chat.export import markdown
from server.evaluation.gold import load_gold
from server.records import Claim, Question
from server.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"
SEED = "000_9c7128e140aee367.txt"
QUOTE = "开拓新赛道，培育新优势，重庆在行动。"


@pytest.fixture(scope="module")
def library(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = seeded(tmp_path_factory.mktemp("talk") / "library")
    return Library(folder, IndexConfig(embedder="hash"))


@pytest.fixture(scope="module")
def answerer(library: Library) -> ScriptedAnswerer:
    cited = citation_of(library, SEED, QUOTE)
    claims = (Claim("重庆在行动。", (1,), emphasis=(Span(0, 2),)),)
    answers = {"一": written(Question("一"), "重庆在行动。[1]", (cited,), claims=claims, id="a1")}
    for name in "二三四":
        answers[name] = written(Question(name), f"第{name}个回答。", id=f"a{name}".encode().hex())
    refused = {"claims": (), "refused": True, "reason": "没有提到火星。"}
    answers["火星"] = written(Question("火星"), "没有说。", id="mars", **refused)
    return ScriptedAnswerer(answers)


@pytest.fixture(scope="module")
def client(library: Library, answerer: ScriptedAnswerer) -> Iterator[httpx.Client]:
    with (
        serving(Settings(library=library.path), answerer, library) as url,
        httpx.Client(base_url=url, timeout=30) as one,
    ):
        yield one


@pytest.fixture
def talk(client: httpx.Client, library: Library) -> Iterator[str]:
    """A conversation of three turns."""
    for question in "一二三":
        body = {"question": question, "conversation_id": "talk"}
        client.post("/ask", json=body).raise_for_status()
    yield "talk"
    library.conversations.delete("talk")


def questions(client: httpx.Client, id: str) -> list[str]:
    return [turn["question"] for turn in client.get(f"/conversations/{id}").json()["turns"]]


# ---- the list ----------------------------------------------------------------------------------


def test_conversations_are_listed_renamed_found_and_deleted(
    client: httpx.Client, talk: str
) -> None:
    client.post("/ask", json={"question": "四", "conversation_id": "other"}).raise_for_status()
    listed = client.get("/conversations").json()["conversations"]
    assert [(c["id"], c["turns"]) for c in listed] == [("other", 1), ("talk", 3)]
    assert client.patch(f"/conversations/{talk}", json={"title": " 集群 "}).status_code == 204
    assert client.get(f"/conversations/{talk}").json()["title"] == "集群"
    for words in ("集群", "三", "重庆在行动"):
        found = client.get("/conversations", params={"query": words}).json()["conversations"]
        assert [c["id"] for c in found] == [talk], words
    assert client.get("/conversations", params={"query": "sha256"}).json()["conversations"] == []
    page = client.get("/conversations", params={"limit": 1}).json()
    assert (len(page["conversations"]), page["next_offset"]) == (1, 1)
    assert client.delete("/conversations/other").status_code == 204
    assert client.delete("/conversations/other").status_code == 404
    assert client.patch("/conversations/other", json={"title": "无"}).status_code == 404
    assert client.patch(f"/conversations/{talk}", json={"title": " "}).status_code == 422


def test_the_list_works_without_scripts(client: httpx.Client, talk: str) -> None:
    page = client.post(f"/c/{talk}/rename", data={"title": "集群之问"}, follow_redirects=True)
    assert "集群之问" in page.text
    assert "集群之问" in client.get("/history", params={"q": "集群"}).text
    assert "集群之问" not in client.get("/history", params={"q": "没有这个"}).text
    page = client.post(f"/c/{talk}/delete", follow_redirects=True)
    assert page.url.path == "/history"
    assert client.get(f"/c/{talk}").status_code == 404


# ---- asking again ------------------------------------------------------------------------------


def test_a_question_that_is_changed_replaces_what_follows(
    client: httpx.Client, talk: str, answerer: ScriptedAnswerer
) -> None:
    second = client.get(f"/conversations/{talk}").json()["turns"][1]["id"]
    body = {"question": "四", "conversation_id": talk, "replaces": second}
    client.post("/ask", json=body).raise_for_status()
    assert [turn.question for turn in answerer.asked[-1].history] == ["一"]
    assert questions(client, talk) == ["一", "四"]
    form = {"question": "二", "conversation_id": talk, "replaces": "a1"}
    page = client.post("/", data=form, follow_redirects=True)
    assert page.url.path == f"/c/{talk}"
    assert questions(client, talk) == ["二"]
    assert client.get(f"/conversations/{talk}").json()["title"] == "二"
    unknown = {"question": "三", "conversation_id": talk, "replaces": "nothing"}
    client.post("/ask", json=unknown).raise_for_status()
    assert questions(client, talk) == ["二", "三"]


def test_editing_without_scripts(client: httpx.Client, talk: str) -> None:
    page = client.get(f"/c/{talk}", params={"edit": "a1"}).text
    assert 'name="replaces" value="a1"' in page
    assert ">一</textarea>" in page


def test_a_question_can_be_limited_to_sources(
    client: httpx.Client, answerer: ScriptedAnswerer, library: Library
) -> None:
    other = next(s.name for s in library.sources() if s.name != SEED)
    page = client.get("/", params=[("source", SEED), ("source", "none.txt")]).text
    assert page.count('name="source"') == 1
    form = {"question": "一", "conversation_id": "scoped", "source": [SEED, other]}
    page = client.post("/", data=form, follow_redirects=True)
    assert answerer.asked[-1].sources == (SEED, other)
    assert page.url.params.get_list("source") == [SEED, other]
    assert "只查了" in page.text
    turn = client.get("/conversations/scoped").json()["turns"][0]
    assert turn["scope"] == [SEED, other]
    assert client.get("/c/scoped").text.count('name="source"') == 4, "the form's and the turn's"
    assert client.get("/c/scoped?source=").text.count('name="source"') == 2, "the turn's alone"
    library.conversations.delete("scoped")


# ---- export ------------------------------------------------------------------------------------


def test_exports_hold_the_quotes(client: httpx.Client, talk: str) -> None:
    response = client.get(f"/conversations/{talk}/export")
    assert response.headers["content-type"].startswith("text/markdown")
    assert "attachment" in response.headers["content-disposition"]
    assert "**重庆**在行动。[^1-1]" in response.text
    assert f"[^1-1]: “新星”产业集群 如何赢得未来，2025-01-02 `{SEED}:23-41`" in response.text
    assert f"「{QUOTE}」" in response.text
    whole = client.get(f"/conversations/{talk}/export", params={"format": "json"})
    assert json.loads(whole.text) == client.get(f"/conversations/{talk}").json() | {
        "turns": [
            {k: v for k, v in turn.items() if k not in ("scope", "standalone")}
            for turn in client.get(f"/conversations/{talk}").json()["turns"]
        ]
    }
    page = client.get(f"/c/{talk}/print").text
    assert QUOTE in page
    spec = client.get("/openapi.json").json()["paths"]["/conversations/{id}/export"]["get"]
    told = {
        client.get(f"/conversations/{talk}/export", params={"format": kind}).headers["content-type"]
        for kind in ("markdown", "html", "docx", "json")
    }
    assert {kind.split(";")[0] for kind in told} == set(spec["responses"]["200"]["content"])
    assert client.get("/conversations/none/export").status_code == 404
    assert client.get(f"/conversations/{talk}/export?format=exe").status_code == 422


def test_markdown_keeps_markup_as_text() -> None:
    citation = {"number": 1, "title": "*题*", "published": None, "source": "a`.txt"}
    citation |= {"start": 0, "end": 3, "quote": "<b>\n甲"}
    turn = {"question": "# <script>", "answer": "[x](y) 甲。[1][2]", "citations": [citation]}
    turn |= {"refused": False, "reason": "", "changed": [1], "claims": []}
    text = markdown({"title": "<i>", "turns": [turn]}, lambda _, c: c["quote"])
    assert r"# \<i\>" in text
    assert r"## \# \<script\>" in text
    assert r"\[x\](y) 甲。[^1-1]\[2\]" in text
    assert r"[^1-1]: \*题\* `a.txt:0-3`（来源已变动） 「\<b\>甲」" in text


# ---- feedback ----------------------------------------------------------------------------------


def test_feedback_becomes_gold_questions(client: httpx.Client, talk: str, tmp_path: Path) -> None:
    turns = client.get(f"/conversations/{talk}").json()["turns"]
    second, third = turns[1]["id"], turns[2]["id"]

    def give(answer_id: str, **more: object) -> int:
        body = {"conversation_id": talk, "answer_id": answer_id, **more}
        return client.post("/feedback", json=body).status_code

    assert give("a1", good=False) == 204
    assert give("a1", good=True) == 204
    assert give(second, good=False, reasons=["wrong"], expected=" 八个 ") == 204
    assert give(third, good=False, reasons=["other"]) == 204
    assert give("none", good=True) == 404
    assert give("a1", good=True, reasons=["made-up"]) == 422
    client.post("/ask", json={"question": "火星", "conversation_id": talk}).raise_for_status()
    assert give("mars", good=True) == 204
    listed = client.get("/feedback").json()
    assert [f["good"] for f in listed] == [True, False, False, True]
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(client.get("/feedback/gold").content)
    found = {q.question: q for q in load_gold(gold)}
    assert found["一"].answers == (("重庆在行动。",),)
    assert found["一"].evidence[0][0].quote == QUOTE
    assert found["二"].answers == (("八个",),)
    assert [t.question for t in found["二"].history] == ["一"]
    assert not found["火星"].answerable
    assert found.keys() == {"一", "二", "火星"}
    assert client.delete(f"/feedback/{second}").status_code == 204
    assert client.delete(f"/feedback/{second}").status_code == 404
    client.delete(f"/conversations/{talk}")
    assert client.get("/feedback").json() == []


def test_feedback_without_scripts(client: httpx.Client, talk: str) -> None:
    form = {"answer_id": "a1", "verdict": "bad", "reasons": ["citation", "made-up"]}
    page = client.post(f"/c/{talk}/feedback", data=form, follow_redirects=True)
    assert "已记下：没用" in page.text
    assert client.get("/feedback").json()[0]["reasons"] == ["citation"]
    form = {"answer_id": "a1", "verdict": "none"}
    page = client.post(f"/c/{talk}/feedback", data=form, follow_redirects=True)
    assert "已记下" not in page.text
