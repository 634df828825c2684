"""What is known of a sentence as an answer: the features that the ranking weighs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from server.evidence.answer_kinds import defines, fits, wanted_units
from server.evidence.sentences import Coverage, Sentence
from server.question.asking import defined
from server.question.understanding import Part, beside_asking
from server.text.clauses import clauses
from server.text.counted import named
from server.text.facts import Fact, numbers

#: Kinds of answer for which fitting weighs differently.
KINDS = ("who", "where", "when", "count", "which", "list")
#: What is known of a sentence, in the order of the weights.
FEATURES = (
    "coverage", "coverage_window", "coverage_context", "fits", "rank", "hit_score", "length",
    "years_met", "years_clash", "byline", "position", "first_numbers",
    "missing_window", "missing_context", "clause_fits", "clause_coverage", "clause_pair",
    "similarity", "lead", "defines", "reason_follows", "beside", "in_order", "in_order_window",
    "leans", "said_before", "said_after", *(f"fits_{kind}" for kind in KINDS),
)  # fmt: skip


def features(part: Part, sentence: Sentence, coverage: Coverage, similarity: float) -> list[float]:
    """The features of a sentence for one part of a question, as ``FEATURES`` names them.

    ``similarity`` is the cosine of both by the built-in embedder.
    """
    text = sentence.text
    said = coverage.held(text)
    window = said | coverage.held(sentence.before[-120:])
    context = window | coverage.held(sentence.around)
    facts = numbers(text)
    fit = fits(part, text)
    return [
        coverage.share(said),
        coverage.share(window),
        coverage.share(context),
        fit,
        1.0 / (1 + sentence.rank),
        sentence.hit_score,
        min(len(text), 200) / 100,
        *_years(part, sentence, facts),
        float(sentence.block.kind == "byline" and not asks_author(part)),
        float(sentence.start == sentence.block.start),
        float(bool(facts)),
        coverage.rarest_missing(window),
        coverage.rarest_missing(context),
        *_clause_features(part, text, coverage),
        similarity,
        float(sentence.start < LEAD),
        float(part.kind == "definition" and defines(defined(part.text), text)),
        coverage.share(coverage.held(sentence.before[-80:])) if _gives_reason(part, text) else 0.0,
        _beside(part, text, facts) if part.kind == "count" else 0.0,
        _in_order(part, text),
        _in_order(part, sentence.before[-50:] + text),
        float(bool(_LEANS.match(text))),
        *_beside_asking(part, text),
        *(fit * (part.kind == kind) for kind in KINDS),
    ]


def _years(part: Part, sentence: Sentence, facts: Sequence[Fact]) -> tuple[float, float]:
    """Whether the years that a question names stand in a paragraph, and others in the sentence."""
    years = set(part.years)
    if not years:
        return 0.0, 0.0
    stated = {f.value for f in facts if f.unit == "年" and len(f.value) == 4}
    around = {f.value for f in numbers(sentence.paragraph) if f.unit == "年"}
    return float(years <= (stated | around)), float(bool(stated) and not years & stated)


#: Characters at the start of an article that tell the news in short.
LEAD = 160


#: How a sentence begins that leans on the one before it.
_LEANS = re.compile(r"[“”]?(?:同时|此外|其中|另外|并|而|但|这|该|其|他|她|它|对此|为此|因此)")


def _in_order(part: Part, text: str) -> float:
    """The share of a question's characters that a text holds in the same order."""
    said = _plain(part.text)
    return LCSseq.similarity(said, text) / max(4, len(said))


@lru_cache(maxsize=64)
def _plain(question: str) -> str:
    return _QUESTION_WORDS.sub("", question)


def _beside_asking(part: Part, text: str) -> tuple[float, float]:
    """How much a text repeats of the words before and after a question word: they stand beside
    the answer, too. Reasons and ways are told in other words.
    """
    if part.kind in _TOLD:
        return 0.0, 0.0
    before, after = _pieces_beside(part.text)
    return _longest(before, text) / BESIDE, _longest(after, text) / BESIDE


#: Characters beside a question word that are looked for.
BESIDE = 4
_TOLD = frozenset({"why", "how", "yesno", "definition"})


@lru_cache(maxsize=64)
def _pieces_beside(question: str) -> tuple[Sequence[str], Sequence[str]]:
    """All pieces of the words before a question word and after it, the longest first."""
    before, after = beside_asking(question, BESIDE)
    return _pieces(before), _pieces(after)


def _pieces(words: str) -> Sequence[str]:
    sizes = range(len(words), 0, -1)
    return [words[i : i + size] for size in sizes for i in range(len(words) - size + 1)]


def _longest(pieces: Sequence[str], text: str) -> int:
    """The length of the longest piece that a text holds; 0 when it holds none."""
    return next((len(piece) for piece in pieces if piece in text), 0)


_QUESTION_WORDS = re.compile(r"[，。？、]|哪[一些个]?|什么|多少|谁|是否|如何|怎么|为什么|为何")


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
        fit = fits(part, piece)
        if fit < 0.5:
            continue
        held = coverage.held(piece)
        pair = held | coverage.held(pieces[i - 1]) if i else held
        best = max(best, (fit, coverage.share(held), coverage.share(pair)), key=sum)
    return best


def asks_author(part: Part) -> bool:
    """Whether a question asks who wrote an article, or where they work: the byline says so."""
    return bool(_ASKS_AUTHOR.search(part.text))


_ASKS_AUTHOR = re.compile(r"作者|记者|编辑|撰[文稿]|主持|摄影|任职|哪个单位|写的|谁[写撰]")
