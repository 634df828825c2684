"""What names an article before what it tells."""

from __future__ import annotations

from dataclasses import replace

from server.writers.attribution import attributions
from tests.evidence.made import sentence

ARTICLE = sentence("火灾造成3人受伤。").article


def test_titles_name_articles_and_dates_or_files_those_of_one_title() -> None:
    named = attributions(
        [
            replace(ARTICLE, id="a", title="火灾通报", published="2024-05-01"),
            replace(ARTICLE, id="b", title="火灾通报", published="2024-06-01"),
            replace(ARTICLE, id="c", title="", source="folder/fire.md"),
            replace(ARTICLE, id="d", title="《晚报》"),
            replace(ARTICLE, id="e", title="字" * 40),
        ]
    )
    assert named == {
        "a": "《火灾通报》（2024-05-01）",
        "b": "《火灾通报》（2024-06-01）",
        "c": "《fire.md》",
        "d": "《晚报》",
        "e": f"《{'字' * 29}…》",
    }
