"""Follow-up questions rewritten so that they can be searched alone, from the conversation only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.question import asks, normalise, topic
from server.records import Turn

_OPENING = re.compile(
    r"^(?:那么?|那|而|还有|另外|再说|然后|其中)(?![一二三两四五六七八九十几个些家位种])，?"
)
_POINTING = re.compile(
    r"^(?:它们?|他们?|她们?|其中|其|这里|那里|那边|这边|里面|里头|当地|该\S|这[个家位座条项些]|那[个家位座条项些])|"
    r"(?:它们?|他们?|她们?|这个|那个|这家|那家|那里|里面|上述|前者|后者|另一)"
)
_ONLY = re.compile(r"^(?P<what>[^？，]{1,20}?)(?:呢|怎么样|如何)[，？]?(?P<rest>.*)$")
_SHORT = 9  # characters; a question this short rarely names its subject


def follows_up(question: str) -> bool:
    """Whether a question leans on what was said before."""
    return bool(
        _OPENING.match(question)
        or _POINTING.search(question)
        or _ONLY.match(question)
        or len(question.strip("？ ")) <= _SHORT
    )


def condense(question: str, history: Sequence[Turn]) -> str:
    """The question as it is searched: itself, or itself with what the conversation was about.

    「高新技术企业呢？」 after 「“双倍增”行动以来，重庆新增了多少科技型企业？」 becomes the earlier
    question with the new thing in the place of the old one; anything else gets the earlier topic
    in front.
    """
    text = normalise(question)
    if not history or not follows_up(text):
        return text
    earlier = _subject_question(history)
    bare = _OPENING.sub("", text)
    only = _ONLY.match(bare)
    if only and not asks(only["what"]):
        swapped = swap(earlier, only["what"])
        rest = only["rest"].strip("？，")
        return f"{swapped.rstrip('？')}，{rest}？" if rest else swapped
    return f"{_context(earlier, history)}，{bare}"


def _subject_question(history: Sequence[Turn]) -> str:
    """The latest question that names its subject, itself rewritten when it leaned on another."""
    last = normalise(history[-1].question)
    if len(history) > 1 and follows_up(last):
        return condense(last, history[:-1])
    return last


def _context(earlier: str, history: Sequence[Turn]) -> str:
    """The earlier topic, and the earlier answer when it is short enough to be a name."""
    about = topic(earlier) or earlier.rstrip("？")
    answer = normalise(history[-1].answer).rstrip("。")
    named = answer if len(answer) <= 24 and not re.match(r"^[\d.,%]+\S{0,3}$", answer) else ""
    return f"{about}，{named}" if named and named not in about else about


def swap(earlier: str, new: str) -> str:
    """The earlier question with ``new`` in the place of the piece most like it.

    The piece shares its last character with ``new`` (科技型企业 and 高新技术企业; 渝北区 and 江津区), or is
    a place or period of the same kind; with no such piece ``new`` is put in front.
    """
    best: tuple[float, int, int] | None = None
    for end in range(1, len(earlier) + 1):
        tail = _shared_tail(earlier[:end], new)
        if tail == 0 or (end < len(earlier) and _shared_tail(earlier[: end + 1], new)):
            continue
        start = _word_start(earlier, end - tail)
        score = tail - 0.1 * abs((end - start) - len(new))
        if best is None or score > best[0]:
            best = (score, start, end)
    if best is None:
        return f"{new}，{earlier}"
    _, start, end = best
    return earlier[:start] + new + earlier[end:]


def _shared_tail(left: str, right: str) -> int:
    size = 0
    while size < min(len(left), len(right)) and left[-1 - size] == right[-1 - size]:
        size += 1
    return size


_EDGE = re.compile(r"[，。？“”（）《》、的了在有是多少几家个新增]|\d")


def _word_start(text: str, end: int) -> int:
    """Where the noun phrase that ends before ``end`` may begin: after the nearest edge."""
    start = end
    while start > 0 and not _EDGE.match(text[start - 1]) and end - start < 8:
        start -= 1
    return start
