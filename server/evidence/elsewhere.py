"""Whether what a question names is spoken of where a sentence stands, or only elsewhere in what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index import Article, romanised
from index.analysis import fold
from index.background import background
from prompts import language_of
from server.evidence.must_hold import names_name
from server.evidence.sentences import Sentence, block_at
from server.evidence.speakers import presented
from server.question.subject import words
from server.question.understanding import Part
from server.text.names import bodies
from server.text.periods import stated

_SORT = 2  # characters behind a name in a title that say what sort of thing it is of
#: A name that stands before these in another title.
_OTHER = re.compile(r"[\u4e00-\u9fff]{2}(?<!关于)(?<!公司)$")
_RARE = 0.4  # share of the greatest rarity from which a name tells one thing from others
LONGEST_GROUP = 5  # characters of the name of a group or a room
_LEAD = 120  # characters of an article that say what all of it is about


class Elsewhere:
    """The names of a question that the found articles say: a word that none says may be no name at all."""

    def __init__(self, part: Part, articles: Sequence[Article]) -> None:
        self._asked = part.whole or part.text
        self._numbered = dict(_numbered(part.text))
        self._groups = dict(_groups(part.text))
        self._told, self._years = _told(part.text), frozenset(_YEAR.findall(part.text))
        texts = [fold(f"{article.title}\n{article.text}") for article in articles]
        english = language_of(part.text) == "en"
        self._patterns = tuple(
            pattern
            for pattern in (romanised.names(part.text) if english else ())
            if any(pattern.search(text) for text in texts)
        )
        self._names = tuple(
            name
            for name in (() if english else part.names)
            if _rarity(name) > _RARE and any(fold(name) in text for text in texts)
        )
        titles = [fold(article.title) for article in articles if part.alone is None]
        named = [(name, t.find(fold(name)), t) for name in self._names for t in titles]
        self._titled = {name for name, at, _ in named if at >= 0}
        self._called = {(fold(n), t[at + len(n) :][:_SORT]) for n, at, t in named if at >= 0}

    def of(self, sentence: Sentence) -> int:
        """1 where a name is said elsewhere, and not around a sentence, above it, or where its article begins.

        2 where its own paragraph names another body, which it may be about, or its article never says a name
        that another one has for its title, or has a sibling's name for its own; where it has another number
        of the sort that the question names (7号楼, A7), or stands below one; or where it is of another year.
        """
        if self._has_another(sentence):
            return 2
        # Tagging a paragraph takes milliseconds: only where a name is missing does it matter.
        if not self._lacking(sentence, ""):
            return 0
        if self._of_another(sentence.article):
            return 2
        if any(not self._is_asked(body) for body in bodies(sentence.paragraph)):
            return 2
        return int(self._lacking(sentence, _before(sentence)))

    def is_another(self, sentence: Sentence) -> bool:
        """Whether it is told of something else by its number, its year or its title, whatever else speaks for it."""
        return self._has_another(sentence) or self._of_another(sentence.article)

    def _has_another(self, sentence: Sentence) -> bool:
        """Whether a sentence has another number, year, group or name where the asked one is expected."""
        return (
            self._other_number(sentence)
            or self._other_year(sentence)
            or self._other_group(sentence)
            or self._sibling(sentence)
        )

    def _of_another(self, article: Article) -> bool:
        """Whether an article never says a name that another one has for its title: a look-alike's."""
        told = f"{article.title}\n{article.text}"
        return any(not names_name(told, name) for name in self._titled)

    def _sibling(self, sentence: Sentence) -> bool:
        """Whether its title has another name before what follows the asked one in its title: 河西 before 游泳馆.

        What names the asked one itself may be of it all the same.
        """
        title, paragraph = fold(sentence.article.title), fold(sentence.paragraph)
        return any(
            name not in f"{title}\n{paragraph}" and _OTHER.search(title[: title.find(sort)])
            for name, sort in self._called
            if len(sort) == _SORT and sort in title
        )

    def _lacking(self, sentence: Sentence, before: str) -> bool:
        """Whether one of the names stands nowhere near a sentence."""
        near = (
            f"{sentence.around}\n{before}\n{presented(sentence)}\n{sentence.article.text[:_LEAD]}"
        )
        folded = fold(near) if self._patterns else ""
        return any(not names_name(near, name) for name in self._names) or any(
            not pattern.search(folded) for pattern in self._patterns
        )

    def _other_number(self, sentence: Sentence) -> bool:
        for sort, asked in self._numbered.items():
            for text in _last_first(sentence):
                said = [number for kind, number in _numbered(text) if kind == sort]
                if said:
                    if asked not in said and not _in_range(text, sort, asked):
                        return True
                    break
                if not sort:  # letters and digits may be anything: only its own say what it is of
                    break
        return False

    def _other_group(self, sentence: Sentence) -> bool:
        """Whether a sentence is of 生产部 where 销售部 is asked: of what was named last of that sort."""
        for sort, asked in self._groups.items():
            if shortens(asked.removesuffix(sort), sentence.article.title):
                continue  # 秋季班 of 培训班教学计划（秋季）
            for text in _last_first(sentence):
                said = [
                    name for kind, name in (_groups(text) if sort in text else ()) if kind == sort
                ]
                if said:
                    if not any(shortens(asked, name) for name in said):
                        return True
                    break
        return False

    def _other_year(self, sentence: Sentence) -> bool:
        """Whether a sentence says 去年 where 前年 is asked, or an article of another year never says the asked one."""
        said = _told(sentence.text)
        if self._told and said and not self._told & said:
            return True
        article = sentence.article
        above = f"{article.title}\n{sentence.passage.heading}\n{article.text[:_LEAD]}"
        if not self._years or not _YEAR.search(above):
            return False
        known = f"{article.title}\n{article.published}\n{article.text}"
        return not any(year in known or _in_range(known, "年", year) for year in self._years)

    def _is_asked(self, body: str) -> bool:
        if self._patterns:
            return any(pattern.search(fold(body)) for pattern in self._patterns)
        return names_name(self._asked, body)


