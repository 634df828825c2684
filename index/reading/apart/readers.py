"""Which reader apart reads which suffix; each is imported when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from index.reading.apart.document import Document

Reader = Callable[[bytes], Document]


def _late(name: str) -> Reader:
    def read(data: bytes) -> Document:
        module = import_module(f"index.reading.apart.{name}_text")
        reader: Reader = getattr(module, f"read_{name}")
        return reader(data)

    return read


FORMATS = ("pdf", "docx", "xlsx", "pptx", "odt", "epub", "rtf", "eml", "csv")

#: Read by OCR, where it is installed.
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")

READERS: Mapping[str, Reader] = {
    **{f".{name}": _late(name) for name in FORMATS},
    ".tsv": _late("csv"),
    **dict.fromkeys(PICTURES, _late("picture")),
}
