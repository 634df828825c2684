"""Cut the corpus into jieba's words, count them, and build the embedder's tokenizer from them.

The tokenizer is a unigram model whose pieces and probabilities are the words of the news and their shares, so
that it finds, without jieba, nearly the words that jieba would.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

_PIECE = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:\.\d+)?")


def cut(line: str) -> str:
    """Return the words of a line, joined by U+0001."""
    import jieba

    jieba.setLogLevel(60)
    return "\x01".join(jieba.cut(line))


def pieces(counts: Counter[str], size: int) -> list[tuple[str, float]]:
    """Return the `size` pieces of the tokenizer with their log probabilities, `[UNK]` first."""
    folded: Counter[str] = Counter()
    single: Counter[str] = Counter()
    for word, count in counts.items():
        for part in _PIECE.findall(word.lower()):
            if len(part) <= 8:
                folded[part] += count
            for char in part:
                single[char] += 1 if len(part) > 1 else count
    singles = {char for char, count in single.items() if count >= 8 and len(char) == 1}
    words = [word for word, _ in folded.most_common() if len(word) > 1][: size - len(singles) - 1]
    total = sum(folded.values())
    scores = [
        (piece, math.log(max(folded[piece], 0.5) / total)) for piece in [*words, *sorted(singles)]
    ]
    return [("[UNK]", 0.0), *scores]


def tokenizer(vocabulary: list[tuple[str, float]]):
    """Return the `tokenizers.Tokenizer`."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    made = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.Split(
        Regex(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:\.\d+)?"), behavior="removed", invert=True
    )
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder written by training.prepare"
    )
    parser.add_argument("--size", type=int, default=27_000)
    parser.add_argument("--processes", type=int, default=2)
    a = parser.parse_args()
    counts: Counter[str] = Counter()
    if (a.work / "words.json").exists():
        counts.update(dict(json.loads((a.work / "words.json").read_text("utf-8"))))
    else:
        with lzma.open(a.work / "corpus.txt.xz", "rt", encoding="utf-8") as file:
            lines = file.read().split("\n")
        # A Pool waits for ever when one of its processes dies; this says so.
        pool = ProcessPoolExecutor(a.processes, mp_context=get_context("spawn"))
        with pool, (a.work / "cut.txt").open("w", encoding="utf-8") as out:
            for line in pool.map(cut, lines, chunksize=200):
                out.write(line + "\n")
                counts.update(line.split("\x01"))
        kept = counts.most_common(120_000)
        (a.work / "words.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    made = tokenizer(pieces(counts, a.size))
    made.save(str(a.work / "tokenizer.json"), pretty=False)
    print(
        made.get_vocab_size(),
        made.encode("2023年前三季度，重庆市规模以上工业增加值同比增长8.1%").tokens,
    )


if __name__ == "__main__":
    main()
