"""What comes out of checking a text, and its shape in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from server.records import Citation, citation_dict

#: ``full``: borne out. ``partial``: but for what is missing. ``contradicted``: the articles give
#: another value. ``none``: they do not say it. ``opinion``: nothing that articles could bear out.
Verdict = Literal["full", "partial", "contradicted", "none", "opinion"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
#: Why a sentence is left alone.
Aside = Literal["", "opinion", "question", "heading", "greeting"]

TEXT_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Differing:
    """What a claim says where the articles say ``value``, and the citation that bears that.

    ``published`` is the day of the article that says it.
    """

    said: str
    value: str
    citation: int
    published: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A sentence of a text, ``[start, end)`` of it, and what the articles say to it.

    ``missing``: its numbers, dates, names and words that stand nowhere, as it writes them.
    ``foreign``: it is in another language than the articles, so that only its figures were compared.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    missing: tuple[str, ...] = ()
    citations: tuple[int, ...] = ()
    differing: tuple[Differing, ...] = ()
    aside: Aside = ""
    foreign: bool = False

    @property
    def flagged(self) -> bool:
        """Whether somebody should look at it."""
        return self.verdict in ("partial", "contradicted", "none")


@dataclass(frozen=True, slots=True)
class Check:
    """A text with all its claims, in its order."""

    text: str
    claims: tuple[CheckedClaim, ...] = ()
    citations: tuple[Citation, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def flagged(self) -> int:
        return sum(claim.flagged for claim in self.claims)

    def counts(self) -> dict[Verdict, int]:
        """How many claims there are of each verdict."""
        return {v: sum(claim.verdict == v for claim in self.claims) for v in VERDICTS}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a streamed check: a citation before the claim that first shows its number; a claim,
    the ``at``-th of ``total``; at the end the whole."""

    name: Literal["claim", "citation", "done"]
    data: CheckedClaim | Citation | Check
    at: int = 0
    total: int = 0


# ---- as JSON -----------------------------------------------------------------------------------


def check_dict(check: Check) -> dict[str, Any]:
    """The object that ``POST /check`` answers."""
    return {
        "claims": [claim_dict(claim) for claim in check.claims],
        "citations": [citation_dict(citation) for citation in check.citations],
        "counts": check.counts(),
        "timings_ms": {name: round(float(ms), 2) for name, ms in check.timings_ms.items()},
    }


def claim_dict(claim: CheckedClaim) -> dict[str, Any]:
    differing = [
        {"said": d.said, "value": d.value, "citation": d.citation, "published": d.published}
        for d in claim.differing
    ]
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "verdict": claim.verdict,
        "missing": list(claim.missing),
        "citations": list(claim.citations),
        "differing": differing,
        "aside": claim.aside,
        "foreign": claim.foreign,
    }


def step_dict(step: Step) -> dict[str, Any]:
    """The data of one server-sent event; a claim says how far the check is."""
    match step.data:
        case CheckedClaim():
            return claim_dict(step.data) | {"at": step.at, "total": step.total}
        case Citation():
            return citation_dict(step.data)
        case Check():
            return check_dict(step.data)
