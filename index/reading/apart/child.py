"""Asks a process apart to read a file, and waits for it so long and no longer.

The process is kept for many files; one that dies or takes too long over a file is replaced, and
the file is skipped with the reason.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import SourceError
from index.reading.apart.worker import Message, receive, send

#: Seconds of the processor that a file may take: so many, and so many more a megabyte; and how many
#: times as long by the clock, since others may be busy, too.
SECONDS, SECONDS_A_MB, CLOCK = 30.0, 10.0, 4.0
#: Seconds that the process may take to begin, and without a question after which it is let go.
BEGIN, IDLE = 120.0, 120.0
#: After so many files a new process reads on, whatever the libraries have left in the old one.
FILES = 500
_ROOT = Path(__file__).parents[3]


def _slow() -> SourceError:
    hint = "Split it, or save it anew in a simpler form."
    return SourceError("slow: it takes too long to read", hint=hint)


def _crashed() -> SourceError:
    hint = "Open it and save it again, or split it."
    return SourceError("crashed: reading it ended the process that read it", hint=hint)


class Apart:
    """One process, asked by any thread, one file after the other."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._asked = 0
        atexit.register(self.close)

    def ask(self, header: dict[str, Any], data: bytes) -> Message:
        """Raises: SourceError, with what the process says, or that it died or took too long."""
        seconds = self._seconds + SECONDS_A_MB * len(data) / 1e6
        header = {**header, "seconds": seconds}
        with self._lock:
            fresh = self._ready()
            answer = self._exchange(header, data, CLOCK * seconds)
            if answer is None and not fresh:  # perhaps it was worn out: again, in a new one
                self._ready()
                answer = self._exchange(header, data, CLOCK * seconds)
            self._rest()
        if answer is None:
            raise _crashed()
        if "error" in answer[0]:
            raise SourceError(str(answer[0]["error"]), hint=str(answer[0]["hint"]))
        return answer

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ready(self) -> bool:
        """Have a process; whether it is a new one."""
        if self._timer is not None:
            self._timer.cancel()
        if self._process is not None and self._process.poll() is None and self._asked < FILES:
            return False
        self._end()
        paths = filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", "")))
        more = {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "index.reading.apart.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | more,
        )
        self._asked = 0
        self._exchange(None, b"", BEGIN)
        return True

    def _rest(self) -> None:
        self._timer = _started(IDLE, self.close)

    def _exchange(self, header: dict[str, Any] | None, data: bytes, limit: float) -> Message | None:
        """Ask, unless there is no header, and wait for the answer; None when the process died.

        Raises: SourceError, when it took too long.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        answer: Message | None = ({"goes_on": True}, b"")
        with suppress(OSError):
            timer = _started(limit, stop)
            if header is not None:
                self._asked += 1
                send(process.stdin, header, data)
            while answer is not None and answer[0].get("goes_on"):
                timer.cancel()
                timer = _started(limit, stop)
                answer = receive(process.stdout)
        timer.cancel()
        if answer is None and (self._end() == _OUT_OF_TIME or late.is_set()):
            raise _slow()
        return answer

    def _end(self) -> int | None:
        """How it ended, if there was one."""
        process, self._process = self._process, None
        if process is None:
            return None
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        try:
            return process.wait(0.5)  # it ends by itself when nobody can ask it any more
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _started(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 1_000)

READING = Apart()
#: Another for pictures of pages, so that nobody waits for them while a folder is read.
PICTURES = Apart()
