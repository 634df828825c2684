"""The file behind a source: to be had as it was, from a folder or an upload."""

from __future__ import annotations

from pathlib import Path

import httpx
from fakes import ready, serving
from formats.made import report

from server.settings import Settings


def test_an_uploaded_file_can_be_read_asked_and_downloaded(tmp_path: Path) -> None:
    data = report()
    with serving(Settings(library=tmp_path / "library", seeds=tmp_path, embedder="hash")) as url:
        ready(url)
        given = {"files": ("报告.docx", data)}
        assert httpx.post(f"{url}/sources", files=given).status_code == 201
        view = httpx.get(f"{url}/sources/报告.docx/view")
        assert "青禾社区共有居民3260户" in view.text
        assert "/original" in view.text
        original = httpx.get(f"{url}/sources/报告.docx/original")
        assert original.content == data
        assert original.headers["content-disposition"].startswith("attachment;")
        answer = httpx.post(
            f"{url}/ask", json={"question": "北门站的面积是多少？"}, timeout=60
        ).json()
        (cited,) = {c["source"] for c in answer["citations"]}
        assert cited == "报告.docx"
        bad = {"files": ("坏.docx", data[:500])}
        told = httpx.post(f"{url}/sources", files=bad, headers={"accept-language": "zh"})
        assert told.status_code == 422
        assert "文件坏了" in told.json()["files"][0]["reason"]
        httpx.delete(f"{url}/sources/报告.docx")
        assert httpx.get(f"{url}/sources/报告.docx/original").status_code == 404
