"""An answer as fragments that a template or an export can show: text, marks and citations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARKER = re.compile(r"\[(\d+)\]")
#: From so many cited sentences up each has a line of its own; answer.js says the same.
LISTED = 3
#: Behind a sentence of so many characters a new line begins in any case; there, too.
LONG = 60


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of an answer: text with its support, or a citation (``text`` is then empty).

    ``inserted`` text stands in brackets: it is not the source's own wording. ``stressed`` are the
    words that answer; a ``label`` names the part of the question that they answer. ``joined`` stands
    at the last citation of a sentence whose pieces stand apart in its source, and says in how many
    places.
    """

    text: str = ""
    support: str = "full"
    inserted: bool = False
    stressed: bool = False
    label: bool = False
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
    made = [_line_fragments(line, known, claims) for line in lines]
    apart = [sentence for line in made for sentence in _sentences(line)]
    return apart if is_list(apart) else [part for line in made for part in _in_parts(line)]


def is_list(lines: Sequence[Sequence[Fragment]]) -> bool:
    """Whether the lines of an answer are a list: many of them cite something."""
    return sum(any(fragment.citation for fragment in line) for line in lines) >= LISTED


def _in_parts(line: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """A line cut behind its long sentences."""
    part: list[Fragment] = []
    for sentence in _sentences(line):
        part += sentence
        if sum(len(fragment.text) for fragment in sentence) >= LONG:
            yield part
            part = []
    if part:
        yield part


def _sentences(line: Sequence[Fragment]) -> list[list[Fragment]]:
    """A line cut where words follow a citation."""
    cut: list[list[Fragment]] = []
    cited = True
    for fragment in line:
        if cited and not fragment.citation:
            cut.append([])
        cited = fragment.citation is not None
        if not cut:
            cut.append([])
        cut[-1].append(fragment)
    return cut


@dataclass(frozen=True, slots=True)
class _MarkedClaim:
    """A claim as it is found again in the answer's text."""

    text: str
    support: str
    stressed: tuple[str, ...]
    joined: tuple[int, ...]
    label: str = ""

    @classmethod
    def of(cls, claim: Mapping[str, Any]) -> _MarkedClaim:
        text = claim["text"]
        stressed = tuple(text[start:end] for start, end in claim.get("emphasis", ()))
        return cls(
            text.strip(),
            claim["support"],
            stressed,
            tuple(claim.get("joined", ())),
            claim.get("label", ""),
        )


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
    label = next((c.label for c in held if c.label and text.startswith(f"{c.label}：")), "")
    fragments, done = (
        [Fragment(f"{label}：", label=True)] if label else [],
        len(label) + bool(label),
    )
    for match in signs.finditer(text, done):
        fragments.append(Fragment(text[done : match.start()], support))
        inserted = match["inserted"] is not None
        fragments.append(Fragment(match[0], support, inserted=inserted, stressed=not inserted))
        done = match.end()
    fragments.append(Fragment(text[done:], support))
    return [piece for piece in fragments if piece.text]
