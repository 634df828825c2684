"""Pages as a scanner sees them: printed, turned a little, with noise; and how well they are read."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pypdfium2 as pdfium
from formats.laid import pdf
from PIL import Image
from rapidfuzz.distance import Levenshtein
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def scan(
    draw: Callable[[Canvas], None],
    dpi: int = 150,
    turn: float = 0.0,
    noise: float = 0.0,
    size: tuple[float, float] = (595, 842),
) -> Image.Image:
    """``turn`` in degrees to the left; ``noise`` in steps of grey."""
    page = pdfium.PdfDocument(pdf(draw, size))[0]
    image = page.render(scale=dpi / 72).to_pil().convert("L")
    image = image.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255)
    if noise:
        random = np.random.default_rng(7)
        grey = np.asarray(image) * 0.9 + 12 + random.normal(0, noise, (image.height, image.width))
        grey[random.random(grey.shape) < 0.0015] = 40  # dust
        image = Image.fromarray(grey.clip(0, 255).astype(np.uint8))
    return image


def encoded(image: Image.Image, form: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def as_pdf(image: Image.Image, size: tuple[float, float] = (595, 842)) -> bytes:
    """A page that is nothing but its picture."""
    return pdf(lambda canvas: canvas.drawImage(ImageReader(image), 0, 0, *size), size)


def errors(wanted: str, text: str) -> float:
    """The share of characters that are wrong, missing or too many; white space does not count."""
    wanted, text = "".join(wanted.split()), "".join(text.split())
    return Levenshtein.distance(wanted, text) / len(wanted)
