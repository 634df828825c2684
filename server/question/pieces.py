"""The questions in one: each with its own words, standing alone where the first one lends it what it leaves out."""

from __future__ import annotations

import re
from typing import NamedTuple

from prompts import language_of
from server.question.accounts import of_accounts, on_accounts
from server.question.asking import asking, asks, topic
from server.question.coordinated import apiece, viewed
from server.question.leaning import features, leans
from server.question.subject import subject_of, words
from server.question.substitution import swapped
from server.question.talk import Talk

ALONE, LEANS = 0.3, 0.85  # likelihoods of leaning on the first one that leave no doubt


class Piece(NamedTuple):
    """A question of several: its own words, what it asks standing alone, and the latter without
    what the first one is about, where language leaves a doubt.
    """

    own: str
    text: str
    alone: str = ""


#: What only says that several things are asked.
_ANNOUNCED = re.compile(
    r"(?:我?想?问?[您你]?)?[两二三四几234]个?(?:件事情?|个?问题)(?:想[问打]?[问听]?)?[:：]"
)
#: What only says how to answer.
_MANNER = re.compile(
    r"(?:请|麻烦|帮我|给我|都|再|逐[条一]|一一|简单|分别|大概|具体|详细)*"
    r"(?:[列说讲介总][绍结]?(?:一?下|一[列说讲]|[列说讲]|出来|清楚)|列举一?下|概括一?下|归纳一?下)(?:吧|呗|看)?"
)
_SENTENCE = re.compile(r"[？?；;。！!]+")
_CLAUSE = re.compile(r"[，,、](?:以及)?|以及")
#: What is left of a clause that asks nothing of its own: 「哪个便宜，各多少」.
_BARE = re.compile(
    r"[各都是有为在叫呢了又那还它他她其这个分别到底究竟一共什么样的个家人钱些年多少]*"
)
_PRONOUN = re.compile(
    r"^(?:那么?|而|又|并且?|同时|另外|还有)?(?:它们?|他们?|她们?|其(?![他余中实])|该|[这那]个(?![人月]))的?"
)


def pieces(text: str) -> list[Piece]:
    """The questions in a text, each with its own words as they stand there.

    What asks nothing belongs to the question before or after it.
    """
    if language_of(text) == "en":
        return [Piece(*piece) for piece in _english_pieces(text)]
    text = _ANNOUNCED.sub("", text)
    conflict = of_accounts(text) and not viewed(text)
    found: list[str] = []
    pending = ""
    for sentence in filter(None, map(_stripped, _SENTENCE.split(text))):
        if found and (on_accounts(sentence) or _MANNER.fullmatch(sentence)):
            continue
        asking_clauses = [c for c in _CLAUSE.split(sentence) if _asks(c)]
        if found and asking_clauses and not (conflict or any(map(_asks_itself, asking_clauses))):
            found[-1] += f"，{sentence}"  # 哪种多？各多少
            continue
        for piece in [sentence] if conflict else _asking_clauses(sentence):
            pending = f"{pending}，{piece}" if pending else piece
            if _asks(piece):
                found.append(pending)
                pending = ""
    if not found:
        return _apiece(Piece("", text.rstrip("？"))) if len(apiece(text)) > 1 else [Piece("", text)]
    whole = [Piece(found[0], found[0]), *(_standing(piece, found[0]) for piece in found[1:])]
    if conflict:
        return whole  # one amount, told in several ways
    parts: list[Piece] = []
    for one in whole:
        if len(parts) < 2 or not _WHICH.fullmatch(one.own):  # of what is told of each
            parts += _apiece(one)
    return parts


#: What each of two things is says, too, which is more: 「甲和乙各多少钱，哪个便宜」.
_WHICH = re.compile(
    r"(?:那|到底|究竟)?(?:哪一?[个家边种款处]|谁)(?:更|最|比较|要|会)*"
    r"(?:便宜|划算|贵|[多少大小高低长短快慢轻重远近早晚])(?:一?[些点])?"
)


def _apiece(piece: Piece) -> list[Piece]:
    """A question for each of the things that one asks for."""
    parts = apiece(piece.text)
    if len(parts) == 1:
        return [piece]
    return [Piece(own, text) for own, text in parts]


def _standing(own: str, first: str) -> Piece:
    """A later question, with what the first one is about where it leans on that, by a pronoun or by its words."""
    if only := _ONLY.fullmatch(own):
        about = subject_of(first)
        talk = Talk(about.thing, attribute=about.attribute, time=about.time, query=first)
        return Piece(own, next(swapped(talk, only["what"]), own))
    bare = _PRONOUN.sub("", own)
    led = f"{_lead(first)}，{bare}"
    if bare != own:
        pointed = own[:1] in "这那" and bare  # 那个图书馆 may be another one
        return Piece(own, led, bare if pointed else "")
    likely = leans(features(own, first, opened=False))
    if likely < ALONE:
        return Piece(own, own)
    return Piece(own, led, "" if likely > LEANS else own)


