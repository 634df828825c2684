"""The table of best sentences: what it counts, and what it refuses to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Seeded

from benchmarks.sentences import from_gold, main, measure
from index import IndexConfig, Library
from server.text.comparison import squash

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "tests" / "gold" / "seeds_dev.jsonl"

pytestmark = pytest.mark.no_cover  # what it measures is tested, and counted, elsewhere


def test_most_of_the_best_sentences_hold_the_answer(seeded: Seeded, tmp_path: Path) -> None:
    library = Library(seeded(tmp_path / "library", "static"), IndexConfig(embedder="static"))
    asked = from_gold(GOLD)[:12]
    scores = list(measure(asked, library))
    assert len(scores) == 12
    assert sum(after for _, after in scores) >= 6
    # No sentence holds what nobody says.
    absent = [(question, [[squash("查无此事")]], sources) for question, _, sources in asked[:2]]
    assert list(measure(absent, library)) == [(0.0, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize("given", [[], ["--gold", str(GOLD)], ["--library", "anywhere"]])
def test_what_is_missing_is_said(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(given)
    assert "--library and --gold, or --data" in capsys.readouterr().err
