"""What to ask next: questions that were tried, and that the library answers well as it is now."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from index import Article
from index.pages.passages import sentences
from prompts import language_of
from server.chat.examples import ASKS, about, names_something
from server.chat.tries import Ask, Tries
from server.evidence.suggestions import question_from
from server.question.gist import asks_article
from server.records import Answer

if TYPE_CHECKING:
    from index import Library
    from server.services import AnswersQuestions

SHOWN = 3
#: Of an article so many about its amounts are tried, and then what it says as a whole.
PER_ARTICLE = 4
#: Questions that are tried for an answer.
TRIED = 6
#: Answers whose next questions are remembered.
KEPT = 500


class Suggested:
    """The next questions of answers, by the answer's id, worked out when they are asked for."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._lock = threading.Lock()
        self._version = -1
        self._known: OrderedDict[str, tuple[str, ...] | None] = OrderedDict()

    def after(
        self, library: Library, answerer: AnswersQuestions, answer: Mapping[str, Any]
    ) -> tuple[str, ...] | None:
        """What is known by now; None while it is worked out. Never waits."""
        version, id = library.version, answer["id"]
        if answer["engine"] == "small_talk":
            return ()
        with self._lock:
            if version != self._version:
                self._version = version
                self._known.clear()
            if id in self._known:
                return self._known[id]
            self._known[id] = None
            while len(self._known) > KEPT:
                self._known.popitem(last=False)

        def find(ask: Ask) -> None:
            found: list[str] = []
            try:
                found.extend(islice(_good(library, answer, ask), SHOWN))
            finally:  # with what was found before a question that failed
                self._keep(id, version, tuple(found))

        self._tries.put(answerer, find)
        return None

    def _keep(self, id: str, version: int, found: tuple[str, ...]) -> None:
        with self._lock:
            if version == self._version and id in self._known:
                self._known[id] = found


def _good(library: Library, answer: Mapping[str, Any], ask: Ask) -> Iterator[str]:
    tried = islice(_made(library, answer), TRIED)
    for question, article in tried:
        if answered_well(ask(question), article):
            yield question


def answered_well(answer: Answer, article: str = "") -> bool:
    """Whether each sentence is borne out in full, by the article that the question was made from."""
    cited = {c.article for c in answer.citations}
    borne_out = bool(answer.claims) and all(c.support == "full" for c in answer.claims)
    return borne_out and not answer.refused and (article in cited if article else bool(cited))


def _made(library: Library, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the answer itself suggests; else what the articles say behind, then before, what was cited.

    The articles' own sentences make Chinese questions alone; in English each is asked about as a whole.
    """
    asked = {answer["question"], answer["query"]}
    language = language_of(answer["question"])
    told = asks_article(answer["query"])  # of an article as a whole, and not to be told again
    if answer["refused"]:
        found = (
            _nearest(library, answer) if language == "en" else filter(_plain, answer["suggestions"])
        )
        yield from ((question, "") for question in found if question not in asked)
        return
    seen = set(asked)
    for id, citations in _by_article(answer["citations"]).items():
        article = library.article(id)
        if article is None:
            continue
        for question in islice(_of(article, citations), PER_ARTICLE) if language == "zh" else ():
            if question not in seen:
                seen.add(question)
                yield question, id
        if not told and (whole := about(article.title, language)) and whole not in seen:
            yield whole, id


def _nearest(library: Library, answer: Mapping[str, Any]) -> Iterator[str]:
    """English questions about the articles that came nearest, for one that was refused."""
    for source in dict.fromkeys(hit["source"] for hit in answer["hits"]):
        articles = library.articles_of(source)
        yield from filter(None, (about(article.title, "en") for article in articles))


def _by_article(citations: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for citation in citations:
        grouped.setdefault(citation["article"], []).append(citation)
    return grouped


def _of(article: Article, citations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Questions about the sentences that were not cited, those nearest behind the last one first."""
    at = max(c["end"] for c in citations)
    told = [
        (int(article.offsets[start]), start, end)
        for block in article.blocks
        if block.kind == "paragraph"
        for start, end in sentences(article.text, block.start, block.end)
    ]
    fresh = [s for s in told if not any(c["start"] <= s[0] < c["end"] for c in citations)]
    for _, start, end in sorted(fresh, key=lambda s: (s[0] < at, abs(s[0] - at))):
        question = question_from(article.text[start:end])
        if question and _plain(question):
            yield question


def _plain(question: str) -> bool:
    """Whether it reads well, also for one who has not read the article."""
    return bool(ASKS.match(question)) and names_something(question)
