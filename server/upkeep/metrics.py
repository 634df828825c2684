"""What /metrics tells: counters and one histogram, kept by prometheus-client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    exposition,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.records import Answer

BUCKETS_S = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Thread-safe; one per application, with a registry of its own."""

    def __init__(self) -> None:
        # Else every counter has a gauge beside it that nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "youju_requests_total",
            "HTTP requests by route and status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._answers = Counter(
            "youju_answers_total",
            "Answers given, refusals included.",
            ("engine",),
            registry=registry,
        )
        self._refusals = Counter(
            "youju_refusals_total", "Answers that refused.", ("engine",), registry=registry
        )
        self._claims = Counter(
            "youju_claims_total",
            "Sentences of answers, by how far their citations bear them.",
            ("support",),
            registry=registry,
        )
        self._stages = Histogram(
            "youju_stage_seconds",
            "Seconds that each stage of an answer took.",
            ("stage",),
            buckets=BUCKETS_S,
            registry=registry,
        )
        ProcessCollector(registry=registry)  # memory, descriptors, processor time, start
        self._seconds = Histogram(
            "youju_answer_seconds",
            "Seconds from question to answer.",
            buckets=BUCKETS_S,
            registry=registry,
        )

    def watch(
        self, name: str, text: str, value: Callable[[], float], *, total: bool = False
    ) -> None:
        """Tell a figure as it is when it is asked for; ``total``: one that only grows."""
        self._registry.register(_Watched(name, text, value, total))

    def request(self, method: str, route: str, status: int) -> None:
        self._requests.labels(method, route, status).inc()

    def collect(self, figures: Collector) -> None:
        """Tell what ``figures`` yields when it is asked for."""
        self._registry.register(figures)

    def answer(self, answer: Answer, seconds: float) -> None:
        self._answers.labels(answer.engine).inc()
        self._refusals.labels(answer.engine).inc(answer.refused)
        self._seconds.observe(seconds)
        for claim in answer.claims:
            self._claims.labels(claim.support).inc()
        for stage, ms in answer.timings_ms.items():
            if stage != "total":  # which youju_answer_seconds tells
                self._stages.labels(stage).observe(ms / 1000)

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """The text and its media type: Prometheus's format, or OpenMetrics where it is asked for."""
        encode, media_type = exposition.choose_encoder(accept)
        return encode(self._registry), media_type


class Late(Collector):
    """How often each stage of an answer has taken too long."""

    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        text = (
            "Stages of answers that took longer than they may; wait is the queue, total the whole."
        )
        late = CounterMetricFamily("youju_late", text, labels=("stage",))
        for stage, count in self._counts().items():
            late.add_metric((stage,), count)
        yield late

    def describe(self) -> Iterator[Metric]:
        yield CounterMetricFamily("youju_late", "")


class _Watched(Collector):
    """One figure without labels."""

    def __init__(self, name: str, text: str, value: Callable[[], float], total: bool) -> None:
        self._family = CounterMetricFamily if total else GaugeMetricFamily
        self._name, self._text, self._value = name, text, value

    def collect(self) -> Iterator[Metric]:
        yield self._family(self._name, self._text, value=self._value())

    def describe(self) -> Iterator[Metric]:
        yield self._family(self._name, self._text)
