"""Texts that a pattern takes more time over than in proportion to their length.

A pattern is read as an automaton (by Python's own parser). It is slow where two of its loops, one before the other,
can share a text in as many ways as the text is long: the first goes round on some word, the second, too, and the
same word leads from the first to the second (Weber and Seidl's criterion of 1991). A search begins at every place,
which is a loop before the whole pattern: `\\d+年` is slow over a million digits, `(?<!\\d)\\d++年` is not.

It errs to the safe side: what looks further than one character ahead or behind is taken to hold,
and so is what gives back nothing (atomic groups), unless it repeats one set of characters (`\\d++`). Not looked for:
two ways round one loop (`(a|a)*`, which regexploit finds), and more than a few places of each loop.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # as the standard library has them
from typing import Any

#: A character, or none: the end of the text, its beginning.
Char = str | None
#: Whether one may go on, between these two.
Guard = Callable[[Char, Char], bool]
#: The loop before a pattern that is searched for, where it begins, and where it ends.
SEARCH, BEGIN, END = -1, -2, -3
#: Repeats up to here are no loops.
BOUNDED = 1000
#: So many places of a loop are tried.
TRIED = 4
#: One of each kind, beside those that a pattern names.
KINDS = "a1甲， \n_"


@dataclass(frozen=True)
class Slow:
    """`before`, then `again` as often as one likes, then `after`."""

    before: str
    again: str
    after: str

    def text(self, length: int) -> str:
        return self.before + self.again * (length // len(self.again)) + self.after


@dataclass
class Automaton:
    """Nodes joined by guarded edges; a leaf is entered by reading one of its characters."""

    flags: int
    chars: list[str]
    edges: dict[int, list[tuple[int, Guard | None]]] = field(default_factory=dict)
    leaves: dict[int, frozenset[str]] = field(default_factory=dict)
    #: Leaves that are read any number of times, by the outermost loop that they are in, the innermost first.
    loops: list[list[tuple[int, int]]] = field(default_factory=list)
    #: What is looked for behind, and ahead, beside what is read.
    behind: list[frozenset[str]] = field(default_factory=list)
    ahead: list[frozenset[str]] = field(default_factory=list)
    nodes: int = 0
    _depth: int = 0
    _reached: dict[tuple[int, Char, Char], frozenset[int]] = field(default_factory=dict)

    def node(self) -> int:
        self.nodes += 1
        return self.nodes

    def join(self, one: int, other: int, guard: Guard | None = None) -> None:
        self.edges.setdefault(one, []).append((other, guard))

    # ---- from the parser's tree: each of these joins what it is to `at`, and returns where it ends ----

    def sequence(self, items: Sequence[Any], at: int) -> int:
        for op, of in items:
            at = getattr(self, f"add_{op.name.lower()}", self.leaf_of(op, of))(of, at)
        return at

    def leaf_of(self, op: Any, of: Any) -> Callable[[Any, int], int]:
        def leaf(_: Any, at: int) -> int:
            node = self.node()
            self.leaves[node] = self.members(op, of)
            if self._depth:
                self.loops[-1].append((-self._depth, node))
            self.join(at, node)
            return node

        return leaf

    def members(self, op: Any, of: Any) -> frozenset[str]:
        if op is _constants.GROUPREF:  # some text: all that there is
            return frozenset(self.chars)
        if op is _constants.LITERAL and not self.flags & re.IGNORECASE:
            return frozenset(chr(of))
        one = _parser.SubPattern(_parser.State(), [(op, of)])
        one.state.str, one.state.flags = "", self.flags
        is_one = _compiler.compile(one, self.flags).fullmatch
        return frozenset(filter(is_one, self.chars))

    def add_subpattern(self, of: Any, at: int) -> int:
        return self.sequence(of[3], at)

    def add_branch(self, of: Any, at: int) -> int:
        end = self.node()
        for branch in of[1]:
            self.join(self.sequence(branch, at), end)
        return end

    def add_atomic_group(self, of: Any, at: int) -> int:
        return self.sequence(of, at)

    def add_groupref_exists(self, of: Any, at: int) -> int:
        return self.add_branch((None, [of[1], of[2] or []]), at)

    def add_max_repeat(self, of: Any, at: int, leaving: Guard | None = None) -> int:
        least, most, items = of
        for _ in range(min(least, 2) - 1):
            at = self.sequence(items, at)
        loop, end = self.node(), self.node()
        self.join(at, loop)
        if most > BOUNDED and not self._depth:
            self.loops.append([])
        self._depth += most > BOUNDED
        last = self.sequence(items, loop)
        self._depth -= most > BOUNDED
        if most > 1:
            self.join(last, loop)
        self.join(last, end, leaving)
        if not least:
            self.join(at, end, leaving)
        return end

    add_min_repeat = add_max_repeat

    def add_possessive_repeat(self, of: Any, at: int) -> int:
        members = self.one_character(of[2]) if of[1] > BOUNDED else None
        if members is None:
            return self.add_max_repeat(of, at)
        self.ahead.append(members)
        return self.add_max_repeat(of, at, lambda _, after: after not in members)

    def one_character(self, items: Sequence[Any]) -> frozenset[str] | None:
        """What a part takes that is one character, whatever it takes."""
        if len(items) != 1:
            return None
        op, of = items[0]
        if op is _constants.SUBPATTERN:
            return self.one_character(of[3])
        if op is _constants.BRANCH:
            each = [self.one_character(branch) for branch in of[1]]
            return None if None in each else frozenset().union(*each)  # type: ignore[arg-type]
        one = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)
        return self.members(op, of) if op in one else None

    def add_assert(self, of: Any, at: int, wanted: bool = True) -> int:
        direction, items = of
        end, members = self.node(), self.one_character(items)
        if direction < 0:
            if members is None:
                self.join(at, end)
            else:
                self.behind.append(members)
                self.join(at, end, lambda before, _: (before in members) is wanted)
        elif members is None:
            self.join(at, end)
            self.sequence(items, at)  # it is gone through, and leads nowhere
        else:
            self.ahead.append(members)
            self.join(at, end, lambda _, after: (after in members) is wanted)
        return end

    def add_assert_not(self, of: Any, at: int) -> int:
        if not of[1]:  # (?!)
            return self.node()
        return self.add_assert(of, at, wanted=False)

    def add_at(self, of: Any, at: int) -> int:
        end, lines = self.node(), self.flags & re.MULTILINE
        words = frozenset(filter(_word, self.chars))
        self.behind += [words, frozenset("\n")]
        self.ahead += [words, frozenset("\n")]
        name = of.name.removeprefix("AT_")
        guards: dict[str, Guard] = {
            "BEGINNING": lambda before, _: before is None or bool(lines and before == "\n"),
            "BEGINNING_STRING": lambda before, _: before is None,
            "END": lambda _, after: after is None or bool(lines and after == "\n"),
            "END_STRING": lambda _, after: after is None,
            "BOUNDARY": lambda before, after: _word(before) is not _word(after),
            "NON_BOUNDARY": lambda before, after: _word(before) is _word(after),
        }
        self.join(at, end, guards[name])
        return end

    # ---- what it does ----

    def reached(self, at: int, before: Char, after: Char) -> frozenset[int]:
        """The leaves, and the end, that one comes to from here without reading anything."""
        before, after = self.before[before], self.after[after]
        if (at, before, after) not in self._reached:
            seen: set[int] = set()
            waiting = [at]
            while waiting:
                for other, guard in self.edges.get(waiting.pop(), ()):
                    if other not in seen and (guard is None or guard(before, after)):
                        seen.add(other)
                        if other not in self.leaves:
                            waiting.append(other)
            self._reached[at, before, after] = frozenset(seen & {END, *self.leaves})
        return self._reached[at, before, after]

    def step(self, at: int, before: Char, char: str) -> frozenset[int]:
        """The leaves that one may be at when the next character is read."""
        if at == SEARCH:
            return self.step(BEGIN, before, char) | {SEARCH}
        return self.reached(at, before, char) & self.takers[char]

    @cached_property
    def takers(self) -> Mapping[str, frozenset[int]]:
        return {
            char: frozenset(n for n, members in self.leaves.items() if char in members)
            for char in self.chars
        }

    @cached_property
    def before(self) -> Mapping[Char, Char]:
        """For each character, as what comes before, the first one that is not told from it."""
        return self._alike(self.behind)

    @cached_property
    def after(self) -> Mapping[Char, Char]:
        return self._alike(self.ahead)

    def _alike(self, sets: Sequence[frozenset[str]]) -> Mapping[Char, Char]:
        firsts: dict[tuple[bool, ...], Char] = {}
        told = {c: (*(c in s for s in sets), c is None) for c in (None, *self.chars)}
        return {c: firsts.setdefault(how, c) for c, how in told.items()}

    @cached_property
    def letters(self) -> list[str]:
        """The characters that its loops take, but one of those that nothing tells apart."""
        taken = frozenset().union(*(self.leaves[one] for loop in self.loops for _, one in loop))
        sets = {*self.leaves.values(), *self.behind, *self.ahead}
        firsts: dict[tuple[bool, ...], str] = {}
        for char in self.chars:
            if char in taken:
                firsts.setdefault(tuple(char in s for s in sets), char)
        return list(firsts.values())

    def word(self, one: int, other: int) -> str:
        """A word by which one loop goes round, the other one, too, and the first leads to the second."""
        lasts = dict.fromkeys(self.before[char] for char in self.letters)
        return next(filter(None, (self._word(one, other, last) for last in lasts)), "")

    def _word(self, one: int, other: int, last: Char) -> str:
        start, goal = (one, one, other, last), (one, other, other, last)
        words = {start: ""}
        waiting = deque([start])
        while waiting:
            now = waiting.popleft()
            for char in self.letters:
                if not (b := self.step(now[2], now[3], char)):
                    continue
                a = (SEARCH,) if one == SEARCH else self.step(now[0], now[3], char)
                m = self.step(now[1], now[3], char) if a else ()
                for then in ((x, y, z, self.before[char]) for x in a for z in b for y in m):
                    if then == goal:
                        return words[now] + char
                    if then not in words:
                        words[then] = words[now] + char
                        waiting.append(then)
        return ""

    def fails(self, at: int, again: str, *, whole: bool = False) -> str | None:
        """What has to follow so that it ends nowhere, neither in the midst of the word nor behind it; with
        ``whole``, not at the end of the text."""
        before, places = again[-1], {at}
        for _ in range(3):
            for char in again:
                if not whole and any(END in self.reached(one, before, char) for one in places):
                    return None
                places = {n for one in places for n in self.step(one, before, char)}
                before = char
        for after in sorted(("", *self.chars), key="\n".__eq__):  # `$` lets the last "\n" pass
            behind = (
                {n for one in places for n in self.step(one, before, after)} if after else places
            )
            here = not (whole and after) and any(
                END in self.reached(one, before, after or None) for one in places
            )
            if not here and not any(
                END in self.reached(one, after or before, None) for one in behind
            ):
                return after
        return None

    def way(self, at: int) -> str:
        """What leads from the beginning to a leaf."""
        words = {BEGIN: ""}
        waiting = deque([BEGIN])
        while waiting and at not in words:
            one = waiting.popleft()
            for char in self.chars:
                for then in self.step(one, words[one][-1:] or None, char):
                    if then not in words:
                        words[then] = words[one] + char
                        waiting.append(then)
        return words.get(at, "")


def slow(pattern: str, flags: int = 0, way: str = "search") -> Slow | None:
    """The first of these texts, if there is any."""
    return next(texts(pattern, flags, way), None)


def texts(pattern: str, flags: int = 0, way: str = "search") -> Iterator[Slow]:
    r"""Texts over which it takes more than its share when it is searched for, or by ``match`` or ``fullmatch``.

    >>> slow(r"\d+年"), slow(r"(?<!\d)\d++年"), slow(r"\d+年", way="match")
    (Slow(before='', again='1', after=''), None, None)
    >>> slow(r"\s*a?\s*b", way="match")
    Slow(before='', again=' ', after='')
    """
    tree = _parser.parse(pattern, flags)
    automaton = Automaton(tree.state.flags, sorted(_named(tree.data) | set(KINDS)))
    automaton.join(automaton.sequence(tree.data, BEGIN), END)
    for one, other in _pairs(automaton.loops, way == "search"):
        again = automaton.word(one, other)
        whole = way == "fullmatch"
        if again and (after := automaton.fails(other, again, whole=whole)) is not None:
            yield Slow("" if one == SEARCH else automaton.way(one), again, after)


def _pairs(loops: Sequence[Sequence[tuple[int, int]]], searched: bool) -> Iterator[tuple[int, int]]:
    """Two places in loops, one before the other; the innermost few of each loop stand for all of it."""
    tried = [[leaf for _, leaf in sorted(loop)[:TRIED]] for loop in loops]
    for n, loop in enumerate(tried):
        for one in [SEARCH] * searched + [leaf for before in tried[:n] for leaf in before]:
            yield from ((one, other) for other in loop)


def _named(items: Any) -> set[str]:
    """The characters that a pattern names, and those beside its ranges."""
    if isinstance(items, _parser.SubPattern | list | tuple):
        parts = list(items)
        if len(parts) == 2 and parts[0] in (_constants.LITERAL, _constants.NOT_LITERAL):
            return {chr(parts[1])}
        if len(parts) == 2 and parts[0] is _constants.RANGE:
            return {chr(parts[1][0]), chr(parts[1][1])}
        return {char for part in parts for char in _named(part)}
    return set()


def _word(char: Char) -> bool:
    return bool(char and (char.isalnum() or char == "_"))
