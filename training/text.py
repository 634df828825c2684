"""Cleaning, sentence cutting and the character vocabulary that all the training scripts share.

A text becomes one id a character, so a position in the ids is a position in the text. Full-width forms, case
and Traditional characters are folded in the table itself, never in the text, which keeps offsets true.
"""

from __future__ import annotations

import json
import lzma
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

PAD, UNK, CLS, SEP, MASK = range(5)
SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
CODEPOINTS = 0x20000

_PREFIX = re.compile(r"^.{0,120}?正文[：:]\s*", re.S)
SPACES = re.compile(r"\s+")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;\n]+[”’」』）)\"]*|$)")


def clean(text: str) -> str:
    """Strip the crawler's "date，正文：" head and collapse white space to single spaces.

    >>> clean("2023-08-16 18:24:57，正文：你好  世界")
    '你好 世界'
    """
    return SPACES.sub(" ", _PREFIX.sub("", text)).strip()


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the `(start, end)` of each sentence; they tile the text.

    >>> sentences("好。坏！")
    [(0, 2), (2, 4)]
    """
    return [match.span() for match in _SENTENCE.finditer(text) if match.end() > match.start()]


def read_news(data: Path) -> Iterator[tuple[str, str]]:
    """Yield `(id, raw text)` of every news article."""
    with lzma.open(data / "news.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["id"], record["text"]


def fold(char: str, simplified: dict[str, str]) -> str:
    """Fold one character: NFKC, lower case, Simplified; white space to one space; never two characters."""
    if char.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", char).lower()
    return simplified.get(folded, folded) if len(folded) == 1 else char


def simplified_characters() -> dict[str, str]:
    """Return the one-to-one Traditional to Simplified characters."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    pairs = ((chr(code), convert(chr(code))) for code in range(0x3400, 0xA000))
    return {old: new for old, new in pairs if len(new) == 1 and new != old}


def build_vocabulary(texts: Iterable[str], at_least: int) -> dict[str, int]:
    """Return character -> id, aliases (full-width, upper case, Traditional) included, specials first."""
    simplified = simplified_characters()
    raw: Counter[str] = Counter()
    for text in texts:
        raw.update(text)
    counts: Counter[str] = Counter()
    for char, count in raw.items():
        counts[fold(char, simplified)] += count
    counts[" "] = max(counts[" "], at_least)  # the reader counts on it
    kept = [char for char, count in counts.most_common() if count >= at_least]
    ids = {char: number for number, char in enumerate(kept, start=len(SPECIALS))}
    aliases = {
        chr(code): fold(chr(code), simplified)
        for code in range(CODEPOINTS)
        if not 0xD800 <= code < 0xE000
    }
    ids.update(
        {char: ids[base] for char, base in aliases.items() if base in ids and char not in ids}
    )
    return ids


def lookup_table(vocabulary: dict[str, int]) -> np.ndarray:
    """Return the `(CODEPOINTS,)` uint16 table from code point to id; unknown ones are UNK."""
    table = np.full(CODEPOINTS, UNK, dtype=np.uint16)
    for char, number in vocabulary.items():
        if ord(char) < CODEPOINTS:
            table[ord(char)] = number
    return table


def encode(text: str, table: np.ndarray) -> np.ndarray:
    """Return `(len(text),)` uint16 ids."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return table[np.minimum(codes, CODEPOINTS - 1)]


def save_vocabulary(vocabulary: dict[str, int], path: Path) -> None:
    """Write character -> id as JSON."""
    path.write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")


def load_vocabulary(path: Path) -> dict[str, int]:
    """Read what `save_vocabulary` wrote."""
    loaded: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def read_squad(path: Path) -> Iterator[tuple[str, str, list[tuple[str, str, int]]]]:
    """Yield `(article id, context, [(question, answer, answer start)])` of a SQuAD-style file, Simplified."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert if "drcd" in path.name else str
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            context = convert(paragraph["context"])
            if len(context) != len(paragraph["context"]):
                continue
            asked = []
            for item in paragraph["qas"]:
                answer = item["answers"][0]
                start = int(answer["answer_start"])
                text = context[start : start + len(answer["text"])]
                if text == convert(answer["text"]):
                    asked.append((convert(item["question"]), text, start))
            yield str(article["id"]), context, asked
