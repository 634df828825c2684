"""How far sentences bear a claim: numbers, dates, names, denial, direction and wording.

A claim is taken clause by clause. Each clause is laid beside the sentence that holds most of it,
and every place where the two differ is looked at: a differing number, name, denial or direction
refutes the clause, a differing verb or adverb is a paraphrase, more wording than that is an
addition. No model is needed; a few milliseconds are enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Protocol

from index.background import background
from server.records import Support
from server.text.clauses import clauses
from server.text.facts import Fact, facts, unaccented
from server.text.words import negations, opposed, times, undecided

#: Share of a claim's weight that no sentence holds: up to FULL it is borne, up to PARTIAL in part.
FULL = 0.22
PARTIAL = 0.42
ADDED = 9  # characters said beyond the source, in runs of at least 4: more are no detail
CLAUSE = 0.5  # a clause of which a sentence holds less is not about the same
SHORT = 6  # a clause of fewer characters is read with its neighbour

_NAME_FLAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz", "eng"})
_NOUN_FLAGS = frozenset({"n", "ng", "nx", "j", "s", "x"}) | _NAME_FLAGS
_LIGHT_FLAGS = frozenset(
    {"u", "uj", "ul", "uv", "ud", "ug", "uz", "p", "c", "y", "e", "o", "r", "d", "zg", "k", "h"}
)
_NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两半]")
_POINTING = re.compile(
    r"^(?:该|其|这|此|本|我|全|当地|他|她|它|一|各|有|新|等|也|还|并|同时|据|对此|目前|近日)"
)
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\w]")
_CONTENT = re.compile(r"[^\W_]+")
#: Nouns that newspapers use for one another.
_SAME = (
    {"企业", "公司", "厂商"}, {"市民", "居民", "群众", "百姓"}, {"民众", "群众", "百姓"},
    {"学生", "学子"}, {"教师", "老师"}, {"专家", "学者"}, {"记者", "笔者"}, {"项目", "工程"},
    {"数量", "总数", "数目"}, {"领域", "方面"}, {"孩子", "儿童"}, {"负责人", "主管"}, {"同比", "较上年"},
    {"方案", "计划", "规划"}, {"政策", "措施"}, {"产品", "商品"}, {"医生", "大夫"}, {"车辆", "汽车"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an article, and what its paragraph, heading and title say before it."""

    text: str
    before: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class Borne:
    """What a claim rests on: for each statement used the ``[start, end)`` of its text needed.

    ``why`` it does not, or how far: a word for the ``reason``, and behind a colon what was found.
    """

    support: Support
    needed: tuple[tuple[int, int, int], ...] = ()
    why: str = ""

    @property
    def reason(self) -> str:
        return self.why.partition(":")[0]


NOTHING = Borne("none")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Text as it is compared, character for character: half width, lower case.

    >>> plain("ＡＢ％，")
    'ab%,'
    """
    return "".join(map(_plain, text))


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    folded = unaccented(unicodedata.normalize("NFKC", char)).lower()
    return folded if len(folded) == 1 else char


@lru_cache(maxsize=8192)
def _pairs(text: str) -> frozenset[str]:
    """The character pairs of a text's runs of letters and digits."""
    return frozenset(
        run[i : i + 2] for run in _CONTENT.findall(text) for i in range(max(1, len(run) - 1))
    )


@lru_cache(maxsize=65536)
def _weight(pair: str) -> float:
    return background().idf(pair)


def _held(pairs: frozenset[str], there: frozenset[str]) -> float:
    """The share of the pairs' weight that is there too."""
    total = sum(map(_weight, pairs))
    return sum(_weight(p) for p in pairs if p in there) / total if total else 0.0


def candidates(claim: str, statements: Sequence[Statement], k: int = 4) -> list[int]:
    """The indices of the statements that hold most of a claim's weight, most first."""
    pairs = _pairs(plain(claim))
    scored = [(_held(pairs, _pairs(plain(s.text))), -i) for i, s in enumerate(statements)]
    return [-i for share, i in sorted(scored, reverse=True)[:k] if share > 0]


