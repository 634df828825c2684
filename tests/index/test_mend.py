"""Which torn end goes on in which paragraph."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from index.pages.mend import _assignment, _Join

PLACES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(10, 15)), st.floats(3, 12, width=16), max_size=9
)


@given(PLACES)
@settings(deadline=None)
def test_the_joins_are_the_best_there_are(places: dict[tuple[int, int], float]) -> None:
    joins = [_Join(tail, head, score) for (tail, head), score in places.items()]
    chosen = _assignment(joins)
    assert _fits(chosen)
    every = (some for n in range(len(joins) + 1) for some in combinations(joins, n))
    assert _sum(chosen) == max(_sum(some) for some in every if _fits(some))


def _fits(joins: list[_Join] | tuple[_Join, ...]) -> bool:
    """One head a tail, and one tail a head."""
    return len({j.tail for j in joins}) == len({j.head for j in joins}) == len(joins)


def _sum(joins: list[_Join] | tuple[_Join, ...]) -> float:
    return sum(join.score for join in joins)
