"""The gist of an article, of several, or of a thing: few sentences that carry most, section by section.

No reader is asked: nothing of a gist stands at one place. What carries most is the sentence that is
most like all the others, says most of the title, stands where its section opens and holds figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

from index import Article, Block
from index.pages.passages import sentences
from prompts import language_of
from server.evidence.elaboration import elaboration
from server.evidence.enumerations import Bounds, enumeration, enumerations, longest
from server.evidence.must_hold import clash
from server.evidence.nearness import centralities, similarities
from server.evidence.points import points
from server.evidence.reading import ReadSentence, unread
from server.evidence.sentences import Coverage, Sentence
from server.evidence.speakers import turns
from server.evidence.spoken_of import HEADS, KNOWN, OPENING, known, meant, share
from server.question.gist import (
    about_article,
    asks_section,
    asks_several,
    elaborated,
    overview,
    viewed,
)
from server.question.sorts import SORTS
from server.question.understanding import Part
from server.text.clauses import SPEAKS
from server.text.comparison import squash
from server.text.facts import numbers
from server.text.names import names

SECTIONS = 4  # told beside the opening
ROOM = 400  # characters of a gist
ENOUGH = 0.7  # share of what the least of its sentences carries that a further one does
ARTICLES = 10  # of which each gets a line
THEMES = 3  # of a section whose paragraphs open with what they are about
BEGINNING = 4  # statements in which an article says what it is about
OPENS_WITH = 20  # characters of a paragraph that say what it is about
SLOGAN = 20  # characters of a sentence that says little
SIDE = 4  # times as long as a section is the longest one beside which it is told of last
CALLED = 0.8  # share of a heading, or of what is said of it, that the other holds
ENDING = 2  # characters in which a question says what points it means
NAMED = 3  # characters of a heading that names its section
FACETS = 4  # sentences on a thing
SHORTEST, LONGEST = 8, 120  # characters of a sentence that says something, and no more than that
THEME = 40  # characters of a sentence that says what a paragraph is about
SAID, ALL = (
    0.6,
    0.95,
)  # share of what a thing is called that a sentence, and that its paragraph holds
ALIKE = 0.8  # cosine from which a sentence adds nothing

# What the sentence that carries most has more of, beside how like all others it is.
TITLED, HEADED, OPENS, LEADS, FIGURES, DECIDES = 0.8, 0.5, 0.15, 0.1, 0.1, 0.3
#: What one loses that leans on another, or is the words of somebody.
LEANS = 0.4


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences and what they are of: a title, a section's heading, or nothing that has a name."""

    label: str
    sentences: tuple[ReadSentence, ...]
    listed: bool = False


def summary(part: Part, pool: Sequence[Sentence]) -> tuple[Told, ...]:
    """What the article, the articles or the thing that are meant say in short; nothing where none seems to be.

    ``pool``: the sentences of what was found, best first.
    """
    first = {s.article.id: s for s in reversed(pool)}
    articles = [first[id].article for id in dict.fromkeys(s.article.id for s in pool)]
    if not articles:
        return ()
    if asks_several(part.text):
        return tuple(islice(_lines([first[article.id] for article in articles]), ARTICLES))
    if point := elaborated(part.text):
        near = elaboration(point, articles)
        return (Told("", tuple(unread(first[a.id], *b) for a, b in near)),) if near else ()
    if told := _said_by(part, articles, first) or _points(part, articles, first):
        return told
    about, thing = about_article(part.text), overview(part.text)
    titled = next((a for a in articles if about and squash(a.title) == squash(about)), None)
    sections = titled is None or asks_section(part.text)
    if sections and (told := _section(part.text, about or thing, articles, first)):
        return told
    article = titled or meant(about, thing, articles, abroad=language_of(part.text) == "en")
    if article is not None:
        return tuple(_gist(first[article.id], thing))
    return tuple(_facets(part, thing, pool)) if thing else ()


# -- what somebody says, the points of a sort, a section

_First = Mapping[str, Sentence]


