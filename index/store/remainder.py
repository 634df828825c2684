"""A text that is stored once: what of it the texts that are made of it do not hold.

Passages hold nearly all of their article, articles nearly all of their source. So the catalogue has a
passage's text, of an article what lies between its passages, of a source what its articles leave out or
say otherwise; the whole is put together when it is asked for, and is what was read, character for character.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from index.records import Offsets
from index.store.packing import pack_text, unpack_text

_Codes = npt.NDArray[np.uint32]
#: A part of an article: where it starts, and what it says.
Cut = tuple[int, str]
#: An article's text, and where in the source each of its characters stands.
Mapped = tuple[str, Offsets]

_SUM_BYTES = 4


# ---- articles, of passages ---------------------------------------------------------------------


def pack_article(text: str, cuts: Iterable[Cut]) -> bytes:
    """What stands in none of the ``cuts``, in its order; with a checksum of all of it."""
    loose, at = [], 0
    for start, cut in sorted(cuts):
        loose.append(text[at:start])
        at = max(at, start + len(cut))
    return _packed(text, "".join([*loose, text[at:]]))


def unpack_article(blob: bytes, cuts: Iterable[Cut]) -> str:
    """Raises: ValueError, when it is not the text that was packed."""
    loose = _loose(blob)
    parts, at, taken = [], 0, 0
    for start, cut in sorted(cuts):
        gap = max(0, start - at)
        parts += [loose[taken : taken + gap], cut[max(0, at - start) :]]
        taken += gap
        at = max(at, start + len(cut))
    return _checked("".join([*parts, loose[taken:]]), blob)


# ---- sources, of articles ----------------------------------------------------------------------


def pack_source(text: str, articles: Sequence[Mapped]) -> bytes:
    """What no article holds, and each place where an article has another character."""
    codes = _codes(text)
    filled, held = _filled(len(codes), articles)
    wrong = np.flatnonzero(held & (filled != codes))
    head = ""
    if len(wrong):
        head = json.dumps([np.diff(wrong, prepend=0).tolist(), _text(codes[wrong])])
    loose = _text(codes[~held])
    return _packed(text, f"{head}\n{loose}" if head or loose else "")


def unpack_source(blob: bytes, chars: int, articles: Sequence[Mapped]) -> str:
    """``chars``: how many there are. Raises: ValueError, IndexError, as ``unpack_article``."""
    head, _, loose = _loose(blob).partition("\n")
    codes, held = _filled(chars, articles)
    codes[~held] = _codes(loose)
    if head:
        steps, right = json.loads(head)
        codes[np.cumsum(steps)] = _codes(right)
    return _checked(_text(codes), blob)


def _filled(chars: int, articles: Sequence[Mapped]) -> tuple[_Codes, npt.NDArray[np.bool_]]:
    """The source as far as its articles say it, and which characters that are."""
    codes, held = np.zeros(chars, dtype="<u4"), np.zeros(chars, dtype=bool)
    for text, offsets in articles:
        # The last one at a place counts, and a break between blocks has that of the character before it.
        codes[offsets[::-1]] = _codes(text)[::-1]
        held[offsets] = True
    return codes, held


def _codes(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _text(codes: _Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


# ---- both --------------------------------------------------------------------------------------


def _packed(whole: str, loose: str) -> bytes:
    return _sum(whole) + (pack_text(loose) if loose else b"")


def _loose(blob: bytes) -> str:
    return unpack_text(blob[_SUM_BYTES:]) if len(blob) > _SUM_BYTES else ""


def _checked(whole: str, blob: bytes) -> str:
    if _sum(whole) != blob[:_SUM_BYTES]:
        raise ValueError("its text is not what was written")
    return whole


def _sum(text: str) -> bytes:
    return zlib.crc32(text.encode("utf-8", "surrogatepass")).to_bytes(_SUM_BYTES)
