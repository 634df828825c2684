"""The table of embedders: the same figures twice, and nothing is found by chance alone."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from benchmarks.embedders import (
    BASE,
    ROOT,
    Asked,
    Results,
    gains,
    gold_pool,
    measure,
    probed,
    quality,
    score,
)
from index import Hit, Passage, Span
from server.evaluation.judge import Judge

pytestmark = pytest.mark.no_cover  # what it measures is tested, and counted, elsewhere


def measured(work: Path) -> Results:
    pool = gold_pool("seeds", ROOT / "seeds", ROOT / "tests" / "gold" / "seeds_dev.jsonl")
    pool = pool._replace(asked=pool.asked[:24])
    results: Results = defaultdict(lambda: defaultdict(list))
    measure(pool, ["hash", "random"], work, results)
    return results


def test_two_runs_give_the_same_quality(tmp_path: Path) -> None:
    first, second = measured(tmp_path / "a"), measured(tmp_path / "b")
    columns = list(first[BASE])
    assert quality(first, columns, (0, 1)) == quality(second, columns, (0, 1))
    assert gains(first, columns) == gains(second, columns)
    # Hashed n-grams have no say in the Retriever; random vectors find next to nothing alone.
    assert first["hash, fused (0)"] == first[BASE]
    assert np.mean(first["random, alone"]["seeds"]) < 0.2 < np.mean(first[BASE]["seeds"])


def test_a_paragraph_counts_once_however_many_of_its_passages_are_hits() -> None:
    hits = [
        Hit(Passage(str(n), "a", name, "甲", 0, 1, (Span(0, 1),)), 1.0)
        for n, name in enumerate(["p#1", "p#1", "p#2", "p#3", "p#4", "p#5", "p#6"])
    ]
    judge = Judge(None)  # type: ignore[arg-type]  # asked only for evidence
    found = [score(Asked("", (), source), hits, judge) for source in ("p#1", "p#5", "p#6")]
    assert found == [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_the_built_in_embedder_is_timed_without_torch(tmp_path: Path) -> None:
    (tmp_path / "probe.json").write_text('{"texts": ["增长8.1%。"], "questions": ["多少？"]}')
    figures = probed("builtin", tmp_path)
    assert figures["torch"] is False
    assert figures["passages_s"] > 0 < figures["memory_mb"]
