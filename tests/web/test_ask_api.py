"""/ask, /sources and /conversations on a real server with the real library and answerer."""

from __future__ import annotations

import gc
import html
import json
import re
import shlex
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from browsing import Seeded
from fakes import ScriptedAnswerer, citation_of, ready, report, serving, shelve, written

from index import GenerationError, IndexConfig, Library
from server import cli
from server.answer import Answerer
from server.records import Question
from server.settings import Settings
from server.web.routes.sources import safe_name
from server.web.schemas.answers import AnswerOut
from server.web.schemas.conversations import ConversationOut
from server.web.schemas.sources import SourceOut

SEEDS = Path(__file__).parents[2] / "seeds"
SEED = "000_9c7128e140aee367.txt"
ASKED = "重庆“33618”里的18指什么？"


@pytest.fixture(scope="module")
def client(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = seeded(tmp_path_factory.mktemp("ask") / "library", "builtin")
    with serving(Settings(library=folder, seeds=SEEDS, upload_limit_mb=1)) as url:
        ready(url)
        with httpx.Client(base_url=url, timeout=30) as one:
            yield one


@pytest.fixture
def library(seeded: Seeded, tmp_path: Path) -> Library:
    return Library(seeded(tmp_path / "library"), IndexConfig(embedder="hash"))


def events(text: str) -> list[tuple[int, str, dict]]:
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


# ---- answers -----------------------------------------------------------------------------------


def test_an_answer_has_the_shape_and_its_quotes_are_there(client: httpx.Client) -> None:
    body = client.post("/ask", json={"question": ASKED}).json()
    assert AnswerOut.model_validate(body).model_dump(mode="json") == body
    assert "18个“新星”产业集群" in body["answer"]
    for citation in body["citations"]:
        source = client.get(f"/sources/{quote(citation['source'], safe='')}").json()
        assert source["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert source["sha256"] == citation["sha256"]
        assert f"[{citation['number']}]" in body["answer"]


def test_the_stream_says_the_same_as_the_answer(client: httpx.Client) -> None:
    whole = client.post("/ask", json={"question": ASKED}).json()
    response = client.post("/ask", json={"question": ASKED, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    seen = events(response.text)
    assert [n for n, _, _ in seen] == list(range(1, len(seen) + 1))
    assert [seen[0][1], seen[1][1], seen[-1][1]] == ["query", "hits", "done"]
    done = seen[-1][2]
    ignored = {"id", "conversation_id", "timings_ms"}
    assert {k: v for k, v in done.items() if k not in ignored} == {
        k: v for k, v in whole.items() if k not in ignored
    }
    assert "".join(data["text"] for _, name, data in seen if name == "delta") == done["answer"]
    assert [data for _, name, data in seen if name == "citation"] == done["citations"]
    assert seen[1][2]["hits"] == done["hits"]
    assert seen[0][2]["conversation_id"] == done["conversation_id"]


def test_sources_limit_the_search(client: httpx.Client) -> None:
    body = client.post("/ask", json={"question": ASKED, "sources": [SEED], "top_k": 3}).json()
    assert {hit["source"] for hit in body["hits"]} == {SEED}
    assert len(body["hits"]) <= 3


# ---- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": " \n\t　"},
        {"question": "问" * 2001},
        {"question": "问" * 10_000},
        {"question": 5},
        {"question": None},
        {"question": ["问"]},
        {"question": "问", "top_k": 0},
        {"question": "问", "top_k": 51},
        {"question": "问", "top_k": "3"},
        {"question": "问", "stream": "yes"},
        {"question": "问", "history": [{"question": "问", "answer": "答"}] * 51},
        {"question": "问", "history": [{"question": ""}]},
        {"question": "问", "engine": "no-such"},
        {"question": "问", "conversation_id": "../x"},
        {"question": "问", "sources": "x"},
        {"question": "问", "unknown": 1},
        [],
        "问",
    ],
    ids=str,
)
def test_bad_bodies_are_422(client: httpx.Client, body: object) -> None:
    response = client.post("/ask", json=body)
    assert response.status_code == 422, response.text
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["status"] == 422
    assert problem["detail"]
    assert len(response.content) < 2000


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 422),
        (b'{"question": "\xff"}', "application/json", 400),
        (b'{"question": "\\ud800"}', "application/json", 422),
        (b"question=x", "application/x-www-form-urlencoded", 415),
        (b'{"question": "x"}', "text/plain", 415),
        (b'{"question": "' + b"x" * 5_000_000 + b'"}', "application/json", 413),
    ],
)
def test_malformed_requests(client: httpx.Client, content: bytes, kind: str, status: int) -> None:
    response = client.post("/ask", content=content, headers={"content-type": kind})
    assert response.status_code == status, response.text
    assert response.json()["status"] == status


