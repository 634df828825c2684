"""Which reader apart reads which suffix; each is imported when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import PurePosixPath

from index.reading.apart.document import Document, Part

Reader = Callable[[bytes], Document | list[Part]]


def _late(name: str) -> Reader:
    def read(data: bytes) -> Document | list[Part]:
        module = import_module(f"index.reading.apart.{name}_text")
        reader: Reader = getattr(module, f"read_{name}")
        return reader(data)

    return read


FORMATS = ("pdf", "docx", "xlsx", "pptx", "odt", "epub", "rtf", "eml", "csv")

#: Read by OCR, where it is installed.
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")

CONVERTERS: Mapping[str, Reader] = {
    **{f".{name}": _late(name) for name in FORMATS},
    ".tsv": _late("csv"),
    **dict.fromkeys(PICTURES, _late("picture")),
    **dict.fromkeys((".rss", ".atom"), _late("feed")),
    **dict.fromkeys((".warc", ".warc.gz"), _late("warc")),
}


def suffix_of(name: str) -> str:
    """A file's ending, in small letters: the last one, or two where these are one.

    >>> suffix_of("甲.PDF"), suffix_of("2024/站.warc.gz"), suffix_of("README")
    ('.pdf', '.warc.gz', '')
    """
    path = PurePosixPath(name)
    both = "".join(path.suffixes[-2:]).lower()
    return both if both in CONVERTERS else path.suffix.lower()
