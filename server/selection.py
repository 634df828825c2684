"""Which sentences of the hits answer a question, by everything that is known about each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from index import Article, Block, Embedder, Hit, Passage, load_embedder
from index.embed import Vectors
from index.idf import background
from index.lexical import fold, query_terms
from index.passages import sentences
from server.beside import named
from server.excerpt import clauses
from server.facts import Fact, numbers
from server.question import Part, topic

STATEMENTS = frozenset({"paragraph", "caption", "byline"})


class Articles(Protocol):
    """Where articles are looked up: a snapshot of the library."""

    def article(self, article_id: str) -> Article: ...


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """``[start, end)`` of an article's clean text, where it was found, and the block around it.

    ``rank`` is that of its passage among the hits, from 0.
    """

    article: Article
    passage: Passage
    start: int
    end: int
    block: Block
    rank: int
    hit_score: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def before(self) -> str:
        """What its block says before it."""
        return self.article.text[self.block.start : self.start]

    @property
    def paragraph(self) -> str:
        return self.article.text[self.block.start : self.block.end]

    @property
    def key(self) -> tuple[str, int]:
        return (self.article.id, self.start)


def candidates(hits: Sequence[Hit], articles: Articles) -> list[Sentence]:
    """Every statement of the hits' passages, each once, best passage first."""
    found: dict[tuple[str, int], Sentence] = {}
    for rank, hit in enumerate(hits):
        passage = hit.passage
        article = articles.article(passage.article)
        for start, end in sentences(article.text, passage.start, passage.end):
            block = _block(article, start)
            if block is None or block.kind not in STATEMENTS:
                continue
            sentence = Sentence(article, passage, start, end, block, rank, hit.score)
            found.setdefault(sentence.key, sentence)
    return list(found.values())


def _block(article: Article, at: int) -> Block | None:
    return next((b for b in article.blocks if b.start <= at < b.end), None)


class Coverage:
    """How much of a question a text holds: the weight of its terms, between 0 and 1.

    A term weighs what it counts in the question times how rare it is in news at large.
    """

    def __init__(self, question: str) -> None:
        self.rarity = {term: background().share(term) for term in query_terms(question)}
        self.weights = {t: w * self.rarity[t] for t, w in query_terms(question).items()}
        self.total = sum(self.weights.values()) or 1.0
        self._numbers = {
            term: re.compile(rf"(?<![\d.]){re.escape(term)}(?![\d.])")
            for term in self.weights
            if term[:1].isdigit() or term[-1:].isdigit()
        }

    def of(self, text: str) -> float:
        """The share of the question's weight that a text holds."""
        return self.share(self.held(text))

    def held(self, text: str) -> set[str]:
        """The question's terms that a text holds; a number only when it stands there whole."""
        folded = folded_text(text)
        return {
            term
            for term in self.weights
            if term in folded and (term not in self._numbers or self._numbers[term].search(folded))
        }

    def share(self, held: set[str]) -> float:
        """The share of the question's weight that the held terms have."""
        return sum(self.weights[t] for t in held) / self.total

    def rarest_missing(self, held: set[str]) -> float:
        """The weight of the two heaviest terms that are not held: a name, most often."""
        return sum(sorted((w for t, w in self.weights.items() if t not in held), reverse=True)[:2])


@lru_cache(maxsize=4096)
def folded_text(text: str) -> str:
    """A text as terms are sought in it; kept, since a paragraph is asked for again and again."""
    return fold(text)


_PERSON = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:说|表示|介绍|告诉|认为|指出|建议|坦言|称|透露|强调|教授|先生|女士)|"
    r"(?:主任|局长|书记|教授|董事长|总经理|经理|负责人|院长|区长|市长|部长|记者|作者|专家|院士|主席|总裁|CEO)"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:省|市|区|县|镇|乡|村|国|州|路|街道|园|城|港|岛|山|湖|海|校|馆|中心)"
)
_WHEN = re.compile(
    r"\d{4}年|\d{1,2}月|\d{1,2}日|世纪|年代|季度|上半年|下半年|去年|今年|昨|今日|当天|凌晨|上午|下午|晚"
)
_WHY = re.compile(
    r"因为|由于|原因|因此|所以|旨在|为了|得益于|在于|使得|导致|背后|离不开|缘于|源于|受.{1,12}影响|目的"
)
_HOW = re.compile(
    r"通过|采取|采用|利用|推动|建立|加强|实施|开展|设立|推进|依托|引入|要|组建|构建|鼓励|支持"
)
_LIST = re.compile(r"、")
_DEFINES = re.compile(r"是指|指的是|即|是一[种个类]|是以|称为|是.{2,30}的")


