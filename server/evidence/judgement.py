"""How likely a sentence bears the answer, and whether the articles answer at all: a few fitted weights.

They are fitted by ``training/judgement.py`` and ``training/decision.py`` on questions over articles that the
reader was not trained on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.shipped import shipped
from prompts import language_of
from server.evidence.reading import ReadSentence
from server.question.understanding import Part

WEIGHTS = Path(__file__).parent / "models" / "judgement.json"

#: What a sentence's odds are weighed from: the reader's four findings, the ranking's score, and whether
#: what the question names is spoken of there.
SENTENCE = ("here", "evidence", "sure", "inside", "counted", "named")
#: What the decision is weighed from, of the likeliest sentence: whether its window answers, whether what is
#: named is spoken of there, and how little of the question is said around it; whether an amount is asked for (one
#: stands in every second sentence), or reasons or ways (told in other words than they are asked for).
DECISION = ("here", "named", "untold", "amount", "reasons")
LITTLE = 0.3  # less of the question than this is little
_REASONS = frozenset({"why", "how"})


#: What a sentence's log odds gain that says what a word means, where that is asked: the reader sees in
#: a mention of the word as much of an answer as in what explains it. Chosen on five such questions.
DEFINES = 2.5
#: The same, for the decision, too, where a sentence counts the very thing that is asked the number of: of 27
#: such questions all 20 that something answers were answered so, the reader saw nothing in 8 of these.
COUNTS = 1.0
#: The same where a sentence answers by its build.
SETTLED = 2.5


@dataclass(frozen=True, slots=True)
class Judgement:
    """Linear weights with a bias each; ``threshold`` is the probability from which an answer is given.

    ``abroad`` stands for ``decision`` where question and articles share no words.
    """

    sentence: Mapping[str, float]
    decision: Mapping[str, float]
    abroad: Mapping[str, float]
    threshold: float

    @classmethod
    @lru_cache(maxsize=1)
    @shipped(WEIGHTS)
    def builtin(cls) -> Judgement:
        """The shipped weights, read once."""
        return cls(**json.loads(WEIGHTS.read_text(encoding="utf-8")))

    def bears(self, one: ReadSentence) -> float:
        """The probability that a sentence bears the answer, or a part of it."""
        gained = DEFINES * one.defines + COUNTS * one.counts + SETTLED * one.settled
        return probability(weighed(self.sentence, features(one)) + gained)

    def answers(self, part: Part, read: Sequence[ReadSentence]) -> float:
        """The probability that the sentences that were read hold the answer to a part; 0 when none was."""
        if not read:
            return 0.0
        likeliest = max(read, key=self.bears)
        gained = COUNTS * likeliest.counts + SETTLED * likeliest.settled
        abroad = language_of(likeliest.sentence.text) != language_of(part.text)
        weights = self.abroad if abroad else self.decision
        return probability(weighed(weights, findings(part, likeliest)) + gained)


def findings(part: Part, one: ReadSentence) -> dict[str, float]:
    """What the decision is weighed from, by its names."""
    return {
        "here": one.here,
        "named": one.named,
        "untold": max(0.0, LITTLE - one.told),
        "amount": float(part.kind == "count" and not one.counts),
        "reasons": float(part.kind in _REASONS),
    }


def features(one: ReadSentence) -> dict[str, float]:
    """The findings on a sentence that its odds are weighed from, by their names."""
    return {name: getattr(one, name) for name in SENTENCE}


def weighed(weights: Mapping[str, float], known: Mapping[str, float]) -> float:
    """Log odds."""
    return weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in known.items())


def probability(log_odds: float) -> float:
    """
    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
