"""A model's words as an iterator that never hangs: a thread makes them, the caller waits with limits."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from index import AnswerError, GenerationError, GenerationTimeout
from server.writers.prompting import Message

log = logging.getLogger(__name__)

#: How often a waiting caller looks whether the client has left, in seconds.
LOOK_S = 0.1

Emit = Callable[[str], None]


class LanguageModel(Protocol):
    """Writes text; ``speak`` blocks and returns soon after ``stop`` is set.

    ``tokens`` is the room for a prompt. ``thinks`` says after a prompt was made whether the
    prompt itself opened a block of thoughts.
    """

    @property
    def name(self) -> str: ...

    @property
    def tokens(self) -> int: ...

    @property
    def thinks(self) -> bool: ...

    def count(self, text: str) -> int: ...

    def speak(self, messages: Sequence[Message], emit: Emit, stop: threading.Event) -> None:
        """Raises: GenerationError, GenerationTimeout."""
        ...


class Stopped(AnswerError):
    """Nobody waits for the answer any more."""


class _End:
    """The last item of a flow: how it ended."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def flow(
    model: LanguageModel,
    messages: Sequence[Message],
    *,
    timeout_s: float,
    stop: threading.Event,
) -> Iterator[str]:
    """The pieces of a model's answer as they come.

    Setting ``stop``, from any thread, ends it within ``LOOK_S``; so does closing the iterator.
    Raises: GenerationError when the model fails; GenerationTimeout after ``timeout_s`` seconds;
    Stopped when ``stop`` was set.
    """
    pieces: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
    halt = threading.Event()
    thread = threading.Thread(
        target=_run, args=(model, messages, pieces, halt), name=f"writer-{model.name}", daemon=True
    )
    deadline = time.monotonic() + timeout_s
    thread.start()
    try:
        while True:
            piece = _next(pieces, deadline, stop, model.name, timeout_s)
            if isinstance(piece, _End):
                if piece.error is not None:
                    raise piece.error
                return
            yield piece
    finally:
        halt.set()


def _run(
    model: LanguageModel,
    messages: Sequence[Message],
    pieces: queue.SimpleQueue[str | _End],
    halt: threading.Event,
) -> None:
    try:
        model.speak(messages, pieces.put, halt)
    except GenerationError as error:
        pieces.put(_End(error))
    except Exception as error:
        log.exception("The writer %s failed", model.name)
        failed = GenerationError(f"the writer {model.name} failed: {type(error).__name__}")
        failed.__cause__ = error
        pieces.put(_End(failed))
    else:
        pieces.put(_End())


def _next(
    pieces: queue.SimpleQueue[str | _End],
    deadline: float,
    stop: threading.Event,
    name: str,
    timeout_s: float,
) -> str | _End:
    while True:
        if stop.is_set():
            raise Stopped("the client left")
        left = deadline - time.monotonic()
        if left <= 0:
            raise GenerationTimeout(
                f"the writer {name} took longer than {timeout_s:g} seconds",
                hint="Raise YOUJU_TIMEOUT_S, or choose a smaller model.",
            )
        try:
            return pieces.get(timeout=min(LOOK_S, left))
        except queue.Empty:
            continue
