"""What /metrics tells of the library: how much it holds, what it takes, how old the index is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index import Library

log = logging.getLogger(__name__)


class LibraryFigures(Collector):
    """Four figures, once the library is open."""

    def __init__(self, library: Callable[[], Library | None]) -> None:
        self._library = library

    def collect(self) -> Iterator[Metric]:
        library = self._library()
        if library is None:
            return
        try:
            size = library.size()
        except Exception as error:  # a damaged library, a database away: the other figures are told
            log.debug("The library could not be measured: %s", error)
            return
        yield _gauge("youju_sources", "Sources of the library.", size.sources)
        yield _gauge("youju_passages", "Passages of the library.", size.passages)
        yield _gauge("youju_library_bytes", "Bytes of the library's folder.", size.bytes)
        if size.written is not None:
            text = "When the search index was last written, in seconds since 1970."
            yield _gauge("youju_index_timestamp_seconds", text, size.written)

    def describe(self) -> Iterator[Metric]:
        return iter(())


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
