"""What is answered without a search: small talk, and questions about the library itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index import Article, Library
from prompts import language_of
from server.evidence.find import Search
from server.question.about_library import about_library
from server.question.small_talk import small_talk, without_small_talk
from server.question.understanding import normalise
from server.records import Question
from server.writers import library_answers, replies

MOST = 50  # passages in which articles about something are looked for


@dataclass(frozen=True, slots=True)
class Aside:
    """The lines of an answer that cites nothing; refused where it tells nothing of the library."""

    lines: tuple[str, ...]
    engine: str
    refused: bool


def aside(question: Question, library: Library, search: Search) -> Aside | None:
    """The answer to what asks the articles nothing; None when it may ask them."""
    text = normalise(question.text)
    language = "en" if language_of(text) == "en" and any(c.isalpha() for c in text) else "zh"
    if kind := small_talk(text):
        return Aside((replies.reply(kind, language),), replies.ENGINE, refused=True)
    asked = about_library(without_small_talk(text))
    if asked is None:
        return None

    def finds(topic: str) -> Iterable[Article]:
        snapshot = library.snapshot()
        hits = search.hits(topic, k=MOST, sources=question.sources)
        ids = dict.fromkeys(hit.passage.article for hit in hits)
        return [snapshot.article(id) for id in ids]

    lines = library_answers.answer(
        asked, library.listed(), finds, sources=question.sources, language=language
    )
    return Aside(lines, library_answers.ENGINE, refused=False)
