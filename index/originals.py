"""The bytes that a source was read from, as long as they are there and the same."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from index.reading.zipped import member_of
from index.records import Source
from index.store.catalogue import Catalogue


def original(catalogue: Catalogue, source: Source, max_bytes: int) -> bytes | None:
    """The upload, file or member of an archive; None when it is gone or has changed."""
    file = catalogue.file_of(source.name)
    data = catalogue.upload(file)
    found = catalogue.file(file)
    if data is None and found is not None and found[0]:
        root = Path(found[0])
        with suppress(OSError):
            data = (root / file if root.is_dir() else root).read_bytes()
    _, packed, member = source.name.partition(f"{file}#")
    if data is not None and packed and file.lower().endswith(".zip"):
        data = member_of(data, member, max(max_bytes, len(data)))
    if data is None or sha256(data).hexdigest() != source.sha256:
        return None
    return data