_DIGITS = "零一二三四五六七八九十"
#: What is told apart by its number or its letter: A7, 7号楼, 四年级, 第三年, 5.2版, B线.
_NUMBERED = re.compile(
    r"(?P<model>[a-z]{1,4}-?\d+)"
    r"|(?P<number>\d+)(?P<sort>号楼|号线|号机|号院|号门|号仓|号库|路|线|栋|幢|班|车间|标段|代(?!表))"
    rf"|(?P<grade>\d+|[{_DIGITS}])(?P<level>年级|单元|价(?![格钱值位]))"
    rf"|第(?P<nth>\d+|[{_DIGITS}])(?P<turn>年|期|届|批|轮|季度|次|回|版|场|天|周|组)"
    r"|(?P<version>\d+(?:\.\d+)+)\s*版"
    r"|(?<![a-z])(?P<letter>[a-z])(?P<of>线|座|区|馆|班|组|款|类)"
    r"|(?P<stem>[甲乙丙丁戊])(?P<kept>[号库座栋楼班组级类款])"
)
_LINES = {"号线": "线", "路": "线"}  # 夜3路 and 旅游1线 are of one sort
_RANGE = r"(\d+)(?:{0})?(?:至|到|[-—–~～])(\d+){0}"
_PIECE = re.compile(r"[\n。；！？]")
_FIRST_LINE = 60  # characters of an article that are as good as its title
_FAR = 1_000  # characters of a heading and of a title, which may be as long as a file
_BACK = 200  # characters before a sentence in which it may stand what it is of


def _last_first(sentence: Sentence) -> Iterator[str]:
    """A sentence, and what stands before and above it, piece by piece: what was named last is what it is of."""
    yield sentence.text
    before = sentence.article.text[max(0, sentence.start - _BACK) : sentence.start]
    yield from reversed(_PIECE.split(before))
    yield sentence.passage.heading[:_FAR]
    yield sentence.article.title[:_FAR]
    yield sentence.article.text[:_FIRST_LINE].split("\n")[0]


def _numbered(text: str) -> Iterator[tuple[str, str]]:
    """The sorts of what is numbered in a text, each with the number: ('号楼', '7'), ('', 'a7')."""
    for match in _NUMBERED.finditer(fold(text)):
        sort = match["sort"] or match["level"] or match["turn"] or ""
        if match["letter"]:  # a sort of its own: B线 beside 62路 says nothing of it
            yield f"letter {match['of']}", match["letter"]
            continue
        if match["stem"]:
            yield f"letter {match['kept']}", match["stem"]
            continue
        if match["version"]:
            yield "版本", match["version"]
            continue
        number = match["number"] or match["grade"] or match["nth"] or match["model"]
        if number in _DIGITS:
            number = str(_DIGITS.index(number))
        yield _LINES.get(sort, sort), number


_GROUPS = frozenset("部科室班厅队")
_NO_GROUP = re.compile(r"[每各本该全两几一整这那哪同其上下加值轮当接换]|.*[们个的]")


def _groups(text: str) -> Iterator[tuple[str, str]]:
    """The sorts of groups and rooms that are named in a text, each with its name: ('部', '生产部'), ('班', '大班')."""
    before, tag = "", ""
    for word, now in words(text):
        name = before + word if word in _GROUPS and tag[:1] not in ("", "r", "x", "m") else word
        known = 1 < len(name) <= LONGEST_GROUP and name[-1] in _GROUPS and now[:1] != "v"
        if known and not _NO_GROUP.match(name):
            yield name[-1], name
        before, tag = word, now


def shortens(short: str, name: str) -> bool:
    """Whether a name, or a title, holds the characters of a shorter one in their order.

    >>> shortens("暑托班", "暑期托管班"), shortens("秋季班", "春季班")
    (True, False)
    """
    rest = iter(name)
    return all(char in rest for char in short)


def _in_range(text: str, sort: str, number: str) -> bool:
    """Whether a number lies between two of its sort: 7号楼 in 5号楼至9号楼."""
    ranges = re.finditer(_RANGE.format(sort), fold(text)) if sort else ()
    return any(int(match[1]) <= int(number) <= int(match[2]) for match in ranges)


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年|[届版])")
_TOLD = re.compile(r"[今本去上前明]年")
_SAME = {"本年": "今年", "上年": "去年"}


def _told(text: str) -> frozenset[str]:
    """The years that a text tells from its own (去年), other than those that it only compares with."""
    words = (_TOLD.match(one.text) for one in stated(text))
    return frozenset(_SAME.get(word[0], word[0]) for word in words if word)


def _rarity(name: str) -> float:
    pairs = [name[i : i + 2] for i in range(len(name) - 1)] or [name]
    return max(background().share(pair) for pair in pairs)


def _before(sentence: Sentence) -> str:
    """The paragraph before that of a sentence."""
    block = block_at(sentence.article, max(0, sentence.block.start - 2))
    return sentence.article.text[block.start : block.end] if block else ""