def judge(claim: str, statements: Sequence[Statement], preferred: Iterable[int] = ()) -> Borne:
    """How far some statements bear a claim, and which parts of them are needed.

    ``preferred`` are the indices of statements that the writer pointed at: they win ties.
    """
    said = plain(claim)
    if not statements or not _pairs(said):
        return NOTHING
    liked = set(preferred)
    best = candidates(claim, statements)
    if not best:
        return NOTHING
    best.sort(
        key=lambda i: -_held(_pairs(said), _pairs(plain(statements[i].text))) - 0.05 * (i in liked)
    )
    verdicts = []
    for main in best[:3]:
        verdict = _Laid(claim, statements, main).verdict()
        if verdict.support == "full":
            return verdict
        verdicts.append(verdict)
    rank = {"full": 2, "partial": 1, "none": 0}
    return max(verdicts, key=lambda v: rank[v.support])


class _Block(Protocol):
    """``size`` characters that stand at ``a`` of a clause and at ``b`` of a statement."""

    @property
    def a(self) -> int: ...
    @property
    def b(self) -> int: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Difference:
    """What a clause says where the source says ``source`` (either may be empty)."""

    claim: str
    source: str
    start: int


class _Laid:
    """A claim laid beside one main statement and the neighbours that some clauses need."""

    def __init__(self, claim: str, statements: Sequence[Statement], main: int) -> None:
        self.claim = claim
        self.statements = statements
        self.main = main
        self.spans: dict[int, tuple[int, int]] = {}
        self.novel = 0.0
        self.total = 0.0
        self.added = 0

    def verdict(self) -> Borne:
        why = _unordered(self.claim, self.statements[self.main])
        if why:
            return Borne("none", why=why)
        for start, end in _joined_clauses(self.claim):
            why = self._clause(self.claim[start:end])
            if why:
                return Borne("none", why=why)
        lost = self.novel / self.total if self.total else 0.0
        if lost > PARTIAL or self.added > ADDED:
            return Borne("none", why=f"wording: {lost:.2f}")
        needed = tuple((i, *span) for i, span in sorted(self.spans.items()))
        return Borne(
            "full" if lost <= FULL and not self.added else "partial", needed, f"wording: {lost:.2f}"
        )

    def _clause(self, clause: str) -> str:
        """Why a clause is not borne; empty when it is."""
        text = plain(clause)
        pairs = _pairs(text)
        chosen = self._statement(pairs)
        statement = self.statements[chosen]
        there = plain(statement.text)
        blocks = [
            block
            for block in SequenceMatcher(None, text, there, autojunk=False).get_matching_blocks()
            if _WORD.search(text, block.a, block.a + block.size)
        ]
        region = _region(there, blocks)
        why = (
            _missing_fact(clause, statement)
            or _moved(clause, statement)
            or _missing_quoted(clause, statement)
            or _missing_time(text, statement)
            or _other_time(text, there, blocks)
            or _turned(text, there, blocks, region)
            or self._wording(text, pairs, statement, blocks)
        )
        if not why:
            self._need(chosen, blocks)
        return why

    def _statement(self, pairs: frozenset[str]) -> int:
        """The main statement, or a close neighbour that holds much more of the clause."""

        def share(i: int) -> float:
            return _held(pairs, _pairs(plain(self.statements[i].text)))

        own = share(self.main)
        if own >= 0.75:
            return self.main
        near = [
            i
            for i in range(self.main - 2, self.main + 3)
            if 0 <= i < len(self.statements) and i != self.main and self._together(i)
        ]
        other = max(near, key=share, default=self.main)
        return other if share(other) > own + 0.25 else self.main

    def _together(self, i: int) -> bool:
        """Whether a statement stands in the same paragraph as the main one."""
        a, b = (self.statements[self.main], self.statements[i])
        if a.above != b.above:
            return False
        return a.text in b.before or b.text in a.before

    def _wording(
        self, text: str, pairs: frozenset[str], statement: Statement, blocks: Sequence[_Block]
    ) -> str:
        """Weigh the words that stand neither in the statement nor around it; name a foreign one."""
        there = plain(statement.text)
        if pairs <= _pairs(there):  # nothing to look up, and the dictionary takes a second to load
            self.total += sum(map(_weight, pairs))
            return ""
        around = plain(statement.before[-400:] + "\n" + statement.above)
        differences = _differences(text, there, blocks)
        for word, flag, at in words(text):
            if not _WORD.search(word):
                continue
            weight = _worth(word, flag)
            self.total += weight
            if word in there or _spelled(word, there):
                continue
            other = next(
                (d.source for d in differences if d.start <= at < d.start + len(d.claim)), ""
            )
            why = _foreign(word, flag, other, there, around)
            if why:
                return why
            inside = len(word) > 1 and word in around
            self.novel += weight * (0.3 if inside else 1.0)
        self.added += sum(_addition(d, there, around) for d in differences)
        why = _other_subject(differences, there, around)
        if why:
            return why
        if _held(pairs, _pairs(there)) < CLAUSE * 0.5 and len(text) > SHORT:
            return "clause: about something else"
        return ""

    def _need(self, chosen: int, blocks: Sequence[_Block]) -> None:
        real = [b for b in blocks if b.size > 1] or list(blocks)
        start, end = real[0].b, real[-1].b + real[-1].size
        old = self.spans.get(chosen, (start, end))
        self.spans[chosen] = (min(old[0], start), max(old[1], end))


