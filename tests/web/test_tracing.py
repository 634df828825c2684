"""Traces: one span for each request, without what an address may hold. Needs the extra ``otel``."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import httpx
import pytest
from fakes import ScriptedAnswerer, serving, written

from index import IndexConfig, Library
from server.app import create_app
from server.records import Question
from server.settings import Settings
from server.web.tracing import WHITHER, trace


def test_each_request_is_one_span_without_its_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(
        "opentelemetry.instrumentation.fastapi", reason="the extra otel is not installed"
    )
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    monkeypatch.setattr(export, "BatchSpanProcessor", export.SimpleSpanProcessor)
    exporter = memory.InMemorySpanExporter()

    def traced(*of: object) -> object:
        app = create_app(*of)  # type: ignore[arg-type]
        trace(app, exporter)
        return app

    monkeypatch.setattr("fakes.create_app", traced)
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    answerer = ScriptedAnswerer({"问": written(Question("问"), "答。")})
    with serving(Settings(library=library.path), answerer, library) as base:
        for body in ({"question": "问"}, {"question": "问", "stream": True}):
            httpx.post(f"{base}/ask", json=body).raise_for_status()
        for path in ("/sign-in?token=geheim", "/?q=geheim", "/nowhere?geheim", "/healthz"):
            httpx.get(base + path)
    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == ["POST /ask"] * 2 + ["GET /sign-in", "GET /", "GET"]
    assert {span.resource.attributes["service.name"] for span in spans} == {"youju"}
    assert "geheim" not in "".join(span.to_json() for span in spans)


def test_without_the_extra_it_says_so_and_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(WHITHER, "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with caplog.at_level(logging.WARNING):
        create_app(Settings(library=tmp_path))
    assert "pip install 'youju[otel]'" in caplog.text
