"""Who is said to have said it: 「负责人某某说，……」, looked for where the articles quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.pages.blocks import PERSON
from server.evidence.must_hold import names_name
from server.text.clauses import SPEAKS, clauses
from server.text.names import tagged
from server.verify.witnesses import Witness

NEAR = 200  # characters on both sides of a statement in which its speaker is named
_SPEAKER = re.compile(
    rf"(?P<who>[^，。：:；“”、]{{2,24}}?)(?:{SPEAKS}|指出|称|告诉[^，。]{{0,6}}|建议|谈到|提到)(?:，|：|:|,|到，)?(?P<rest>.{{6,}})",
    re.DOTALL,
)
_TURN = re.compile(r"(?P<name>[\u4e00-\u9fff·]{2,4})[：:]")
_CLOSED = re.compile(r"[。！？，]”")
_OFFICE = 30  # characters before a name in which its office stands


@dataclass(frozen=True, slots=True)
class Attributed:
    """What somebody is said to have said, their name, and what stands before it."""

    who: str
    said: str
    office: str = ""


def attributed(claim: str) -> Attributed | None:
    """The claim behind 「某某说」; None where no person is named as its speaker.

    >>> attributed("负责人陈春池介绍，申报了180项专利。")
    Attributed(who='陈春池', said='申报了180项专利。', office='负责人')
    """
    turn = _TURN.match(claim)
    if turn and tagged(turn["name"])[0][1].startswith("nr"):
        return Attributed(turn["name"], claim[turn.end() :])
    match = _SPEAKER.match(claim)
    if match is None:
        return None
    who = person(match["who"])
    said = match["rest"].lstrip("，：:“ ")
    return Attributed(who, said, match["who"].removesuffix(who)) if who else None


def person(text: str) -> str:
    """The person's name at the end of a text; empty where it ends with none."""
    for length in (3, 2, 4):
        name = text[-length:]
        if len(name) == length and PERSON.fullmatch(name) and _is_name(name, text):
            return name
    return ""


def _is_name(name: str, text: str) -> bool:
    """Whether no dictionary word is cut in two, or nothing else, to read a name there."""
    start = len(text) - len(name)
    at = 0
    for word, flag in tagged(text):
        if at < start < at + len(word):
            return False
        if at >= start and flag[:1] not in "nix" and len(word) > 1:
            return False
        at += len(word)
    return True


def speaker_near(witness: Witness, who: str) -> bool:
    """Whether a person is named where a statement stands: in its paragraph, or close by."""
    other = other_speaker(witness)
    return not other or other == who if who in _around(witness) else False


def office_near(witness: Witness, who: str, name: str) -> bool:
    """Whether a name stands before the person's, or at the head of the article."""
    text, article = _around(witness), witness.article
    ends = [m.start() for m in re.finditer(re.escape(who), text)]
    return names_name(article.title, name) or any(
        names_name(text[max(0, end - _OFFICE) : end], name) for end in ends
    )


def other_speaker(witness: Witness) -> str:
    """Who speaks in a statement: its paragraph begins with their name, or it ends with it."""
    block = next((b for b in witness.article.blocks if b.start <= witness.start < b.end), None)
    turn = _TURN.match(witness.article.text, block.start, block.end) if block else None
    if turn and PERSON.fullmatch(turn["name"]):
        return turn["name"]
    return next(speakers(witness.statement.text), "")


def speakers(text: str) -> Iterator[str]:
    """Who speaks in a sentence, at the head of one of its clauses or behind what they say.

    >>> list(speakers("“生态良好。”总经理李乐康说，公司有20款软件。"))
    ['李乐康']
    """
    starts = {a for a, _ in clauses(text)} | {m.end() for m in _CLOSED.finditer(text)}
    for start in sorted(starts):
        if own := attributed(text[start:]):
            yield own.who


def _around(witness: Witness) -> str:
    text = witness.article.text
    block = next((b for b in witness.article.blocks if b.start <= witness.start < b.end), None)
    start = min(block.start if block else witness.start, witness.start - NEAR)
    return text[max(0, start) : witness.end + NEAR]