def _lead(first: str) -> str:
    """What a question is about: its words up to what it says of that."""
    about = topic(first)
    if (asked := asking(about)) is not None:
        about = about[: asked.start()] + about[asked.end() :]
    found = words(about)
    while len(found) > 1 and found[-1][1][0] in "vdp":
        found.pop()
    return "".join(word for word, _ in found).rstrip("，")


#: What asks by naming another thing alone: 「主机呢」.
_ONLY = re.compile(r"(?:那么?|而)?(?P<what>[^，？]{1,16})呢")


def _english_pieces(text: str) -> list[tuple[str, str]]:
    """The same of an English question: each side of an "and" that asks with a word of its own.

    >>> [part for _, part in _english_pieces("Where is Lake Tai and how deep is it？")]
    ['Where is Lake Tai', 'Lake Tai, how deep is it']
    """
    first, *others = _ENGLISH_AND.split(text.strip("？ "))
    if not others or not _ENGLISH_ASKS.match(first):
        return [("", text)]
    about = _ENGLISH_LEAD.sub("", first).strip(",， ")
    wholes = [first, *(f"{about}, {piece}" if _leans(piece) else piece for piece in others)]
    return list(zip([first, *others], wholes, strict=True))


def _leans(piece: str) -> bool:
    """Whether a later English piece points at what the first one is about, or names nothing itself."""
    named = _ENGLISH_NAME.search(_ENGLISH_ASKS.sub("", piece))
    return not named or _ENGLISH_PRONOUN.search(piece) is not None


_WH = r"(?:when|where|who|whom|whose|how|what|which|why)"
_ENGLISH_AND = re.compile(rf"(?:,| and|, and)\s*(?=(?:in |at |by |for )?{_WH}\b)", re.IGNORECASE)
_ENGLISH_ASKS = re.compile(rf"^(?:in |at |by |for )?{_WH}\b", re.IGNORECASE)
_ENGLISH_NAME = re.compile(r"[A-Z][\w'-]*(?: (?:of |the )?[A-Z0-9][\w'-]*)*")
_ENGLISH_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|he|she|his|her|him)\b")
#: The words with which an English question asks, before what it is about.
_ENGLISH_LEAD = re.compile(
    rf"^(?:in |at |by |for )?{_WH}\b(?: (?:many|much|long|fast|far|often|large|big|old|deep|tall|high))?"
    r"(?: (?:is|are|was|were|did|do|does|has|have|had|will|would|can|could|should))?\b",
    re.IGNORECASE,
)


def _asking_clauses(sentence: str) -> list[str]:
    """A sentence cut where each side asks something of its own.

    >>> _asking_clauses("大桥多长，花了多少钱，在哪个县")
    ['大桥多长', '花了多少钱', '在哪个县']
    >>> _asking_clauses("甲桥和乙桥，哪座长，各多少")
    ['甲桥和乙桥，哪座长，各多少']
    """
    found = [sentence]
    for cut in reversed(list(_CLAUSE.finditer(sentence))):
        before, after = found[0][: cut.start()], found[0][cut.end() :]
        if _ASKS_MOST.search(before) and _ASKS_OF_IT.fullmatch(after):
            continue  # 哪个月退货最多，退了多少盒: one row tells both
        if _asks_itself(before) and _asks_itself(after):
            found[:1] = [before, after]
    return found


def _asks_itself(clause: str) -> bool:
    """Whether a clause asks, and says of what: 「各多少」 and 「他怎么说」 ask no more than what stands before."""
    if _ONLY.fullmatch(clause) and not asks(clause):
        return True
    own = _NO_QUESTION.sub("", clause)
    return (
        asks(own) and not _ASKS_ALIKE.search(own) and not _BARE.fullmatch(_ASKING_WORD.sub("", own))
    )


def _asks(clause: str) -> bool:
    return asks(clause) or _ONLY.fullmatch(clause) is not None


def _stripped(piece: str) -> str:
    return piece.strip("，, ")


_ASKS_MOST = re.compile(r"哪[^，？]{1,12}最[^，？]$")
_ASKS_OF_IT = re.compile(r"[^，？]{0,3}(?:多少|几)[^，？]{0,2}？?")
_NO_QUESTION = re.compile(r"[没不]怎么")
_ASKS_ALIKE = re.compile(
    r"^又?(?:各|分别|数[目量]|[原缘]?[因由]是|理由是)|怎么[说讲看]的?$|"
    r"^(?:相?差|便宜|[贵高低多少大小长短快慢早晚])[了出]?(?:多少|几|多[大长久])[^，？]{0,2}$"
)
_ASKING_WORD = re.compile(r"哪[一些个里儿]?|谁|怎[么样]*|如何|几|为什么|为何|多[大长高久]")
