"""An answer as fragments that a template or an export can show: text, marks and citations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of an answer: text with its support, or a citation (``text`` is then empty).

    ``inserted`` text stands in brackets: it is not the source's own wording. ``stressed`` are the
    words that answer. ``joined`` stands at the last citation of a sentence whose pieces stand apart
    in its source, and says in how many places.
    """

    text: str = ""
    support: str = "full"
    inserted: bool = False
    stressed: bool = False
    citation: Mapping[str, Any] | None = None
    joined: int = 0


def answer_fragments(answer: Mapping[str, Any]) -> list[list[Fragment]]:
    """The answer's lines as text and citations; ``[n]`` without a citation stays text.

    >>> [p.text or p.citation["number"] for p in answer_fragments(
    ...     {"answer": "甲。[1]", "citations": [{"number": 1}], "claims": []})[0]]
    ['甲。', 1]
    """
    known = {c["number"]: c for c in answer["citations"]}
    # What the catalogue says is borne out by no article, and not in doubt for that.
    told = [] if answer.get("engine") == "catalogue" else answer["claims"]
    claims = [_MarkedClaim.of(claim) for claim in told]
    lines = [line for line in answer["answer"].split("\n") if line.strip()]
    return [_line_fragments(line, known, claims) for line in lines]


@dataclass(frozen=True, slots=True)
class _MarkedClaim:
    """A claim as it is found again in the answer's text."""

    text: str
    support: str
    stressed: tuple[str, ...]
    joined: tuple[int, ...]

    @classmethod
    def of(cls, claim: Mapping[str, Any]) -> _MarkedClaim:
        text = claim["text"]
        stressed = tuple(text[start:end] for start, end in claim.get("emphasis", ()))
        return cls(text.strip(), claim["support"], stressed, tuple(claim.get("joined", ())))


def _line_fragments(
    line: str, known: Mapping[int, Any], claims: Sequence[_MarkedClaim]
) -> list[Fragment]:
    fragments: list[Fragment] = []
    done, support = 0, "full"
    pieces: Sequence[int] = ()
    for match in MARKER.finditer(line):
        citation = known.get(int(match[1]))
        if citation is None:
            continue
        if match.start() > done:
            said = line[done : match.start()]
            words = _text_fragments(said, claims)
            support = words[-1].support
            pieces = next((c.joined for c in claims if c.text and c.text in said), ())
            fragments += words
        last = bool(pieces) and citation["number"] == pieces[-1]
        joined = len(pieces) if last else 0
        fragments.append(Fragment(citation=citation, support=support, joined=joined))
        done = match.end()
    return fragments + _text_fragments(line[done:], claims)


def _text_fragments(text: str, claims: Sequence[_MarkedClaim]) -> list[Fragment]:
    held = [claim for claim in claims if claim.text and claim.text in text]
    support = next((claim.support for claim in held if claim.support != "full"), "full")
    stressed = [words for claim in held for words in claim.stressed]
    signs = re.compile("|".join(["(?P<inserted>〔[^〔〕]*〕)", *map(re.escape, stressed)]))
    fragments, done = [], 0
    for match in signs.finditer(text):
        fragments.append(Fragment(text[done : match.start()], support))
        inserted = match["inserted"] is not None
        fragments.append(Fragment(match[0], support, inserted=inserted, stressed=not inserted))
        done = match.end()
    fragments.append(Fragment(text[done:], support))
    return [piece for piece in fragments if piece.text]
