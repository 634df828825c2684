"""A name asked for: the reader reads the articles for a claim with 「谁」 in the name's place.

What is said of one is told from what is said of another by no word, where both stand in one paragraph.
Only a name that stands in the articles beside none of the words that it has about it in the claim is
asked for: the others are as the articles have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.pages.blocks import PERSON
from index.reranking.reader import Window, WindowReading, builtin
from server.checking.naming import Kind, Name, is_rare
from server.checking.naming import names as names_in
from server.checking.wording import share
from server.evidence.must_hold import names_name
from server.text.clauses import clauses
from server.text.names import SUFFIX
from server.verify.statement import plain
from server.verify.wording import words

NEVER = -16.0  # log-probability of a name that does not stand there
SURE = -2.0  # log-probability: an answer that the reader is sure of
CLEARLY = 3.0  # so much likelier must it be than the claim's own name
BESIDE = 0.5  # of what a clause says beside a name: the name is as the articles have it
READ = 200  # characters beside a claim: more cost more, and tell little
_LONGEST = 16  # characters of a name
_ASKS: dict[Kind, str] = {"person": "谁", "place": "哪里", "other": "什么", "title": "什么"}
_BODY = re.compile(
    r"(?:公司|集团|银行|大学|学院|医院|协会|学会|商会|基金会|委员会|研究院|研究所|中心|法院|检察院|交易所|俱乐部|厂|局|队|部)$"
)
_CLAUSE = re.compile(r"[,;。!?\n]")
_LIGHT = re.compile(r"[pcu]")
_AT = frozenset({"在", "到", "于", "赴", "从", "去"})
_Word = tuple[str, str]  # with its part of speech


def apart(claim: str, text: str) -> Iterator[Name]:
    """The names of a claim that stand in a text beside none of the words about them.

    >>> list(apart("峰会在江津区举行。", "峰会8月在万州区举行。江津区派人参加。"))
    [Name(text='江津区', kind='place')]
    """
    there = plain(text)
    for start, end in clauses(claim):
        for stretch, before in _stretches(plain(claim[start:end]), there):
            name = _named(stretch, before, there)
            if name and not _beside(name.text, claim[start:end], there):
                yield name


def instead(claim: str, name: Name, statements: Sequence[str], main: int) -> str:
    """The other name that the reader is sure of; empty where there is none."""
    text = _window(statements, main)
    asked = f"{plain(claim).replace(name.text, _ASKS[name.kind], 1).rstrip('。')}？"
    (reading,) = builtin().read(asked, [Window(text)])
    best = next(iter(reading.spans(1, 40)), None)
    if best is None or best.score < max(SURE, _own(reading, text, name.text) + CLEARLY):
        return ""
    answer = text[best.start : best.end].strip("，。、的“”")
    if len(answer) > _LONGEST:  # the reader goes on beyond the name
        answer = next((n.text for n in names_in(answer) if answer.startswith(n.text)), "")
    return answer if _another(answer, name, claim, text) else ""


def likelihoods(claim: str, start: int, names: Sequence[Name], text: str) -> list[float]:
    """How likely each of some names is what stands in the first one's place: log-probabilities.

    ``start`` is where that stands in the claim.
    """
    said, there = plain(claim), plain(text)
    before, behind = said[:start], said[start + len(names[0].text) :].rstrip("。!")
    question = f"{before}{_ASKS[names[0].kind]}{behind}？"
    (reading,) = builtin().read(question, [Window(there)])
    return [_own(reading, there, name.text) for name in names]


def _beside(name: str, clause: str, there: str) -> bool:
    """Whether one clause of a text holds the name and much of what the claim says beside it."""
    rest = plain(clause).replace(name, " ")
    return any(name in held and share(rest, held) >= BESIDE for held in _CLAUSE.split(there))


def _stretches(clause: str, there: str) -> Iterator[tuple[str, _Word]]:
    """A clause in the longest runs of words that stand in a text, each with the word before it.

    Particles about a run are left out.
    """
    pieces = [(word, flag) for word, flag, _ in words(clause)]
    at = 0
    while at < len(pieces):
        end = at + 1
        while end < len(pieces) and "".join(w for w, _ in pieces[at : end + 1]) in there:
            end += 1
        first, last = at, end
        at = end
        while first < last and _is_light(pieces[first]):
            first += 1
        while first < last and _is_light(pieces[last - 1]):
            last -= 1
        found = "".join(word for word, _ in pieces[first:last])
        if 2 <= len(found) <= _LONGEST:
            yield found, pieces[first - 1] if first else ("", "")


def _is_light(piece: _Word) -> bool:
    return bool(_LIGHT.match(piece[1])) or not piece[0].isalnum()


def _named(stretch: str, before: _Word, there: str) -> Name | None:
    """What a whole stretch names, if it names something and says nothing else."""
    if kind := _kind(stretch, there):
        return Name(stretch, kind)
    tags = [flag for _, flag, _ in words(stretch)]
    behind_a_place = before[0] in _AT or before[1] == "ns"
    if behind_a_place and len(stretch) == 2 and tags[0] in ("d", "v") and is_rare(stretch):
        return Name(stretch, "place")  # the tagger knows few places
    ends = stretch[-3:]
    if len(stretch) > 4 and _is_person(ends) and tags[0] == "n" and len(tags) == 3:
        return Name(ends, "person")  # behind what they are
    return None


def _is_person(text: str) -> bool:
    """Whether a text looks like a person's name of three characters, and is no word of its own."""
    return bool(len(text) == 3 and PERSON.fullmatch(text)) and len(words(text)) > 1


def _kind(text: str, there: str) -> Kind | None:
    found = [n.kind for n in names_in(text) if n.kind != "title" and text.endswith(n.text)]
    tags = [flag for _, flag, _ in words(text)]
    if _is_person(text) and text[-1] not in SUFFIX - {"国"}:
        return "person"
    if len(text) == 2 and any(text + suffix in there for suffix in "省市县"):
        return "place"
    if len(tags) == 1 and len(text) == 2 and text[-1] in SUFFIX:
        return None  # 锦旗 is no place
    if not all(flag[:1] in "njbaxfe" or flag == "vn" for flag in tags) or tags == ["n"]:
        return None
    if _BODY.search(text) and len(text) > 3:
        return "other"
    return found[0] if found else None


def _window(statements: Sequence[str], main: int) -> str:
    """The main statement and those nearest to it, as many as are read."""
    kept = {main}
    room = READ - len(statements[main])
    for i in sorted(range(len(statements)), key=lambda i: abs(i - main)):
        if i != main and len(statements[i]) <= room:
            kept.add(i)
            room -= len(statements[i])
    return plain("".join(statements[i] for i in sorted(kept)))


def _own(reading: WindowReading, text: str, name: str) -> float:
    """The score of the claim's own name, at its best place, with what may stand about it."""
    found = [m.start() for m in re.finditer(re.escape(name), text)]
    return max((max(NEVER, _score(reading, a, a + len(name))) for a in found), default=NEVER)


def _score(reading: WindowReading, start: int, end: int) -> float:
    first = reading.start[max(0, start - 3) : start + 1].max()
    return float(first + reading.end[end - 1 : end + 4].max())


def _another(answer: str, name: Name, claim: str, there: str) -> bool:
    """Whether an answer names another of the same sort, which the claim does not name."""
    if not 2 <= len(answer) <= _LONGEST or names_name(claim, answer):
        return False
    if names_name(answer, name.text) or names_name(name.text, answer):
        return False
    kind = _kind(answer, there)
    return kind is not None and (kind == "person") == (name.kind == "person")
