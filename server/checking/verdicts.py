"""What the articles say to one claim: they bear it out, all or in part, contradict it, or are silent.

Figures, dates, names, denials and direction are compared by code; whether other words say the same is
the trained judgement's to say (`server.verify.faithfulness`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.reranking.reader import builtin
from server.checking import figures
from server.checking.attribution import (
    Attributed,
    attributed,
    office_near,
    other_speaker,
    speaker_near,
)
from server.checking.cloze import apart, instead
from server.checking.ground import Ground, grounds
from server.checking.naming import is_nominal, names
from server.checking.records import Verdict
from server.checking.rivals import SURE, told_of
from server.checking.wording import foreign_nouns, is_cut, share, substituted, unheld
from server.evidence.must_hold import names_name
from server.text.clauses import clauses
from server.text.facts import Fact, facts
from server.text.words import negations, times
from server.verify.entailment import mark
from server.verify.exchanged import exchanges
from server.verify.faithfulness import Faithfulness, features, read_for
from server.verify.statement import Borne, plain
from server.verify.support import judge
from server.verify.witnesses import Witness
from server.verify.wording import is_name, words

LEAST = 0.3  # of a claim's weight: less is of something else, in whatever words
ABOUT = 0.45  # a statement that holds so much speaks of the same
PART = 0.6  # so much must be there of a claim that is borne out in part
BORNE = 0.5  # log odds that the articles say a word of the claim in others
SURELY = 1.65  # log odds that the articles say the claim in other words, where a name or noun may be another
GAP = 5  # letters on end that other words may say and of which no two stand there
LEADING = 80  # characters before a statement in which its subject stands
TURNED = frozenset({"denial", "direction"})
#: Reasons of `judge` behind which it did not look for denial.
UNSEEN = frozenset({"fact", "time", "figures", "quoted"})
#: Reasons of `judge` that another name or noun may stand there: other words must be borne for sure.
EXCHANGED = frozenset({"exchanged", "name", "noun"})
REPLACED = frozenset({"name", "noun", "subject", "quoted", "numeral"})


@dataclass(frozen=True, slots=True)
class Contrary:
    """What the claim says, what the articles say instead, and where."""

    said: str
    value: str
    witness: Witness


@dataclass(frozen=True, slots=True)
class Finding:
    """What one ground says to a claim; ``held`` is how much of its wording stands there."""

    verdict: Verdict
    held: float = 0.0
    missing: tuple[str, ...] = ()
    places: tuple[Witness, ...] = ()
    contrary: tuple[Contrary, ...] = ()


NOTHING = Finding("none")
_RANK = {"full": 3, "contradicted": 2, "partial": 1, "none": 0, "opinion": 0}


def find(claim: str, witnesses: Sequence[Witness]) -> Finding:
    """The best that any ground says to a claim."""
    said = attributed(claim)
    bare = said.said if said else claim
    found: list[Finding] = []
    for ground in grounds(bare, witnesses):
        finding = _Laid(bare, ground).finding()
        if said:
            finding = _spoken(finding, said, ground)
        if finding.verdict == "full" and finding.held < ABOUT and found:
            continue  # what speaks less of it than another statement does not overrule that
        if finding.verdict == "full":
            return finding
        found.append(finding)
    return max(
        found, key=lambda f: (_RANK[f.verdict] > 0, f.held, _RANK[f.verdict]), default=NOTHING
    )


def _spoken(finding: Finding, said: Attributed, ground: Ground) -> Finding:
    """The same, where somebody else said it than the claim says, or in another office."""
    if finding.verdict == "none":
        return finding
    witness = max(ground.witnesses, key=lambda w: share(said.said, w.statement.text))
    if speaker_near(witness, said.who):
        office = [n.text for n in names(said.office)]
        strange = [n for n in office if not office_near(witness, said.who, n)]
        return _but(finding, strange) if strange else finding
    other = other_speaker(witness)
    contrary = (Contrary(said.who, other, witness),) if other else ()
    return _but(finding, [said.who], contrary)


def _but(finding: Finding, missing: Sequence[str], contrary: tuple[Contrary, ...] = ()) -> Finding:
    """The same, but for what is missing besides or said otherwise."""
    contrary += finding.contrary
    return replace(
        finding,
        verdict="contradicted" if contrary else "partial",
        missing=(*missing, *finding.missing),
        contrary=contrary,
    )


def _is_ordinal(claim: str, fact: Fact) -> bool:
    """Whether a figure only says the first: 第一次."""
    return claim[max(0, fact.start - 1) : fact.start] == "第" and fact.value == "1"


def _is_one(fact: Fact) -> bool:
    """Whether a figure counts nothing of its own: 一处工地, 一起发起, 一度上涨."""
    return len(fact.text) == 2 and fact.text[0] == "一"


class _Laid:
    """A claim beside one ground."""

    def __init__(self, claim: str, ground: Ground) -> None:
        self.claim, self.ground = claim, ground
        self.held = share(claim, ground.whole)
        self.missing: list[str] = []
        self.words: list[str] = []  # of what is missing: common words, which other words may say
        self.contrary: list[Contrary] = []
        self.places = {ground.main}

    def finding(self) -> Finding:
        if self.held < LEAST:
            return Finding("none", self.held)
        borne = judge(self.claim, self.ground.statements)
        self._compare_figures()
        self._compare_times()
        self._compare_names()
        self._compare_exchanged()
        self._compare_clauses(borne)
        return self._finding(self._verdict(borne))

    def _finding(self, verdict: Verdict) -> Finding:
        missing = tuple(dict.fromkeys(self.missing))
        places = tuple(self.ground.witnesses[i] for i in sorted(self.places))
        return Finding(verdict, self.held, missing, places, tuple(self.contrary))

    def _verdict(self, borne: Borne) -> Verdict:
        self._leave_paraphrased()
        if self.contrary:
            return "contradicted" if self.held >= ABOUT else "none"
        if self.missing:
            return "partial" if self.held >= PART else "none"
        if (borne.support == "full" and self.held >= ABOUT) or self._reworded(borne):
            self._ask_names()
            return "contradicted" if self.contrary else "full"
        self.missing = list(unheld(self.claim, self.ground.whole))
        return "partial" if self.held >= PART else "none"

    def _reworded(self, borne: Borne) -> bool:
        found = features(self.claim, self.ground.statements, borne, builtin())
        judgement = Faithfulness.builtin()
        enough = SURELY if borne.reason in EXCHANGED else judgement.threshold
        return found["longest"] <= GAP and judgement.odds(found) >= enough

    def _leave_paraphrased(self) -> None:
        """Where but common words are missing, those are not that the head finds in the articles' words."""
        if self.contrary or not self.missing or set(self.missing) - set(self.words):
            return
        read = read_for(self.claim, self.ground.statements)
        self.missing = [w for w in self.missing if self._mark(w, read) < BORNE]

    def _mark(self, word: str, read: str) -> float:
        at = plain(self.claim).find(plain(word))
        return mark(self.claim, at, at + len(word), read)

    # ---- figures

    def _compare_figures(self) -> None:
        texts = self.ground.texts
        for fact in facts(self.claim):
            if fact.article or _is_one(fact):
                self._compare_counted(fact)
                continue
            if fact.kind == "round" or _is_ordinal(self.claim, fact):
                continue
            if fact.kind == "name":
                if fact.value not in plain(self.ground.whole):
                    self.missing.append(fact.text)
                continue
            rival = self._rival(fact)
            if rival is not None:
                self._contradict(fact.text, rival.held.text, self.ground.named(rival.at))
            elif not figures.stands(fact, [*texts, self.ground.whole]):
                self._lacking(fact)

    def _compare_counted(self, fact: Fact) -> None:
        """「一名学员」 counts where the articles have another count of the same."""
        other = figures.counted(self.claim, fact, self.ground.texts[0])
        if other is not None:
            self._contradict(fact.text, other.text, self.ground.witness)

    def _rival(self, fact: Fact) -> figures.Rival | None:
        """The articles' other figure; a date that they give, too, is of whatever it may be."""
        if fact.kind == "date" and figures.stands(fact, [self.ground.whole]):
            return None
        return figures.differing(self.claim, fact, self.ground.texts)

    def _lacking(self, fact: Fact) -> None:
        """A figure that stands nowhere: the main statement's own of its unit is told instead."""
        other = figures.only(fact, self.ground.texts[0])
        if other is not None and other.text not in self.claim:
            self._contradict(fact.text, other.text, self.ground.witness)
        else:
            self.missing.append(fact.text)

    def _contradict(self, said: str, value: str, witness: Witness) -> None:
        if all(said != told.said for told in self.contrary):
            self.missing.append(said)
            self.contrary.append(Contrary(said, value, witness))

    # ---- times

    def _compare_times(self) -> None:
        """Halves, quarters and the like, and what is told by the day or the hour."""
        main = self.ground.texts[0]
        for said, held in ((_spans(self.claim), _spans(main)), (_rates(self.claim), _rates(main))):
            for word in sorted(said - held):
                if other := sorted(t for t in held - said if _sort(t) == _sort(word)):
                    self._contradict(word, other[0], self.ground.witness)
        self._compare_days()
        self._compare_years()
        self.missing += sorted(_spans(self.claim) - _spans(self.ground.whole))

    def _compare_days(self) -> None:
        """A day whose month and number both stand there, but not together."""
        own, there = _days(self.ground.texts[0]), _days(self.ground.whole)
        for month, day in _days(self.claim):
            said = f"{month}月{day}日"
            if (month, day) in own or any(told[:-1] in said for told in self.missing):
                continue
            other = [d for d in own if d[1] == day or (month, day) not in there]
            if other:
                self._contradict(said, f"{other[0][0]}月{other[0][1]}日", self.ground.witness)

    def _compare_years(self) -> None:
        """今年 where the article says 去年; unless the claim says which year it means."""
        said, held = (set(_YEARS.findall(t)) for t in (self.claim, self.ground.texts[0]))
        if said - held and held - said and not _YEAR.search(self.claim):
            self._contradict(min(said - held), min(held - said), self.ground.witness)

    # ---- names

    def _compare_names(self) -> None:
        main = self.ground.texts[0]
        for name in names(self.claim):
            if names_name(main, name.text) or any(name.text in m for m in self.missing):
                continue
            if name.text in _letters(main):  # 县市区, where it says 县(市、区)
                continue
            if is_cut(name.text, self.claim, self.ground.whole):
                continue
            other = [n for n in names(main) if n.kind == name.kind]
            other = [n for n in other if not names_name(self.claim, n.text)]
            known = names_name(self.ground.whole, name.text)
            if len(other) == 1 and not (known and self._leads(name.text)):
                self._contradict(name.text, other[0].text, self.ground.witness)
            elif not known:
                self.missing.append(name.text)

    def _leads(self, name: str) -> bool:
        """Whether a name stands before the main statement, in its paragraph or its title."""
        before = self.ground.statements[self.ground.main].before[-LEADING:]
        return names_name(f"{before}\n{self.ground.header}", name)

    def _compare_exchanged(self) -> None:
        """Names in the place of others, between the same words; though they stand close by."""
        for exchange in exchanges(self.claim, self.ground.statements):
            said, held = names(exchange.claim), names(exchange.source)
            if exchange.name and said and held and said[0].kind == held[0].kind:
                texts = self.ground.texts
                at = next((i for i, text in enumerate(texts) if held[0].text in text), 0)
                self._contradict(said[0].text, held[0].text, self.ground.named(at))

    def _ask_names(self) -> None:
        """Names that stand apart from what is said of them: it may be said of another."""
        statements = [s.text for s in self.ground.statements]
        told = list(told_of(self.claim, self.ground))
        denied = {(t.name, t.rival) for t in told if t.odds < 0}
        for name in apart(self.claim, self.ground.whole):
            other = instead(self.claim, name, statements, self.ground.main)
            if other and (plain(name.text), plain(other)) not in denied:  # the head hears it, too
                self._told_of(name.text, other)
        for one in () if self.contrary else told:
            if one.odds >= SURE:
                self._told_of(one.name, one.rival)

    def _told_of(self, name: str, other: str) -> None:
        """What a claim says of one, and the articles of another."""
        held = (i for i, text in enumerate(self.ground.texts) if other in plain(text))
        self._contradict(name, other, self.ground.named(next(held, 0)))

    # ---- clauses

    def _compare_clauses(self, borne: Borne) -> None:
        """What turns a clause round, or puts another thing in the place of what it is about."""
        for word in foreign_nouns(self.claim, self.ground.whole):
            self._lack(word)
        for clause in _telling_clauses(self.claim):
            for word in substituted(clause, self.ground.texts[0]):
                self._lack(word)
            if borne.support == "full":
                continue
            own = judge(clause, self.ground.statements)
            self.places |= {i for i, _, _ in own.needed}
            if own.reason in TURNED or (own.reason in UNSEEN and self._denies(clause)):
                value = max(self.ground.texts, key=lambda text: share(clause, text))
                at = self.ground.texts.index(value)
                self._contradict(clause.strip("，。；"), value, self.ground.named(at))
            elif own.reason in REPLACED:
                self._replaced(own)

    def _replaced(self, borne: Borne) -> None:
        """A word of the claim that stands in the place of another one of the articles."""
        word, _, other = borne.why.partition(": ")[2].partition(" for ")
        word, other = word.strip("'"), other.strip("'")
        if borne.reason == "name":
            alike = any(part in self.ground.texts[0] for part in (word[1:], word[:-1]) if part[1:])
            if is_nominal(other) and not alike:
                self._contradict(word, other, self.ground.witness)
        elif borne.reason in ("noun", "subject") or word not in self.ground.whole:
            self._lack(word)

    def _lack(self, word: str) -> None:
        whole = self.ground.whole
        if self._known(word) or (word not in plain(whole) and word in _letters(whole)):
            return
        if not is_cut(word, self.claim, self.ground.whole):
            self.missing.append(word)
            self.words += () if any(is_name(flag) for _, flag, _ in words(word)) else (word,)

    def _known(self, word: str) -> bool:
        """Whether it is told already."""
        return any(word in told or told in word for told in self.missing)

    def _denies(self, clause: str) -> bool:
        """Whether a clause denies what the one of the articles that is most like it affirms."""
        held = [text[a:b] for text in self.ground.texts for a, b in clauses(text)]
        nearest = max(held, key=lambda text: share(clause, text), default="")
        return share(clause, nearest) >= ABOUT and negations(clause) % 2 != negations(nearest) % 2


