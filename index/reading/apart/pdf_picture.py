"""A page of a PDF as a picture."""

from __future__ import annotations

import io

from index.errors import SourceError
from index.reading.apart.pdf_text import open_pdf

#: The longer side of a picture, and how large a page is drawn that is small, in pixels (a point).
MOST, SCALE = 1_800, 2.0


def picture(data: bytes, number: int) -> bytes:
    """A PNG of a page, counted from 1. Raises: SourceError."""
    pdf = open_pdf(data)
    if not 1 <= number <= len(pdf):
        raise SourceError(f"page: there are {len(pdf)}")
    page = pdf[number - 1]
    scale = min(SCALE, MOST / max(page.get_size()))
    image = page.render(scale=scale).to_pil()
    out = io.BytesIO()
    image.convert("P", palette=1, colors=64).save(out, "PNG", optimize=False)
    return out.getvalue()
