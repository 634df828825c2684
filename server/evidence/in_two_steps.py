"""What a question only describes is found first, and then asked of by its name: two facts, often of two articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from server.evidence.decide import AnsweredPart, Found
from server.evidence.must_hold import names_name
from server.evidence.sentences import Sentence
from server.question.described import descriptions
from server.text.names import names

MOST = 3  # names that are tried
SHORTEST, LONGEST = 2, 16  # characters of a name
_MARKS = " \n，。；：、！？（）()“”\"'·—"
_NO_NAME = re.compile(r"[，。；！？、：\n]|^\d+$")
_BESIDE = re.compile(r"[|｜_\-—(（:：，,·\s]")  # what stands behind a name in a title


def in_two_steps(query: str, direct: Found, decide: Callable[[str], Found]) -> Found:
    """What the evidence allows once what a query describes is named; the ``direct`` decision where that gives nothing.

    A direct answer beside which the one that is described is named stays where it is as sure.
    """
    for description in descriptions(query):
        first = decide(description.who)
        for name in _names(first, query):
            then = decide(description.named(name))
            if not _tells_of(then, name):
                continue
            if _is_beside(direct, name) and then.confidence <= direct.confidence:
                return direct
            return direct if _best(direct) == _best(then) else _joined(first, then, direct)
    return direct


def _names(found: Found, query: str) -> Iterator[str]:
    """The name with which a decision answers, and the one that its article has for its title."""
    if len(found.parts) != 1:
        return
    best = found.parts[0].sentences[0]
    said = best.sentence.text[slice(*best.answer)]
    title = best.sentence.article.title
    told = (said, _BESIDE.split(title, maxsplit=1)[0], *names(title))
    for name in list(dict.fromkeys(part.strip(_MARKS) for part in told))[:MOST]:
        known = name.strip("《》") in query or _NO_NAME.search(name)
        if SHORTEST <= len(name) <= LONGEST and not known:
            yield name


def _best(found: Found) -> Sentence | None:
    return found.parts[0].sentences[0].sentence if found.parts else None


def _is_beside(found: Found, name: str) -> bool:
    best = _best(found)
    return best is not None and names_name(best.around, name)


def _tells_of(found: Found, name: str) -> bool:
    best = _best(found)
    if best is None:
        return False
    article = best.article
    return names_name(f"{article.title}\n{article.text}", name.strip("《》"))


def _joined(first: Found, then: Found, direct: Found) -> Found:
    """Who it is, and what was asked of it."""
    (who,) = first.parts
    named = AnsweredPart(replace(who.part, label=""), who.sentences[:1])
    both = (*then.hits[:1], *first.hits[:1], *then.hits[1:], *first.hits[1:])
    hits = tuple({hit.passage.id: hit for hit in both}.values())
    return replace(
        then,
        asked=direct.asked,
        hits=hits[: len(then.hits)],
        parts=(named, *then.parts),
        confidence=min(first.confidence, then.confidence),
    )
