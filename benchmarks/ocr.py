"""How well scanned pages are read: printed, drawn at 150 and 300 dpi, turned a little, with noise.

    python -m benchmarks.ocr --documents 3

Documents of ``training/written/documents/`` are printed by a browser, their first pages made into pictures,
and these read. An error is a character that is wrong, missing, too many or out of its order, against
the text that the printed page itself holds.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import sys
import time
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
    return re.sub(r"(?m)^#+ |^[-\t]+$|\s", "", body)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=3)
    parser.add_argument("--turns", type=float, nargs="*", default=list(TURNS))
    how = parser.parse_args(arguments)
    documents = sorted((WRITTEN / "documents").glob("*.md"))[: how.documents]
    pages = first_pages(documents)
    print("dpi  turned  characters  wrong  processor seconds a page")
    for dpi in DPI:
        for turn in how.turns:
            wrong = count = 0
            began = time.process_time()
            for data in pages:
                wanted = read(".pdf", data)
                said = read(".png", scan(data, dpi, turn, NOISE))
                wrong += Levenshtein.distance(wanted, said)
                count += len(wanted)
            used = (time.process_time() - began) / len(pages)
            print(f"{dpi}  {turn:+.1f}°  {count}  {wrong / count:.2%}  {used:.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
