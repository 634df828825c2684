"""Source to articles."""

from __future__ import annotations

import hashlib

import numpy as np

from index.normalise import clean
from index.records import Article, Block, Source


def split(source: Source) -> list[Article]:
    """The articles of a source, in reading order."""
    cleaned = clean(source.text)
    blocks = []
    at = 0
    for number, line in enumerate(cleaned.text.split("\n")):
        kind = "paragraph"
        if len(line) < 30 and not line.endswith("。"):
            kind = "heading" if number else "title"
        if line:
            blocks.append(Block(kind, at, at + len(line)))
        at += len(line) + 1
    if not blocks:
        return []
    title = source.title or next(
        (cleaned.text[b.start : b.end].strip("# ") for b in blocks[:1]), ""
    )
    key = f"{source.name}\0{0}\0{cleaned.text}".encode("utf-8", "surrogatepass")
    return [
        Article(
            id=hashlib.sha256(key).hexdigest()[:16],
            source=source.name,
            text=cleaned.text,
            offsets=np.asarray(cleaned.offsets, dtype=np.int32),
            blocks=tuple(blocks),
            title=title,
            published=source.published,
            url=source.url,
        )
    ]
