"""What the library says to the two readings of a question: as it stands, and leaning on the talk."""

from __future__ import annotations

from collections.abc import Sequence

from server.evidence.find import Found
from server.evidence.must_hold import unmet
from server.evidence.ranking import Ranked
from server.question.subject import Features
from server.text.names import names


def compared(alone: Found, rewritten: Found) -> Features:
    """How well each reading is borne out: by how much of it is said where its best sentence stands."""
    first, second = strength(alone), strength(rewritten)
    known = {f"alone_{name}": value for name, value in first.items()}
    known |= {f"lean_{name}": value for name, value in second.items()}
    known |= {f"gain_{name}": second[name] - first[name] for name in first}
    return known | {"same_article": float(_article(alone) == _article(rewritten) != "")}


def strength(found: Found) -> Features:
    """What is known of the evidence for a question: each at most about 1, better when higher."""
    ranked = _best(found)
    if not ranked:
        return dict.fromkeys(("said", "related", "score", "named", "free"), 0.0)
    part = next(part for part, of in found.ranked.items() if of is ranked)
    best = ranked[0]
    asked = names(part.text)
    missing = unmet(asked, best.sentence)
    return {
        "said": max(r.told.share for r in ranked[:2]),
        "related": max(r.feature("coverage_context") + r.feature("similarity") for r in ranked[:2]),
        "score": best.counted / 10,
        "named": 1 - len(missing.article) / max(1, len(asked)),
        "free": float(not best.clash),
    }


def _best(found: Found) -> Sequence[Ranked]:
    """The sentences of the part that is answered worst: a reading is as good as that."""
    parts = list(found.ranked.values())
    return min(parts, key=lambda ranked: ranked[0].counted if ranked else -99.0, default=[])


def _article(found: Found) -> str:
    ranked = _best(found)
    return ranked[0].sentence.article.id if ranked else ""