def _joined_clauses(claim: str) -> list[tuple[int, int]]:
    """The clauses of a claim; a short one is joined to the next, the last to the one before."""
    joined: list[tuple[int, int]] = []
    for start, end in clauses(claim):
        if joined and len(_CONTENT_CHARS.findall(claim[joined[-1][0] : joined[-1][1]])) < SHORT:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    if len(joined) > 1 and len(_CONTENT_CHARS.findall(claim[slice(*joined[-1])])) < SHORT:
        last = joined.pop()
        joined[-1] = (joined[-1][0], last[1])
    return joined


_CONTENT_CHARS = re.compile(r"[^\W_]")


def _region(there: str, blocks: Sequence[_Block]) -> str:
    real = [b for b in blocks if b.size > 1] or list(blocks)
    return there[real[0].b : real[-1].b + real[-1].size] if real else ""


def _differences(text: str, there: str, blocks: Sequence[_Block]) -> list[_Difference]:
    """The places where a clause and a statement differ, between what they have in common.

    Of what the statement has more, only the clauses that are broken into count: a clause that was
    left out whole changes nothing.
    """
    found = []
    at, other = 0, 0
    for block in blocks:
        lacked = there[other : block.b] if at else _CLAUSES.split(there[: block.b])[-1][-12:]
        pieces = _CLAUSES.split(lacked)
        lacked = lacked if len(pieces) == 1 else pieces[0] + pieces[-1]
        if text[at : block.a] or lacked:
            found.append(_Difference(text[at : block.a], lacked, at))
        at, other = block.a + block.size, block.b + block.size
    if at < len(text):
        found.append(_Difference(text[at:], _CLAUSES.split(there[other:])[0][:8], at))
    return found


_CLAUSES = re.compile(r"[，。；,;！？!?：:]")


# ---- figures -----------------------------------------------------------------------------------


def _missing_fact(clause: str, statement: Statement) -> str:
    """The first figure or Latin name of a clause that its statement does not bear."""
    own = facts(statement.text)
    for fact in facts(clause):
        if any(f.key == fact.key for f in own if fact.unit):
            continue
        if fact.article and all(f.unit != fact.unit for f in own):
            continue
        same = [f for f in own if f.kind == fact.kind and f.value == fact.value]
        if any(_same_unit(clause, fact, statement.text, f) for f in same):
            continue
        if fact.kind == "date" and _dated_before(fact, statement, own):
            continue
        if fact.kind == "name" and fact.value in plain(statement.before + statement.above):
            continue
        return f"fact: {fact.text}"
    return ""


