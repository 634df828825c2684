"""Pictures (.png, .jpg, .tif, .webp, .bmp): the text in them, page by page, with its places."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from index.errors import SourceError
from index.reading.apart.document import Document
from index.reading.apart.ocr import check_installed
from index.reading.apart.ocr_page import page_of
from index.reading.apart.pace import page_done
from index.reading.apart.pdf_flow import Sheet, written_pages

#: Pixels of a picture, and pages of one: a fax in TIFF has several.
MAX_PIXELS, MAX_PAGES = 120_000_000, 300
#: A picture is kept in memory no larger than this on either side, but for long strips.
_SIDE = 5_000
_SMALL = 24


def read_picture(data: bytes) -> Document:
    """Raises: SourceError."""
    check_installed("pictures")
    sheets = []
    for picture in pictures_of(data):
        sheets.append(Sheet(page_of(picture)))
        page_done()
    return written_pages(sheets)


def pictures_of(data: bytes) -> Iterator[Image.Image]:
    """Its pages as they are to be seen; of a moving picture the first. Raises: SourceError."""
    picture = _opened(data)
    pages = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if pages > MAX_PAGES:
        raise SourceError(f"oversize: more than {MAX_PAGES:,} pages", hint="Split it.")
    for number in range(pages):
        yield _page(picture, number)


def picture_page(data: bytes, number: int) -> Image.Image:
    """One page, counted from 1. Raises: SourceError."""
    return _page(_opened(data), number - 1)


def _opened(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours
    try:
        return Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _damaged() from error


def _damaged() -> SourceError:
    return SourceError(
        "corrupt: it cannot be opened, it is cut short or no picture",
        hint="Open it and save it again.",
    )


def _page(picture: Image.Image, number: int) -> Image.Image:
    try:
        picture.seek(number)
    except (EOFError, OSError, ValueError) as error:
        raise _damaged() from error
    wide, high = picture.size
    if wide * high > MAX_PIXELS:
        raise SourceError(f"oversize: {wide:,} × {high:,} pixels", hint="Make it smaller.")
    if min(wide, high) < _SMALL:
        raise SourceError("empty: it is too small to hold text", hint="Give a larger picture.")
    try:
        if picture.format == "JPEG":
            picture.draft("RGB", (_SIDE, _SIDE))
        shown = ImageOps.exif_transpose(picture)
        shown = _on_white(shown)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _damaged() from error
    scale = _SIDE / min(shown.size) if min(shown.size) > _SIDE else 1
    return (
        shown
        if scale == 1
        else shown.resize((round(shown.width * scale), round(shown.height * scale)))
    )


def _on_white(picture: Image.Image) -> Image.Image:
    """In 8 bits a colour, what shows through on white."""
    if picture.mode.startswith(("I", "F")):
        grey = np.asarray(picture, dtype=np.float32)
        low, high = float(grey.min()), float(grey.max())
        grey = (grey - low) * (255 / ((high - low) or 1.0))
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        white.alpha_composite(layer)
        return white.convert("RGB")
    return picture.convert("RGB")
