"""A text in, a verdict on each of its claims out. The whole line:

sentences   checking/   sentences; headings, greetings, questions and views are left alone
retrieve    index/      passages for each claim, those of the claims before it beside them
find        checking/   what the articles say to it
Gate.check  verify/     every quote that is cited stands in its source
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Event as Stop
from threading import Lock

from index import Hit, Library, Snapshot, Source, SourceNotFound
from prompts import language_of
from server.checking.abroad import find_abroad
from server.checking.claims import GivenSentence, given_sentences, may_be_opinion
from server.checking.records import Check, CheckedClaim, Differing, Step
from server.checking.verdicts import Contrary, Finding, find
from server.evidence.find import Search
from server.verify.drafts import Draft, Place
from server.verify.gate import Gate
from server.verify.witnesses import Witness, Witnesses, witnesses

PASSAGES = 8  # found for a claim
ABROAD = 24  # where the articles are in another language
KEPT = 8  # texts whose checks are at hand
CARRIED = 4  # of the claim before it in its paragraph


_Asked = tuple[object, str, tuple[str, ...], str]  # library's version, text, sources, format


class Checker:
    """Checks texts against a library; blocking, and safe to call from several threads."""

    def __init__(self, library: Library, search: Search) -> None:
        self._library = library
        self._search = search
        self._kept: OrderedDict[_Asked, Check] = OrderedDict()
        self._lock = Lock()

    def check(
        self,
        text: str,
        *,
        sources: Sequence[str] = (),
        format: str = "txt",
        stop: Stop | None = None,
    ) -> Check:
        """The whole check, or what there is of it once ``stop`` is set.

        One of the last few texts is not checked again while the library is the same: it is shown,
        filtered and exported. Raises: IndexMissing when nothing is indexed.
        """
        asked = (self._library.snapshot().version, text, tuple(sources), format)
        with self._lock:
            if (kept := self._kept.get(asked)) is not None:
                return kept
        checked = Check(text)
        for step in self.stream(text, sources=sources, format=format, stop=stop):
            if isinstance(step.data, Check):
                checked = step.data
        return checked

    def stream(
        self,
        text: str,
        *,
        sources: Sequence[str] = (),
        format: str = "txt",
        stop: Stop | None = None,
    ) -> Iterator[Step]:
        """Claim by claim; what a claim cites comes before it. Ends early once ``stop`` is set."""
        began = time.perf_counter()
        snapshot = self._library.snapshot()
        found = given_sentences(text, format)
        run = _Run(snapshot, self._search, sources)
        claims: list[CheckedClaim] = []
        for at, sentence in enumerate(found, 1):
            if stop is not None and stop.is_set():
                return
            told = len(run.gate.citations)
            claims.append(run.claim(sentence))
            for citation in run.gate.citations[told:]:
                yield Step("citation", citation)
            yield Step("claim", claims[-1], at, len(found))
        timings = {"total": (time.perf_counter() - began) * 1000}
        checked = Check(text, tuple(claims), tuple(run.gate.citations), timings)
        self._keep((snapshot.version, text, tuple(sources), format), checked)
        yield Step("done", checked)

    def _keep(self, asked: _Asked, checked: Check) -> None:
        with self._lock:
            self._kept[asked] = checked
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


class _Run:
    """One text being checked, against one snapshot."""

    def __init__(self, snapshot: Snapshot, search: Search, sources: Sequence[str]) -> None:
        self._snapshot, self._search, self._sources = snapshot, search, tuple(sources)
        self._carried: list[Hit] = []
        self.gate = Gate(self._source, lambda: Witnesses((), snapshot))

    def _source(self, name: str) -> Source | None:
        with suppress(SourceNotFound):
            return self._snapshot.source(name)
        return None

    def claim(self, sentence: GivenSentence) -> CheckedClaim:
        """A sentence with what the articles say to it."""
        if sentence.aside:
            return CheckedClaim(
                sentence.text, sentence.start, sentence.end, "opinion", aside=sentence.aside
            )
        finding, foreign = self._find(sentence)
        if finding.verdict == "none" and may_be_opinion(sentence.text):
            return CheckedClaim(
                sentence.text, sentence.start, sentence.end, "opinion", aside="opinion"
            )
        return self._cited(sentence, finding, foreign=foreign)

    def _find(self, sentence: GivenSentence) -> tuple[Finding, bool]:
        """What is found for a claim, and whether the articles are in another language."""
        pool = self._pool(sentence, PASSAGES)
        own = [w for w in pool if language_of(w.statement.text) == language_of(sentence.text)]
        if own or not pool:
            return find(sentence.text, own), False
        return find_abroad(sentence.text, self._pool(sentence, ABROAD)), True

    def _pool(self, sentence: GivenSentence, k: int) -> list[Witness]:
        """The statements of what is found for a sentence, and for the one before it in its paragraph."""
        hits = self._search.near(self._snapshot, sentence.text, k=k, sources=self._sources)
        beside = [] if sentence.begins else self._carried
        self._carried = hits[:CARRIED]
        known = {hit.passage.id for hit in hits}
        return witnesses([*hits, *(h for h in beside if h.passage.id not in known)], self._snapshot)

    def _cited(self, sentence: GivenSentence, finding: Finding, *, foreign: bool) -> CheckedClaim:
        if finding.verdict == "none":
            return CheckedClaim(
                sentence.text, sentence.start, sentence.end, "none", foreign=foreign
            )
        differing = tuple(filter(None, map(self._differing, finding.contrary)))
        told = [d.citation for d in differing]
        places = () if told and finding.verdict == "contradicted" else finding.places
        numbers = [n for witness in places for n in self._cite(witness)]
        verdict = finding.verdict
        if not numbers and not told:  # what it rests on has changed meanwhile
            return CheckedClaim(
                sentence.text, sentence.start, sentence.end, "none", foreign=foreign
            )
        if verdict == "contradicted" and not differing:
            verdict = "partial"
        return CheckedClaim(
            sentence.text,
            sentence.start,
            sentence.end,
            verdict,
            () if verdict == "full" else finding.missing,
            tuple(dict.fromkeys([*told, *numbers])),
            differing,
            foreign=foreign,
        )

    def _differing(self, contrary: Contrary) -> Differing | None:
        numbers = self._cite(contrary.witness)
        if not numbers:
            return None
        published = contrary.witness.article.published
        return Differing(contrary.said, contrary.value, numbers[0], published)

    def _cite(self, witness: Witness) -> tuple[int, ...]:
        """The numbers of a statement's quotes, once the gate has found them in their source."""
        place = Place(witness.article, witness.passage_id, witness.start, witness.end)
        claim = self.gate.check(Draft(place.text, (place,)))
        return claim.citations if claim else ()
