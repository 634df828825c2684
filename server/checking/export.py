"""A checked text as Markdown: the text with its marks, then what was found, with the quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from server.checking.records import Check, CheckedClaim
from server.records import Citation

Says = Callable[..., str]


def markdown(check: Check, says: Says) -> str:
    """``says`` gives the words of the reader's language for a key, as the page's catalogue does."""
    by_number = {c.number: c for c in check.citations}
    counts = check.counts()
    tally = " · ".join(f"{says(f'check.{v}')} {n}" for v, n in counts.items() if n)
    lines = [f"# {says('check.title')}", "", tally, "", f"## {says('check.text')}", ""]
    lines += _marked(check)
    lines += ["", f"## {says('check.found')}", ""]
    for number, claim in enumerate((c for c in check.claims if c.verdict != "opinion"), 1):
        lines += [f"{number}. **{says(f'check.{claim.verdict}')}** {_plain(claim.text)}"]
        lines += [f"   - {told}" for told in _told(claim, says)]
        lines += [f"   - [{n}] {_quoted(by_number[n])}" for n in claim.citations]
    return "\n".join([*lines, ""])


def _marked(check: Check) -> list[str]:
    """The text, the numbers of its citations behind each claim; what is not borne out in bold."""
    text, at, out = check.text, 0, ""
    for claim in check.claims:
        if claim.start < at or claim.verdict == "opinion":
            continue
        said = text[claim.start : claim.end]
        marks = "".join(f"[{n}]" for n in claim.citations)
        out += text[at : claim.start] + (f"**{said}**" if claim.flagged else said) + marks
        at = claim.end
    return (out + text[at:]).strip().split("\n")


def _told(claim: CheckedClaim, says: Says) -> Iterator[str]:
    for d in claim.differing:
        day = f" ({d.published})" if d.published else ""
        yield says("check.differs", said=d.said, value=_plain(d.value)) + f"{day} [{d.citation}]"
    told = {d.said for d in claim.differing}
    missing = [m for m in claim.missing if m not in told]
    if missing:
        yield says("check.lacks", what="、".join(missing))
    if claim.foreign:
        yield says("check.foreign")


def _quoted(citation: Citation) -> str:
    day = f", {citation.published}" if citation.published else ""
    where = f"{citation.source}:{citation.start}-{citation.end}"
    return f"「{_plain(citation.quote)}」 {citation.title or citation.source}{day} ({where})"


def _plain(text: str) -> str:
    return " ".join(text.split())


def stretches(check: Check) -> list[tuple[str, CheckedClaim | None, int]]:
    """The text in pieces, in its order: the claim that each is, and its number; None between them.

    A piece that is no claim may hold line breaks; one that is has none that matters.
    """
    found: list[tuple[str, CheckedClaim | None, int]] = []
    bounds = [(0, 0), *_claims(check), (len(check.text), len(check.text))]
    numbers = {(c.start, c.end): (c, i) for i, c in enumerate(check.claims, 1)}
    for (_, end), (start, stop) in pairwise(bounds):
        if check.text[end:start]:
            found.append((check.text[end:start], None, 0))
        if stop > start:
            claim, number = numbers[start, stop]
            found.append((check.text[start:stop], claim, number))
    return found


def _claims(check: Check) -> Iterator[tuple[int, int]]:
    """The spans of the claims that lie one behind the other."""
    at = 0
    for claim in check.claims:
        if claim.start >= at:
            yield claim.start, claim.end
            at = claim.end
