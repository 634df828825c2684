"""Text in pictures, recognised by RapidOCR where the extra ``ocr`` is installed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from index.errors import SourceError

#: The longest side, in pixels, at which a picture is looked at first, and at most.
SIDE, MOST_SIDE = 2_000, 3_600
#: Lines lower than this, in pixels, are looked at again in a larger picture where there is one.
_LOW = 24.0
#: A longer strip (of a screen, mostly) is looked at piece by piece; how high a piece is against its width.
_STRIP = 3.0
#: Of a line, how sure it is on average; what is less sure is no text.
_SURE = 0.5
INSTALL = "Install what reads it: pip install 'youju[ocr]'."

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A line: ``quad`` (4, 2) from its top left corner, ``middles`` (characters, 2), in pixels."""

    text: str
    quad: Points
    middles: Points
    sure: float

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))

    @property
    def width(self) -> float:
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))


def installed() -> bool:
    return find_spec("rapidocr") is not None


def check_installed(what: str) -> None:
    """Raises: SourceError."""
    if not installed():
        raise SourceError(f"ocr: {what} cannot be read without OCR", hint=INSTALL)


def lines_in(picture: Image.Image) -> list[Seen]:
    """Its lines, in pixels of the picture as it is. Raises: SourceError."""
    check_installed("pictures")
    found: list[Seen] = []
    for top, piece in _pieces(picture.convert("RGB")):
        found += [_moved(seen, top) for seen in _large_enough(piece)]
    return found


def _pieces(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """A long strip is cut where nothing stands, if anywhere."""
    wide, high = picture.size
    most = int(_STRIP * wide)
    if high <= most:
        yield 0, picture
        return
    marks = np.asarray(picture.convert("L"), dtype=np.int16)
    busy = np.abs(np.diff(marks, axis=1)).max(axis=1, initial=0)
    top = 0
    while top < high:
        end = min(high, top + most)
        if end < high:
            half = top + most // 2
            # The last of the calmest rows.
            end = end - int(np.argmin(busy[half:end][::-1]))
        yield top, picture.crop((0, top, wide, end))
        top = end


def _moved(seen: Seen, down: int) -> Seen:
    if not down:
        return seen
    step = np.array([0, down])
    return Seen(seen.text, seen.quad + step, seen.middles + step, seen.sure)


def _large_enough(picture: Image.Image) -> list[Seen]:
    side = max(picture.size)
    found = _look(picture, SIDE)
    if side > SIDE * 1.2 and found:
        low = float(np.median([min(seen.height, seen.width) for seen in found]))
        if low * SIDE / side < _LOW:
            found = _look(picture, MOST_SIDE)
    return found


def _look(picture: Image.Image, side: int) -> list[Seen]:
    scale = max(1.0, max(picture.size) / side)
    if scale > 1:
        size = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2)
    pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    said = _engine()(pixels, use_cls=False)
    if not said.txts:
        return []
    words = said.word_results if len(said.word_results) == len(said.txts) else ()
    found = []
    for i, (text, quad) in enumerate(zip(said.txts, said.boxes, strict=True)):
        quad = np.asarray(quad, dtype=np.float64) * scale
        chars = "".join(text.split())
        middles = _middles(words[i] if words else (), scale)
        if len(middles) != len(chars):
            middles = _spread(chars, quad)
        found.append(Seen(text, quad, middles, float(said.scores[i])))
    return [seen for seen in found if seen.text.strip() and seen.sure >= _SURE]


def _middles(words: Sequence[Any], scale: float) -> Points:
    found = [np.mean(quad, axis=0) * scale for char, _, quad in words if str(char).strip()]
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _spread(chars: str, quad: Points) -> Points:
    """Where the recogniser does not say: as wide as characters are wont to be."""
    widths = np.array([1.0 if ord(char) > 0x2E80 else 0.5 for char in chars])
    share = (np.cumsum(widths) - widths / 2) / max(widths.sum(), 1.0)
    start, end = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    return np.asarray(start + share[:, None] * (end - start))


@cache
def _engine() -> Any:
    """Its models come with the package; named, so that it looks for them nowhere else."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": MOST_SIDE,
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
            "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
            "EngineConfig.onnxruntime.intra_op_num_threads": min(4, os.cpu_count() or 1),
        }
    )
