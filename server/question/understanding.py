"""What a question asks for: its parts, the kind of answer, the unit, the times and the focus."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index.analysis import simplify
from prompts import language_of
from server.question.accounts import of_accounts, of_an_amount, of_what
from server.question.asking import asking, asks, kind_of, opened
from server.question.coordinated import viewed
from server.question.pieces import Piece, pieces
from server.question.then_and_now import then_and_now
from server.text.names import names
from server.text.units import asked as unit_asked

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood.

    ``parts`` are its sub-questions, each readable alone as far as the text allows; a simple
    question is its own only part. ``compares``: it asks what several accounts tell. ``otherwise``:
    the same question, as it is to be understood where that finds nothing.
    """

    text: str
    parts: tuple[Part, ...]
    compares: bool = False
    otherwise: Asked | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-question: its words, the kind of answer, the unit a number must have, the times.

    ``years`` are those that stand before it where it has none itself. ``label`` is what sets it apart
    from the other parts of the ``whole``, in the question's own words; empty where it is the only
    one. ``alone`` is the same without what the first part is about, where only the library can say
    whether it is about that, too.
    """

    text: str
    kind: str
    unit: str = ""
    years: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    whole: str = ""
    label: str = ""
    alone: Part | None = None

    @property
    def forms(self) -> tuple[Part, ...]:
        """The ways to read it, the likelier first."""
        return (self,) if self.alone is None else (self, self.alone)


_FIRST_QUARTERS = re.compile(r"[头前]([一二三四1-4])个?季度?")


def normalise(text: str) -> str:
    """A question as it is worked on: NFKC, Simplified characters, no stray white space.

    A colloquial period becomes that of the papers: 头三个季度 is 前三季度.
    """
    plain = _keywords(simplify(unicodedata.normalize("NFKC", text)))
    plain = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", plain.strip())
    plain = re.sub(r"\s+", " ", plain).replace("?", "？").replace(",", "，").replace("!", "！")
    return _FIRST_QUARTERS.sub(_quarters, plain)


def _keywords(text: str) -> str:
    """Questions that only spaces part, parted by commas: 「大桥 多长 花了多少」; one thing of several asked in full.

    >>> _keywords("洗衣店电话 物业前台电话")
    '洗衣店电话和物业前台电话分别是什么'
    """
    found = text.split()
    if 1 < len(found) <= _APIECE and _end_alike(found) and not any(map(asks, found)):
        return f"{'和'.join(found)}分别是什么"
    several = sum(map(asks, found)) > 1 and not text.isascii()
    return "，".join(found) if several and language_of(text) != "en" else text


_APIECE = 4  # things of which one keyword is asked


def _end_alike(texts: Sequence[str]) -> bool:
    """Whether texts end with the same two characters, which none of them is nearly all of."""
    return len({text[-2:] for text in texts}) == 1 and min(map(len, texts)) > 3


def rewritten(question: str, query: str) -> bool:
    """Whether what is searched is more than a question's plain form."""
    return query not in (question, normalise(question))


def _quarters(match: re.Match[str]) -> str:
    return "一季度" if match[1] in "一1" else f"前{match[1]}季度"


def understand(text: str) -> Asked:
    """What a normalised question asks for."""
    bare = opened(text)
    if of_accounts(text) and not viewed(bare):
        return Asked(text, _parts(of_what(bare), text, apart=False), compares=True)
    asked = Asked(text, _parts(bare, text, apart=True))
    if once := then_and_now(bare):
        parts = _parts(once, text, apart=False)
        return Asked(text, parts, compares=True, otherwise=asked)
    return asked


def _parts(bare: str, text: str, *, apart: bool) -> tuple[Part, ...]:
    """The questions in what is asked; ``apart``: each has names of its own."""
    found = pieces(bare)
    return tuple(_part(piece, text, apart=apart and len(found) > 1) for piece in found)


def beside_asking(text: str, size: int) -> tuple[str, str]:
    """The ``size`` characters before a question word and those after it.

    Without one what is asked for stands at the end: 「重庆制造业的目标」.
    """
    match = asking(text)
    before = re.sub(r"[，。？]", "", text[: match.start()] if match else text)
    after = text[match.end() : match.end() + size].strip("？。") if match else ""
    return before[-size:], after


def _part(piece: Piece, whole: str, *, apart: bool) -> Part:
    text, own = piece.text, piece.own if apart else ""
    kind = kind_of(text)
    if kind in {"list", "which"} and of_an_amount(text) and of_accounts(whole):
        kind = "count"  # 两篇报道分别说是多少: one amount, told in several ways
    until = whole[: whole.find(own) + len(own)] if own in whole else whole
    return Part(
        text=text,
        kind=kind,
        unit=unit_asked(text) if kind in {"count", "list"} else "",
        years=tuple(dict.fromkeys(_YEAR.findall(text) or _YEAR.findall(until))),
        names=names(text) if apart else names(text) or names(whole),
        whole=whole,
        label=_LINKS.sub("", own.strip("，, ")),
        alone=_part(Piece(own, piece.alone), whole, apart=apart) if piece.alone else None,
    )


#: How a further sub-question is joined to the one before.
_LINKS = re.compile(r"^(?:请问|那么|而且|另外|同时|还有|以及|并且|[而又和并])")