def _said_by(part: Part, articles: Sequence[Article], first: _First) -> tuple[Told, ...]:
    """What somebody says in each of his turns, or the gist of what he wrote."""
    who = viewed(part.text)
    for article in articles if who else ():
        if who in turns(article).values():
            return tuple(_asked(first[article.id], who))
    for article in articles if who else ():
        if article.author == who:
            return tuple(_gist(first[article.id]))
    return ()


def _points(part: Part, articles: Sequence[Article], first: _First) -> tuple[Told, ...]:
    """The points of the sort that is asked for."""
    found = points(part.text, articles)
    if found is None:
        return ()
    near = first[found.article.id]
    return (Told("", tuple(unread(near, a, b) for a, b in found.points.items), listed=True),)


def _section(
    question: str, about: str, articles: Sequence[Article], first: _First
) -> tuple[Told, ...]:
    """The section whose heading a question names: what carries most of it.

    All of the heading, what it is asked to be about (关于食堂), or what the points under it are
    (打算 for 计划); and of what else the question says the article must be.
    """
    said, named = squash(about), asks_section(question)
    about_it = _FOCUS.search(question)
    focus = squash(about_it["what"]) if about_it else ""
    sort = next((sort for sort in SORTS if sort.told.search(said[-ENDING:])), None)
    found: list[tuple[float, int, Article, _Section]] = []
    for rank, article in enumerate(articles):
        for section in _sections(article):
            heading = squash(section.heading)
            if named:
                long = len(heading) >= NAMED
                fit = max(share(heading, said), share(said, heading)) if long else 0.0
                found += [(fit, -rank, article, section)] if fit >= CALLED else []
            elif len(heading) > 1 and heading in said:
                much = known(said.replace(heading, "", 1), article, titled=False)
                fit = much + len(heading) / len(said)
                found += [(fit, -rank, article, section)] if much >= KNOWN else []
            elif focus and focus in heading:
                fit = known(squash(question).replace(focus, "", 1), article, titled=False)
                found += [(fit, -rank, article, section)]
            elif sort and sort.told.search(heading):
                fit = known(said[:-ENDING], article, titled=False)
                found += [(fit, -rank, article, section)] if fit >= KNOWN else []
    if not found:
        return ()
    *_, article, section = max(found, key=lambda one: one[:2])
    weights = _weights(article, [section], "")
    near = first[article.id]
    told = _filled(article.text, [section], weights, [])
    return (Told(section.heading, tuple(unread(near, *bounds) for bounds in told), listed=True),)


#: What of an article is asked for: 「会上关于食堂说了什么」.
_FOCUS = re.compile(r"(?:关于|有关)(?P<what>[^，？的]{2,8}?)(?=都|主要|[说讲谈]|的|$)")


# -- an interview

_SPEAKER = re.compile(r"[\u4e00-\u9fffA-Z·]{1,8}(?:[（(][^）)]{1,12}[）)])?[：:]")
_QUESTIONS = 2  # of an interview, at least
_TURNS = 5  # of an interview that are told


def _asked(near: Sentence, who: str = "") -> Iterator[Told]:
    """What is answered to each question of an interview; by one of them, if somebody is named.

    Nothing where an article is none.
    """
    article, said = near.article, turns(near.article)
    rounds: list[tuple[str, list[Block]]] = []
    heading = ""
    for block in article.blocks:
        text = article.text[block.start : block.end]
        if block.kind == "heading":
            heading = text
        elif block.kind == "paragraph" and text.endswith(("？", "?")):
            rounds.append((heading or _SPEAKER.sub("", text, count=1).strip("？?"), []))
            heading = ""
        elif rounds and block.kind == "paragraph" and said.get(block.start):
            rounds[-1][1].append(block)
    rounds = [
        (label, [b for b in blocks if who in ("", said[b.start])]) for label, blocks in rounds
    ]
    rounds = [(label, blocks) for label, blocks in rounds if blocks]
    if not (said and len(rounds) >= (1 if who else _QUESTIONS)):
        return
    longest_ones = sorted(rounds, key=lambda one: -sum(b.end - b.start for b in one[1]))[:_TURNS]
    for label, blocks in sorted(longest_ones, key=rounds.index):
        found = []
        several = len({said[block.start] for block in blocks}) > 1
        for _, run in groupby(blocks, key=lambda block: said[block.start]):
            turn = list(run)
            found += _items_of(article, turn) if who else [_answer(article, turn, named=several)]
        yield Told(label, tuple(unread(near, *bounds) for bounds in found))


