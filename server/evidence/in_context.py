"""What is searched for a question in a conversation; where language leaves a doubt, the library says.

A question that finds good evidence as it stands, where its rewritten form finds none, stands alone.
What is left in doubt is tried in the other form, too, before it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from index import Article, Snapshot
from index.shipped import shipped
from server.evidence.find import Candidates, Search
from server.evidence.must_hold import names_name, unmet
from server.evidence.ranking import Ranked
from server.question.follow_up import read
from server.question.leaning import log_odds, odds
from server.question.subject import Features
from server.question.talk import Reading
from server.question.understanding import normalise, understand
from server.records import Question
from server.text.names import names

WEIGHTS = Path(__file__).parent / "models" / "in_context.json"
SURE = 0.95  # what language says with this much certainty is not asked of the library
FORMS = 3  # in which a question is tried at most
BETTER = 0.1  # by which a less likely way to rewrite must be borne out better


def settle(question: Question, search: Search, snapshot: Snapshot) -> tuple[str, ...]:
    """What is searched for a question; behind it what is searched when that is refused."""
    if question.standalone:
        return (normalise(question.text),)
    reading = read(question.text, question.history)
    if not reading.rewritten or reading.leans < 1 - SURE:
        return (reading.alone,)
    sure = reading.leans > SURE
    if sure and len(reading.rewritten) == 1:
        return _in_turn(*reading.rewritten, *reading.otherwise)

    def look(query: str) -> Candidates:
        asked = understand(query)
        return search.find(asked, snapshot, k=question.top_k, sources=question.sources)

    best, found = _best([(query, look(query)) for query in reading.rewritten])
    if sure:
        return _in_turn(best, *reading.rewritten, *reading.otherwise)
    if leans(reading, look(reading.alone), found) >= 0.5:
        if reading.words.get("names", 0.0) > 0:  # 「厂里有多少人？」 says of no one alone
            return _in_turn(best, reading.alone)
        return _in_turn(best, *reading.otherwise)
    return _in_turn(reading.alone, best)


def _in_turn(*queries: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(queries))[:FORMS]


def leans(reading: Reading, alone: Candidates, rewritten: Candidates) -> float:
    """How likely a question leans on the conversation, by its words and by what both forms find."""
    weights = _weights()
    known = compared(reading.thing, alone, rewritten)
    known |= {"language": log_odds(reading.leans), "bias": 1.0}
    return odds(sum(weights.get(name, 0.0) * value for name, value in known.items()))


def _best(found: Sequence[tuple[str, Candidates]]) -> tuple[str, Candidates]:
    """The first way to rewrite a question, unless another is borne out clearly better."""
    best, most = found[0], _borne_out(found[0][1])
    for one in found[1:]:
        if (much := _borne_out(one[1])) > most + BETTER:
            best, most = one, much
    return best


def _borne_out(candidates: Candidates) -> float:
    known = strength(candidates)
    return known["said"] + known["related"] + known["named"] + known["free"]


def compared(thing: str, alone: Candidates, rewritten: Candidates) -> Features:
    """How well each form is borne out: by how much of it is said where its best sentence stands.

    And whether the article that the question finds alone speaks of ``thing``, what the conversation
    is about.
    """
    first, second = strength(alone), strength(rewritten)
    known = {f"alone_{name}": value for name, value in first.items()}
    known |= {f"lean_{name}": value for name, value in second.items()}
    known |= {f"gain_{name}": second[name] - first[name] for name in first}
    here, there = _article(alone), _article(rewritten)
    told = float(here is not None and names_name(f"{here.title}\n{here.text}", thing))
    same = float(here is not None and there is not None and here.id == there.id)
    return known | {"same_article": same, "thing_told": told, "thing_told_alike": told * same}


def strength(candidates: Candidates) -> Features:
    """What is known of the evidence for a question: each at most about 1, better when higher."""
    ranked = _weakest(candidates)
    if not ranked:
        return dict.fromkeys(("said", "related", "score", "named", "free"), 0.0)
    part = next(part for part, of in candidates.ranked.items() if of is ranked)
    best = ranked[0]
    asked = names(part.text)
    missing = unmet(asked, best.sentence)
    return {
        "said": max(r.told.share for r in ranked[:2]),
        "related": max(r.feature("coverage_context") + r.feature("similarity") for r in ranked[:2]),
        "score": best.score / 10,
        "named": 1 - len(missing.article) / max(1, len(asked)),
        "free": float(not best.clash),
    }


def _weakest(candidates: Candidates) -> Sequence[Ranked]:
    """The sentences of the part that is answered worst: a question is answered as well as that."""
    parts = list(candidates.ranked.values())
    return min(parts, key=lambda ranked: ranked[0].score if ranked else -99.0, default=[])


def _article(candidates: Candidates) -> Article | None:
    """The article of the best sentence."""
    ranked = _weakest(candidates)
    return ranked[0].sentence.article if ranked else None


@lru_cache(maxsize=1)
@shipped(WEIGHTS)
def _weights() -> dict[str, float]:
    """The shipped weights, read once."""
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"])