def test_an_endless_body_is_cut_off(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 100_000

    try:
        response = client.post(
            "/ask", content=endless(), headers={"content-type": "application/json"}
        )
    except httpx.TransportError:
        return  # the server hung up, which is as good
    assert response.status_code == 413


def test_an_odd_date_breaks_no_question_about_a_year(tmp_path: Path) -> None:
    odd = ("02/03/2024", "Mar 5, 2024", "昨天", "二〇二四年", "今年3月", "0000", "99999")
    records = [
        {
            "id": f"{i}",
            "text": f"青石港{i}号码头今年货物吞吐量达到{i + 1}800万吨。",
            "published": date,
        }
        for i, date in enumerate(odd)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    library.update([tmp_path / "a.jsonl"])
    with serving(Settings(library=library.path), Answerer(library), library) as url:
        for i, date in enumerate(odd):
            for year in ("2024年", "去年", ""):
                body = {"question": f"{year}青石港{i}号码头货物吞吐量是多少？"}
                answer = httpx.post(f"{url}/ask", json=body, timeout=60)
                assert answer.status_code == 200, (date, year)
        # A year that is certain counts, whatever the rest of the date means.
        for year, cited in ((2024, True), (2022, False)):
            body = {"question": f"{year}年青石港1号码头货物吞吐量是多少？"}
            answer = httpx.post(f"{url}/ask", json=body, timeout=60).json()
            assert ("a.jsonl#1" in {c["source"] for c in answer["citations"]}) is cited


def test_the_longest_question_is_taken(client: httpx.Client) -> None:
    assert client.post("/ask", json={"question": "重庆" * 1000}).status_code == 200


# ---- streams that go wrong ---------------------------------------------------------------------


def test_an_error_inside_a_stream_is_an_event(library: Library) -> None:
    broken = {"甲": GenerationError("no writer", hint="Start it."), "乙": ValueError("/secret")}
    with serving(Settings(library=library.path), ScriptedAnswerer(broken), library) as url:
        first = events(httpx.post(f"{url}/ask", json={"question": "甲", "stream": True}).text)
        second = events(httpx.post(f"{url}/ask", json={"question": "乙", "stream": True}).text)
    assert [name for _, name, _ in first] == ["query", "error"]
    assert first[-1][2]["status"] == 502
    assert first[-1][2]["hint"] == "Start it."
    assert second[-1][2]["status"] == 500
    assert "secret" not in str(second)


def test_work_stops_when_the_client_stays_away(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.chat.streams.LINGER_S", 0.1)
    gate = threading.Semaphore(2)
    long = written(Question("长"), "字" * 600)
    answerer = ScriptedAnswerer({"长": long}, gate)
    with serving(Settings(library=library.path), answerer, library) as url:
        body = {"question": "长", "stream": True, "resumable": True}
        with httpx.stream("POST", f"{url}/ask", json=body) as response:
            for line in response.iter_lines():
                if line == "event: delta":
                    break
        for _ in range(8):
            time.sleep(0.1)
            gate.release()
        assert answerer.stopped.wait(5)
        assert answerer.pieces < 20
        assert not library.conversations.latest()


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_stops_the_writing_while_it_waits(
    library: Library, stream: bool
) -> None:
    gate = threading.Semaphore(2)
    answerer = ScriptedAnswerer({"长": written(Question("长"), "字" * 600)}, gate)
    with serving(Settings(library=library.path), answerer, library) as url:
        host = urlsplit(url).netloc
        body = json.dumps({"question": "长", "stream": stream}).encode()
        head = f"POST /ask HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2]))) as client:
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            for _ in range(2000):
                if answerer.pieces:  # it is being written
                    break
                time.sleep(0.01)
        assert answerer.asked[0].stop.wait(20)
        gate.release(10)


def test_a_lost_stream_is_taken_up_where_it_broke(library: Library) -> None:
    gate = threading.Semaphore(2)
    text = "一二三四五六七八九十甲乙丙丁"
    answerer = ScriptedAnswerer({"长": written(Question("长"), text)}, gate)
    with serving(Settings(library=library.path), answerer, library) as url:
        body = {"question": "长", "stream": True, "resumable": True}
        with httpx.stream("POST", f"{url}/ask", json=body) as response:
            lines = response.iter_lines()
            first = "\n".join(line for line, _ in zip(lines, range(12), strict=False))
        seen = events(first.rsplit("\n\n", 1)[0])
        stream = seen[0][2]["stream"]
        gate.release(100)
        headers = {"last-event-id": str(seen[-1][0])}
        rest = events(httpx.get(f"{url}/ask/{stream}", headers=headers).text)
        numbers = [n for n, _, _ in seen + rest]
        assert numbers == list(range(1, len(numbers) + 1))
        assert rest[-1][1] == "done"
        deltas = [data["text"] for _, name, data in seen + rest if name == "delta"]
        assert "".join(deltas) == text
        again = events(httpx.get(f"{url}/ask/{stream}").text)
        assert [n for n, _, _ in again] == numbers
        assert len(answerer.asked) == 1
        assert len(library.conversations.latest()) == 1
        assert httpx.get(f"{url}/ask/none").status_code == 404


def test_a_stopped_stream_is_not_kept(library: Library) -> None:
    gate = threading.Semaphore(1)
    answerer = ScriptedAnswerer({"长": written(Question("长"), "字" * 60)}, gate)
    with (
        serving(Settings(library=library.path), answerer, library) as url,
        httpx.stream("POST", f"{url}/ask", json={"question": "长", "stream": True}) as response,
    ):
        for line in response.iter_lines():
            if line.startswith("data:") and "stream" in line:
                stream = json.loads(line[5:])["stream"]
                assert httpx.delete(f"{url}/ask/{stream}").status_code == 204
                gate.release()
        assert answerer.stopped.wait(5)
        assert not library.conversations.latest()


def test_a_slow_answer_blocks_nobody(library: Library) -> None:
    gate = threading.Semaphore(0)
    answerer = ScriptedAnswerer({"慢": written(Question("慢"), "慢")}, gate)
    with serving(Settings(library=library.path), answerer, library) as url:
        slow = threading.Thread(
            target=httpx.post,
            args=(f"{url}/ask",),
            kwargs={"json": {"question": "慢"}, "timeout": 20},
        )
        slow.start()
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert httpx.get(f"{url}/sources").status_code == 200
        gate.release()
        slow.join(10)


def test_a_silent_stream_is_kept_alive(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.chat.streams.KEEP_ALIVE_S", 0.05)
    gate = threading.Semaphore(0)
    answerer = ScriptedAnswerer({"慢": written(Question("慢"), "慢")}, gate)
    with (
        serving(Settings(library=library.path), answerer, library) as url,
        httpx.stream("POST", f"{url}/ask", json={"question": "慢", "stream": True}) as response,
    ):
        lines = []
        for line in response.iter_lines():
            lines.append(line)
            if line == ": ping":
                gate.release()
    assert ": ping" in lines
    assert "event: done" in lines


# ---- conversations -----------------------------------------------------------------------------


def test_the_server_remembers_the_turns(library: Library) -> None:
    cited = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。")
    answerer = ScriptedAnswerer(
        {
            "一": written(Question("一"), "重庆在行动。[1]", (cited,)),
            "二": written(Question("二"), "二"),
        }
    )
    with serving(Settings(library=library.path), answerer, library) as url:
        first = httpx.post(f"{url}/ask", json={"question": "一"}).json()
        cid = first["conversation_id"]
        assert cid
        httpx.post(f"{url}/ask", json={"question": "二", "conversation_id": cid, "stream": True})
        assert [(t.question, t.answer) for t in answerer.asked[-1].history] == [
            ("一", "重庆在行动。[1]")
        ]
        own = [{"question": "甲", "answer": "乙"}]
        httpx.post(f"{url}/ask", json={"question": "二", "conversation_id": cid, "history": own})
        assert [t.question for t in answerer.asked[-1].history] == ["甲"]
        stored = httpx.get(f"{url}/conversations/{cid}").json()
        assert ConversationOut.model_validate(stored)
        assert stored["title"] == "一"
        assert {k: v for k, v in stored["turns"][0].items() if k != "asked_at"} == first | {
            "changed": [],
            "scope": [],
            "standalone": False,
        }
        assert len(stored["turns"]) == 3
        library.delete(SEED)
        again = httpx.get(f"{url}/conversations/{cid}").json()
        assert again["turns"][0]["changed"] == [1]
        assert again["turns"][0]["citations"] == first["citations"]
        assert "来源已变动" in httpx.get(f"{url}/c/{cid}").text


def test_a_rewritten_question_can_be_asked_as_it_stands(client: httpx.Client) -> None:
    first = {"question": "潼南高新区的微球基地是哪家公司投资的？", "conversation_id": "stands"}
    then = {"question": "它的总产能有多大？", "conversation_id": "stands"}
    client.post("/ask", json=first)
    leaning = client.post("/ask", json=then).json()
    assert "它" not in leaning["query"]
    assert "1.2万吨" in leaning["answer"]
    streamed = events(client.post("/ask", json=then | {"stream": True}).text)
    assert streamed[0][2]["rewritten"] is True
    assert streamed[0][2]["query"] == leaning["query"]
    alone = then | {"standalone": True}
    assert client.post("/ask", json=alone).json()["query"] == then["question"]
    streamed = events(client.post("/ask", json=alone | {"stream": True}).text)
    assert streamed[0][2]["rewritten"] is False
    assert streamed[-1][2]["query"] == then["question"]


def test_a_new_subject_is_answered_about_itself(client: httpx.Client) -> None:
    talk = {"conversation_id": "subjects"}
    said = [
        client.post("/ask", json=talk | {"question": question}).json()
        for question in (
            "赛力斯前三季度卖了多少辆车？",
            "光明科学城在哪里？",
            "谢谢！",
            "郭贝贝写了什么？",
        )
    ]
    assert [answer["query"] for answer in said] == [answer["question"] for answer in said]
    assert "深圳市西北部" in said[1]["answer"]
    assert (said[2]["engine"], said[2]["refused"]) == ("small_talk", True)


def test_the_library_is_asked_about_itself(client: httpx.Client) -> None:
    answer = client.post("/ask", json={"question": "有哪些文件？"}).json()
    assert AnswerOut.model_validate(answer)
    assert (answer["engine"], answer["citations"]) == ("catalogue", [])
    assert SEED in answer["answer"]


# ---- sources -----------------------------------------------------------------------------------


def test_sources_are_listed_by_pages(client: httpx.Client) -> None:
    first = client.get("/sources", params={"limit": 3}).json()
    rest = client.get("/sources", params={"limit": 3, "offset": first["next_offset"]}).json()
    names = [s["id"] for s in first["sources"] + rest["sources"]]
    assert names == sorted(names)
    assert {p.name for p in SEEDS.iterdir()} <= set(names)
    assert rest["next_offset"] is None
    assert client.get("/sources", params={"limit": 0}).status_code == 422
    found = client.get("/sources", params={"query": "数字经济"}).json()["sources"]
    assert [s["id"] for s in found] == ["004_1e7ae3f02ce5cf70.txt"]


def test_a_source_is_told_whole(client: httpx.Client) -> None:
    body = client.get(f"/sources/{SEED}").json()
    assert SourceOut.model_validate(body)
    assert body["text"] == (SEEDS / SEED).read_text(encoding="utf-8")
    block = next(b for b in body["articles"][0]["blocks"] if b["kind"] == "paragraph")
    (start, end), *_ = block["spans"]
    assert body["text"][start:end].replace("\n", "").startswith(block["text"][:5])


def test_upload_reports_on_every_file_and_delete_removes(client: httpx.Client) -> None:
    good = "海洋公园今年接待游客三万人次。\n".encode()
    files = [
        ("files", ("../../海洋 公园.txt", good)),
        ("files", ("gb.txt", "动物园有熊猫七只。".encode("gb18030"))),
        ("files", ("photo.txt", b"\x00\x01\x02\xff" * 50)),
        ("files", ("empty.txt", b"")),
        ("files", ("big.txt", b"x" * (2**20 + 1))),
    ]
    response = client.post("/sources", files=files[:4])
    assert response.status_code == 201, response.text
    results = response.json()["files"]
    assert [r["status"] for r in results] == ["added", "added", "skipped", "skipped"]
    assert results[0]["name"] == "海洋 公园.txt"
    assert all(r["reason"] for r in results[2:])
    again = client.post("/sources", files=files[:1]).json()["files"]
    assert again[0]["status"] == "unchanged"
    answer = client.post("/ask", json={"question": "海洋公园接待了多少游客？"}).json()
    assert "三万" in answer["answer"]
    path = f"/sources/{quote('海洋 公园.txt', safe='')}"
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert client.get(path).status_code == 404
    answer = client.post("/ask", json={"question": "海洋公园接待了多少游客？"}).json()
    assert "海洋 公园.txt" not in {c["source"] for c in answer["citations"]}
    assert client.delete("/sources/gb.txt").status_code == 204


def test_uploads_that_bring_nothing(client: httpx.Client) -> None:
    none = client.post("/sources", files=[("files", ("a.txt", b""))])
    assert none.status_code == 422
    assert none.json()["files"][0]["status"] == "skipped"
    big = client.post("/sources", files=[("files", ("big.txt", b"x" * 2_000_000))])
    assert big.status_code == 413
    assert client.post("/sources", json={}).status_code == 415
    assert client.post("/sources", files=[("other", ("a.txt", b"x"))]).status_code == 422


def test_a_request_s_files_are_one_update(library: Library) -> None:
    files = [("files", (f"{n}/周报.txt", f"第{n}周入库{n}箱。".encode())) for n in range(40)]
    files.insert(7, ("files", ("坏.txt", b"\x00" * 9)))
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        before = library.version
        results = httpx.post(f"{url}/sources", files=files, timeout=60).json()["files"]
        assert library.version == before + 1
        assert [r["name"] for r in results] == [name for _, (name, _) in files]
        assert [r["status"] for r in results].count("added") == 40
        assert results[7]["status"] == "skipped"


@pytest.mark.parametrize(
    ("name", "data", "zh", "en"),
    [
        ("图.MP3", b"x", "读不了 .MP3", "end in .MP3"),
        ("a.txt", b"", "没有文字", "no text"),
        ("a.txt", b"\x00" * 9, "不是文本", "not a text"),
        ("a.txt", b"\xff\xff\xff\xff\x80", "编码", "encoding"),
        (SEED, b"x", "同名", "this name"),
        (
            "n.jsonl",
            b"nonsense\nmore",
            "第 1 行读不了；另有 1 处",
            "line 1 cannot be read; and 1 more",
        ),
        ("a.txt", b"x" * (2**20 + 1), "太大", "too large"),
        ("周报", b"x", "没有后缀", "no ending"),
        ("..", b"x", "文件名用不了", "name cannot"),
    ],
)
def test_what_is_skipped_is_told_in_the_reader_s_language(
    client: httpx.Client, name: str, data: bytes, zh: str, en: str
) -> None:
    for said, headers in ((en, {}), (zh, {"accept-language": "zh-CN"})):
        response = client.post("/sources", files=[("files", (name, data))], headers=headers)
        (told,) = response.json()["files"]
        assert told["status"] == "skipped"
        assert said in told["reason"]
        assert told["hint"]
        assert "/tmp" not in response.text
        assert str(SEEDS) not in response.text
    for said, lang in ((en, "en"), (zh, "zh")):
        headers = {"cookie": f"lang={lang}"}
        given = [("files", (name, data))]
        where = client.post("/library", files=given, headers=headers).headers["location"]
        assert said in client.get(where, headers=headers).text


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts in /proc")
def test_uploads_and_views_leave_no_descriptors_open(tmp_path: Path) -> None:
    small = Library(tmp_path / "small", IndexConfig(embedder="hash"))
    small.add_text("a.txt", "港口吞吐量九万吨。".encode())
    counts = []
    with (
        serving(Settings(library=small.path), ScriptedAnswerer({}), small) as url,
        httpx.Client(base_url=url, timeout=60) as one,
    ):
        for n in range(1, 91):
            files = [("files", ("a.txt", f"港口吞吐量{n}万吨。".encode()))]
            assert one.post("/sources", files=files).status_code == 201
            assert one.get("/sources/a.txt/view").status_code == 200
            if n % 30 == 0:
                gc.collect()
                counts.append(len(list(Path("/proc/self/fd").iterdir())))
    assert counts[-1] - counts[0] <= 3, counts  # threads of the first burst may end in between


def test_ids_with_slashes_and_hashes(client: httpx.Client) -> None:
    record = {
        "id": "b/1",
        "title": "灯塔",
        "text": "东岸的灯塔高四十一米。",
        "published": "2024-05-06",
    }
    line = json.dumps(record, ensure_ascii=False).encode()
    client.post("/sources", files=[("files", ("news.jsonl", line))]).raise_for_status()
    path = f"/sources/{quote('news.jsonl#b/1', safe='')}"
    assert client.get(path).json()["text"] == record["text"]
    view = client.get(f"{path}/view", params={"start": 0, "end": 5}).text
    assert '<mark id="cite">东岸的灯塔</mark>' in view
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\报 道.txt", "报 道.txt"),
        (".hidden.txt", "hidden.txt"),
        ("a\x00\nb.txt", "ab.txt"),
        ("a#b.txt", "a_b.txt"),
        ("\u202etxt.a", "txt.a"),
        ("2024/一月/a.txt", "2024/一月/a.txt"),
        ("2024\\.x\n/a#1.txt", "2024/x/a_1.txt"),
        ("2024/../a.txt", "a.txt"),
        ("/etc/a.txt", "a.txt"),
        ("2024/...", ""),
        ("..", ""),
        ("", ""),
    ],
)
def test_safe_names(given: str, kept: str) -> None:
    assert safe_name(given) == kept


# ---- pages without scripts ---------------------------------------------------------------------


def test_the_form_works_without_scripts(client: httpx.Client) -> None:
    page = client.post("/", data={"question": ASKED}, follow_redirects=True)
    assert page.status_code == 200
    assert page.url.path.startswith("/c/")
    assert "18个“新星”产业集群" in page.text
    assert 'class="cite"' in page.text
    cid = page.url.path.rpartition("/")[2]
    more = {"question": "它出自哪个城市？", "conversation_id": cid}
    page = client.post("/", data=more, follow_redirects=True)
    assert "只按这一句搜" in page.text
    form = page.text.rpartition("结合上文，查的是")[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["standalone"] == "true"
    page = client.post("/", data=fields, follow_redirects=True)
    assert "结合上文，查的是" not in page.text.rpartition('class="turn"')[2]
    assert page.text.count('class="turn"') == 2
    assert (
        'name="standalone"' in page.text.rpartition('class="turn"')[2]
    )  # asked again, it still is
    bad = client.post("/", data={"question": " "}, headers={"accept": "text/html"})
    assert bad.status_code == 422
    assert "1 到 2000 个字" in bad.text


def test_the_viewer_marks_exactly_the_quote(client: httpx.Client) -> None:
    citation = client.post("/ask", json={"question": ASKED}).json()["citations"][0]
    params = {k: citation[k] for k in ("start", "end", "article", "sha256")}
    path = f"/sources/{quote(citation['source'], safe='')}/view"
    for mode in ("clean", "original"):
        page = client.get(path, params=params | {"mode": mode}).text
        marked = "".join(
            part.split("</mark>")[0].split(">", 1)[1] for part in page.split("<mark")[1:]
        )
        assert marked == citation["quote"]
    changed = client.get(path, params=params | {"sha256": "0" * 64}).text
    assert "<mark" not in changed
    assert "变动过" in changed


@pytest.mark.parametrize("span", [(5, 3), (10**6, 10**7), (0, 10**9)])
def test_spans_that_are_not_there_do_no_harm(client: httpx.Client, span: tuple[int, int]) -> None:
    for mode in ("clean", "original"):
        params = {"start": span[0], "end": span[1], "mode": mode}
        assert client.get(f"/sources/{SEED}/view", params=params).status_code == 200


def test_the_library_works_without_scripts(client: httpx.Client) -> None:
    files = [("files", ("港口.txt", "港口吞吐量九万吨。".encode()))]
    page = client.post("/library", files=files, follow_redirects=True)
    assert "已添加" in page.text
    form = {"source": "港口.txt", "back": "offset=0&q="}
    page = client.post("/library/delete", data=form, follow_redirects=True)
    assert "已删除 港口.txt" in page.text
    assert client.get("/sources/港口.txt").status_code == 404
    page = client.post("/library/restore", data={"name": "港口.txt"}, follow_redirects=True)
    assert "已恢复 港口.txt" in page.text
    assert client.get("/sources/港口.txt").json()["text"] == "港口吞吐量九万吨。"
    assert client.post("/library/restore", data={"name": "港口.txt"}).status_code == 404
    page = client.post("/library/delete", data=form | {"back": "//evil"})
    assert page.status_code == 422


def test_the_library_is_searched_in_its_texts(client: httpx.Client) -> None:
    page = client.get("/library", params={"q": "低空观光"}).text
    assert "正文含“低空观光”" in page
    assert f"/sources/{SEED}/view?start=" in page


def test_indexing_again_keeps_everything(library: Library) -> None:
    with (
        serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        index_again(client)


def index_again(client: httpx.Client) -> None:
    before = client.get("/sources").json()
    assert client.post("/index").status_code == 202
    for _ in range(400):
        if client.get("/index").json()["state"] != "running":
            break
        time.sleep(0.05)
    told = client.get("/index").json()
    assert (told["state"], told["passages"] > 50) == ("done", True)
    assert client.get("/sources").json()["sources"][0].keys() == before["sources"][0].keys()
    assert client.post("/library/reindex", follow_redirects=True).status_code == 200
    for _ in range(400):
        page = client.get("/library").text
        if "正在重建" not in page:
            break
        time.sleep(0.05)
    assert "重建完成" in page


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose library has ten thousand sources."""
    many = Library(tmp_path_factory.mktemp("many") / "library", IndexConfig(embedder="hash"))
    shelve(many, 10_000)
    with serving(Settings(library=many.path), ScriptedAnswerer({}), many) as url:
        yield url


def test_ten_thousand_sources_are_shown_by_the_page(many: str) -> None:
    page = httpx.get(f"{many}/library", params={"offset": 5000}).text
    assert "共 10,000 份来源" in page
    assert "第 101 页，共 200 页" in page
    assert "第05000份" in page
    assert len(page) < 150_000


@pytest.mark.timing
def test_a_page_of_ten_thousand_sources_comes_soon(many: str) -> None:
    began = time.perf_counter()
    httpx.get(f"{many}/library", params={"offset": 5000})
    assert time.perf_counter() - began < 0.5


# ---- the evaluation page -----------------------------------------------------------------------


def test_the_command_that_the_page_shows_makes_its_first_report(library: Library) -> None:
    library.close()
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        page = httpx.get(f"{url}/evaluation").text
        shown = shlex.split(html.unescape(page.split("<pre><code>")[1].split("</code>")[0]))
        arguments = cli.parser().parse_args(shown[1:])
        assert (arguments.library, arguments.json.parent) == (
            library.path,
            library.path / "reports",
        )
        arguments.gold = library.path / "gold.jsonl"
        first = (SEEDS.parent / "tests/gold/seeds_dev.jsonl").read_text("utf-8").splitlines()[0]
        arguments.gold.write_text(first, encoding="utf-8")
        assert arguments.command(arguments) == 0
        assert "dev" in httpx.get(f"{url}/evaluation").text.split('class="reports"')[1]


def test_reports_are_shown_down_to_the_question(library: Library) -> None:
    folder = library.path / "reports"
    folder.mkdir()
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        assert "还没有评测报告" in httpx.get(f"{url}/evaluation").text
        (folder / "dev.json").write_text(json.dumps(report()), encoding="utf-8")
        (folder / "dev.html").write_text("<p>full</p>", encoding="utf-8")
        (folder / "bad.json").write_text("[", encoding="utf-8")
        page = httpx.get(f"{url}/evaluation", params={"report": "dev.json"}).text
        assert "0.81" in page
        assert "总体" in page
        assert page.count("<svg") == 6  # bars, calibration, refusals, recall
        assert page.count("<details>") == 9
        (folder / "later.json").write_text(json.dumps(report()), encoding="utf-8")
        page = httpx.get(f"{url}/evaluation", params={"report": "dev.json"}).text
        assert page.count("<svg") == 7  # and how the figures went
        weak = {"report": "dev.json", "type": "why", "show": "weak"}
        assert httpx.get(f"{url}/evaluation", params=weak).text.count("<details>") == 1
        saved = httpx.get(f"{url}/evaluation/dev.html")
        assert "attachment" in saved.headers["content-disposition"]
        assert "读不出来" in httpx.get(f"{url}/evaluation", params={"report": "bad.json"}).text
        for name in ("none.json", "..%2Fcatalog.sqlite", "CURRENT"):
            assert httpx.get(f"{url}/evaluation/{name}").status_code == 404


def test_a_scope_that_is_not_there_is_named(client: httpx.Client) -> None:
    body = {"question": "新馆有多少座位？", "sources": [SEED, "没有这份.txt"]}
    response = client.post("/ask", json=body)
    assert response.status_code == 422
    assert "没有这份.txt" in response.json()["detail"]
    assert SEED not in response.json()["detail"]