def _answer(article: Article, turn: Sequence[Block], *, named: bool) -> Bounds:
    """What somebody's answer opens with; with his name where several answer."""
    block = turn[0]
    start, end = block.start, block.end
    speaker = _SPEAKER.match(article.text, start, end)
    opens = start if named or speaker is None else speaker.end()
    for _, stop in sentences(article.text, start, end):
        if stop - opens >= SLOGAN:
            return opens, stop
    return opens, end


def _items_of(article: Article, turn: Sequence[Block]) -> list[Bounds]:
    """The items of what somebody enumerates in his turn; else what it opens with."""
    inside = range(turn[0].start, turn[-1].end)
    items = [
        item
        for one in enumerations(article)
        if one.starts[0] in inside and one.items[-1][0] in inside
        for item in one.items
    ]
    found = [_unnamed(article, bounds) for bounds in dict.fromkeys(items)]
    return found or [_answer(article, turn, named=False)]


def _unnamed(article: Article, bounds: Bounds) -> Bounds:
    speaker = _SPEAKER.match(article.text, *bounds)
    return (speaker.end() if speaker and speaker.end() < bounds[1] else bounds[0]), bounds[1]


# -- an article


@dataclass(frozen=True, slots=True)
class _Section:
    """The statements under a heading, each with whether it opens its paragraph; all its characters."""

    heading: str
    statements: tuple[tuple[Bounds, bool], ...]
    length: int = 0


def _gist(near: Sentence, thing: str = "") -> Iterator[Told]:
    """What an article opens with, and what carries most of each section or is an item of its enumeration.

    With a ``thing``, as far as it is of that.
    """
    article = near.article
    sections = _sections(article)
    if not sections:
        return
    interview = () if thing else tuple(_asked(near))
    weights = _weights(article, sections, thing)
    opening, others = sections[0], sections[1:]
    beginning = _beginning(article, opening)
    lead = _best(beginning, weights)
    told = set()
    field = lead and _FIELD.fullmatch(article.text[slice(*lead)])
    if lead and not ((others or interview) and field):
        told.add(lead)
        yield Told(f"《{article.title}》" if article.title else "", (unread(near, *lead),))
    if interview:
        yield from interview
        return
    if len(others) > 1:
        room = SECTIONS + (not told)
        least = max(section.length for section in others) / SIDE
        main = [s for s in others if s.length >= least] if len(others) > room else others
        main = sorted(sorted(main, key=lambda s: -s.length)[:room], key=others.index)
        best = [b for s in main for b in _themes(article, s) or [_best(s, weights)]]
        chosen = _filled(article.text, main, weights, [*best, *told])
        for section in main:
            own = {bounds for bounds, _ in section.statements}
            found = [bounds for bounds in chosen if bounds in own]
            yield Told(section.heading, tuple(unread(near, *bounds) for bounds in found))
        return
    items = [b for b in longest(article) if b not in told and _says(article.text[slice(*b)])]
    chosen = _filled(article.text, sections, weights, [*told, *items[: SECTIONS + 1]])
    rest = [bounds for bounds in chosen if bounds not in told]
    if rest:
        yield Told("", tuple(unread(near, *bounds) for bounds in rest), listed=True)


def _filled(
    text: str, sections: Sequence[_Section], weights: dict[Bounds, float], told: Sequence[Bounds]
) -> list[Bounds]:
    """What is told, and what else carries most as far as there is room: of each paragraph before a second of any."""
    paragraphs: list[list[Bounds]] = []
    for bounds, opens in (s for section in sections for s in section.statements):
        if opens or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(bounds)
    ranked = [sorted(one, key=lambda b: -weights[b]) for one in paragraphs]
    held = {bounds for one in ranked if set(told) & set(one) for bounds in one}
    order = sorted((n + (b in held), -weights[b], b) for one in ranked for n, b in enumerate(one))
    least = ENOUGH * min((weights.get(b, 0.0) for b in told), default=0.0)
    chosen, used = list(told), sum(min(LONGEST, b[1] - b[0]) for b in told)
    for further, weight, bounds in order:
        length = min(LONGEST, bounds[1] - bounds[0])
        says = -weight >= least and (length >= SLOGAN or _DIGIT.search(text, *bounds))
        if bounds not in chosen and used + length <= ROOM and (says or not further):
            chosen.append(bounds)
            used += length
    return sorted(chosen)


