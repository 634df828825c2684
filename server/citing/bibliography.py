"""BibTeX and RIS, written by the libraries that keep to their rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.citing.cited import Cited
from server.citing.csl import key_of

#: What means something to TeX.
_SPECIAL = re.compile(r"([#$%&_{}])")
_WORDED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def bibtex(cited: Sequence[Cited]) -> str:
    """An entry an article, in UTF-8."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Block, Entry, Field

    def fields(one: Cited) -> list[Field]:
        known = {
            "title": f"{{{tex(one.name)}}}",
            "author": f"{{{tex(one.author)}}}" if one.author else "",
            "date": one.iso_date,
            "year": str(one.date_parts[0]) if one.date_parts else "",
            "url": one.url,
            "urldate": one.accessed.isoformat() if one.url else "",
            "pages": str(one.page or ""),
            "note": tex(one.source),
        }
        return [Field(key, value) for key, value in known.items() if value]

    entries: list[Block] = [Entry("misc", key_of(one), fields(one)) for one in cited]
    return str(write_string(Library(entries)))


def tex(text: str) -> str:
    r"""Text that TeX sets as it is.

    >>> tex("A_1 & 50%")
    'A\\_1 \\& 50\\%'
    """
    parts = re.split(r"([\\~^])", text)
    return "".join(_WORDED.get(part) or _SPECIAL.sub(r"\\\1", part) for part in parts)


def ris(cited: Sequence[Cited]) -> str:
    """An article of a newspaper (NEWS) each."""
    import rispy

    def entry(one: Cited) -> dict[str, object]:
        parts = [f"{part:02}" for part in one.date_parts]
        known: dict[str, object] = {
            "type_of_reference": "NEWS",
            "id": key_of(one),
            "title": one.name,
            "authors": [one.author] if one.author else [],
            "year": parts[0] if parts else "",
            "date": "/".join([*parts, *[""] * (3 - len(parts))]) + "/" if parts else "",
            "start_page": str(one.page or ""),
            "urls": [one.url] if one.url else [],
            "access_date": f"{one.accessed:%Y/%m/%d}//",
            "notes": [one.source],
        }
        return {key: value for key, value in known.items() if value}

    return str(rispy.dumps([entry(one) for one in cited]))