def fits(part: Part, text: str, facts: Sequence[Fact]) -> float:
    """How well what a text offers fits the kind of answer asked for, between 0 and 1.

    What the question says itself is no answer to it.
    """
    kind = part.kind
    if kind == "count":
        return _fits_count(part, text, facts)
    if kind == "list":
        enumerated = min(1.0, len(_LIST.findall(text)) / 2)
        return max(enumerated, 0.8 * _fits_count(part, text, facts) if part.unit else 0.0)
    if kind in {"which", "where"} and (named := _SORT.search(part.text)):
        return float(_offers(_sort_pattern(named["sort"]), text, part.text))
    if kind in _NEW and (pattern := _FITTING.get(kind)):
        return float(_offers(pattern, text, part.text))
    pattern = _FITTING.get(kind)
    return 0.5 if pattern is None else float(bool(pattern.search(text)))


def _offers(pattern: re.Pattern[str], text: str, question: str) -> bool:
    """Whether a pattern finds a thing that is more than a common noun and not in the question."""
    return any(
        m.group() not in question and not _COMMON_PLACE.search(m.group())
        for m in pattern.finditer(text)
    )


#: Kinds whose answer names something: it must be new to the question.
_NEW = frozenset({"who", "where", "when"})
_COMMON_PLACE = re.compile(
    r"^(?:[地各全该本多两新老]|等|以及)?[地园市城社景校山库片辖专特灾赛]区$|^[各全该本外出回][国省市县乡镇村]$|^中国$"
)


_SORT = re.compile(
    r"(?:哪|什么)(?:[一二两三几]?[个款种类项座条家所位名颗支部本只台辆架届场样]|样的)?(?P<sort>[\u4e00-\u9fff]{1,6}?)"
    r"(?=的|是|在|有|被|把|为|里|上|来|去|做|办|建|开|进|，|？|$)"
)
_ORGANISATIONS = (
    r"公司|集团|企业|大学|学院|研究院|研究所|医院|实验室|银行|科技|股份|机构|协会|局|委|院|所|厂"
)


#: Who wrote, where they work: the byline says so.
_ASKS_AUTHOR = re.compile(
    r"作者|记者|编辑|撰[文稿]|执笔|主持人?|摄影|拍摄|供职|任职|就职|工作单位|哪个单位|写(?:的|了|这|那)|读博"
)


@lru_cache(maxsize=256)
def _sort_pattern(sort: str) -> re.Pattern[str]:
    """What a text must hold to name a thing of the sort that is asked for."""
    if sort[-1] in "区县市省镇乡村国":
        return re.compile(rf"[\u4e00-\u9fff]{{2,}}{sort[-1]}")
    if re.search(r"公司|企业|单位|机构|药企|车企|高校|大学|学校|部门|银行|医院", sort):
        return re.compile(rf"[\u4e00-\u9fffA-Za-z]{{2,}}(?:{_ORGANISATIONS})")
    return re.compile(re.escape(sort[-2:]))


_FITTING: Mapping[str, re.Pattern[str]] = {
    "who": _PERSON,
    "where": _PLACE,
    "when": _WHEN,
    "why": _WHY,
    "how": _HOW,
    "definition": _DEFINES,
}
_MEASURES = {
    "平方": {"平方公里", "平方米", "公顷", "亩"},
    "时间": {"秒", "秒钟", "分钟", "小时", "天", "日", "个月", "年", "周"},
    "公里": {"公里", "米", "厘米", "毫米"},
    "增幅": {"%", "百分点", "成", "倍"},
    "度": {"度", "℃", "千瓦时"},
    "%": {"%", "百分点", "成", "倍"},
    "家": {"家", "个", "户", "所"},
    "个": {"个", "家", "项", "款", "座", "种", "所", "大", "条", "名", "类"},
    "所": {"所", "家", "个"},
    "位": {"位", "名", "人"},
    "名": {"位", "名", "人"},
    "人": {"位", "名", "人"},
    "元": {"元", "美元", "欧元", "日元", "港元", "英镑"},
}  # fmt: skip


def wanted_units(part: Part) -> set[str]:
    """The units that an amount may have to answer a part; empty when any may."""
    return _MEASURES.get(part.unit, {part.unit}) if part.unit else set()


def _fits_count(part: Part, text: str, facts: Sequence[Fact]) -> float:
    wanted = wanted_units(part)
    amounts = [
        fact
        for fact in facts
        if (fact.kind == "number" or _lasts(fact, text, wanted)) and fact.text not in part.text
    ]
    if not part.unit:
        return 0.7 if amounts else 0.0
    if any(fact.unit in wanted for fact in amounts):
        return 1.0
    if part.unit == "%" and _RATIO.search(text):
        return 1.0
    return 0.3 if amounts else 0.0


_RATIO = re.compile(
    r"\d[:：∶比]\d|[一二三四五六七八九十]比[一二三四五六七八九十]|[一二三四五六七八九]成|分之"
)


def _lasts(fact: Fact, text: str, wanted: set[str]) -> bool:
    """Whether a date is none but a length of time: 3年, 60日内."""
    if fact.kind != "date" or fact.unit not in wanted:
        return False
    behind = text[fact.start + len(fact.text) :][:2]
    return (
        len(fact.value) < 3 if fact.unit == "年" else bool(re.match(r"之?[内后]|以[内上]", behind))
    )


