"""An answer as it grows: the claims that passed the gate, and what the reader was told of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from server.records import Citation, Claim, Event
from server.stages import Stages
from server.verify.drafts import Draft, Place
from server.verify.gate import Gate


class Composition:
    """Claims in order of appearance; each new one becomes events as soon as it is checked."""

    def __init__(self, gate: Gate, stages: Stages) -> None:
        self._gate = gate
        self._stages = stages
        self._told = 0  # citations that the reader has
        self.claims: list[Claim] = []
        self.text = ""

    def add(self, drafts: Iterable[Draft]) -> Iterator[Event]:
        """Check drafts one by one; a claim's citations come before the words that number them."""
        for draft in drafts:
            with self._stages.within("verify"):
                claim = self._gate.check(draft)
            if claim is None or claim in self.claims:
                continue
            delta = shown(claim, first=not self.claims)
            self.claims.append(claim)
            self.text += delta
            yield from (Event("citation", c) for c in self._gate.citations[self._told :])
            self._told = len(self._gate.citations)
            yield Event("delta", delta)

    def tell(self, line: str) -> Iterator[Event]:
        """Add a line that claims nothing: what the articles do not say."""
        delta = f"\n{line}"
        self.text += delta
        yield Event("delta", delta)

    def citing(self, place: Place) -> int | None:
        """The number of a citation that holds a place; None when there is none yet."""
        spans = place.article.source_spans(place.start, place.end)
        for c in self._gate.citations:
            if c.source == place.article.source and all(
                c.start <= span.start and span.end <= c.end for span in spans
            ):
                return c.number
        return None

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._gate.citations)


def shown(claim: Claim, *, first: bool) -> str:
    """A claim as it stands in an answer, its ``[n]`` right behind it, its label before it.

    A space parts it from the one before in English.
    """
    colon = ": " if claim.label.isascii() else "："
    label = f"{claim.label}{colon}" if claim.label else ""
    spaced = re.match(r"[A-Za-z0-9]", claim.text)
    gap = "" if first else "\n" if claim.line or label else " " if spaced else ""
    return gap + label + claim.text + "".join(f"[{number}]" for number in claim.citations)