def _beginning(article: Article, opening: _Section) -> _Section:
    """The statements in which an article says what it is about; slogans say nothing."""
    texts = ((s, article.text[slice(*s[0])]) for s in opening.statements)
    told = [s for s, text in texts if not _is_slogan(text)] or opening.statements
    return replace(opening, statements=tuple(told[:BEGINNING]))


def _is_slogan(text: str) -> bool:
    """Whether a statement is mere rhythm: short, in clauses, without a figure."""
    return len(text) < SLOGAN and "，" in text and not numbers(text)


_DIGIT = re.compile(r"\d")
#: A line that only fills in a field: 「地点：…」.
_FIELD = re.compile(r"[^，。：]{2,4}：[^。]*。?")


def _themes(article: Article, section: _Section) -> list[Bounds]:
    """The short sentences with which the paragraphs of a section open, where at least three do."""
    opening = [bounds for bounds, opens in section.statements if opens]
    inside = set(opening)
    found = {
        one
        for bounds in opening
        if (one := enumeration(article, bounds[0])) and len(inside & set(one.items)) >= THEMES
    }
    items = max((one.items for one in found), key=len, default=())
    short = [bounds for bounds in items if bounds[1] - bounds[0] <= THEME]
    return short[:THEMES] if len(short) == len(items) else []


_ORDINAL = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}(?:[)）、]|[.．](?!\d))\s*|\d(?=[\u4e00-\u9fff]{2,12}$)|第[一二三四五六七八九十]+[章节部分条]+\s*"
)


def _sections(article: Article) -> list[_Section]:
    """What stands before the first heading, then each heading with what stands under it."""
    found: list[_Section] = []
    heading = ""
    for heads, run in groupby(article.blocks, key=lambda block: block.kind in HEADS):
        blocks = list(run)
        if heads:
            lines = [article.text[b.start : b.end] for b in blocks if b.kind == "heading"]
            heading = _unnumbered(max(lines, key=len, default=""))
            continue
        told = [b for b in blocks if b.kind in ("paragraph", "row")]
        statements = [
            (_bare(article.text, bounds), bounds[0] == block.start)
            for block in told
            for bounds in sentences(article.text, block.start, block.end)
            if _says(article.text[slice(*bounds)])
        ]
        if statements:
            length = sum(block.end - block.start for block in told)
            found.append(_Section(heading if found else "", tuple(statements), length))
    return found


def _unnumbered(heading: str) -> str:
    """A heading without the ordinal that it opens with, and with the figures in it: 五、2024年计划."""
    ordinal = _ORDINAL.match(heading)
    return heading[ordinal.end() :] if ordinal else heading


def _bare(text: str, bounds: Bounds) -> Bounds:
    """A statement without the ordinal that it opens with."""
    start, end = bounds
    ordinal = _ORDINAL.match(text, start, end)
    return (ordinal.end() if ordinal else start), end


def _says(text: str) -> bool:
    return (
        len(text) >= SHORTEST
        and not text.endswith(("？", "?", "：", ":"))
        and not _NO_STATEMENT.match(text)
        and not _ONLY_SPEAKS.fullmatch(text)
    )


_ONLY_SPEAKS = re.compile(rf"[^，：“”]{{2,40}}(?:{SPEAKS})[。，]?")
#: What is torn off, and what only is polite.
_NO_STATEMENT = re.compile(r"的|[、，；。]|谢谢|感谢|请?谅解|此致|敬礼|特此|祝")


_LEANS = re.compile(
    r"[（(其这那该它他她并但而还也却]|同时|此外|另外|比如|例如|因此|所以|当地|公司|同样|以上|数据为证|当然|我们|答：|走进|图为|.{0,6}记者|[^“，]{0,8}，?(?:这些|那些|上述|以上)"
)


