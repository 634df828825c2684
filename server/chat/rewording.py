"""How a question that leans on what was said before was read: what was put in, beside its own words."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple


class Run(NamedTuple):
    """Words of what is searched; ``added`` are not the question's own."""

    text: str
    added: bool


def reworded(question: str, query: str) -> list[Run]:
    """What is searched, in runs.

    >>> reworded("它的产能有多大？", "微球基地的产能有多大？")
    [Run(text='微球基地', added=True), Run(text='的产能有多大？', added=False)]
    """
    runs: list[Run] = []
    matcher = SequenceMatcher(None, question, query, autojunk=False)
    for op, _, _, start, end in matcher.get_opcodes():
        if start == end:
            continue
        # A character that both happen to have is no word of the question.
        added = op != "equal" or (end - start == 1 and start > 0 and end < len(query))
        if runs and runs[-1].added == added:
            runs[-1] = Run(runs[-1].text + query[start:end], added)
        else:
            runs.append(Run(query[start:end], added))
    return runs
