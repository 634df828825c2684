"""Assertions for tests of one's own articles: what an answer says, cites, or leaves unsaid.

    from youju.testing import assert_cited, assert_refused, assert_says

    def test_the_bridge(ask):
        answer = ask("滨河大桥有多长？")
        assert_says(answer, "1250米")
        assert_cited(answer, "全长1250米", source="bridge.txt")

The fixture `ask` is there as soon as Youju is installed beside pytest. Texts are compared as `youju eval`
compares them: white space, commas and full or half width set aside.
"""

from __future__ import annotations

from server.evaluation.outcome import plain
from server.text.comparison import squash
from youju import Answer, Check, CheckedClaim, Citation, Library


def assert_says(answer: Answer, *parts: str | tuple[str, ...]) -> None:
    """The answer is none that refuses, and says every part; of a tuple one of its texts."""
    __tracebackhide__ = True
    said = squash(plain(answer.answer))
    assert not answer.refused, f"refused\n{shown(answer)}"
    for part in parts:
        aliases = (part,) if isinstance(part, str) else part
        held = any(squash(alias) in said for alias in aliases)
        assert held, f"does not say {' or '.join(aliases)}\n{shown(answer)}"


def assert_refused(answer: Answer) -> None:
    """The articles do not say, and the answer says so."""
    __tracebackhide__ = True
    assert answer.refused, f"answered, and should not have been\n{shown(answer)}"


def assert_cited(answer: Answer, quote: str = "", *, source: str = "") -> Citation:
    """Some citation holds a text, and is of a source, where these are given: the first of them."""
    __tracebackhide__ = True
    found = [
        citation
        for citation in answer.citations
        if squash(quote) in squash(citation.quote) and source in ("", citation.source)
    ]
    wanted = " of ".join(filter(None, (quote, source))) or "anything"
    assert found, f"does not cite {wanted}\n{shown(answer)}"
    return found[0]


def assert_verbatim(found: Answer | Check, library: Library) -> None:
    """Every quote stands in its source, character for character, where its citation says."""
    __tracebackhide__ = True
    for citation in found.citations:
        text = library.source(citation.source).text
        held = text[citation.start : citation.end]
        assert held == citation.quote, f"{_place(citation)} is {held!r}, not {citation.quote!r}"


def assert_borne_out(check: Check) -> None:
    """Nothing in a checked text is left that somebody should look at."""
    __tracebackhide__ = True
    flagged = [claim for claim in check.claims if claim.flagged]
    assert not flagged, "not borne out\n" + "\n".join(map(_flagged, flagged))


def assert_flagged(check: Check, text: str) -> CheckedClaim:
    """The claim of a checked text that holds ``text`` is not borne out: the first of them."""
    __tracebackhide__ = True
    claims = [claim for claim in check.claims if squash(text) in squash(claim.text)]
    assert claims, f"no claim holds {text}"
    flagged = [claim for claim in claims if claim.flagged]
    assert flagged, f"not flagged: {claims[0].verdict}: {claims[0].text}"
    return flagged[0]


def shown(answer: Answer) -> str:
    """An answer as a failed test shows it."""
    lines = [f"Q: {answer.question}"]
    if answer.query != answer.question:
        lines.append(f"   searched: {answer.query}")
    lines.append(f"A: {answer.answer}")
    lines += [f"   [{c.number}] {_place(c)} {c.quote}" for c in answer.citations]
    return "\n".join(lines)


def _place(citation: Citation) -> str:
    return f"{citation.source}:{citation.start}-{citation.end}"


def _flagged(claim: CheckedClaim) -> str:
    told = [f"{d.said}: the articles say {d.value}" for d in claim.differing] or claim.missing
    return (
        f"{claim.verdict}: {claim.text} ({'; '.join(told)})"
        if told
        else f"{claim.verdict}: {claim.text}"
    )
