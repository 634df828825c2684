"""How far sentences bear a claim: numbers, dates, names, denial, direction and wording.

A claim is taken clause by clause. Each clause is laid beside the sentence that holds most of it,
and every place where the two differ is looked at: a differing number, name, denial or direction
refutes the clause, a differing verb or adverb is a paraphrase, more wording than that is an
addition. No model is needed; a few milliseconds are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from server.verify.differences import (
    SHORT,
    MatchingBlock,
    differences_between,
    joined_clauses,
    region_of,
)
from server.verify.exchanged import exchanges
from server.verify.figures import (
    missing_fact,
    missing_quoted,
    moved,
    other_time,
    unordered,
)
from server.verify.polarity import turned
from server.verify.statement import (
    NOTHING,
    Borne,
    Statement,
    held_share,
    pairs_of,
    plain,
    weight_of,
)
from server.verify.wording import addition, foreign, other_subject, words, worth

#: Share of a claim's weight that no sentence holds: up to FULL it is borne, up to PARTIAL in part.
FULL = 0.22
PARTIAL = 0.42
ADDED = 9  # characters said beyond the source, in runs of at least 4: more are no detail
CLAUSE = 0.25  # a clause of which a sentence holds less is not about the same
_WORD = re.compile(r"[\w]")


def candidates(claim: str, statements: Sequence[Statement], k: int = 4) -> list[int]:
    """The indices of the statements that hold most of a claim's weight, most first."""
    pairs = pairs_of(plain(claim))
    scored = [(held_share(pairs, pairs_of(plain(s.text))), -i) for i, s in enumerate(statements)]
    return [-i for share, i in sorted(scored, reverse=True)[:k] if share > 0]


def judge(claim: str, statements: Sequence[Statement], preferred: Iterable[int] = ()) -> Borne:
    """How far some statements bear a claim, and which parts of them are needed.

    ``preferred`` are the indices of statements that the writer pointed at: they win ties.
    """
    said = plain(claim)
    if not statements or not pairs_of(said):
        return NOTHING
    liked = set(preferred)
    best = candidates(claim, statements)
    if not best:
        return NOTHING
    best.sort(
        key=lambda i: (
            -held_share(pairs_of(said), pairs_of(plain(statements[i].text))) - 0.05 * (i in liked)
        )
    )
    verdicts = []
    for main in best[:3]:
        verdict = _Laid(claim, statements, main).verdict()
        if verdict.support != "none" and said not in plain(statements[main].text):
            verdict = _unexchanged(verdict, claim, statements)
        if verdict.support == "full":
            return verdict
        verdicts.append(verdict)
    rank = {"full": 2, "partial": 1, "none": 0}
    return max(verdicts, key=lambda v: rank[v.support])


def _unexchanged(verdict: Borne, claim: str, statements: Sequence[Statement]) -> Borne:
    """A verdict, unless a figure, noun or name of the claim stands where what it needs says another."""
    needed = [statements[i] for i, *_ in verdict.needed]
    for statement in needed:
        if why := unordered(claim, statement):
            return Borne("none", why=why)
    for exchange in exchanges(claim, needed):
        return Borne("none", why=f"exchanged: {exchange.claim} for {exchange.source}")
    return verdict


class _Laid:
    """A claim laid beside one main statement and the neighbours that some clauses need."""

    def __init__(self, claim: str, statements: Sequence[Statement], main: int) -> None:
        self.claim = claim
        self.statements = statements
        self.main = main
        self.spans: dict[int, tuple[int, int]] = {}
        self.novel = 0.0
        self.total = 0.0
        self.added = 0

    def verdict(self) -> Borne:
        for start, end in joined_clauses(self.claim):
            why = self._clause(self.claim[start:end])
            if why:
                return Borne("none", why=why)
        lost = self.novel / self.total if self.total else 0.0
        if lost > PARTIAL or self.added > ADDED:
            return Borne("none", why=f"wording: {lost:.2f}")
        needed = tuple((i, *span) for i, span in sorted(self.spans.items()))
        return Borne(
            "full" if lost <= FULL and not self.added else "partial", needed, f"wording: {lost:.2f}"
        )

    def _clause(self, clause: str) -> str:
        """Why a clause is not borne; empty when it is."""
        text = plain(clause)
        pairs = pairs_of(text)
        chosen = self._statement(pairs)
        statement = self.statements[chosen]
        there = plain(statement.text)
        blocks = [
            block
            for block in SequenceMatcher(None, text, there, autojunk=False).get_matching_blocks()
            if _WORD.search(text, block.a, block.a + block.size)
        ]
        region = region_of(there, blocks)
        why = (
            missing_fact(clause, statement)
            or moved(clause, statement)
            or missing_quoted(clause, statement)
            or other_time(text, there, blocks)
            or turned(text, there, blocks, region)
            or self._wording(text, pairs, statement, blocks)
        )
        if not why:
            self._need(chosen, blocks)
        return why

    def _statement(self, pairs: frozenset[str]) -> int:
        """The main statement, or a close neighbour that holds much more of the clause."""

        def share(i: int) -> float:
            return held_share(pairs, pairs_of(plain(self.statements[i].text)))

        own = share(self.main)
        if own >= 0.75:
            return self.main
        near = [
            i
            for i in range(self.main - 2, self.main + 3)
            if 0 <= i < len(self.statements) and i != self.main and self._together(i)
        ]
        other = max(near, key=share, default=self.main)
        return other if share(other) > own + 0.25 else self.main

    def _together(self, i: int) -> bool:
        """Whether a statement stands in the same paragraph as the main one."""
        a, b = (self.statements[self.main], self.statements[i])
        if a.above != b.above:
            return False
        return a.text in b.before or b.text in a.before

    def _wording(
        self,
        text: str,
        pairs: frozenset[str],
        statement: Statement,
        blocks: Sequence[MatchingBlock],
    ) -> str:
        """Weigh the words that stand neither in the statement nor around it; name a foreign one."""
        there = plain(statement.text)
        if pairs <= pairs_of(
            there
        ):  # nothing to look up, and the dictionary takes a second to load
            self.total += sum(map(weight_of, pairs))
            return ""
        around = plain(statement.before[-400:] + "\n" + statement.above)
        differences = differences_between(text, there, blocks)
        for word, flag, at in words(text):
            if not _WORD.search(word):
                continue
            weight = worth(word, flag)
            self.total += weight
            if word in there:
                continue
            other = next(
                (d.source for d in differences if d.start <= at < d.start + len(d.claim)), ""
            )
            why = foreign(word, flag, other, there, around)
            if why:
                return why
            inside = len(word) > 1 and word in around
            self.novel += weight * (0.3 if inside else 1.0)
        self.added += sum(addition(d, there, around) for d in differences)
        why = other_subject(differences, there, around)
        if why:
            return why
        held = held_share(pairs, pairs_of(there))
        if not blocks or (held < CLAUSE and len(text) > SHORT):
            return "clause: about something else"
        return ""

    def _need(self, chosen: int, blocks: Sequence[MatchingBlock]) -> None:
        real = [b for b in blocks if b.size > 1] or list(blocks)
        start, end = real[0].b, real[-1].b + real[-1].size
        old = self.spans.get(chosen, (start, end))
        self.spans[chosen] = (min(old[0], start), max(old[1], end))