def _unordered(claim: str, statement: Statement) -> str:
    """Whether the wording is the statement's and only the figures stand elsewhere."""
    said, there = (_GROUPED.sub("", plain(t)).strip(_ENDS) for t in (claim, statement.text))
    if said in there or _DIGITS.sub("", said) not in _DIGITS.sub("", there):
        return ""
    return "figures: changed" if _DIGITS.search(said) else ""


def _moved(clause: str, statement: Statement) -> str:
    """Whether figures have changed places: 「分别为22%、36%」 is not 「分别为36%、22%」."""
    own = [f.key for f in facts(statement.text) if f.kind == "number"]
    known = set(own)
    said = [f.key for f in facts(clause) if f.kind == "number" and f.key in known]
    held = iter(own)
    return "" if all(any(key == other for other in held) for key in said) else "figures: moved"


_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_DIGITS = re.compile(r"\d[\d.]*")
_ENDS = " ,.;:!?，。；：！？、…"
_QUOTED = re.compile(r"[“《「『]([^“”《》「」『』]{2,16})[”》」』]")


def _missing_quoted(clause: str, statement: Statement) -> str:
    """A title or a quoted word of the clause that the statement lacks."""
    there = plain(statement.text)
    for quoted in _QUOTED.findall(clause):
        if plain(quoted) not in there:
            return f"quoted: {quoted}"
    return ""


_AFTER = re.compile(r"^(?:[余多来几]|以上|左右|个|的|[\s,，。；、：;:！？!?（）()“”‘’])*")


def _same_unit(clause: str, fact: Fact, source: str, other: Fact) -> bool:
    if fact.kind == "name":
        return True
    if fact.unit and other.unit:
        return fact.unit == other.unit
    # A unit that the table does not know: what follows both figures must begin alike.
    said = _AFTER.sub("", clause[fact.start + len(fact.text) :])[:1]
    held = _AFTER.sub("", source[other.start + len(other.text) :])[:1]
    return fact.unit == other.unit == "" and (said == held or not said or not _CJK.match(said))


def _dated_before(fact: Fact, statement: Statement, own: Sequence[Fact]) -> bool:
    """Whether the date stands just before, and the statement has none of its kind itself."""
    if any(f.unit == fact.unit for f in own):
        return False
    before = [f for f in facts(statement.before[-160:] or statement.above) if f.unit == fact.unit]
    return bool(before) and before[-1].value == fact.value


def _missing_time(text: str, statement: Statement) -> str:
    own = times(plain(statement.text))
    for word in times(text) - own:
        if own or word not in times(plain(statement.before[-160:])):
            return f"time: {word}"
    return ""


def _other_time(text: str, there: str, blocks: Sequence[_Block]) -> str:
    """Whether a clause names another of its sentence's times: 「比今年」 for 「比去年」."""
    real = [b for b in blocks if b.size > 1] or list(blocks)
    if not real:
        return ""
    around = there[max(0, real[0].b - 3) : real[-1].b + real[-1].size + 3]
    own = times(text)
    return "time: another" if own and not own <= times(around) else ""


# ---- denial and direction ----------------------------------------------------------------------


def _turned(text: str, there: str, blocks: Sequence[_Block], region: str) -> str:
    """Whether a clause denies what the statement affirms, turns it round or changes a numeral."""
    masked = _differences(undecided(text), undecided(there), blocks)
    for difference, denied in zip(_differences(text, there, blocks), masked, strict=True):
        said, held = difference.claim, difference.source
        if negations(denied.claim) % 2 != negations(denied.source) % 2:
            return f"denial: {said!r} for {held!r}"
        if said and held and opposed(said, held):
            return f"direction: {said!r} for {held!r}"
        if _other_numerals(said, held) and not _borne_numerals(text, difference, there):
            return f"numeral: {said!r} for {held!r}"
    if negations(text) % 2 != negations(region) % 2 and negations(text) > negations(there):
        return "denial"
    return "direction" if opposed(text, region or there) else ""


