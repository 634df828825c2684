"""Names in another's place: would the articles bear the claim sooner of somebody else?

What is said of one is told from what is said of another by no word, where both stand in one paragraph. So each name
of a claim that stands apart from what is said of it is laid beside the other names there, its rivals: the gate's head
weighs the claim with a rival in the name's place, and the reader is asked 「谁」, 「哪里」 or 「什么」 stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import Article
from server.checking.cloze import likelihoods
from server.checking.ground import Ground
from server.checking.naming import Name, coined, wholes
from server.checking.wording import share
from server.text.clauses import clauses
from server.verify.entailment import entailed
from server.verify.faithfulness import read_for
from server.verify.statement import plain

BESIDE = 0.5  # of what a clause says beside a name: the name is as the articles have it
SURE = 1.0  # log odds by which a rival is likelier: less is noise
ASKED = 0.25  # of the reader's log-probabilities, beside the head's log odds
MOST = 8.0  # of them that count
TRIED = 3  # rivals of a name
NAMES = 3  # of a claim
_CLAUSE = re.compile(r"[,;。!?:\n]")


@dataclass(frozen=True, slots=True)
class Place:
    """A name and where it stands in a claim, made plain."""

    name: Name
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.name.text)

    def instead(self, claim: str, words: str) -> str:
        """The claim with other words in the name's place."""
        return claim[: self.start] + words + claim[self.end :]


def likelier(claim: str, ground: Ground) -> Iterator[tuple[str, str]]:
    """The names of a claim of whom the articles do not say it, each with the rival of whom they do."""
    known = names_of(ground)
    read = read_for(claim, ground.statements)
    said, there = plain(claim), plain(read)
    whole = plain(ground.whole)
    asked = [p for p in placed(said, known) if not _is_beside(said, p, whole)]
    for place in asked[:NAMES]:
        rivals = _rivals(said, place, known, there)
        if rivals and (rival := _sooner(claim, place, rivals, read)):
            yield place.name.text, rival


def _sooner(claim: str, place: Place, rivals: Sequence[Name], read: str) -> str:
    """The rival of whom a text bears the claim for sure, rather than of its own name."""
    own, *theirs = likelihoods(claim, place.start, [place.name, *rivals], read)
    asked = max(-MOST, min(MOST, max(theirs) - own))
    odds = entailed(claim, read)[1].odds
    head, best = max((entailed(place.instead(claim, r.text), read)[1].odds, r.text) for r in rivals)
    return best if head - odds + ASKED * asked >= SURE else ""


def _rivals(said: str, place: Place, known: Sequence[Name], there: str) -> list[Name]:
    """The names of a text that may be meant, those first beside which most of the claim stands."""
    found = [n for n in known if n.text in there and n.text not in said]
    rest, parts = place.instead(said, " "), _CLAUSE.split(there)

    def near(name: Name) -> float:
        return max((share(rest, part) for part in parts if name.text in part), default=0.0)

    return sorted((n for n in found if are_rivals(place.name, n)), key=near, reverse=True)[:TRIED]


def _is_beside(said: str, place: Place, there: str) -> bool:
    """Whether one clause of a text holds the name and much of what its clause of the claim says."""
    start, end = next((c for c in clauses(said) if c[0] <= place.start < c[1]), (0, len(said)))
    rest = f"{said[start : place.start]} {said[place.end : max(end, place.end)]}"
    name = place.name.text
    return any(name in held and share(rest, held) >= BESIDE for held in _CLAUSE.split(there))


def names_of(ground: Ground) -> list[Name]:
    """The names that the statements of a ground give, and the title of their article."""
    article = ground.witness.article
    texts = [plain(text) for text in (*ground.texts, article.title)]
    whole = _whole(article)
    found = {name.text: name for text in texts for name in (*coined(text, whole), *wholes(text))}
    return list(found.values())


@lru_cache(maxsize=16)
def _whole(article: Article) -> str:
    return plain(article.text)


def placed(said: str, known: Sequence[Name]) -> list[Place]:
    """The names of a claim in their order, the longest first; of one length those that the article has."""
    taken = [False] * len(said)
    found = []
    for name in sorted((*known, *wholes(said)), key=lambda n: -len(n.text)):
        for match in re.finditer(re.escape(name.text), said):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append(Place(name, start))
    return sorted(found, key=lambda p: p.start)


def are_rivals(name: Name, other: Name) -> bool:
    """Whether two names may stand in one another's place, and are not the same one at two lengths."""
    return name.kind == other.kind and not short_for(name.text, other.text)


def short_for(one: str, other: str) -> bool:
    """Whether the characters of one stand in the other, in their order: 广外, 广东外语外贸大学."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(char in rest for char in short)
