"""What was worked out of an article, until other articles need the room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import TypeVar

from index import Article

T = TypeVar("T")

#: Characters of all the articles that one function remembers something of: an article takes some six bytes for each,
#: and what is known of it as much again. A longer one is remembered by itself.
MOST = 1_000_000


def remembered(work: Callable[[Article], T]) -> Callable[[Article], T]:
    """Like ``lru_cache``, with a bound by the articles' length rather than their number."""
    known: OrderedDict[Article, T] = OrderedDict()
    lock = Lock()
    chars = 0

    @wraps(work)
    def found(article: Article) -> T:
        nonlocal chars
        with lock:
            if article in known:
                known.move_to_end(article)
                return known[article]
        value = work(article)
        with lock:
            if article not in known:
                chars += len(article.text)
            known[article] = value
            while chars > MOST and len(known) > 1:
                chars -= len(known.popitem(last=False)[0].text)
        return value

    return found
