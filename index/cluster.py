"""A Dask cluster: other computers' cores for the portions of an update."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

from index.config import ANALYSIS
from index.errors import IndexMismatch, LibraryInaccessible

Portion = TypeVar("Portion")
Made = TypeVar("Made")

#: How long to wait for a cluster that has no worker yet.
CONNECT_S = 30.0
#: How long to wait for a portion before all that is left is done here.
PATIENCE_S = 300.0

_HINT = "Look whether `dask scheduler` runs there, and a `dask worker` with it."


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where portions are sent; ``width`` are in work at once."""

    executor: Executor
    width: int

    def submit(self, work: Callable[[Portion], Made], portion: Portion) -> Future[Made]:
        return self.executor.submit(_done, _code(), work, portion)


@contextmanager
def dask_cluster(address: str) -> Iterator[Cluster]:
    """The cluster of the scheduler at ``address``. Raises: LibraryInaccessible."""
    try:
        from distributed import Client
    except ImportError as error:
        raise LibraryInaccessible(
            "the package for Dask is missing", hint="Install it: pip install 'youju[dask]'."
        ) from error
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise LibraryInaccessible(f"no Dask scheduler answers at {address}", hint=_HINT) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise LibraryInaccessible(
                f"the Dask scheduler at {address} has no worker", hint=_HINT
            ) from error
        # A worker that dies over a portion is no reason to blame the portion: it is done here.
        yield Cluster(client.get_executor(pure=False), sum(client.nthreads().values()))


def _code() -> tuple[str, int]:
    """What makes the same of the same portion."""
    return version("youju"), ANALYSIS


def _done(code: tuple[str, int], work: Callable[[Portion], Made], portion: Portion) -> Made:
    """At a worker. Raises: IndexMismatch, when other code than the caller's is installed there."""
    if code != _code():
        raise IndexMismatch(f"a worker has Youju {_code()}, not {code}", hint="Install the same.")
    return work(portion)
