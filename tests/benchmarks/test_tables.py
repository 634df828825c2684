"""Every benchmark prints its figures in the same way."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tables import figures, mean, table


def test_rows_stand_under_their_heads() -> None:
    assert (
        table(["", "right"], [["seeds", "0.81"]]) == "|  | right |\n| --- | --- |\n| seeds | 0.81 |"
    )


def test_counts_are_whole_shares_have_decimals_and_what_lacks_has_a_dash() -> None:
    rows = {"all": {"asked": 3, "right": 0.5}, "few": {"asked": 1}}
    assert figures(rows, "set").split("\n") == [
        "| set | asked | right |",
        "| --- | --- | --- |",
        "| all | 3 | 0.500 |",
        "| few | 1 | – |",
    ]


def test_a_share_comes_with_its_standard_error() -> None:
    share, error = mean(np.array([0.0, 1.0] * 200)).split(" ±")
    assert share == "50.0"
    assert float(error) == pytest.approx(100 * 0.5 / np.sqrt(400), rel=0.1)
    assert mean(np.array([0.0, 0.0]), "+") == "+0.0 ±0.0"
