"""Counters and one histogram in Prometheus's text format."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

BUCKETS_S = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Thread-safe; one per application."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._answers: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0
        self._count = 0

    def request(self, method: str, route: str, status: int) -> None:
        with self._lock:
            self._requests[method, route, status] += 1

    def answer(self, engine: str, refused: bool, seconds: float) -> None:
        with self._lock:
            self._answers[engine] += 1
            self._refusals[engine] += refused
            self._count += 1
            self._seconds += seconds
            for bound in BUCKETS_S:
                self._buckets[bound] += seconds <= bound

    def render(self) -> str:
        """The exposition text, version 0.0.4."""
        with self._lock:
            return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from _head("youju_requests_total", "counter", "HTTP requests by route and status.")
        for (method, route, status), n in sorted(self._requests.items()):
            labels = f'method="{_escape(method)}",route="{_escape(route)}",status="{status}"'
            yield f"youju_requests_total{{{labels}}} {n}"
        yield from _head("youju_answers_total", "counter", "Answers given, refusals included.")
        for engine, n in sorted(self._answers.items()):
            yield f'youju_answers_total{{engine="{_escape(engine)}"}} {n}'
        yield from _head("youju_refusals_total", "counter", "Answers that refused.")
        for engine, n in sorted(self._refusals.items()):
            yield f'youju_refusals_total{{engine="{_escape(engine)}"}} {n}'
        yield from _head("youju_answer_seconds", "histogram", "Seconds from question to answer.")
        for bound in BUCKETS_S:
            yield f'youju_answer_seconds_bucket{{le="{bound}"}} {self._buckets[bound]}'
        yield f'youju_answer_seconds_bucket{{le="+Inf"}} {self._count}'
        yield f"youju_answer_seconds_sum {self._seconds:.6f}"
        yield f"youju_answer_seconds_count {self._count}"


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _escape(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