#: What is known of a sentence, in the order of the weights.
FEATURES = (
    "coverage", "coverage_window", "coverage_context", "fits", "rank", "hit_score", "length",
    "years_met", "years_clash", "byline", "position", "first_numbers",
    "missing_window", "missing_context", "clause_fits", "clause_coverage", "clause_pair",
    "similarity", "lead", "defines", "reason_follows", "beside",
)  # fmt: skip


def features(part: Part, sentence: Sentence, coverage: Coverage, similarity: float) -> list[float]:
    """The features of a sentence for one part of a question, as ``FEATURES`` names them.

    ``similarity`` is the cosine of both by the built-in embedder.
    """
    text = sentence.text
    said = coverage.held(text)
    window = said | coverage.held(sentence.before[-120:])
    context = window | coverage.held(
        f"{sentence.paragraph}\n{sentence.passage.heading}\n{sentence.article.title}"
    )
    facts = numbers(text)
    years = set(part.years)
    stated = {f.value for f in facts if f.unit == "年" and len(f.value) == 4}
    around = {f.value for f in numbers(sentence.paragraph) if f.unit == "年"}
    return [
        coverage.share(said),
        coverage.share(window),
        coverage.share(context),
        fits(part, text, facts),
        1.0 / (1 + sentence.rank),
        sentence.hit_score,
        min(len(text), 200) / 100,
        float(bool(years) and years <= (stated | around)),
        float(bool(years and stated) and not years & stated),
        float(sentence.block.kind == "byline" and not _ASKS_AUTHOR.search(part.text)),
        float(sentence.start == sentence.block.start),
        float(bool(facts)),
        coverage.rarest_missing(window),
        coverage.rarest_missing(context),
        *_clause_features(part, text, coverage),
        similarity,
        float(sentence.start < LEAD),
        float(bool(part.kind == "definition" and _defines(part, text))),
        coverage.share(coverage.held(sentence.before[-80:])) if _gives_reason(part, text) else 0.0,
        _beside(part, text, facts) if part.kind == "count" else 0.0,
    ]


#: Characters at the start of an article that tell the news in short.
LEAD = 160


def _defines(part: Part, text: str) -> bool:
    """Whether a text says what the asked-for word means: 「X，是指…」, 「所谓X，就是…」.

    In 「A里的X指什么」 the word may be X alone.
    """
    asked = _MARKS.sub("", topic(part.text))
    for word in {asked, re.split(r"[的里中]", asked)[-1]} - {""}:
        if re.search(
            rf"{re.escape(word)}，?(?:也?就?是指?|指的?是?|即|意味|.{{0,4}}(?:是指|指的是|是一))",
            _MARKS.sub("", text),
        ):
            return True
    return False


_MARKS = re.compile(r"[“”《》「」‘’]|所谓|到底|什么叫|^什么是")


def _beside(part: Part, text: str, facts: Sequence[Fact]) -> float:
    """How much of the noun beside an amount the question says, too, between 0 and 1."""
    wanted = wanted_units(part)
    return max(
        (
            min(1.0, len(named(text, fact, part.text)) / 8)
            for fact in facts
            if fact.kind == "number" and (not wanted or fact.unit in wanted)
        ),
        default=0.0,
    )


def _gives_reason(part: Part, text: str) -> bool:
    """Whether a text begins like the reason for what stands before it."""
    return part.kind in {"why", "how"} and bool(_REASON_FIRST.match(text))


_REASON_FIRST = re.compile(
    r".{0,6}(?:因为|由于|原因|为了|为此|主要是|得益于|背后|一是|首先|通过|这[是得]|据[悉了])"
)


def _clause_features(part: Part, text: str, coverage: Coverage) -> tuple[float, float, float]:
    """Of the clause that offers what is asked for: how well it fits and covers the question.

    The last figure counts the clause before with it, which often names what the number is of.
    """
    pieces = [text[a:b] for a, b in clauses(text)]
    best = (0.0, 0.0, 0.0)
    for i, piece in enumerate(pieces):
        fit = fits(part, piece, numbers(piece))
        if fit < 0.5:
            continue
        held = coverage.held(piece)
        pair = held | coverage.held(pieces[i - 1]) if i else held
        best = max(best, (fit, coverage.share(held), coverage.share(pair)), key=sum)
    return best


@lru_cache(maxsize=1)
def _embedder() -> Embedder:
    """The built-in embedder, whatever the library's: it costs microseconds a sentence."""
    return load_embedder("builtin")


@lru_cache(maxsize=8192)
def _embedded(text: str) -> Vectors:
    vector: Vectors = _embedder().embed([text])[0]
    return vector


def similarities(question: str, texts: Sequence[str]) -> list[float]:
    """The cosine of a question with each text, by the built-in embedder."""
    asked = _embedded(question)
    return [float(asked @ _embedded(text)) for text in texts]
