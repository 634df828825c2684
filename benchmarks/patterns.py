"""List the patterns that a text can be made for which they take cubic time or worse.

    python -m benchmarks.patterns

Every compiled pattern of `index` and `server` is looked at by regexploit (without running it).
A pattern that repeats possessively (`\\s*+`) gives back nothing, so that its repeats do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from regexploit.ast.sre import SreOpParser
from regexploit.redos import find

#: Need extras, or are programs.
LEFT_OUT = ("milvus", "__main__", "apart.worker")


class Parser(SreOpParser):  # type: ignore[misc]  # it ships no types
    """Python 3.11's atomic groups and possessive repeats, which regexploit does not know."""

    def from_POSSESSIVE_REPEAT(self, of: tuple[int, int, Any]) -> Any:  # noqa: N802 -- its names
        return self.sequence_or_singleton(of[2])

    def from_ATOMIC_GROUP(self, of: Any) -> Any:  # noqa: N802
        return self.sequence_or_singleton(of)


def all_patterns() -> Mapping[re.Pattern[str], str]:
    """Each pattern and the module it stands in."""
    found: dict[re.Pattern[str], str] = {}
    for package in map(import_module, ("index", "server")):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not any(name in module.name for name in LEFT_OUT):
                for value in vars(import_module(module.name)).values():
                    found |= dict.fromkeys(_within(value), module.name)
    return found


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


def slow(pattern: str, flags: int = 0) -> bool:
    """Whether three of its repeats can share a text in more than one way.

    >>> slow(r"\\s*a?\\s*b?\\s*c"), slow(r"\\s*+a?\\s*+b?\\s*+c")
    (True, False)
    """
    return any(find(Parser().parse_sre(pattern, flags)))


def main() -> int:
    patterns = all_patterns()
    wrong = [(where, one) for one, where in patterns.items() if slow(one.pattern, one.flags)]
    for where, one in wrong:
        print(f"{where}: {one.pattern[:200]}")
    print(f"{len(patterns)} patterns, {len(wrong)} that can take cubic time")
    return len(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
