"""Names in another's place: would the articles bear the claim sooner of somebody else?

What is said of one is told from what is said of another by no word, where both stand in one paragraph. So each name
of a claim that stands apart from what is said of it is laid beside the other names there, its rivals: the gate's head
weighs the claim with a rival in the name's place, and the reader is asked 「谁」, 「哪里」 or 「什么」 stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import Article
from server.checking.cloze import likelihoods
from server.checking.ground import Ground
from server.checking.naming import Name, coined, wholes
from server.checking.wording import share
from server.evidence.remembered import remembered
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
_OF = re.compile("[省市县区]$")


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


@dataclass(frozen=True, slots=True)
class Told:
    """Of whom the articles tell what a claim tells of a name: its likeliest rival, and the log odds."""

    name: str
    rival: str
    odds: float


def told_of(claim: str, ground: Ground) -> Iterator[Told]:
    """The names of a claim that stand apart from what it says of them, each with its likeliest rival."""
    known = names_of(ground)
    read = read_for(claim, ground.statements)
    said, there = plain(claim), plain(read)
    whole = plain(ground.whole)
    asked = [
        p for p in placed(said, known) if not (_is_beside(said, p, whole) or _is_two(p, whole))
    ]
    for place in asked[:NAMES]:
        if rivals := _rivals(said, place, known, there):
            yield _likeliest(claim, place, rivals, read)


def likelier(claim: str, ground: Ground) -> Iterator[tuple[str, str]]:
    """The names of a claim of whom the articles do not say it, each with the rival of whom they do."""
    return ((t.name, t.rival) for t in told_of(claim, ground) if t.odds >= SURE)


def _likeliest(claim: str, place: Place, rivals: Sequence[Name], read: str) -> Told:
    own, *theirs = likelihoods(claim, place.start, [place.name, *rivals], read)
    odds = entailed(claim, read)[1].odds

    def likelier_by(rival: str, asked: float) -> float:
        head = entailed(place.instead(claim, rival), read)[1].odds
        return head - odds + ASKED * max(-MOST, min(MOST, asked - own))

    by, best = max(
        (likelier_by(r.text, asked), r.text) for r, asked in zip(rivals, theirs, strict=True)
    )
    return Told(place.name.text, best, by)


def _rivals(said: str, place: Place, known: Sequence[Name], there: str) -> list[Name]:
    """The names of a text that may be meant, those first beside which most of the claim stands."""
    found = [n for n in known if n.text in there and n.text not in said]
    found = [n for n in found if not _belongs(place.name.text, n.text, there)]
    rest, parts = place.instead(said, " "), _CLAUSE.split(there)

    def near(name: Name) -> float:
        return max((share(rest, part) for part in parts if name.text in part), default=0.0)

    return sorted((n for n in found if are_rivals(place.name, n)), key=near, reverse=True)[:TRIED]


def _belongs(name: str, other: str, there: str) -> bool:
    """Whether a text names one as a part of the other: 安徽凤阳县, 安徽省凤阳县."""
    found = re.finditer(re.escape(name), there)
    return any(_OF.sub("", there[: m.start()]).endswith(_OF.sub("", other)) for m in found)


def _is_two(place: Place, there: str) -> bool:
    """Whether a text has the halves of a name alone: 化隆县科巴村, where it says 化隆县一个叫科巴村的村庄."""
    name = place.name.text
    halves = ((name[:i], name[i:]) for i in range(2, len(name) - 1))
    return name not in there and any(one in there and other in there for one, other in halves)


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


@remembered
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
