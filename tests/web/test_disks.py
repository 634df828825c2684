"""A server whose disk is full, or read-only: it answers, says so, refuses writes, and recovers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from disks import disk
from fakes import ready, serving

from server.settings import Settings

AIRPORT = ("a.txt", "江北机场扩建\n\n年旅客吞吐量达到4000万人次。\n".encode())
MORE = ("b.txt", "机器人产业\n\n截至去年底，全市机器人企业达到326家。\n".encode())
QUESTION = {"question": "年旅客吞吐量达到多少？"}
TOLD = "现在的对话只记到服务器停下为止"


def upload(client: httpx.Client, file: tuple[str, bytes]) -> httpx.Response:
    return client.post("/sources", files={"files": file})


def answered(client: httpx.Client) -> str:
    """The conversation of an answer that is right, and can be read again."""
    answer = client.post("/ask", json=QUESTION).json()
    assert "4000万人次" in answer["answer"]
    talk = str(answer["conversation_id"])
    turn = client.get(f"/c/{talk}/turns/{answer['id']}", headers={"accept": "text/html"})
    assert "4000万人次" in turn.text
    return talk


def refused(response: httpx.Response, kind: str) -> None:
    assert response.status_code == 507, response.text
    assert response.json()["type"] == f"urn:youju:problem:{kind}"
    assert response.json()["hint"]


def test_a_server_on_a_full_and_on_a_read_only_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.database._AGAIN_S", 0.0)
    with disk(tmp_path / "disk") as place:
        library = place.folder / "library"
        settings = Settings(library=library, seeds=tmp_path / "none", embedder="hash", watch=True)
        page = {"accept": "text/html", "accept-language": "zh"}
        with serving(settings) as base, httpx.Client(base_url=base, timeout=60) as client:
            ready(base)
            assert upload(client, AIRPORT).status_code == 201
            assert client.get("/readyz").json() == {"status": "ready", "keeps": True}
            assert TOLD not in client.get("/", headers=page).text

            place.fill()
            talk = answered(client)
            refused(upload(client, MORE), "library-full")
            refused(client.delete("/sources/a.txt"), "library-full")
            assert client.get("/readyz").json() == {"status": "ready", "keeps": False}
            assert TOLD in client.get("/", headers=page).text

            place.empty()
            assert upload(client, MORE).status_code == 201
            answered(client)
            assert client.get("/readyz").json()["keeps"]
            assert talk in client.get("/conversations").text
            assert client.delete("/sources/b.txt").status_code == 204
        with serving(settings) as base:  # what was only remembered has been kept
            ready(base)
            assert httpx.get(f"{base}/conversations/{talk}").status_code == 200

        place.read_only()
        with serving(settings) as base, httpx.Client(base_url=base, timeout=60) as client:
            ready(base)
            new = answered(client)
            assert talk in client.get("/history", headers=page).text
            assert new in client.get("/history", headers=page).text
            refused(upload(client, MORE), "library-read-only")
            refused(client.delete(f"/conversations/{talk}"), "library-read-only")
            assert TOLD in client.get("/", headers=page).text
