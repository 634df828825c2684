"""Two servers, each with a folder of its own, over one catalogue and one store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fakes import ready, serving

from server.settings import Settings

ASKED = "机器人企业有多少家？"


@pytest.fixture
def servers(
    tmp_path: Path, folder: Path, postgres: str, milvus: str
) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    def settings(name: str) -> Settings:
        return Settings(
            library=tmp_path / name,
            seeds=folder,
            embedder="static",
            store=milvus,  # type: ignore[arg-type]
            database=postgres,  # type: ignore[arg-type]
        )

    with serving(settings("one")) as one:
        ready(one)
        with serving(settings("other")) as other:
            ready(other)
            with httpx.Client(base_url=one) as a, httpx.Client(base_url=other) as b:
                yield a, b


def cited(client: httpx.Client, question: str) -> set[str]:
    answer = client.post("/ask", json={"question": question}, timeout=60).json()
    return {citation["source"] for citation in answer["citations"]}


def test_what_is_deleted_at_one_is_cited_by_none(
    servers: tuple[httpx.Client, httpx.Client],
) -> None:
    one, other = servers
    assert cited(one, ASKED) == cited(other, ASKED) == {"robots.txt"}
    assert other.delete("/sources/robots.txt").status_code in (200, 204)
    assert "robots.txt" not in cited(one, ASKED) | cited(other, ASKED)
    upload = {"files": ("new.txt", "全市机器人企业达到400家。".encode())}
    assert one.post("/sources", files=upload).status_code < 300
    assert cited(other, ASKED) == {"new.txt"}
    assert one.get("/conversations").json() == other.get("/conversations").json()
