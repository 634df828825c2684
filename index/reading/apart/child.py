"""Asks a process apart to read a file, and waits for it so long and no longer.

The process is kept for many files; one that dies or takes too long over a file is replaced, and
the file is skipped with the reason.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import SourceError
from index.reading.apart.worker import Message, receive, send

#: Seconds that a file may take: so many, and so many more a megabyte.
SECONDS, SECONDS_A_MB = 30.0, 10.0
#: Seconds without a question after which the process is let go.
IDLE = 120.0
#: After so many files a new process reads on, whatever the libraries have left in the old one.
FILES = 500
_ROOT = Path(__file__).parents[3]


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
        with self._lock:
            fresh = self._ready()
            answer = self._exchange(header, data)
            if answer is None and not fresh:  # perhaps it was worn out: again, in a new one
                self._ready()
                answer = self._exchange(header, data)
        if answer is None:
            raise SourceError(
                "crashed: reading it ended the process that read it",
                hint="Open it and save it again, or split it.",
            )
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
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "index.reading.apart.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "OPENBLAS_NUM_THREADS": "1"},
        )
        self._asked = 0
        return True

    def _exchange(self, header: dict[str, Any], data: bytes) -> Message | None:
        """None when the process died. Raises: SourceError, when it took too long."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked += 1
        seconds = self._seconds + SECONDS_A_MB * len(data) / 1e6
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            send(process.stdin, header, data)
            answer = receive(process.stdout)
        except OSError:
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            self._end()
            if late.is_set():
                raise SourceError(
                    f"slow: it was not read within {seconds:.0f} s",
                    hint="Split it, or save it anew in a simpler form.",
                )
            return None
        self._timer = threading.Timer(IDLE, self.close)
        self._timer.daemon = True
        self._timer.start()
        return answer

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.wait()


READING = Apart()
#: Another for pictures of pages, so that nobody waits for them while a folder is read.
PICTURES = Apart()
