"""Sentences and readings that can be worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from index import Article, Block, Passage
from index.reranking.reader import Window, WindowReading
from server import answer
from server.evidence import decide
from server.evidence.sentences import Sentence

FLOOR = -30.0


def sentence(text: str, before: str = "", id: str = "a") -> Sentence:
    """A sentence of an article of its own, and what its paragraph says before it."""
    whole = before + text
    block = Block("paragraph", 0, len(whole))
    offsets = np.arange(len(whole), dtype=np.int32)
    article = Article(f"{id}/0", id, whole, offsets, (block,))
    passage = Passage(f"p{id}", article.id, id, whole, 0, len(whole), ())
    return Sentence(article, passage, len(before), len(whole), block, 0, 1.0)


class FakeReader:
    """Finds these answers wherever they stand, so sure of each, and keeps the windows it was shown."""

    def __init__(self, *answers: str, sure: float = 0.99) -> None:
        self.answers = answers
        self.sure = sure
        self.shown: list[Window] = []

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:  # noqa: ARG002
        self.shown += windows
        return [self._read(window.text) for window in windows]

    def _read(self, text: str) -> WindowReading:
        size = len(text)
        start, end = np.full(size, FLOOR, np.float32), np.full(size, FLOOR, np.float32)
        inside, evidence = np.zeros(size, np.float32), np.zeros(size, np.float32)
        found = [
            (m.start(), m.end()) for a in self.answers for m in re.finditer(re.escape(a), text)
        ]
        for first, stop in found:
            start[first] = end[stop - 1] = np.log(self.sure)
            inside[first:stop] = self.sure
            opens = max(text.rfind(mark, 0, first) for mark in "。\n") + 1
            closes = min((i for i in range(stop, size) if text[i] in "。\n"), default=size) + 1
            evidence[opens:closes] = self.sure
        return WindowReading(
            here=6.0 if found else -6.0,
            nowhere=float(np.log(1 - self.sure)) if found else -0.001,
            start=start,
            end=end,
            inside=inside,
            evidence=evidence,
        )


def read_by(patch: pytest.MonkeyPatch, reader: FakeReader) -> None:
    """Have this one read wherever the built-in reader would."""
    for module in (answer, decide):
        patch.setattr(module, "builtin", lambda: reader)
