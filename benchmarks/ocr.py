"""How well scanned pages are read: printed, drawn at 150 and 300 dpi, turned a little, with noise.

    python -m benchmarks.ocr --documents 3

Documents of ``training/written/documents/`` are printed by a browser, their first pages made into pictures,
and these read, against the text that the printed page itself holds. ``wrong`` counts characters that
are missing or another one, wherever they stand; ``and their order`` those out of their place, too: a table
that is read column by column is. How wide a mark is (，or ,) no picture tells.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from rapidfuzz.distance import Levenshtein

from benchmarks.formats import WRITTEN, page, parts_of
from index.reading.apart.document import Document
from index.reading.apart.readers import CONVERTERS

DPI, TURNS, NOISE = (150, 300), (-2.0, -1.0, 0.0, 1.0, 2.0), 12.0


def first_pages(documents: Sequence[Path]) -> list[bytes]:
    """The first page of each document as a PDF of its own."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = browser.new_page()
        for path in documents:
            tab.set_content(page(list(parts_of(path.read_text(encoding="utf-8")))))
            found.append(tab.pdf(prefer_css_page_size=True, page_ranges="1"))
        browser.close()
    return found


def scan(data: bytes, dpi: int, turn: float, noise: float) -> bytes:
    drawn = pdfium.PdfDocument(data)[0].render(scale=dpi / 72).to_pil().convert("L")
    drawn = drawn.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    random = np.random.default_rng(7)
    grey = np.asarray(drawn) * 0.9 + 12 + random.normal(0, noise, (drawn.height, drawn.width))
    grey[random.random(grey.shape) < 0.0015] = 40  # dust
    out = io.BytesIO()
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def read(suffix: str, data: bytes) -> str:
    found = CONVERTERS[suffix](data)
    assert isinstance(found, Document)
    body = re.sub(r"\A---\n.*?\n---\n", "", found.text, flags=re.DOTALL)
    return unicodedata.normalize("NFKC", re.sub(r"(?m)^#+ |^[-\t]+$|\s", "", body))


def misread(wanted: str, said: str) -> int:
    """Characters that are missing, or that are there instead or too many: the greater number."""
    there, read = Counter(wanted), Counter(said)
    return max((there - read).total(), (read - there).total())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=3)
    parser.add_argument("--turns", type=float, nargs="*", default=list(TURNS))
    how = parser.parse_args(arguments)
    documents = sorted((WRITTEN / "documents").glob("*.md"))[: how.documents]
    pages = first_pages(documents)
    print("dpi  turned  characters  wrong  and their order  processor seconds a page")
    for dpi in DPI:
        for turn in how.turns:
            wrong = moved = count = 0
            began = time.process_time()
            for data in pages:
                wanted = read(".pdf", data)
                said = read(".png", scan(data, dpi, turn, NOISE))
                wrong += misread(wanted, said)
                moved += Levenshtein.distance(wanted, said)
                count += len(wanted)
            used = (time.process_time() - began) / len(pages)
            shares = f"{wrong / count:.2%}  {moved / count:.2%}"
            print(f"{dpi}  {turn:+.1f}°  {count}  {shares}  {used:.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
