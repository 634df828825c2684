"""How an article is named in a sentence and in a list of references."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from index import Article
from server.chat.references import gbt7714, plain

TODAY = date(2026, 3, 4)


def article(**known: str) -> Article:
    return Article("a/0", "a.txt", "", np.zeros(0, dtype=np.int32), (), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "named", "listed"),
    [
        ({"title": "读《堤》"}, "《读〈堤〉》", "读《堤》[Z]. [日期不详]."),
        (
            {"title": "堤", "author": "本刊", "published": "2025-01-02"},
            "《堤》，本刊，2025-01-02",
            "本刊. 堤[Z]. 2025-01-02.",
        ),
        (
            {"title": "堤", "published": "2025-01-02", "url": "https://example.com/1"},
            "《堤》，2025-01-02",
            "堤[EB/OL]. (2025-01-02)[2026-03-04]. https://example.com/1.",
        ),
        ({}, "a.txt", "a.txt[Z]. [日期不详]."),
    ],
)
def test_references(known: dict[str, str], named: str, listed: str) -> None:
    assert plain(article(**known)) == named
    assert gbt7714(article(**known), TODAY) == listed
