"""List the patterns that a text can be made for which they take more than its share of time.

    python -m benchmarks.patterns

Every pattern of `index` and `server` is looked at in two ways, without running it: by regexploit (cubic time and worse
over one character that is repeated) and by `benchmarks.ambiguity` (quadratic and worse, over any word).
What the second finds is then measured over texts of 500 and 2,000 characters. `FEW` are
those that may be so, each with the reason why no text is long enough to matter.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from regexploit.ast.sre import SreOpParser
from regexploit.redos import find

from benchmarks import ambiguity

#: Need extras, or are programs, or tell the process what to do with signals.
LEFT_OUT = ("milvus", "__main__", "apart.worker", "cli.preloaded")
#: Texts that are measured for each pattern.
MEASURED = 8
WAYS = ("search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer")

#: How some are met that stand in a list, or are named from elsewhere.
MET = {
    "index.pages.lines.MARKER": "match",
    "index.pages.lines._ROW": "match",
    "index.pages.short_lines._SIGNS": "match",
    "server.chat.examples.TITLE": "fullmatch",
    "server.chat.examples.ENGLISH_TITLE": "fullmatch",
    "server.question.about_library._PATTERNS": "fullmatch",
    "server.question.gist._SEVERAL": "match",
    "server.question.small_talk._PATTERNS": "fullmatch",
}
_ASKED = "reads a question: 2,000 characters at most (server/web/schemas/bounds.py)"
_READ = "reads a sentence of a passage, cut at 325 characters (index/pages/passages.py)"
_EITHER = (
    "where the longer alternative fails, a shorter one takes the same text: nothing is read twice"
)
_LINE = "reads a line to its end: what follows cannot fail there"
_FORM = "reads the format of a cell: 255 characters at most, longer ones are not looked at"
_SQL = "reads our own SQL"
_CUT = "reads a text that the caller cuts short"
#: Patterns that may take more than their share, each with the reason why no text is long enough to matter.
FEW: Mapping[str, str] = {
    "index.analysis._UNIT": _EITHER,
    "index.pages.passages._END": "looks on from a full stop, of which there is one a run of spaces",
    "index.reading.apart.sheet_values._COLOUR": _FORM,
    "index.reading.apart.sheet_values._LITERAL": _FORM,
    r"index.reading.apart.sheet_values: [#0?,.]+(?=[^\0]*$)": _FORM,
    "index.reading.front_matter._FIELD": _LINE,
    "index.reading.front_matter._ITEM": _LINE,
    "index.reading.tables._UNIT": _CUT,
    "index.store.postgres._VALUES": _SQL,
    r"index.store.postgres: (\w+) \w+ PRIMARY KEY": _SQL,
    r"index.store.postgres: ,\s*(?![^(]*\))": _SQL,
    r"index.store.postgres: PRIMARY KEY \(([^)]*)\)": _SQL,
    "server.chat.examples.ENGLISH_TITLE": _CUT,
    "server.chat.examples.TITLE": _CUT,
    "server.checking.abroad._FIGURE": _EITHER,
    "server.evidence.answer_kinds._PLACE": _READ,
    "server.evidence.counting._FILLERS": _ASKED,
    "server.evidence.dated._MONTHS": _READ,
    "server.evidence.elsewhere._NUMBERED": _CUT,
    "server.evidence.extremes._CELL": _CUT,
    r"server.evidence.extremes: (?P<head>\d*\D+?)(?P<value>-?\d[\d,]*(?:\.\d+)?)\D*": _READ,
    "server.evidence.must_hold._HOLDER": _ASKED,
    "server.evidence.ranges._AGED": _ASKED,
    "server.evidence.ranges._RANGE": _CUT,
    "server.evidence.ranges._SAID": _ASKED,
    "server.evidence.reading._TITLE": _ASKED,
    "server.evidence.suggestions._HALF": _ASKED,
    "server.evidence.suggestions._ROUND": _READ,
    "server.evidence.suggestions._TWO_AMOUNTS": _ASKED,
    "server.question.about_library._PATTERNS": _ASKED,
    "server.question.accounts._AGREES": _ASKED,
    "server.question.accounts._TELLS": _ASKED,
    "server.question.asking: (?:是|有|(?<!现)在|了|被|由|叫|达到|做到|的|一共|总共|到底|究竟)+$": _ASKED,
    "server.question.coordinated: 《[^》]+》": _ASKED,
    "server.question.ellipsis._LIGHT": _ASKED,
    "server.question.ellipsis: (?:一共|总共|共|有|是|达到?|了)+$": _ASKED,
    "server.question.follow_up._ENGLISH": _ASKED,
    "server.question.gist._ENGLISH": _ASKED,
    "server.question.gist._POINTS": _ASKED,
    "server.question.gist._TITLED": _ASKED,
    "server.question.small_talk._PATTERNS": _ASKED,
    "server.question.subject._EACH": _ASKED,
    "server.question.substitution._ATTRIBUTE_BEFORE": _ASKED,
    "server.question.then_and_now._BARELY": _ASKED,
    "server.question.then_and_now._UNTIMED": _ASKED,
    r"server.question.understanding: (?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])": _ASKED,
    "server.text.clauses._CLAUSE_END": "looks on from a colon: 1.5 s over 20,000, the longest text to check",
    "server.text.counted._BEFORE": _CUT,
    "server.text.facts._ARABIC": _EITHER,
    r"server.verify.markers: \s+(?=[.,;!?，。；！？])": "its spaces have been made one each before",
}


class Parser(SreOpParser):  # type: ignore[misc]  # it ships no types
    """Python 3.11's atomic groups and possessive repeats, which regexploit does not know."""

    def from_POSSESSIVE_REPEAT(self, of: tuple[int, int, Any]) -> Any:  # noqa: N802 -- its names
        return self.sequence_or_singleton(of[2])

    def from_ATOMIC_GROUP(self, of: Any) -> Any:  # noqa: N802
        return self.sequence_or_singleton(of)


