"""JSON Lines: one article a line, ``id`` and ``text``, optional ``title published url``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from index.errors import SourceError
from index.reading.dates import published_date
from index.reading.decode import check, encoding_of
from index.records import Skipped, Source

MAX_ID_CHARS = 200


def read_jsonl(path: Path, name: str, max_bytes: int) -> Iterator[Source | Skipped]:
    """One source a line, read as a stream; ``max_bytes`` bounds a line, not the file."""
    seen: set[str] = set()
    number = 0
    try:
        for number, line in _lines(path, max_bytes):
            try:
                source = _record(line, name, max_bytes, seen)
            except SourceError as exc:
                yield Skipped(name, f"line {number}: {exc}")
                continue
            if source is not None:
                yield source
    except UnicodeDecodeError as exc:
        yield Skipped(name, f"line {number + 1}: unreadable from here on: {exc.reason}")
        return
    if not number:
        yield Skipped(name, "empty: it holds no text")


def _lines(path: Path, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Numbered lines in UTF-8 or GB18030; a line too long is cut one byte over the limit."""
    with path.open("rb") as file:
        encoding, skip = encoding_of(file.read(4))
    if encoding not in ("", "utf-8"):
        # newline="\n": the separators of Unicode may stand inside a JSON string.
        with path.open(encoding=encoding, newline="\n") as text:
            for number, line in enumerate(text, 1):
                yield number, line.lstrip("\ufeff").encode("utf-8", "surrogatepass")
        return
    with path.open("rb") as file:
        file.seek(skip)
        number = 0
        while data := file.readline(max_bytes + 2):
            number += 1
            yield number, data
            _skip_rest(file, data, max_bytes)


def _skip_rest(file: IO[bytes], line: bytes, max_bytes: int) -> None:
    """Go to the end of a line of which only the beginning was read."""
    while len(line) > max_bytes and line and not line.endswith(b"\n"):
        line = file.readline(max_bytes + 2)


def _record(line: bytes, name: str, max_bytes: int, seen: set[str]) -> Source | None:
    """The source of one line; ``None`` for a blank line.

    Raises:
        SourceError: too long, no JSON object, a bad ``id`` or ``text``, an ``id`` met before.
    """
    if len(line.rstrip(b"\r\n")) > max_bytes:
        raise SourceError(f"oversize: more than {max_bytes:,} bytes")
    if not line.strip():
        return None
    fields = _fields(line)
    key = _identifier(fields.get("id"))
    text = fields.get("text")
    if not isinstance(text, str):
        raise SourceError('no "text", or not a string')
    check(text)
    if key in seen:
        raise SourceError(f'duplicate id "{key}": the first one is kept')
    seen.add(key)
    return Source(
        name=f"{name}#{key}",
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        format="jsonl",
        title=_optional(fields, "title") or "",
        published=_published(fields),
        url=_optional(fields, "url"),
    )


def _fields(line: bytes) -> dict[str, object]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = line.decode("gb18030")
        except UnicodeDecodeError as exc:
            raise SourceError("undecodable: neither UTF-8 nor GB18030") from exc
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise SourceError(f"not JSON: {exc}") from exc
    if not isinstance(fields, dict):
        raise SourceError("not a JSON object")
    return fields


def _identifier(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise SourceError('no "id", or neither a string nor a whole number')
    if len(value) > MAX_ID_CHARS or not value.isprintable():
        raise SourceError(f'bad "id": at most {MAX_ID_CHARS} printable characters')
    return value


def _published(fields: dict[str, object]) -> str | None:
    """The day, as it is read everywhere else; none where it is not certain."""
    written = _optional(fields, "published")
    return published_date(written) if written else None


def _optional(fields: dict[str, object], key: str) -> str | None:
    """A string field, without characters that could not be stored; ``None`` when not given."""
    value = fields.get(key)
    if not isinstance(value, str) or not value.strip():
        return None
    return value.strip().encode("utf-8", "ignore").decode("utf-8")
