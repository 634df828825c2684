"""Texts, places and vectors as few bytes: what the columns of the catalogue hold."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.records import Offsets

Vectors = npt.NDArray[np.float32]

#: Words that most Chinese texts hold: a short text is packed as if it followed them. Texts that are out
#: there need them as they are, so this list is never changed; another one gets a mark of its own.
_COMMON = Path(__file__).with_name("common.txt")

#: What a packed text begins with: how its characters are bytes.
_GB, _UTF8 = b"\x01", b"\x02"
_ENCODINGS = {_GB: "gb18030", _UTF8: "utf-8"}


def pack_text(text: str) -> bytes:
    """A third as many bytes as in UTF-8, or fewer; half a character, as odd escapes give, survives.

    GB 18030 takes two bytes for a Chinese character, and holds every one that Unicode has.
    """
    mark, data = _UTF8, text.encode("utf-8", "surrogatepass")
    if not text.isascii():
        try:
            short = text.encode("gb18030")
        except UnicodeEncodeError:
            short = data
        if len(short) < len(data):
            mark, data = _GB, short
    packer = zlib.compressobj(wbits=-15, memLevel=9, zdict=_common(mark))
    return mark + packer.compress(data) + packer.flush()


def unpack_text(blob: bytes) -> str:
    """Raises: ValueError, zlib.error."""
    mark = blob[:1]
    unpacker = zlib.decompressobj(wbits=-15, zdict=_common(mark))
    data = unpacker.decompress(blob[1:])
    if not unpacker.eof:
        raise ValueError("a text is cut off")
    return data.decode("gb18030") if mark == _GB else data.decode("utf-8", "surrogatepass")


@cache
def _common(mark: bytes) -> bytes:
    """The commonest ones last: what is near is named in fewer bits."""
    if mark not in _ENCODINGS:
        raise ValueError("it is no packed text")
    words = _COMMON.read_text(encoding="utf-8").split()
    return "".join(reversed(words)).encode(_ENCODINGS[mark])


def pack_offsets(offsets: Offsets) -> bytes:
    """Differences compress to almost nothing: nearly all of them are 1."""
    steps = np.diff(offsets, prepend=np.int32(0)).astype("<i4")
    return zlib.compress(steps.tobytes(), 1)


def unpack_offsets(blob: bytes) -> Offsets:
    steps = np.frombuffer(zlib.decompress(blob), dtype="<i4")
    return np.cumsum(steps, dtype=np.int32)


def pack_vector(vector: Vectors) -> bytes:
    """A byte a number, and what the greatest stands for: cosines are kept to a thousandth."""
    row = np.asarray(vector, dtype=np.float32)
    scale = np.abs(row).max(initial=0.0) / np.float32(_GREATEST)
    codes = np.rint(row / scale) if scale else np.zeros_like(row)
    head: bytes = np.array(scale, dtype="<f4").tobytes()
    return head + codes.astype(np.int8).tobytes()


def unpack_vector(blob: bytes) -> Vectors:
    """``(d,)`` float32. Raises: ValueError, when it is no unit vector: bytes that were overwritten."""
    vector: Vectors = unpack_vectors([blob])[0]
    return vector


def unpack_vectors(blobs: Sequence[bytes]) -> Vectors:
    """``(n, d)`` float32. Raises: as ``unpack_vector``."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    if len(set(map(len, blobs))) > 1:
        raise ValueError("vectors are not what was written")
    stored = np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(len(blobs), -1)
    scales = np.ascontiguousarray(stored[:, :_SCALE]).view("<f4")
    rows: Vectors = stored[:, _SCALE:].astype(np.float32) * scales
    lengths = np.einsum("nd,nd->n", rows, rows)
    whole = (lengths > 1 / _LONGEST) & (lengths < _LONGEST)  # nor is what is no number
    if not np.all(whole | (lengths == 0)):
        raise ValueError("a vector is not what was written")
    return rows


_GREATEST = 127
#: Bytes of what a code is to be multiplied by.
_SCALE = 4
#: The square of a unit vector's length, and what rounding may add.
_LONGEST = 1.1
