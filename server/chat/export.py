"""Conversations to keep outside: Markdown, the citations as footnotes; HTML and Word stand beside."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.chat.fragments import Fragment, answer_fragments, is_list

_BREAKS = re.compile(r"\s*\n\s*")


#: What a citation's quote says, of an answer: ``quotes.QuoteReader``.
Read = Callable[[Mapping[str, Any], Mapping[str, Any]], str]


def markdown(found: Mapping[str, Any], read: Read) -> str:
    """A conversation to keep: each answer with its citations as footnotes, numbered apart.

    Footnote ``[^2-1]`` is citation 1 of the second answer, so that no two share a name.
    """
    parts = [f"# {_plain(found['title'])}"]
    for n, answer in enumerate(found["turns"], 1):
        parts += _markdown_turn(n, answer, read)
    return "\n\n".join(parts) + "\n"


def _markdown_turn(n: int, answer: Mapping[str, Any], read: Read) -> list[str]:
    lines = answer_fragments(answer)
    item = "- " if is_list(lines) else ""
    text = "\n".join(
        item + "".join(_markdown_fragment(n, fragment) for fragment in line) for line in lines
    )
    reason = reason_of(answer)
    why = [_plain(reason)] if reason else []
    notes = "\n".join(
        _footnote(n, c | {"quote": read(answer, c)}, answer["changed"]) for c in answer["citations"]
    )
    return [f"## {_plain(answer['question'])}", text, *why, *([notes] if notes else [])]


def _markdown_fragment(n: int, fragment: Fragment) -> str:
    if fragment.citation is not None:
        apart = f"（原文分在{fragment.joined}处）" if fragment.joined else ""
        return f"[^{n}-{fragment.citation['number']}]{apart}"
    text = _plain(fragment.text, lines=True)
    # CommonMark knows no stress that begins or ends with a mark beside a Chinese character.
    worded = fragment.text[:1].isalnum() and fragment.text[-1:].isalnum()
    return f"**{text}**" if fragment.stressed and worded else text


def _footnote(n: int, c: Mapping[str, Any], changed: Sequence[int]) -> str:
    about = _plain(about_of(c))
    place = f"`{c['source'].replace('`', '')}:{c['start']}-{c['end']}`"
    note = "（来源已变动）" if c["number"] in changed else ""
    return f"[^{n}-{c['number']}]: {about} {place}{note} 「{_plain(c['quote'])}」"


def about_of(c: Mapping[str, Any]) -> str:
    """The title and the day of what is cited, as far as they are known."""
    return "，".join(one_line(part) for part in (c["title"], c["published"]) if part)


def reason_of(answer: Mapping[str, Any]) -> str:
    """Why there is no answer, unless the answer itself says so."""
    reason = str(answer["reason"]) if answer["refused"] else ""
    return reason if reason and reason not in answer["answer"] else ""


def one_line(text: str) -> str:
    return _BREAKS.sub("", text.strip())


def _plain(text: str, *, lines: bool = False) -> str:
    """Text that Markdown shows as it is.

    >>> _plain("<b>*甲*</b>")
    '\\\\<b\\\\>\\\\*甲\\\\*\\\\</b\\\\>'
    """
    text = text if lines else one_line(text)
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)
