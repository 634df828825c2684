"""Traces: OpenTelemetry's own instrumentation of FastAPI, where the environment says whither."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI
    from opentelemetry.sdk.trace.export import SpanExporter

log = logging.getLogger(__name__)

#: OpenTelemetry's own variable; the others (names, headers, samplers) hold as well.
WHITHER = "OTEL_EXPORTER_OTLP_ENDPOINT"
#: What is asked for all the time.
QUIET = "/healthz,/readyz,/metrics,/static/"
#: Where an instrumentation may put the address as it was asked for, token and question included.
ADDRESSES = ("http.url", "http.target", "url.full", "url.query")


def trace(app: FastAPI, exporter: SpanExporter | None = None) -> None:
    """A span for each request, to ``exporter``, or where the environment says; else none."""
    if exporter is None and not os.environ.get(WHITHER):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        log.warning("%s is set, and nothing is traced: pip install 'youju[otel]'", WHITHER)
        return
    name = os.environ.get("OTEL_SERVICE_NAME", "youju")
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=provider,
        excluded_urls=QUIET,
        server_request_hook=_without_query,
        exclude_spans=["receive", "send"],
    )


def _without_query(span: Any, scope: dict[str, Any]) -> None:
    """Before anybody else sees it: an address may hold a question, or a token to sign in with."""
    for name in ADDRESSES:
        if name in (span.attributes or {}):
            span.set_attribute(name, "" if name == "url.query" else scope["path"])
