"""PDF: the pages' characters, or, of pages that are pictures, what is recognised on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.errors import SourceError
from index.reading.apart.document import Document
from index.reading.apart.ocr import INSTALL, installed
from index.reading.apart.ocr_page import page_of
from index.reading.apart.pace import page_done
from index.reading.apart.pdf_about import about
from index.reading.apart.pdf_flow import Sheet, written_pages
from index.reading.apart.pdf_glyphs import Page, read_page

MAX_PAGES = 3_000
#: Pages that are recognised; each takes seconds.
MAX_PICTURES = 1_000
#: At which a page is drawn that is recognised, in dots a point, and its longer side at most, in dots.
_DOTS, _MOST_DOTS = 200 / 72, 5_000
#: Fewer characters than these on a page with a picture, and it is one.
_FEW = 10
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def open_pdf(data: bytes) -> Any:
    """Raises: SourceError, when it is encrypted or damaged."""
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise SourceError(
                "encrypted: it asks for a password", hint="Save it without a password."
            ) from error
        raise SourceError(
            "corrupt: it cannot be opened, it is cut short or no PDF",
            hint="Save it, or copy it, again.",
        ) from error


def read_pdf(data: bytes) -> Document:
    """Raises: SourceError."""
    pdf = open_pdf(data)
    if len(pdf) > MAX_PAGES:
        raise SourceError(f"oversize: more than {MAX_PAGES:,} pages", hint="Split it.")
    pages = []
    for number in range(len(pdf)):
        page = pdf[number]
        pages.append(read_page(page))
        page.close()
    pictures = [i for i, page in enumerate(pages) if _is_picture(page)]
    _check(pages, pictures)
    left = _doubtful(pages)
    if installed():
        for i in pictures:
            pages[i] = _recognised(pdf[i], pages[i])
            page_done()
        if pictures and not any(page.glyphs for page in pages):
            hint = "Scan it again, larger and sharper."
            raise SourceError("scanned: no text was recognised on its pages", hint=hint)
    elif pictures:
        reason = (
            f"scanned: {len(pictures):,} of {len(pages):,} pages are pictures, and were not read"
        )
        left = SourceError(reason, hint=INSTALL)
    sheets = [Sheet(page) for page in pages]
    title, author, date = about(pdf, sheets)
    return written_pages(sheets, title=title, author=author, date=date, left=left)


def _is_picture(page: Page) -> bool:
    """Whether its text is to be seen only: there is none, or its fonts do not say which it is."""
    return (len(page.glyphs) < _FEW and page.pictures > 0) or (
        page.unknown > max(_FEW, 0.3 * len(page.glyphs))
    )


def _check(pages: Sequence[Page], pictures: Sequence[int]) -> None:
    """Raises: SourceError, for pages that are pictures when nothing is there to read them."""
    if len(pictures) > MAX_PICTURES:
        raise SourceError(f"oversize: more than {MAX_PICTURES:,} scanned pages", hint="Split it.")
    rest = sum(len(page.glyphs) for i, page in enumerate(pages) if i not in set(pictures))
    if pictures and rest < _FEW and not installed():
        raise SourceError("scanned: its pages are pictures; they hold no text", hint=INSTALL)


def _recognised(page: Any, before: Page) -> Page:
    dots = min(_DOTS, _MOST_DOTS / max(page.get_size()))
    picture = page.render(scale=dots).to_pil()
    page.close()
    found = page_of(picture, before.frame.size)
    # A page's number, typed under its picture, is of no use when nothing else was read.
    return found if found.glyphs else before


def _doubtful(pages: Sequence[Page]) -> SourceError | None:
    """Of what is read from the left to the right, line by line, what is not written so."""
    hint = "Check what is quoted from it against the file."
    vertical = sum(page.is_vertical for page in pages)
    if vertical:
        reason = f"vertical: {vertical:,} of {len(pages):,} pages are set in vertical lines; their order is lost"
        return SourceError(reason, hint=hint)
    glyphs = [glyph.char for page in pages for glyph in page.glyphs]
    if sum(map(bool, map(_LEFTWARD.match, glyphs))) > 0.2 * len(glyphs):
        return SourceError(
            "leftward: it runs to the left; the order of its words is lost", hint=hint
        )
    return None
