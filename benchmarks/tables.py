"""How the benchmarks print their figures: one table, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

_SEED = 7


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells under their heads."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def figures(rows: Mapping[str, Mapping[str, float]], what: str = "") -> str:
    """Named rows of figures, shares with three decimals, a dash where a row lacks one."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    cells = ([name, *(_cell(row.get(column)) for column in columns)] for name, row in rows.items())
    return table([what, *columns], cells)


def mean(values: npt.NDArray[np.float64], sign: str = "") -> str:
    """The mean in percent and its standard error, by bootstrap."""
    draws = np.random.default_rng(_SEED).integers(len(values), size=(1000, len(values)))
    centre = round(100 * values.mean(), 1) + 0.0  # never -0.0
    return f"{centre:{sign}.1f} ±{100 * values[draws].mean(axis=1).std():.1f}"


def _cell(figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure:.3f}" if isinstance(figure, float) else str(figure)
