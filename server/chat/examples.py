"""Questions for the empty page: made from the library's own sentences, and tried before shown."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from index.pages.passages import sentences
from server.chat.tries import Ask, Tries
from server.evidence.suggestions import question_from
from server.text.names import tagged

if TYPE_CHECKING:
    from index import Article, Library
    from server.services import AnswersQuestions

SHOWN = 4
#: Beside two questions about the library itself, which English can always ask.
SHOWN_IN_ENGLISH = 2
SOURCES = 40
TRIES = 3
#: A question that ends in what it asks for, and is not too short to stand alone, reads well; one about a
#: mere intention does not.
ASKS = re.compile(
    r"^(?![为党]|力争|争取|确保|计划|预计|.{0,4}了)(?=.{12})[^“”]*(?:多少[^，。？]{1,3}|百分之多少)？$"
)

#: Titles that read well inside a question; marks in pairs must be whole, or the title was torn.
TITLE = re.compile(r"(?=.*[\u4e00-\u9fff].*[\u4e00-\u9fff]).{4,36}")
#: Of a longer one as much is looked at as is too long, too.
TOO_LONG = 91
ENGLISH_TITLE = re.compile(r"(?=(?:.*?[A-Za-z]{2}\S*\s){2})[^《》]{8,90}")
PAIRS = ("“”", "‘’", "《》", "〈〉", "「」", "（）", "【】")
#: Persons, places, bodies and other proper names, as jieba tags them.
NAMES = {"nr", "nrt", "ns", "nt", "nz"}
YEAR = re.compile(r"\d{4}年")
INNER = str.maketrans("《》", "〈〉")


class Examples:
    """The questions of the library as it is, worked out among the tries when it changes."""

    def __init__(self, tries: Tries) -> None:
        self._tries = tries
        self._lock = threading.Lock()
        self._version = -1
        self._questions: dict[str, tuple[str, ...]] = {}

    def questions(
        self, library: Library, answerer: AnswersQuestions, language: str = "zh"
    ) -> tuple[str, ...]:
        """What is known by now; never waits."""
        version = library.version
        with self._lock:
            if version != self._version:
                self._version, self._questions = version, {}
                for wanted, most in (("zh", SHOWN), ("en", SHOWN_IN_ENGLISH)):
                    self._tries.put(answerer, partial(self._find, library, version, wanted, most))
            return self._questions.get(language, ())

    def _find(self, library: Library, version: int, language: str, most: int, ask: Ask) -> None:
        for info in library.sources(0, SOURCES):
            self._add(answered(library, ask, info.name, language), version, language)
            if version != self._version or len(self._questions.get(language, ())) == most:
                return

    def _add(self, question: str | None, version: int, language: str) -> None:
        with self._lock:
            if question and version == self._version:
                self._questions[language] = (*self._questions.get(language, ()), question)


def answered(library: Library, ask: Ask, source: str, language: str = "zh") -> str | None:
    """A question about a source that is answered out of that very source."""
    articles = library.articles_of(source)
    titled = filter(None, (about(article.title, language) for article in articles))
    stated = _made(articles) if language == "zh" else iter(())
    for question in [*islice(stated, TRIES), *islice(titled, TRIES)]:
        answer = ask(question)
        if not answer.refused and any(c.source == source for c in answer.citations):
            return question
    return None


def names_something(question: str) -> bool:
    """Whether one who has not read the sentence can tell what is asked about.

    >>> names_something("产品不良率下降百分之多少？"), names_something("2025年全市机器人产量有多少套？")
    (False, True)
    """
    return any(tag in NAMES for _, tag in tagged(question)) or bool(YEAR.search(question))


def about(title: str, language: str = "zh") -> str | None:
    """A question about an article by its title; None for one that would not read well.

    >>> about("读《海堤》有感"), about("读《海堤》有感", "en")
    ('《读〈海堤〉有感》讲了什么？', 'What is the article 《读〈海堤〉有感》 about?')
    """
    chinese = TITLE.fullmatch(title[:TOO_LONG])
    if not all(title.count(pair[0]) == title.count(pair[1]) for pair in PAIRS):
        return None
    if language == "zh":
        return f"《{title.translate(INNER)}》讲了什么？" if chinese else None
    if not chinese and not ENGLISH_TITLE.fullmatch(title[:TOO_LONG]):
        return None
    return f"What is the article 《{title.translate(INNER)}》 about?"


def _made(articles: list[Article]) -> Iterator[str]:
    for article in articles:
        for block in article.blocks:
            if block.kind != "paragraph":
                continue
            for start, end in sentences(article.text, block.start, block.end):
                question = question_from(article.text[start:end])
                if question and ASKS.match(question) and names_something(question):
                    yield question
