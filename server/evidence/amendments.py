"""What has been changed since: another text says that the answer was one thing and is now another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, unread
from server.text.facts import numbers

#: Said of what is one thing now and was another one before: 由甲改为乙, 从5册增至8册.
CHANGED = re.compile(
    r"改[为到至成在]|调整[为到至]|变[为更成]|更正为|"
    r"(?:增|减|降|升|涨|提高|延长|缩短|推迟|提前|顺延|延期)[加少低高]?[为到至]"
)
_CLOSE = 8  # characters between what something was and the word for its change
_LEAST = 2  # characters of what something was
_AROUND = re.compile(r"^[在于为是至到从由]+|(?<![\s，。；：、])[\s，。；：、]++$")


def with_amendment(
    sentences: Sequence[ReadSentence], ranked: Iterable[Ranked]
) -> tuple[ReadSentence, ...]:
    """The sentences that answer, and behind them the one that says what the best one's answer was changed to."""
    since = amended(sentences[0], ranked) if sentences else None
    if since is None or any(one.sentence.key == since.sentence.key for one in sentences):
        return tuple(sentences)
    return (*sentences, since)


def amended(best: ReadSentence, ranked: Iterable[Ranked]) -> ReadSentence | None:
    """The sentence of another article that says what the answer of the best one was changed to, if one does."""
    was = _AROUND.sub("", best.sentence.text[slice(*best.answer)])
    if len(was) < _LEAST:
        return None
    for one in (r.sentence for r in ranked):
        elsewhere = one.article.id != best.sentence.article.id
        if elsewhere and any(_SINCE.match(one.text, end) for end in _ends(was, one.text)):
            return unread(one, one.start, one.end)
    return None


_SINCE = re.compile(rf"[^。；\d]{{0,{_CLOSE}}}?(?:{CHANGED.pattern})")


def _ends(was: str, text: str) -> Iterator[int]:
    """Where a text has said what something was; an amount may be written otherwise: 2张, 两张."""
    yield from (match.end() for match in re.finditer(rf"(?<!\d){re.escape(was)}", text))
    amounts = {fact.key for fact in numbers(was) if fact.kind == "number" and fact.unit}
    yield from (fact.start + len(fact.text) for fact in numbers(text) if fact.key in amounts)
