"""Who is said to have said it: 「负责人某某说，……」, looked for where the articles quote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.pages.blocks import PERSON
from server.text.clauses import SPEAKS
from server.text.names import tagged
from server.verify.witnesses import Witness

NEAR = 200  # characters on both sides of a statement in which its speaker is named
_SPEAKER = re.compile(
    rf"(?P<who>[^，。：:；“”、]{{2,24}}?)(?:{SPEAKS}|指出|称|告诉[^，。]{{0,6}}|建议|谈到|提到)(?:，|：|:|,|到，)?(?P<rest>.{{6,}})",
    re.DOTALL,
)
_TURN = re.compile(r"(?P<name>[\u4e00-\u9fff·]{2,4})[：:]")


@dataclass(frozen=True, slots=True)
class Attributed:
    """What somebody is said to have said, and their name."""

    who: str
    said: str


def attributed(claim: str) -> Attributed | None:
    """The claim behind 「某某说」; None where no person is named as its speaker.

    >>> attributed("负责人陈春池介绍，申报了180项专利。")
    Attributed(who='陈春池', said='申报了180项专利。')
    """
    match = _SPEAKER.match(claim)
    if match is None:
        return None
    who = person(match["who"])
    return Attributed(who, match["rest"].lstrip("，：:“ ")) if who else None


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
    text = witness.article.text
    block = next((b for b in witness.article.blocks if b.start <= witness.start < b.end), None)
    start = min(block.start if block else witness.start, witness.start - NEAR)
    end = witness.end + NEAR
    turn = turn_of(witness)
    return turn == who if turn else who in text[max(0, start) : end]


def turn_of(witness: Witness) -> str:
    """Who speaks in a statement's paragraph, where it begins with a name and a colon."""
    block = next((b for b in witness.article.blocks if b.start <= witness.start < b.end), None)
    match = _TURN.match(witness.article.text, block.start, block.end) if block else None
    return match["name"] if match and PERSON.fullmatch(match["name"]) else ""
