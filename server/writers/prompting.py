"""A question and its hits as messages for a language model, within a budget of tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index import Hit
from prompts import fence, language_of, render
from server.evidence.sentences import Articles
from server.records import Turn
from server.verify.markers import MARKER

#: Of the room for passages, history may take so much.
HISTORY_SHARE = 0.25
HISTORY_TURNS = 4
TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; ``role`` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent, and the hits shown in it: passage n is ``shown[n - 1]``."""

    messages: tuple[Message, ...]
    shown: tuple[Hit, ...]
    language: str


@dataclass(frozen=True, slots=True)
class _Passage:
    title: str
    published: str
    text: str


def compose(
    question: str,
    history: Sequence[Turn],
    hits: Sequence[Hit],
    articles: Articles,
    *,
    tokens: int,
    count: Callable[[str], int],
) -> Prompt:
    """The messages, in at most about ``tokens`` tokens as ``count`` counts them.

    The question and the rules always go in; then the last turns of the conversation, up to a
    quarter of what is left; then the passages worth most.
    """
    language = language_of(question)
    rules = render("answer_system", language, fence="0" * 12)
    left = tokens - count(rules) - count(question) - 64
    turns = _recent(history, int(left * HISTORY_SHARE), count)
    left -= sum(count(m.content) for m in turns)
    shown = pack(hits, left, count)
    passages = [_passage(hit, articles) for hit in shown]
    texts = [question, *(m.content for m in turns)]
    texts += [part for p in passages for part in (p.title, p.published, p.text)]
    word = fence(texts)
    asked = render(
        "answer_user", language, fence=word, passages=passages, question=visible(question)
    )
    system = Message("system", render("answer_system", language, fence=word))
    return Prompt((system, *turns, Message("user", asked)), tuple(shown), language)


def pack(hits: Sequence[Hit], tokens: int, count: Callable[[str], int]) -> list[Hit]:
    """The hits worth most that fit, in their own order; always at least one.

    Worth is the score: hits come best first, and one that does not fit makes way for the next.
    """
    packed: list[Hit] = []
    for hit in hits:
        cost = count(hit.passage.text) + 48  # its tags, title and date
        if cost <= tokens or not packed:
            packed.append(hit)
            tokens -= cost
    return packed


def estimate_tokens(text: str) -> int:
    """About how many tokens any usual tokenizer makes of a text; rather too many."""
    wide = sum(char > "\u2e7f" for char in text)
    return wide + (len(text) - wide) // 3 + 4


def visible(text: str) -> str:
    """A text without control and format characters, which hide words from a reader."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _passage(hit: Hit, articles: Articles) -> _Passage:
    article = articles.article(hit.passage.article)
    title = re.sub(r"\s+", " ", visible(article.title))[:TITLE_CHARS]
    return _Passage(title, article.published or "", visible(hit.passage.text))


def _recent(history: Sequence[Turn], tokens: int, count: Callable[[str], int]) -> list[Message]:
    """The last turns that fit, oldest first; their markers go, as they number other passages."""
    turns: list[Message] = []
    for turn in reversed(history[-HISTORY_TURNS:]):
        pair = [
            Message("user", visible(turn.question)),
            Message("assistant", MARKER.sub("", visible(turn.answer)) or "…"),
        ]
        tokens -= sum(count(m.content) for m in pair)
        if tokens < 0:
            break
        turns = pair + turns
    return turns
