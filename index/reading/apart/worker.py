"""The process that reads files apart: within its limits, until nobody asks any more.

Asked and answered in messages of JSON and bytes, so that nothing a file does in here can reach
the process that asks but as text.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any

from index.errors import SourceError
from index.reading.apart.document import Part
from index.reading.apart.pace import on_page

#: Bytes of memory that it may take.
MEMORY = 2 * 2**30

Message = tuple[dict[str, Any], bytes]


def send(stream: IO[bytes], header: Mapping[str, Any], data: bytes = b"") -> None:
    head = json.dumps(header).encode()
    stream.write(struct.pack("<II", len(head), len(data)) + head + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """None at the end."""
    sizes = stream.read(8)
    if len(sizes) < 8:
        return None
    head, size = struct.unpack("<II", sizes)
    header, data = stream.read(head), stream.read(size)
    return (json.loads(header), data) if len(data) == size else None


def main() -> None:
    _limit()
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    send(answers, {})  # it has begun
    while (message := receive(asked)) is not None:
        seconds = float(message[0].get("seconds", 0))
        on_page(partial(_go_on, answers, seconds))
        try:
            _limit_time(seconds)
            header, data = answer(*message)
        except MemoryError:
            header, data = _refused(_TOO_MUCH), b""
        send(answers, header, data)
        del message, data


def _go_on(answers: IO[bytes], seconds: float) -> None:
    """A page is done: as much time again."""
    send(answers, {"goes_on": True})
    _limit_time(seconds)


_TOO_MUCH = SourceError("oversize: it takes more memory than it may", hint="Split it.")


def answer(header: dict[str, Any], data: bytes) -> Message:
    """A file's texts; or the picture of one of its pages."""
    from index.reading.apart.readers import CONVERTERS

    try:
        if "page" in header:
            from index.reading.apart.page_picture import picture

            return {}, picture(data, int(header["page"]))
        found = CONVERTERS[header["suffix"]](data)
    except SourceError as error:
        return _refused(error), b""
    except MemoryError:
        return _refused(_TOO_MUCH), b""
    except RecursionError:
        return _refused(
            SourceError("corrupt: its parts are nested without end", hint="Save it anew.")
        ), b""
    except Exception as error:
        reason = f"corrupt: it cannot be read ({type(error).__name__})"
        return _refused(SourceError(reason, hint="Open it and save it again.")), b""
    parts = found if isinstance(found, list) else [Part("", found)]
    return {"parts": [_told(part) for part in parts]}, b""


def _told(part: Part) -> dict[str, Any]:
    found = part.document
    return {
        "id": part.id,
        "text": found.text,
        "title": found.title,
        "left": str(found.left or ""),
        "hint": found.left.hint if found.left else "",
        "places": base64.b64encode(found.places).decode(),
        "published": part.published,
        "url": part.url,
        "format": part.format,
    }


def _refused(error: SourceError) -> dict[str, Any]:
    return {"error": str(error), "hint": error.hint}


def _limit() -> None:
    """Where the system has no such limits, only time is limited, by who asks."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # What is mapped but not written counts in AS, not in DATA.
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Of the processor, from now on; whoever asks has a longer limit by the clock."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = time.process_time() + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
