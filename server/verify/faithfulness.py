"""Whether texts bear a claim in other words: a trained judgement over overlap, checks and reading.

What a fact denies is refused before anything is weighed. The weights are fitted by ``training/faithfulness.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from index.background import background
from index.shipped import shipped
from server.text.clauses import clauses
from server.text.facts import missing
from server.verify.entailment import Lays, entailed
from server.verify.exchanged import exchanges
from server.verify.statement import Borne, Statement, plain
from server.verify.support import candidates, judge

WEIGHTS = Path(__file__).parent / "models" / "faithfulness.json"

#: What the checks may find against a claim; the weights decide what that tells of other wording.
DOUBTS = ("fact", "quoted", "name", "numeral", "subject", "denial", "noun", "clause", "wording")
DENIED = frozenset({"fact", "quoted", "time", "figures", "numeral", "denial", "direction"})
COPIED = 0.7  # of a claim's weight in one statement
#: What the checks find of a claim in other words; all else that they find denies it in an answer.
REWORDED = frozenset({"noun", "clause", "wording"})
GAP = 3  # letters on end that an answer may say in words of which no two stand in the source
ROOM = 260  # characters that are read beside a claim: as many as the reader was taught on
LONGEST = 400  # one sentence may be longer
RUN = 4  # characters that stand together in both are no chance
_CONTENT = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Linear weights with a bias; from ``threshold`` a claim counts as borne."""

    weights: Mapping[str, float]
    threshold: float

    @classmethod
    @lru_cache(maxsize=1)
    @shipped(WEIGHTS)
    def builtin(cls) -> Faithfulness:
        """The shipped weights, read once."""
        return cls(**json.loads(WEIGHTS.read_text(encoding="utf-8")))

    def bears(
        self, claim: str, statements: Sequence[Statement], reader: Lays | None = None
    ) -> bool:
        """Whether some statements bear a claim, in whatever words; the built-in reader reads."""
        borne = judge(claim, statements)
        if denied(claim, statements, borne):
            return False
        return self.likes(features(claim, statements, borne, reader))

    def likes(self, found: Mapping[str, float]) -> bool:
        return self.odds(found) >= self.threshold

    def odds(self, found: Mapping[str, float]) -> float:
        """The log odds that a claim is borne."""
        return self.weights["bias"] + sum(self.weights[name] * found[name] for name in found)


def reworded(claim: str, statements: Sequence[Statement], borne: Borne) -> list[int]:
    """The indices of the statements that bear a claim in other words.

    None do where the checks found more against it than wording, or where it says something of
    which nothing stands there: one clause too many is made up for by no overlap of the rest.
    """
    if borne.reason not in REWORDED:
        return []
    main = candidates(claim, statements, 1)[0]
    near = [
        i
        for i in range(max(0, main - 2), min(main + 3, len(statements)))
        if statements[i].above == statements[main].above
    ]
    beside = [statements[i] for i in near]
    if denied(claim, beside, borne):
        return []
    found = features(claim, beside, borne)
    if found["longest"] > GAP or not Faithfulness.builtin().likes(found):
        return []
    return [near[i] for i in nearest(claim, beside)]


def denied(claim: str, statements: Sequence[Statement], borne: Borne) -> bool:
    """Whether something stands against a claim that no overlap makes good.

    That is a number, date or Latin name that stands nowhere, a name in another's place; and a noun, a
    figure, a denial or a direction in another's, if one statement holds nearly all of the claim's
    wording: then it is copied, and changed there.
    """
    if missing(claim, [s.text for s in statements]):
        return True
    exchanged = exchanges(claim, statements)
    if any(exchange.name for exchange in exchanged):
        return True
    if not exchanged and (borne.support != "none" or borne.reason not in DENIED):
        return False
    pairs = _grams(plain(claim), 2)
    return any(_rare(pairs, plain(s.text)) >= COPIED for s in statements)


