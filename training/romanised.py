"""Write how Chinese characters are read, without tones: ``index/models/pinyin.zlib``.

The readings are those of the PyPI package pypinyin (0.55.0, MIT).
"""

from __future__ import annotations

import json
import zlib

from index.analysis import fold
from index.romanised import TABLE

FIRST, LAST = 0x4E00, 0x9FFF


def readings() -> dict[str, str]:
    """Each syllable and the characters that are read so; ü is written v, u or yu."""
    from pypinyin import Style, pinyin

    found: dict[str, set[str]] = {}
    for char in map(chr, range(FIRST, LAST + 1)):
        if fold(char) != char:
            continue  # a Traditional one is read as its Simplified one
        for syllable in pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")[:1]:
            for read in syllable:
                for spelled in {read, read.replace("v", "u"), read.replace("v", "yu")}:
                    if spelled.isascii() and set(spelled) & set("aeiouv"):
                        found.setdefault(spelled, set()).add(char)
    return {syllable: "".join(sorted(chars)) for syllable, chars in sorted(found.items())}


def main() -> None:
    table = readings()
    TABLE.write_bytes(zlib.compress(json.dumps(table, ensure_ascii=False).encode(), 9))
    print(f"{len(table)} syllables, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
