"""Which reader apart reads which suffix; each is imported when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from index.reading.apart.document import Document

Reader = Callable[[bytes], Document]


def _late(module: str) -> Reader:
    def read(data: bytes) -> Document:
        reader: Reader = getattr(
            import_module(f"index.reading.apart.{module}_text"), f"read_{module}"
        )
        return reader(data)

    return read


FORMATS = ("docx", "pdf")

READERS: Mapping[str, Reader] = {f".{name}": _late(name) for name in FORMATS}