def features(
    claim: str, statements: Sequence[Statement], borne: Borne, reader: Lays | None = None
) -> dict[str, float]:
    """What the judgement weighs; every share counts what of the claim is there."""
    said = plain(claim)
    there = [plain(s.text) for s in statements]
    whole = "\n".join(there)
    pairs = _grams(said, 2)
    parts = [p for a, b in clauses(said) if len(p := _grams(said[a:b], 2)) > 2] or [pairs]
    laid, head = entailed(claim, read_for(claim, statements), reader)
    reading = laid.reading
    exchanged = exchanges(claim, statements)
    return {
        "letters": _share(_grams(said, 1), whole),
        "pairs": _share(pairs, whole),
        "rare": _rare(pairs, whole),
        "triples": _share(_grams(said, 3), whole),
        "runs": _run(said, whole, RUN),
        "covered": _run(said, whole, 2),
        "clauses": sum(max((_rare(p, t) for t in there), default=0.0) for p in parts) / len(parts),
        "weakest": min(_rare(part, whole) for part in parts),
        "longest": _gap(said, whole),
        "full": float(borne.support == "full"),
        "partial": float(borne.support == "partial"),
        **{name: float(borne.support == "none" and borne.reason == name) for name in DOUBTS},
        "exchanged": float(len(exchanged)),
        **head.features(),
        "here": reading.here,
        "nowhere": reading.nowhere,
        "evidence": float(reading.evidence.max(initial=0.0)),
        "inside": float(reading.inside.mean()) if len(reading.inside) else 0.0,
    }


def read_for(claim: str, statements: Sequence[Statement]) -> str:
    """The statements that the reader reads beside a claim."""
    return "".join(statements[i].text for i in nearest(claim, statements))[:LONGEST]


def nearest(claim: str, statements: Sequence[Statement]) -> list[int]:
    """The indices, in order, of the statements that hold most of a claim between them."""
    left = set(_grams(plain(claim), 2))
    held = [set(_grams(plain(s.text), 2)) for s in statements]
    chosen: set[int] = set()
    room = ROOM
    while left and room > 0:
        worth, best = max(
            ((sum(map(_idf, left & pairs)), -i) for i, pairs in enumerate(held)), default=(0.0, 0)
        )
        if not worth:
            break
        left -= held[-best]
        if not chosen or len(statements[-best].text) <= room:
            chosen.add(-best)
            room -= len(statements[-best].text)
    return sorted(chosen)


@lru_cache(maxsize=4096)
def _grams(text: str, n: int) -> tuple[str, ...]:
    return tuple(
        run[i : i + n] for run in _CONTENT.findall(text) for i in range(max(1, len(run) - n + 1))
    )


def _share(grams: Sequence[str], there: str) -> float:
    return sum(gram in there for gram in grams) / max(1, len(grams))


def rare_share(text: str, there: str) -> float:
    """The share of a text's pairs of characters, by weight, that stand there."""
    return _rare(_grams(plain(text), 2), plain(there))


def _rare(pairs: Sequence[str], there: str) -> float:
    """The share of the pairs' weight."""
    total = sum(map(_idf, pairs))
    return sum(_idf(pair) for pair in pairs if pair in there) / total if total else 0.0


def _run(said: str, there: str, length: int) -> float:
    """The share of the letters in runs of ``length`` that stand there, too."""
    held = _held(said, there, length)
    return sum(held) / max(1, len(held))


def _gap(said: str, there: str) -> float:
    """The most letters on end of which no two neighbours stand there."""
    return float(max(len(list(run)) * (not held) for held, run in groupby(_held(said, there, 2))))


def _held(said: str, there: str, length: int) -> list[bool]:
    """Whether each letter stands in a run of ``length`` that is there, too."""
    covered = [False] * len(said)
    for i in range(len(said) - length + 1):
        if said[i : i + length] in there:
            covered[i : i + length] = [True] * length
    return [held for char, held in zip(said, covered, strict=True) if char.isalnum()] or [False]


@lru_cache(maxsize=65536)
def _idf(pair: str) -> float:
    return background().idf(pair)
