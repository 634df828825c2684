"""The gist of an article, of several, or of a thing: few sentences that carry most, section by section.

No reader is asked: nothing of a gist stands at one place. What carries most is the sentence that is
most like all the others, says most of the title, stands where its section opens and holds figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise

from index import Article
from index.pages.passages import sentences
from prompts import language_of
from server.evidence.enumerations import Bounds, enumeration, longest
from server.evidence.must_hold import clash
from server.evidence.nearness import centralities, similarities
from server.evidence.reading import ReadSentence, unread
from server.evidence.sentences import Coverage, Sentence
from server.question.gist import about_article, asks_several, overview
from server.question.understanding import Part
from server.text.comparison import squash
from server.text.facts import numbers

OPENING = 160  # characters in which an article says what it is about
KNOWN = 0.3  # share of what a question says of an article that its title, headings and opening hold
WHOLE = 0.6  # the same of a thing of which no article is spoken
SECTIONS = 4  # told beside the opening
ARTICLES = 10  # of which each gets a line
THEMES = 3  # of a section whose paragraphs open with what they are about
BEGINNING = 4  # statements in which an article says what it is about
OPENS_WITH = 20  # characters of a paragraph that say what it is about
SLOGAN = 20  # characters of a sentence that says little
FACETS = 4  # sentences on a thing
SHORTEST, LONGEST = 8, 120  # characters of a sentence that says something, and no more than that
THEME = 40  # characters of a sentence that says what a paragraph is about
SAID, ALL = (
    0.6,
    0.95,
)  # share of what a thing is called that a sentence, and that its paragraph holds
ALIKE = 0.8  # cosine from which a sentence adds nothing

# What the sentence that carries most has more of, beside how like all others it is.
TITLED, HEADED, OPENS, LEADS, FIGURES = 0.8, 0.5, 0.15, 0.1, 0.1
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
    about, thing = about_article(part.text), overview(part.text)
    article = _meant(about, thing, articles, abroad=language_of(part.text) == "en")
    if article is not None:
        return tuple(_gist(first[article.id], thing))
    return tuple(_facets(part, thing, pool)) if thing else ()


# -- which article


def _meant(about: str, thing: str, articles: Sequence[Article], *, abroad: bool) -> Article | None:
    """The article that a question says something of; the best found one where no word can tell.

    Of a ``thing`` only the article that is about it as a whole.
    """
    if (abroad and about) or (len(articles) == 1 and not thing):
        return articles[0]
    said = squash(about)
    known = [_known(said, article, titled=bool(thing)) for article in articles]
    best = max(known)
    return articles[known.index(best)] if best >= (WHOLE if thing else KNOWN) else None


def _known(about: str, article: Article, *, titled: bool) -> float:
    """How much of what a question says of an article its title says; else its headings and opening."""
    if not about:
        return 0.0
    lines = [(b.kind, article.text[b.start : b.end]) for b in article.blocks if b.kind in _HEADS]
    title = "".join((article.title, *(text for kind, text in lines if kind == "title")))
    shown = "".join((title, *(text for _, text in lines), article.text[:OPENING]))
    said = 0.0 if titled else 0.9 * _share(about, squash(shown))
    return max(_share(about, squash(title)), said)


def _share(about: str, text: str) -> float:
    """How much of a text another one holds: all of it, or pairs of characters."""
    if about in text:
        return 1.0
    pairs = [about[i : i + 2] for i in range(len(about) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


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
    weights = _weights(article, sections, thing)
    opening, others = sections[0], sections[1:]
    beginning = replace(opening, statements=opening.statements[:BEGINNING])
    lead = _best(beginning, weights)
    told = set()
    if lead and not (len(others) > 1 and _FIELD.fullmatch(article.text[slice(*lead)])):
        told.add(lead)
        yield Told(f"《{article.title}》" if article.title else "", (unread(near, *lead),))
    if len(others) > 1:
        room = SECTIONS + (not told)
        for section in sorted(sorted(others, key=lambda s: -s.length)[:room], key=others.index):
            found = _themes(article, section) or [_best(section, weights)]
            yield Told(section.heading, tuple(unread(near, *bounds) for bounds in found))
        return
    items = [bounds for bounds in longest(article) if bounds not in told][: SECTIONS + 1]
    rest = items or _spread(sections, weights, told)
    if rest:
        yield Told("", tuple(unread(near, *bounds) for bounds in rest), listed=True)


#: A line that only fills in a field: 「地点：…」.
_FIELD = re.compile(r"[^，。：]{2,3}：[^。]*。?")


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


_HEADS = frozenset({"title", "heading"})
_ORDINAL = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}(?:[)）、]|[.．](?!\d))\s*|\d(?=[\u4e00-\u9fff]{2,12}$)|第[一二三四五六七八九十]+[章节部分条]+\s*"
)


def _sections(article: Article) -> list[_Section]:
    """What stands before the first heading, then each heading with what stands under it."""
    found: list[_Section] = []
    heading = ""
    for heads, run in groupby(article.blocks, key=lambda block: block.kind in _HEADS):
        blocks = list(run)
        if heads:
            lines = [article.text[b.start : b.end] for b in blocks if b.kind == "heading"]
            heading = _ORDINAL.sub("", max(lines, key=len, default=""))
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


def _bare(text: str, bounds: Bounds) -> Bounds:
    """A statement without the ordinal that it opens with."""
    start, end = bounds
    ordinal = _ORDINAL.match(text, start, end)
    return (ordinal.end() if ordinal else start), end


def _says(text: str) -> bool:
    return len(text) >= SHORTEST and not text.endswith(("？", "?", "：", ":"))


_LEANS = re.compile(
    r"[（(其这那该它他她并但而还也却]|同时|此外|另外|比如|例如|因此|所以|当地|公司|同样|以上|数据为证|当然|我们|答：|走进|图为|.{0,6}记者"
)


def _weights(article: Article, sections: Sequence[_Section], thing: str) -> dict[Bounds, float]:
    """How much each statement carries of its article and its section."""
    texts = {b: article.text[slice(*b)] for section in sections for b, _ in section.statements}
    found = dict(zip(texts, centralities(list(texts.values())), strict=True))
    for section in sections:
        for bounds, opens in section.statements:
            text = texts[bounds]
            figures = sum(fact.kind == "number" for fact in numbers(text))
            found[bounds] += (
                TITLED * _alike(thing or article.title, text)
                + HEADED * _alike(section.heading, text)
                + LEADS * opens
                + FIGURES * min(2, figures) / 2
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


def _spread(
    sections: Sequence[_Section], weights: dict[Bounds, float], told: set[Bounds]
) -> list[Bounds]:
    """Of an article without sections, the best statement of each of as many stretches of it."""
    statements = [s for section in sections for s in section.statements if s[0] not in told]
    count = min(SECTIONS, (len(statements) + 1) // 2)
    cuts = [len(statements) * i // count for i in range(count + 1)] if count else []
    stretches = [statements[a:b] for a, b in pairwise(cuts)]
    return [_best(_Section("", tuple(stretch)), weights) for stretch in stretches]


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
    """The sentences that say most of a thing, no two of them the same; nothing where none names it."""
    coverage = Coverage(thing)
    naming = [
        s
        for s in pool
        if (coverage.of(s.text) >= SAID or coverage.of(s.paragraph[:OPENS_WITH]) >= ALL)
        and coverage.of(s.around) >= ALL
        and not clash(part, s)
        and _says(s.text)
    ]
    if not naming:
        return
    texts = [s.text for s in naming]
    central = centralities(texts)
    worth = {
        s.key: near + _subject(thing, s.text) + FIGURES * min(2, len(numbers(s.text)))
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


def _subject(thing: str, text: str) -> float:
    """How early a thing stands in a sentence: what it is about stands first."""
    at = squash(text).find(squash(thing))
    return 1.0 - at / max(1, len(text)) if at >= 0 else 0.0