def _other_numerals(said: str, held: str) -> bool:
    return bool(_numerals(said) and _numerals(held) and _numerals(said) != _numerals(held))


def _numerals(text: str) -> str:
    return "".join(_NUMERAL.findall(text))


def _borne_numerals(text: str, difference: _Difference, there: str) -> bool:
    """Whether the differing numerals are only another spelling of figures that are there."""
    keys = {f.key for f in facts(there)}
    end = difference.start + len(difference.claim)
    touched = [f for f in facts(text) if f.start < end and f.start + len(f.text) > difference.start]
    return bool(touched) and all(f.key in keys for f in touched) and _spelling(touched, there)


def _spelling(touched: Sequence[Fact], there: str) -> bool:
    return all(f.text not in there for f in touched)


# ---- words -------------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[tuple[str, str, int], ...]:
    """The words of a text with their parts of speech and where each begins."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    found = []
    at = 0
    for pair in jieba.posseg.cut(text):
        found.append((pair.word, pair.flag, at))
        at += len(pair.word)
    return tuple(found)


def _worth(word: str, flag: str) -> float:
    if flag in _LIGHT_FLAGS:
        return 0.3
    weight = sum(map(_weight, _pairs(word))) / max(1, len(_pairs(word)))
    return weight * (1 + 0.5 * max(0, len(word) - 2)) * (1.0 if len(word) > 1 else 0.4)


def _spelled(word: str, there: str) -> bool:
    """Whether a longer word stands there in two pieces, or shares all its pairs."""
    return len(word) > 2 and all(pair in there for pair in _pairs(word))


def _foreign(word: str, flag: str, other: str, there: str, around: str) -> str:
    """Why a word that the statement lacks may not stand in a claim; empty when it may."""
    if len(word) < 2 or _NUMERAL.fullmatch(word):
        return ""
    if _same_noun(word, there):
        return ""
    if len(word) == 4 and (word[:2] in there or word[2:] in there):
        return ""
    name = flag in _NAME_FLAGS
    replaces = len(_CJK.findall(other)) >= 2 and not _POINTING.match(other)
    if name and replaces and not _alike(word, other):
        return f"name: {word} for {other!r}"
    if name and word not in around:
        return f"name: {word}"
    if flag in _NOUN_FLAGS and replaces and word not in around and not _alike(word, other):
        return f"noun: {word} for {other!r}"
    return ""


def _addition(difference: _Difference, there: str, around: str) -> int:
    """The characters of a run that says something more, where the source says nothing."""
    said = "".join(_CJK.findall(difference.claim))
    if len(said) < 4 or len(said) < 2 * len(_CJK.findall(difference.source)):
        return 0
    new = [said[i : i + 2] for i in range(len(said) - 1)]
    fresh = sum(pair not in there and pair not in around for pair in new)
    return len(said) if fresh >= 0.6 * len(new) else 0


def _other_subject(differences: Sequence[_Difference], there: str, around: str) -> str:
    """Whether a clause puts other words in the place of the statement's subject."""
    if not differences or differences[0].start:
        return ""
    said, held = ("".join(_CJK.findall(t)) for t in (differences[0].claim, differences[0].source))
    if len(said) < 3 or len(held) < 2 or _alike(said, held):
        return ""
    if _POINTING.match(held) or len(held) < 3:
        there += around
    nouns = [w for w, flag, _ in words(differences[0].claim) if flag in _NOUN_FLAGS and len(w) > 1]
    foreign = [w for w in nouns if w not in there and not _same_noun(w, there)]
    return f"subject: {said} for {held}" if foreign else ""


def _same_noun(word: str, there: str) -> bool:
    return any(word in group and any(same in there for same in group) for group in _SAME)


def _alike(word: str, other: str) -> bool:
    return len(set(word) & set(other)) * 2 >= len(set(word))


def names_in(text: str) -> list[str]:
    """The names of people, places and organisations in a text, as a dictionary knows them."""
    return [w for w, flag, _ in words(text) if flag in {"nr", "ns", "nt"} and len(w) > 1]
