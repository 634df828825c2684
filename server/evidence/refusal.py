"""What to say when the articles do not: what is missing, and what they would answer."""

from __future__ import annotations

from collections.abc import Sequence

from prompts import language_of
from server.evidence.answer_kinds import wanted_units
from server.evidence.dated import another_period
from server.evidence.must_hold import names_name, unmet
from server.evidence.nearness import question_shares
from server.evidence.ranking import Ranked
from server.evidence.rows import rows
from server.evidence.sentences import Sentence
from server.evidence.suggestions import suggestions
from server.question.asking import asks, defined
from server.question.subject import words
from server.question.understanding import Part
from server.text.names import names

#: What is said of a question is little when it is less than this share.
LITTLE = 0.4
NEAR = 0.3  # a sentence that says as much of it is near enough to suggest what it answers
LONGEST = 9  # characters of what a reason names
#: For a question in another language than the articles, none of whose words the dictionary has, in a library too
#: large for the encoder.
OTHER_LANGUAGE = (
    "The articles are in Chinese, and this library is searched by the built-in table of words, which "
    "knows of other languages no more than English words. Ask in Chinese or English, or let the encoder embed it: "
    "YOUJU_EMBEDDER=e5 youju index --rebuild."
)


def explain(part: Part, ranked: Sequence[Ranked], *, abroad: bool = True) -> str:
    """One sentence about what the best evidence lacks, in the question's language.

    ``abroad``: whether questions in another language than the articles could be searched.
    """
    english = language_of(part.text) == "en"
    if not ranked:
        return (
            "No passage has to do with this question."
            if english
            else "没有找到与这个问题有关的段落。"
        )
    # What would answer but for its time says more than what may answer, and says nothing of it.
    first = max(ranked, key=lambda one: one.score)
    first = first if another_period(part, first.sentence) else ranked[0]
    best = first.sentence
    if english:
        chinese = language_of(best.text) == "zh"
        if chinese and not abroad:
            return OTHER_LANGUAGE
        return "No sentence of the articles answers this directly."
    about = f"最接近的段落出自《{best.article.title}》" if best.article.title else "最接近的段落"
    if rows(part, ranked) == []:
        return f"{about}，表里没有一行符合这个条件。"
    word = defined(part.text) if part.kind == "definition" else ""
    if word and not names_name(best.around, word):
        return f"{about}，没有解释「{word}」。"
    missing = unmet(names(part.text), best)
    if missing.article:
        return f"{about}，没有提到「{_listed(part.text, missing.article)}」。"
    if missing.paragraph:
        return f"{about}，那一段说的不是「{_listed(part.text, missing.paragraph)}」。"
    if first.clash:
        return f"{about}，{first.clash}。"
    years = [y for y in part.years if y not in best.article.text]
    if years:
        return f"{about}，没有{'、'.join(years)}年的说法。"
    if part.unit and first.feature("unit_missing"):
        return f"{about}，没有给出以「{_unit(part)}」计的数字。"
    least = first.told.least
    if first.told.share < LITTLE and len(least) > 1 and not asks(least):
        return f"{about}，没有说到「{whole_word(part.text, least)}」。"
    return f"{about}，没有直接回答这个问题的句子。"


def which_article(question: str) -> str:
    """What to say when the gist of an article is asked for, and not of which."""
    if language_of(question) == "en":
        return "Several articles may be meant; name its title, or what it is about."
    return "不知道说的是哪一篇文章，请说出标题，或者它讲的是什么。"


def told_missing(parts: Sequence[Part], language: str) -> str:
    """The parts of a question that the articles do not answer, in its language."""
    if language == "en":
        return f"The articles do not say: {'; '.join(part.label for part in parts)}."
    return f"没有说到「{'」「'.join(part.label for part in parts)}」。"


def whole_word(question: str, term: str) -> str:
    """A term with the words of the question that it is part of, and the nouns it makes one with.

    >>> whole_word("量子计算机的算力是多少？", "量子")
    '量子计算机'
    """
    at = question.find(term)
    if at < 0:
        return term
    found = words(question)
    starts = [0]
    for word, _ in found:
        starts.append(starts[-1] + len(word))
    first = max(i for i, start in enumerate(starts) if start <= at)
    end = min(i for i, start in enumerate(starts) if start >= at + len(term))
    if first and _is_torn_off(found[first - 1]):
        first -= 1
    while first and _makes_one(found[first - 1]) and starts[end] - starts[first - 1] <= LONGEST:
        first -= 1
    while (
        end < len(found) and _makes_one(found[end]) and starts[end + 1] - starts[first] <= LONGEST
    ):
        end += 1
    return question[starts[first] : starts[end]].strip("的，。？ ")


def _is_torn_off(word: tuple[str, str]) -> bool:
    """Whether a word is one character that is no word by itself: 璧 of 璧山区."""
    return len(word[0]) == 1 and word[1] in ("zg", "ng", "g", "ag", "vg")


def _makes_one(word: tuple[str, str]) -> bool:
    return word[1] in ("n", "nz", "vn", "an", "j", "l", "b") and not asks(word[0])


def _listed(question: str, terms: Sequence[str]) -> str:
    return "」「".join(dict.fromkeys(whole_word(question, term) for term in terms))


def _unit(part: Part) -> str:
    return "、".join(sorted(wanted_units(part))[:2])


def nearby(pool: Sequence[Sentence], asked: str) -> tuple[str, ...]:
    """Up to three questions that the passages answer, of those sentences that say some of this one."""
    if language_of(asked) == "en":
        return ()  # whether they are near cannot be told by words
    shares = question_shares(asked, [sentence.text for sentence in pool])
    near = {s.key: told.share for s, told in zip(pool, shares, strict=True) if told.share >= NEAR}
    ordered = sorted((s for s in pool if s.key in near), key=lambda s: -near[s.key])
    return tuple(suggestions(ordered, limit=3, but=asked))
