"""What a conversation has come to, and the question that stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation has come to: its thing, its last person, the last question in full, what answered it."""

    thing: str = ""
    person: str = ""
    attribute: str = ""
    time: str = ""
    query: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it stands, and rewritten: best first, none when it cannot lean on anything.

    ``leans``: how likely it leans on the conversation, as far as its ``words`` tell; they are empty
    where its form leaves no doubt. ``thing``: what the conversation is about. ``otherwise``: looser
    ways, for when the others are refused.
    """

    alone: str
    rewritten: tuple[str, ...] = ()
    leans: float = 0.0
    words: Mapping[str, float] = field(default_factory=dict)
    thing: str = ""
    otherwise: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """What is searched when nobody asks the library."""
        return self.rewritten[0] if self.rewritten and self.leans >= 0.5 else self.alone
