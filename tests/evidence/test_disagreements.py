"""Which of several values comes first."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from server.evidence.disagreements import _newest_first


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["2024-01-02", "2025-01-02"], [1, 0]),
        (["2024年12月31日", "2025-01-02", "Mar 5, 2025"], [2, 1, 0]),
        (["02/03/2024", "2025-01-02"], [0, 1]),  # which day that is, nobody knows
        (["昨天", "2025-01-02"], [0, 1]),
        ([None, "2025-01-02"], [0, 1]),
        (["2024-01-02", "2024-01-02"], [0, 1]),
    ],
)
def test_newest_first_where_all_dates_are_certain(
    dates: list[str | None], order: list[int]
) -> None:
    values = [
        SimpleNamespace(n=n, sentence=SimpleNamespace(article=SimpleNamespace(published=date)))
        for n, date in enumerate(dates)
    ]
    assert [value.n for value in _newest_first(values)] == order  # type: ignore[arg-type,attr-defined]
