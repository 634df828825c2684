"""Make claims beside texts that bear them, or do not: sentences of the news, altered in one place by program.

A claim is a sentence, or a part of one, beside the sentences of its article that hold most of it; or a sentence of
another report of the same event (`training.prepare` finds those). ``marks`` tells which characters the text bears.
"""

from __future__ import annotations

import lzma
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from benchmarks import gate
from index.pages.passages import sentences
from server.text.clauses import clauses
from server.text.facts import missing
from server.verify.faithfulness import LONGEST, nearest, rare_share
from server.verify.statement import Statement

LEADS = (
    "首先，", "其次，", "此外，", "另外，", "因此，", "同时，", "具体来说，", "例如，", "其中，",
    "最后，", "据报道，", "1.", "-",
)  # fmt: skip
#: How often each kind is tried; many tries fail, where a sentence has no number or no name.
TRUE = {"verbatim": 1, "shortened": 4, "reordered": 2, "paraphrased": 4, "fused": 3, "twin": 8}
FALSE = {
    "number": 4, "swapped": 2, "unit": 1, "date": 4, "entity": 5, "roles": 3, "negated": 3, "merged": 3, "half": 3,
    "outside": 2, "far twin": 3,
}  # fmt: skip
ALTERED = frozenset({"number", "swapped", "unit", "date", "entity", "roles", "negated"})
BORNE = 0.62  # of a twin's weight: less is not borne for sure
FAR = 0.5  # of a twin's weight: less is not borne
NAMES = frozenset({"nr", "ns", "nt", "nz"})


@dataclass(frozen=True, slots=True)
class Example:
    """A claim, what is read beside it, and whether that bears it, as a whole and character by character."""

    kind: str
    claim: str
    text: str
    label: bool
    marks: tuple[bool, ...] | None


