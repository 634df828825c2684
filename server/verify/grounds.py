"""Where words of a writer's own come from: the smallest places that bear them."""

from __future__ import annotations

from server.records import Support
from server.text.clauses import clauses
from server.text.comparison import squash
from server.text.facts import missing
from server.verify.drafts import Draft, Place
from server.verify.faithfulness import reworded
from server.verify.support import judge
from server.verify.witnesses import Witness, Witnesses
from server.verify.wording import names_in

TRIMMED = "，、；：,;:。！？!? \n"


def grounds(draft: Draft, witnesses: Witnesses) -> tuple[list[Place], Support]:
    """The smallest places that together bear a sentence, and how far; none when nothing does."""
    borne = judge(draft.text, witnesses.statements, witnesses.pointed(draft.pointed))
    if borne.support == "none":
        found = [witnesses.all[i] for i in reworded(draft.text, witnesses.statements, borne)]
        places = [Place(w.article, w.passage_id, w.start, w.end) for w in found]
        return places, "partial" if places else "none"
    places = [_narrow(witnesses.all[i], start, end) for i, start, end in borne.needed]
    for text in [
        *(f.text for f in missing(draft.text, [p.text for p in places])),
        *names_in(draft.text),
    ]:
        if any(squash(text).lower() in squash(p.text).lower() for p in places):
            continue
        place = _before(text, witnesses.all[borne.needed[0][0]])
        if place is None:
            return places, "partial"  # a figure that is missing is found out by the caller
        places.insert(0, place)
    return list(dict.fromkeys(places)), borne.support


def _narrow(witness: Witness, start: int, end: int) -> Place:
    """The clauses of a sentence that hold ``[start, end)`` of it, without marks at the ends."""
    text = witness.statement.text
    touched = [(a, b) for a, b in clauses(text) if b > start and a < end]
    first, last = (touched[0][0], touched[-1][1]) if touched else (0, len(text))
    while first < last and text[first] in TRIMMED:
        first += 1
    while last > first and text[last - 1] in TRIMMED:
        last -= 1
    return Place(witness.article, witness.passage_id, witness.start + first, witness.start + last)


def _before(text: str, witness: Witness) -> Place | None:
    """The nearest clause, heading or title before a sentence that says ``text``."""
    article = witness.article
    at = article.text.rfind(text, 0, witness.start)
    block = next((b for b in article.blocks if b.start <= at < b.end), None)
    if at < 0 or block is None:
        return None
    whole = article.text[block.start : block.end]
    start, end = next((a, b) for a, b in clauses(whole) if a <= at - block.start < b)
    found = whole[start:end]
    start += len(found) - len(found.lstrip(TRIMMED))
    end -= len(found) - len(found.rstrip(TRIMMED))
    return Place(article, witness.passage_id, block.start + start, block.start + end)