def _letters(text: str) -> str:
    """A text without its marks and spaces."""
    return re.sub(r"\W", "", plain(text))


def _telling_clauses(claim: str) -> Iterator[str]:
    """The clauses of a claim, each with those before it that say little."""
    before = ""
    for start, end in clauses(claim):
        before += claim[start:end]
        if len(re.findall(r"[^\W_]", before)) >= 6:
            yield before
            before = ""
    if before:
        yield before


_RATE = re.compile(r"每(?:一)?(?:年|个?月|天|日|个?小时|分钟|秒|周|季度)")
#: Told from the day of writing, which may be another one for whoever retells it.
_RELATIVE = frozenset(
    {"近日", "今年", "去年", "前年", "明年", "昨日", "昨天", "昨晚", "今日", "今天", "今晚", "明天", "明日",
     "本月", "上月", "上个月", "下月", "下个月", "本周", "上周", "下周", "同期"}
)  # fmt: skip


_SORTS = {
    "hour": re.compile("凌晨|早上|上午|中午|下午|傍晚|晚上|夜间"),
    "season": re.compile("[春夏秋冬]"),
    "weekday": re.compile("^(?:周|星期|礼拜)"),
}
_DAY = re.compile(r"(?:(?<!\d)(1[0-2]|[1-9])月)?(?<!\d)([12]\d|3[01]|[1-9])[日号]")
_YEARS = re.compile("今年|去年|前年|明年")
_YEAR = re.compile(r"(?:19|20)\d\d年")


def _days(text: str) -> list[tuple[str, str]]:
    """The months and days of a text; a day without a month is of the month before it.

    >>> _days("7月9日到澳门，13日到泰国。")
    [('7', '9'), ('7', '13')]
    """
    month, found = "", []
    for match in _DAY.finditer(plain(text)):
        month = match[1] or month
        if month:
            found.append((month, match[2]))
    return found


def _sort(word: str) -> str:
    """What sort of time a word tells; of another sort it contradicts nothing.

    >>> _sort("晚上"), _sort("夏季"), _sort("每天")
    ('hour', 'season', '')
    """
    return next((sort for sort, pattern in _SORTS.items() if pattern.search(word)), "")


def _spans(text: str) -> frozenset[str]:
    return frozenset(times(plain(text)) - _RELATIVE)


def _rates(text: str) -> frozenset[str]:
    return frozenset(_RATE.findall(text.replace("每一", "每").replace("每日", "每天")))