class Maker:
    """Draws examples from the half of the articles that `benchmarks.gate` does not measure on."""

    def __init__(self, work: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        with lzma.open(work / "corpus.txt.xz", "rt", encoding="utf-8") as file:
            self._articles = file.read().split("\n")
        names = (work / "names.txt").read_text("utf-8").split("\n")
        self._usable = [gate.half_of(f"news#{name}") == "dev" for name in names]
        self._rows = np.load(work / "sentences.npy")
        aligned = np.load(work / "aligned.npy")
        self._twins = iter(aligned[self._chance.sample(range(len(aligned)), 400_000)].tolist())

    def draw(self, count: int) -> Iterator[Example]:
        made = 0
        while made < count:
            label = self._chance.random() < 0.45
            kinds = TRUE if label else FALSE
            kind = self._chance.choices(list(kinds), list(kinds.values()))[0]
            example = self._twin(kind) if "twin" in kind else self._own(kind, label)
            if example:
                made += 1
                yield example

    def _pool(self, text: str, sentence: str) -> tuple[list[str], list[str]]:
        """The sentences of an article, and those around one of them."""
        every = [text[a:b] for a, b in sentences(text)]
        if sentence not in every:
            return every, []
        first = max(0, every.index(sentence) - self._chance.randint(0, 12))
        return every, every[first : first + 16]

    def _twin(self, kind: str) -> Example | None:
        first, second, _ = next(self._twins)
        (i, a, b), (j, c, d) = self._rows[first], self._rows[second]
        claim, sentence = self._articles[i][a:b], self._articles[j][c:d]
        if not (self._usable[i] and self._usable[j]) or claim == sentence:
            return None
        _, pool = self._pool(self._articles[j], sentence)
        whole = "".join(pool)
        if not pool or not 14 <= len(claim) <= 150:
            return None
        lacks = bool(missing(claim, pool)) or any(
            claim[p:q] not in whole for flag, p, q in gate.names_of(claim) if flag in NAMES
        )
        share = rare_share(claim, whole)
        weakest = min((rare_share(claim[p:q], whole) for p, q in clauses(claim)), default=0.0)
        if kind == "twin" and (lacks or share < BORNE or weakest < BORNE / 2):
            return None
        if kind != "twin" and share > FAR and not lacks:
            return None
        marks = (True,) * len(claim) if kind == "twin" else None
        return self._beside(kind, claim, pool, kind == "twin", marks)

    def _own(self, kind: str, label: bool) -> Example | None:
        number = self._chance.randrange(len(self._usable))
        text = self._articles[number]
        spans = sentences(text)
        if not self._usable[number] or len(spans) < 4:
            return None
        base = text[slice(*self._chance.choice(spans))]
        every, pool = self._pool(text, base)
        if not pool or not 16 <= len(base) <= 150:
            return None
        short = gate.shortened(base, self._chance) if self._chance.random() < 0.6 else base
        short = (short or base).replace("。。", "。")
        claim, pool = self._claim(kind, base, short, every, pool)
        whole = "".join(pool)
        if len(claim) < 8 or not pool or (not label and claim.rstrip("。") in whole):
            return None
        if kind in {"half", "outside"} and rare_share(claim, whole) > 0.8:
            return None
        marks = (True,) * len(claim) if label else None
        if kind in ALTERED:
            marks = _marks(claim, base if kind in {"swapped", "roles"} else short)
        return self._beside(kind, claim, pool, label, marks)

    def _claim(
        self, kind: str, base: str, short: str, every: list[str], pool: list[str]
    ) -> tuple[str, list[str]]:
        """What is claimed, and the sentences that may be read beside it."""
        chance = self._chance
        other = chance.choice(every)
        if kind in {"verbatim", "outside"}:
            return short, [s for s in pool if s != base] if kind == "outside" else pool
        if kind in {"fused", "half"}:
            if kind == "half":
                return _fused(base, other, chance), [s for s in pool if s != other]
            return _fused(base, chance.choice(pool), chance), pool
        if kind == "merged":
            return gate.merged(base, other), pool
        if kind == "entity":
            near: dict[str, list[str]] = defaultdict(list)
            for sentence in every:
                for flag, a, b in gate.names_of(sentence):
                    near[flag].append(sentence[a:b])
            return gate.entity(short, chance, near, near), pool
        if kind == "roles":
            return _roles(base, chance), pool
        if kind == "swapped":
            return gate.swapped_number(base, chance), pool
        makes = {
            "shortened": gate.shortened, "reordered": gate.reordered, "paraphrased": gate.paraphrased,
            "number": gate.number, "unit": gate.unit, "date": gate.date, "negated": gate.negated,
        }  # fmt: skip
        return makes[kind](base if kind in {"shortened", "reordered"} else short, chance), pool

    def _beside(
        self,
        kind: str,
        claim: str,
        pool: Sequence[str],
        label: bool,
        marks: tuple[bool, ...] | None,
    ) -> Example | None:
        lead = self._chance.choice(LEADS) if self._chance.random() < 0.3 else ""
        text = "".join(pool[i] for i in nearest(lead + claim, [Statement(s) for s in pool]))
        if not text:
            return None
        marks = None if marks is None else (True,) * len(lead) + marks
        return Example(kind, lead + claim, text[:LONGEST], label, marks)


def _marks(claim: str, base: str) -> tuple[bool, ...]:
    """Which characters of an altered sentence are as they were; behind what was left out none is."""
    kept = [True] * len(claim)
    for kind, _, _, c, d in SequenceMatcher(None, base, claim, autojunk=False).get_opcodes():
        if kind in {"replace", "insert"}:
            kept[c:d] = [False] * (d - c)
        elif kind == "delete" and c < len(claim):
            kept[c] = False
    return tuple(kept)


def _fused(one: str, other: str, chance: random.Random) -> str:
    """A clause or two of one sentence and a clause of another."""
    first, second = (
        [part for a, b in clauses(text) if len(part := text[a:b].strip("，；：,;。")) > 5]
        for text in (one, other)
    )
    if not first or not second or one == other:
        return ""
    count = chance.randint(1, min(2, len(first)))
    start = chance.randint(0, len(first) - count)
    parts = ["，".join(first[start : start + count]), chance.choice(second)]
    if chance.random() < 0.3:
        parts.reverse()
    return "，".join(parts) + "。"


def _roles(text: str, chance: random.Random) -> str:
    """Two names of one kind change places."""
    kinds: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for flag, start, end in gate.names_of(text):
        if flag in NAMES:
            kinds[flag].append((start, end))
    some = [spans for spans in kinds.values() if len({text[a:b] for a, b in spans}) > 1]
    if not some:
        return ""
    (a, b), (c, d) = sorted(chance.sample(chance.choice(some), 2))
    if b > c or text[a:b] == text[c:d]:
        return ""
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
