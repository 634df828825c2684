"""A language model as a writer: prompted with the hits, its words taken apart into drafts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from index import AnswerError, Hit
from prompts import NO_ANSWER, VERSION
from server.evidence.decide import Found
from server.evidence.sentences import Articles
from server.records import Question
from server.text.comparison import squash
from server.verify.drafts import Draft
from server.verify.markers import MarkedSentence, Splitter, Unthinking
from server.writers.language_model import LanguageModel, flow
from server.writers.prompting import compose

log = logging.getLogger(__name__)

_NO_ANSWERS = tuple(squash(phrase).rstrip("。.") for phrase in NO_ANSWER.values())


class Declined(AnswerError):
    """The model says that the passages do not hold the answer."""


class ModelWriter:
    """Writes through a language model, which may take ``timeout_s`` seconds for an answer."""

    def __init__(self, model: LanguageModel, timeout_s: float) -> None:
        self._model = model
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        return self._model.name

    def write(self, question: Question, found: Found, articles: Articles) -> Iterator[Draft]:
        """Its sentences, each as soon as it is complete.

        Raises: Declined; GenerationError when the model fails, GenerationTimeout when it is too
        slow; Stopped, soon after ``question.stop`` was set.
        """
        prompt = compose(
            found.asked.text,
            question.history,
            found.hits,
            articles,
            tokens=self._model.tokens,
            count=self._model.count,
        )
        log.info("Asking %s, prompt %s, %d passages", self.name, VERSION, len(prompt.shown))
        pieces = flow(self._model, prompt.messages, timeout_s=self._timeout_s, stop=question.stop)
        try:
            for sentence in _sentences(pieces, self._model):
                if any(phrase in squash(sentence.text) for phrase in _NO_ANSWERS):
                    raise Declined(f"{self.name} finds no answer in the passages")
                yield _draft(sentence, prompt.shown)
        finally:
            pieces.close()  # type: ignore[attr-defined]


def _draft(sentence: MarkedSentence, shown: Sequence[Hit]) -> Draft:
    """Numbers that name no passage are dropped."""
    pointed = [shown[n - 1].passage for n in sentence.numbers if 0 < n <= len(shown)]
    return Draft(sentence.text, pointed=tuple(pointed))


def _sentences(pieces: Iterator[str], model: LanguageModel) -> Iterator[MarkedSentence]:
    """The sentences of a model as they are complete, its thoughts dropped."""
    splitter = Splitter()
    unthinking: Unthinking | None = None
    for piece in pieces:
        unthinking = unthinking or Unthinking(thinking=model.thinks)
        yield from splitter.feed(unthinking.feed(piece))
    if unthinking is not None:
        yield from splitter.feed(unthinking.close())
    yield from splitter.close()
