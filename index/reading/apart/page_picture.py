"""A page of a PDF, or of a picture, as a picture."""

from __future__ import annotations

import io

from PIL import Image

from index.errors import SourceError
from index.reading.apart.pdf_text import open_pdf
from index.reading.apart.picture_text import picture_page

#: The longer side of a picture, and how large a page is drawn that is small, in pixels (a point).
MOST, SCALE = 1_800, 2.0
_COLOURS = 64
_LONGEST = 12_000


def picture(data: bytes, number: int) -> bytes:
    """A PNG of a page, counted from 1. Raises: SourceError."""
    image = _drawn(data, number) if b"%PDF-" in data[:1024] else _shrunk(data, number)
    out = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=_COLOURS).save(out, "PNG")
    return out.getvalue()


def _drawn(data: bytes, number: int) -> Image.Image:
    pdf = open_pdf(data)
    if not 1 <= number <= len(pdf):
        raise SourceError(f"page: there are {len(pdf)}")
    page = pdf[number - 1]
    scale = min(SCALE, MOST / max(page.get_size()))
    drawn: Image.Image = page.render(scale=scale).to_pil()
    return drawn


def _shrunk(data: bytes, number: int) -> Image.Image:
    """Of a long strip the shorter side counts: it is to be read."""
    image = picture_page(data, number)
    wide, high = image.size
    strip = max(wide, high) > 3 * min(wide, high)
    image.thumbnail((_LONGEST if strip and wide > high else MOST, _LONGEST if strip else MOST))
    return image
