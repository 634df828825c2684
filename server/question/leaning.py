"""Whether a question leans on the one before it, as far as its words tell: learned, not ruled.

``training/follow_ups.py`` learns the weights from chats over news.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from pathlib import Path

from index import load_embedder
from index.background import background
from index.shipped import shipped
from server.question.asking import kind_of
from server.question.subject import ATTRIBUTE, NAMES, Clause, Features, is_noun, named_words

WEIGHTS = Path(__file__).parent / "models" / "leaning.json"
_PRONOUNS = {
    "person": re.compile(r"(?<!其)[他她](?!们)|此人|这个人"),
    "thing": re.compile(r"它们?|[他她]们|其(?![中他它实余次])"),
    "place": re.compile(r"[那这][里边儿]|当地|里[头面边]"),
    "among": re.compile(r"其中|其[他它余]|另外|别的|剩下|两者|前者|后者|双方"),
    "pointed": re.compile(
        r"[这那该此](?:个|家|座|项|款|条|位|种|次|场|届|部|片|所|本|支|只|台)?(?=[\u4e00-\u9fff])|上述"
    ),
}


def leans(known: Features) -> float:
    """How likely a question leans on the one before it, by its ``features``, between 0 and 1."""
    weights = _weights()
    return odds(sum(weights.get(name, 0.0) * value for name, value in known.items()))


def odds(logit: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def log_odds(probability: float) -> float:
    """The log odds of a probability, between -7 and 7."""
    kept = min(0.999, max(0.001, probability))
    return math.log(kept / (1 - kept))


def features(question: str, before: str, *, opened: bool) -> Features:
    """What speaks for a question's leaning on the one ``before`` it, or against it.

    Both normalised; ``opened``: a word that goes on (那, 还有) was taken off.
    """
    clause = Clause.of(question)
    at = [i for i, word in enumerate(clause.words) if is_noun(*word) and clause.kinds[i] != "time"]
    nouns = [clause.words[i][0] for i in at if clause.words[i][1] not in ("m", "q", "mq", "a")]
    named = [
        word
        for (word, tag), start in zip(clause.words, clause.starts, strict=False)
        if (tag in NAMES or tag == "j") and len(word) > 1
        and not (start < clause.ask[1] and start + len(word) > clause.ask[0])  # 周几闭 is nobody
    ]  # fmt: skip
    first = next((k for k in clause.kinds if k not in ("time", "mark", "c", "y")), "$")
    leading = _leading(clause)
    pairs = [question[i : i + 2] for i in range(len(question) - 1)]
    idf = background()
    rare = max((idf.share(pair) for noun in nouns for pair in _pairs(noun)), default=0.0)
    known: Features = {
        "bias": 1.0,
        "opened": float(opened),
        "names": min(3, len(named)) / 3,
        "new_names": min(2, sum(name not in before for name in named)) / 2,
        "told_names": min(2, sum(name in before for name in named)) / 2,
        "nouns": min(5, len(nouns)) / 5,
        "no_noun": float(not nouns),
        "length": min(30, len(question)) / 30,
        "short": float(len(question) <= 9),
        "rare": rare,
        "digits": float(bool(re.search(r"\d", question))),
        "quoted": float("quoted" in clause.kinds),
        "asks_first": float(clause.ask[0] <= 1),
        "leading": min(4, len(leading)) / 4,
        "leading_name": float(named_words(leading) > 0 or any(tag in NAMES for _, tag in leading)),
        "leading_attribute": float(bool(leading) and bool(ATTRIBUTE.search(leading[-1][0]))),
        "shared": sum(pair in before for pair in pairs) / max(1, len(pairs)),
        "sense": _sense(question, before),
        f"first:{first}": 1.0,
        f"kind:{kind_of(question)}": 1.0,
        "same_kind": float(kind_of(question) == kind_of(before)),
    }
    return known | {name: 1.0 for name, words in _PRONOUNS.items() if words.search(question)}


def _leading(clause: Clause) -> list[tuple[str, str]]:
    """The nouns that a question begins with, a time before them left out."""
    at = 0
    while at < len(clause.words) and clause.kinds[at] in ("time", "t", "f", "p", "mark", "d"):
        at += 1
    found = []
    while at < len(clause.words) and (is_noun(*clause.words[at]) or clause.kinds[at] == "的"):
        if clause.starts[at] >= clause.ask[0]:
            break
        found.append(clause.words[at])
        at += 1
    return found


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(max(1, len(word) - 1))]


@lru_cache(maxsize=1024)
def _sense(a: str, b: str) -> float:
    """The cosine of two questions, by the built-in embedder."""
    first, second = load_embedder("static").embed([a, b])
    return float(first @ second)


@lru_cache(maxsize=1)
@shipped(WEIGHTS)
def _weights() -> dict[str, float]:
    """The shipped weights, read once."""
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"])
