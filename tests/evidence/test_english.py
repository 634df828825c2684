"""English questions over Chinese articles, from the library to the answer. Real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Seeded

from index import Library
from prompts import NO_ANSWER
from server.answer import Answerer
from server.question.asking import kind_of
from server.records import Answer, Question

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def library(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The seeds, with what a library of their size has by default."""
    with Library(seeded(tmp_path_factory.mktemp("seeds"), "builtin")) as made:
        yield made


def ask(library: Library, question: str) -> Answer:
    return Answerer(library).ask(Question(question))


def test_an_english_question_is_answered_by_a_checked_chinese_quote(library: Library) -> None:
    answer = ask(library, "What is the forest coverage rate of the city?")
    if answer.refused:
        answer = ask(
            library, "How many enterprises in Chongqing make low-altitude aircraft or parts?"
        )
    assert not answer.refused
    assert answer.claims
    for claim in answer.claims:
        assert claim.text.startswith("The article says: “")
        assert claim.citations
        assert claim.support == "full"
    for citation in answer.citations:
        text = library.source(citation.source).text
        assert text[citation.start : citation.end] == citation.quote


def test_an_english_question_that_the_articles_leave_open_is_refused_in_english(
    library: Library,
) -> None:
    answer = ask(library, "Who won the 1998 football world cup?")
    assert answer.refused
    assert answer.answer == NO_ANSWER["en"]
    assert answer.reason.isascii()
    assert "YOUJU_EMBEDDER" not in answer.reason


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many firms are there?", "count"),
        ("how long is the bridge", "count"),
        ("When did it open?", "when"),
        ("Who said so when it opened?", "who"),
        ("Why was it closed?", "why"),
        ("What are the two measures?", "list"),
        ("How was it mended?", "how"),
        ("Which bridge is it?", "which"),
    ],
)
def test_the_kind_of_an_english_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind
