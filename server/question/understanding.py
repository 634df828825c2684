"""What a question asks for: its parts, the kind of answer, the unit, the times and the focus."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from index.analysis import simplify
from prompts import language_of
from server.question.asking import asking, asks, kind_of
from server.question.coordinated import apiece
from server.text.names import names
from server.text.units import COUNTERS
from server.text.units import asked as unit_asked

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ACCOUNT = r"[各几两]篇|报道|文章|说法|数字|口径"
_AGREE = r"一样|一致|相同|矛盾|出入|对得上|对不上"
#: What asks for an amount as several accounts tell it.
_CONFLICT = re.compile(
    rf"(?:[各几两]篇|不同的?)(?:报道|文章)|(?:{_ACCOUNT})[^，？]{{0,8}}(?:{_AGREE})|是\d+\S{{0,3}}还是\d"
)
_AMOUNTS = re.compile(r"多少|几(?=[" + COUNTERS + r"])|还是\d")
#: Whether accounts agree is answered by giving each.
_ON_ACCOUNTS = re.compile(rf"(?:{_ACCOUNT}|的|之间|是否|都|是){{1,6}}[不有]?(?:{_AGREE})吗?")
_SENTENCE = re.compile(r"[？?；;。！!]+")
_CLAUSE = re.compile(r"[，,、](?:以及)?|以及")
#: What is left of a clause that asks nothing of its own: 「哪个便宜，各多少」.
_BARE = re.compile(
    r"[各都是有为在叫呢了又那还它他她其这个分别到底究竟一共什么样的个家人钱些年多少]*"
)
_PRONOUN = re.compile(
    r"^(?:那么?|而|又|并且?|同时|另外|还有)?(?:它们?|他们?|她们?|其(?![他余中实])|该|[这那]个(?![人月]))的?"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood.

    ``parts`` are its sub-questions, each readable alone as far as the text allows; a simple
    question is its own only part.
    """

    text: str
    parts: tuple[Part, ...]
    compares: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One sub-question: its words, the kind of answer, the unit a number must have, the times.

    ``years`` and ``names`` are those of the ``whole`` question where the part has none itself.
    ``label`` is what sets it apart from the other parts, in the question's own words; empty where
    it is the only one.
    """

    text: str
    kind: str
    unit: str = ""
    years: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    whole: str = ""
    label: str = ""


_FIRST_QUARTERS = re.compile(r"[头前]([一二三四1-4])个?季度?")


def normalise(text: str) -> str:
    """A question as it is worked on: NFKC, Simplified characters, no stray white space.

    A colloquial period becomes that of the papers: 头三个季度 is 前三季度.
    """
    plain = simplify(unicodedata.normalize("NFKC", text))
    plain = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", plain.strip())
    plain = re.sub(r"\s+", " ", plain).replace("?", "？").replace(",", "，").replace("!", "！")
    return _FIRST_QUARTERS.sub(_quarters, plain)


def rewritten(question: str, query: str) -> bool:
    """Whether what is searched is more than a question's plain form."""
    return query not in (question, normalise(question))


def _quarters(match: re.Match[str]) -> str:
    return "一季度" if match[1] in "一1" else f"前{match[1]}季度"


def understand(text: str) -> Asked:
    """What a normalised question asks for."""
    compares = bool(_CONFLICT.search(text))
    pieces = _pieces(_of_what(text) if compares else text)
    apart = len(pieces) > 1 and not compares
    parts = [_part(piece, text, label if apart else "") for label, piece in pieces]
    return Asked(text, tuple(parts), compares=compares)


def _of_what(text: str) -> str:
    """What a question asks several accounts about, where it asks only whether they agree.

    >>> _of_what("青山隧道的长度，两篇报道有出入吗？"), _of_what("展品到底是80件还是95件？")
    ('青山隧道的长度是多少？', '展品是多少？')
    """
    bare = _IN_ACCOUNTS.sub("", _WHETHER_SAME.sub("", text)).strip("，？ ")
    if bare == text.strip("，？ ") or len(bare) < _LEAST_TOPIC:
        return text
    return f"{bare}？" if asks(bare) else f"{bare}是多少？"


_LEAST_TOPIC = 2  # characters
#: That a question asks whether accounts agree, and not only what they say.
_WHETHER_SAME = re.compile(
    rf"，?(?:在?[各几两]篇|不同|前后|之间|文章|报道|说法|数[字目]|口径|里|中|的|说|都|是否|是不是|能否|能不能)*"
    rf"(?:有没有|有无|[不有])?(?:{_AGREE})(?:吗|么|呢)?？?$|(?:到底|究竟)?是\d+[^，？]{{0,5}}还是\d[^，？]*？?$"
)
_IN_ACCOUNTS = re.compile(r"^(?:在?[各几两]篇|不同的?)(?:文章|报道)(?:[里中]|[说写]的)?的?")


def _pieces(text: str) -> list[tuple[str, str]]:
    """Sub-questions, each with its own words as they stand in the question.

    A piece without a question word belongs to the one before or after it.
    """
    if language_of(text) == "en":
        return _english_pieces(text)
    conflict = _CONFLICT.search(text) is not None
    pieces: list[str] = []
    pending = ""
    for sentence in filter(None, map(_stripped, _SENTENCE.split(text))):
        if pieces and _ON_ACCOUNTS.fullmatch(sentence):
            continue
        asking_clauses = [c for c in _CLAUSE.split(sentence) if asks(c)]
        if pieces and asking_clauses and not (conflict or any(map(_asks_itself, asking_clauses))):
            pieces[-1] += f"，{sentence}"  # 哪种多？各多少
            continue
        for piece in [sentence] if conflict else _asking_clauses(sentence):
            pending = f"{pending}，{piece}" if pending else piece
            if asks(piece):
                pieces.append(pending)
                pending = ""
    if not pieces:
        return apiece(text)
    whole = [(piece, _with_topic(piece, pieces[0], i)) for i, piece in enumerate(pieces)]
    if conflict:
        return whole  # one amount, told in several ways
    return [(own or said, part) for said, piece in whole for own, part in apiece(piece)]


def _english_pieces(text: str) -> list[tuple[str, str]]:
    """The same of an English question: each side of an "and" that asks with a word of its own.

    >>> [part for _, part in _english_pieces("Where is Lake Tai and how deep is it？")]
    ['Where is Lake Tai', 'how deep is Lake Tai']
    """
    first, *others = _ENGLISH_AND.split(text.strip("？ "))
    if not others or not _ENGLISH_ASKS.match(first):
        return [("", text)]
    name = max(_ENGLISH_NAME.findall(_ENGLISH_ASKS.sub("", first)), key=len, default="")
    wholes = [first, *(_with_name(piece, name) for piece in others)]
    return list(zip([first, *others], wholes, strict=True))


def _with_name(piece: str, name: str) -> str:
    """A later English piece, with the name of the first one where it only points at it or names nothing."""
    if not name or _ENGLISH_NAME.search(_ENGLISH_ASKS.sub("", piece)):
        return piece
    pointed = _ENGLISH_PRONOUN.sub(lambda m: name + "'s" * (m[0] in _OWNING), piece)
    return pointed if pointed != piece else f"{piece}, {name}"


_WH = r"(?:when|where|who|whom|whose|how|what|which|why)"
_ENGLISH_AND = re.compile(rf"(?:,| and|, and)\s*(?=(?:in |at |by |for )?{_WH}\b)", re.IGNORECASE)
_ENGLISH_ASKS = re.compile(rf"^(?:in |at |by |for )?{_WH}\b", re.IGNORECASE)
_ENGLISH_NAME = re.compile(r"[A-Z][\w'-]*(?: (?:of |the )?[A-Z0-9][\w'-]*)*")
_ENGLISH_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|he|she|his|her|him)\b")
_OWNING = frozenset({"its", "their", "his", "her"})


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
        if _asks_itself(before) and _asks_itself(after):
            found[:1] = [before, after]
    return found


def _asks_itself(clause: str) -> bool:
    """Whether a clause asks, and says of what: 「各多少」 and 「他怎么说」 ask no more than what stands before."""
    own = _NO_QUESTION.sub("", clause)
    return (
        asks(own) and not _ASKS_ALIKE.search(own) and not _BARE.fullmatch(_ASKING_WORD.sub("", own))
    )


def _stripped(piece: str) -> str:
    return piece.strip("，, ")


_NO_QUESTION = re.compile(r"[没不]怎么")
_ASKS_ALIKE = re.compile(r"^又?(?:各|分别|数[目量]|[原缘]?[因由]是|理由是)|怎么[说讲看]的?$")
_ASKING_WORD = re.compile(r"哪[一些个里儿]?|谁|怎[么样]*|如何|几|为什么|为何|多[大长高久]")


def _with_topic(piece: str, first: str, i: int) -> str:
    """A later piece that says 它 or nothing of its subject gets the first one's topic in front."""
    if i == 0 or piece.startswith(("《", *names(piece))):
        return piece
    bare = _PRONOUN.sub("", piece)
    leans = bare != piece or len(piece) < 14 or not names(piece)
    return f"{topic(first)}，{bare}" if leans else piece


def beside_asking(text: str, size: int) -> tuple[str, str]:
    """The ``size`` characters before a question word and those after it.

    Without one what is asked for stands at the end: 「重庆制造业的目标」.
    """
    match = asking(text)
    before = re.sub(r"[，。？]", "", text[: match.start()] if match else text)
    after = text[match.end() : match.end() + size].strip("？。") if match else ""
    return before[-size:], after


def topic(text: str) -> str:
    """What a question is about: its words up to the question word."""
    match = asking(text)
    before = text[: match.start()] if match else text
    return (
        re.sub(r"(?:是|有|在|了|被|由|叫|达到|做到|的|一共|总共|到底|究竟)+$", "", before).strip(
            "，, "
        )
        or text
    )


def _part(text: str, whole: str, label: str) -> Part:
    kind = kind_of(text)
    if kind in {"list", "which"} and _AMOUNTS.search(text) and _CONFLICT.search(whole):
        kind = "count"  # 两篇报道分别说是多少: one amount, told in several ways
    return Part(
        text=text,
        kind=kind,
        unit=unit_asked(text) if kind in {"count", "list"} else "",
        years=tuple(dict.fromkeys(_YEAR.findall(text) or _YEAR.findall(whole))),
        names=names(text) or names(whole),
        whole=whole,
        label=_LINKS.sub("", label.strip("，, ")),
    )


#: How a further sub-question is joined to the one before.
_LINKS = re.compile(r"^(?:请问|那么|而且|另外|同时|还有|以及|并且|[而又和并])")
