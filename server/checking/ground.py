"""Where a claim may stand: a statement of the articles and those beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from server.evidence.dated import day_of
from server.verify.statement import Statement
from server.verify.support import candidates
from server.verify.witnesses import Witness

BESIDE = 2  # statements on each side
NEAR = 400  # characters from the main statement to theirs
LIKELY = 6  # statements that are tried for the main one
MOST = 3  # grounds that are looked at


@dataclass(frozen=True, eq=False)
class Ground:
    """The main statement, among those of its article that stand close to it, in their order."""

    witnesses: tuple[Witness, ...]
    main: int

    @cached_property
    def statements(self) -> list[Statement]:
        return [w.statement for w in self.witnesses]

    @cached_property
    def texts(self) -> list[str]:
        """What the statements say, the main one's first."""
        own = self.statements[self.main].text
        return [own, *(s.text for i, s in enumerate(self.statements) if i != self.main)]

    @property
    def witness(self) -> Witness:
        return self.witnesses[self.main]

    @cached_property
    def header(self) -> str:
        """The article's title, the heading above, and its year."""
        day = day_of(self.witness.article)
        return self.statements[self.main].above + (f"\n{day.year}年{day.month}月" if day else "")

    @cached_property
    def whole(self) -> str:
        """All that may be read beside the claim: the paragraph up to it, too."""
        return "\n".join([*self.texts, self.statements[self.main].before[-300:], self.header])

    def named(self, at: int) -> Witness:
        """The witness whose statement is ``texts[at]``."""
        order = [self.main, *(i for i in range(len(self.witnesses)) if i != self.main)]
        return self.witnesses[order[at]]


def grounds(claim: str, witnesses: Sequence[Witness]) -> list[Ground]:
    """The grounds around the statements that hold most of a claim, most first."""
    found: list[Ground] = []
    seen: set[int] = set()
    for main in candidates(claim, [w.statement for w in witnesses], LIKELY):
        if (
            main in seen or len(found) == MOST
        ):  # an earlier ground holds it, and has more of the claim in its main statement
            continue
        near = [i for i in range(main - BESIDE, main + BESIDE + 1) if _beside(witnesses, main, i)]
        seen.update(near)
        found.append(Ground(tuple(witnesses[i] for i in near), near.index(main)))
    return found


def _beside(witnesses: Sequence[Witness], main: int, i: int) -> bool:
    if not 0 <= i < len(witnesses):
        return False
    one, other = witnesses[main], witnesses[i]
    return one.article.id == other.article.id and abs(one.start - other.start) <= NEAR