@dataclass(frozen=True)
class Use:
    """A pattern, what it is called where, and the way in which it meets a text, where that is always the same."""

    pattern: re.Pattern[str]
    name: str
    way: str

    @property
    def cubic(self) -> bool:
        return slow(self.pattern.pattern, self.pattern.flags)

    @property
    def quadratic(self) -> bool:
        return ambiguity.slow(self.pattern.pattern, self.pattern.flags, self.way) is not None

    def seconds(self) -> tuple[float, float]:
        """Over the worst of the texts that were found, of 500 characters and of 2,000."""
        meet = getattr(self.pattern, self.way)
        every = ambiguity.texts(self.pattern.pattern, self.pattern.flags, self.way)
        texts = list(islice(every, MEASURED))

        def taken(text: str) -> float:
            began = time.process_time()
            meet(text)
            return time.process_time() - began

        short, long = (max(taken(one.text(length)) for one in texts) for length in (500, 2000))
        return short, long


def all_uses() -> list[Use]:
    """Every pattern, each once: those that have a name, and those that stand where they are used."""
    found: dict[re.Pattern[str], Use] = {}
    for package in map(import_module, ("index", "server")):
        for info in walk_packages(package.__path__, f"{package.__name__}."):
            if not any(name in info.name for name in LEFT_OUT):
                for use in _uses(import_module(info.name)):
                    same = found.setdefault(use.pattern, use)
                    if same.way != use.way:
                        found[use.pattern] = replace(same, way="search")
    return list(found.values())


def _uses(module: ModuleType) -> Iterator[Use]:
    source = Path(str(module.__file__)).read_text("utf-8")
    for name, value in vars(module).items():
        for pattern in _within(value):
            here = re.search(rf"^ *{name}\b[^=\n]*=", source, re.MULTILINE)
            if here or not isinstance(value, re.Pattern):  # else it was imported
                full = f"{module.__name__}.{name}"
                yield Use(pattern, full, MET.get(full) or _way(name, source))
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(ast.Attribute(ast.Name("re"), way), [ast.Constant(str(pattern)), *_]) if (
                way in WAYS
            ):
                way = way if way.endswith("match") else "search"
                yield Use(re.compile(pattern), f"{module.__name__}: {pattern}", way)


def _way(name: str, source: str) -> str:
    """``search`` where it is not sure that it is something else."""
    met = set(re.findall(rf"\b{name}\.(\w+)\(", source))
    otherwise = re.findall(rf"\b{name}\b(?!\.\w+\()(?!(?:: [^=\n]+)? *=)", source)
    for way in ("fullmatch", "match"):
        if name.startswith("_") and met == {way} and not otherwise:
            return way
    return "search"


def _within(value: object, depth: int = 3) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif depth and isinstance(value, type) and value.__module__.startswith(("index", "server")):
        yield from _within(list(vars(value).values()), depth - 1)
    elif depth and isinstance(value, dict):
        yield from _within([*value, *value.values()], depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one, depth - 1)


@cache
def slow(pattern: str, flags: int = 0) -> bool:
    """Whether three of its repeats can share a text in more than one way.

    >>> slow(r"\\s*a?\\s*b?\\s*c"), slow(r"\\s*+a?\\s*+b?\\s*+c")
    (True, False)
    """
    return any(find(Parser().parse_sre(pattern, flags)))


def main() -> int:
    uses = all_uses()
    cubic = [use for use in uses if use.cubic]
    quadratic = [use for use in uses if use.quadratic]
    unknown = [use for use in quadratic if use.name not in FEW]
    for use in cubic:
        print(f"cubic: {use.name}")
    for use in quadratic:
        short, long = use.seconds()
        why = FEW.get(use.name, "NOT ALLOWED")
        print(f"{1000 * short:7.1f} {1000 * long:7.1f} ms  {use.way:9} {use.name}: {why}")
    print(
        f"{len(uses)} patterns: {len(cubic)} can take cubic time over one character, {len(quadratic)} more than"
        f" their share over a word, of which {len(unknown)} are not known to be given short texts alone"
    )
    return len(cubic) + len(unknown)


if __name__ == "__main__":
    raise SystemExit(main())
