"""What was read before and is still in somebody's hands is given out again, not a copy of it."""

from __future__ import annotations

from dataclasses import fields
from weakref import WeakValueDictionary

import numpy as np

from index.records import Article


class SharedArticles:
    """The articles that somebody has, by their ids; nothing is kept that nobody has.

    What is remembered of an article (its dates, its speakers, its lists) is remembered of the object. A copy
    at each reading would be looked at anew each time, and would be kept beside the others.
    """

    def __init__(self) -> None:
        self._had: WeakValueDictionary[str, Article] = WeakValueDictionary()

    def one(self, read: Article) -> Article:
        """The same article as it was read before, where it says the same."""
        had = self._had.get(read.id)
        if had is not None and _alike(had, read):
            return had
        self._had[read.id] = read
        return read


def _alike(one: Article, other: Article) -> bool:
    """Whether two are equal; of the offsets, an array, that is asked by itself."""
    names = [field.name for field in fields(Article) if field.name != "offsets"]
    same = all(getattr(one, name) == getattr(other, name) for name in names)
    return same and np.array_equal(one.offsets, other.offsets)