#: What was agreed on, of all that was talked about.
_DECIDES = re.compile(r"决定|决议|明确|同意|倾向|(?:表决|审议)(?:通过|结果)")


def _weights(article: Article, sections: Sequence[_Section], thing: str) -> dict[Bounds, float]:
    """How much each statement carries of its article and its section."""
    titles = [article.text[b.start : b.end] for b in article.blocks if b.kind == "title"]
    title = "，".join(titles) or article.title
    texts = {b: article.text[slice(*b)] for section in sections for b, _ in section.statements}
    found = dict(zip(texts, centralities(list(texts.values())), strict=True))
    for section in sections:
        for bounds, opens in section.statements:
            text = texts[bounds]
            figures = sum(fact.kind == "number" for fact in numbers(text))
            found[bounds] += (
                TITLED * _alike(thing or title, text)
                + HEADED * _alike(section.heading, text)
                + LEADS * opens
                + FIGURES * min(2, figures) / 2
                + DECIDES * bool(_DECIDES.search(text))
                - LEANS * (bool(_LEANS.match(text)) or text.count("“") != text.count("”"))
                - LEANS / 2 * (len(text) > LONGEST)
                - LEANS * bool(_FIELD.fullmatch(text))
            )
    return found


def _alike(name: str, text: str) -> float:
    return similarities(name, [text])[0] if name else 0.0


def _best(section: _Section, weights: dict[Bounds, float]) -> Bounds:
    """The statement that carries most; the one that opens the section has an advantage."""
    opening = section.statements[0][0] if section.statements else (0, 0)
    found = (bounds for bounds, _ in section.statements)
    return max(found, key=lambda b: weights[b] + OPENS * (b == opening), default=(0, 0))


# -- several articles, and a thing


def _lines(near: Sequence[Sentence]) -> Iterator[Told]:
    """Each article with the sentence that carries most of what it opens with."""
    for one in near:
        for told in list(_gist(one))[:1]:
            article = one.article
            title = (
                f"《{article.title}》" if article.title else article.text.partition("\n")[0][:20]
            )
            yield Told(title, told.sentences[:1])


def _facets(part: Part, thing: str, pool: Sequence[Sentence]) -> Iterator[Told]:
    """The sentences that say most of a thing, no two of them the same; nothing where none names it.

    Of 某市的茶产业 the town need not be named where its article begins with it.
    """
    owner, bare = _owned(thing)
    coverage = Coverage(bare)
    naming = [
        s
        for s in pool
        if (coverage.of(s.text) >= SAID or coverage.of(s.paragraph[:OPENS_WITH]) >= ALL)
        and coverage.of(s.around) >= ALL
        and owner in f"{s.article.title}{s.article.text[:OPENING]}"
        and not clash(part, s)
        and _says(s.text)
    ]
    if not naming:
        return
    texts = [s.text for s in naming]
    central = centralities(texts)
    worth = {
        s.key: near + _subject(bare, s.text) + FIGURES * min(2, len(numbers(s.text)))
        - LEANS * (bool(_LEANS.match(s.text)) or len(s.text) < SLOGAN)
        for s, near in zip(naming, central, strict=True)
    }  # fmt: skip
    chosen: list[Sentence] = []
    for s in sorted(naming, key=lambda s: -worth[s.key]):
        if max(similarities(s.text, [c.text for c in chosen]), default=0.0) < ALIKE:
            chosen.append(s)
        if len(chosen) == FACETS:
            break
    chosen.sort(key=lambda s: (s.rank, s.key))
    yield Told("", tuple(unread(s, s.start, s.end) for s in chosen), listed=True)


def _owned(thing: str) -> tuple[str, str]:
    """The name that a thing begins with, where it goes on behind it, and the rest: 某市, 茶产业 of 某市的茶产业."""
    for name in names(thing):
        rest = thing.removeprefix(name).removeprefix("的")
        if thing.startswith(name) and len(rest) > 1:
            return name, rest
    return "", thing


def _subject(thing: str, text: str) -> float:
    """How early a thing stands in a sentence: what it is about stands first."""
    at = squash(text).find(squash(thing))
    return 1.0 - at / max(1, len(text)) if at >= 0 else 0.0
