"""Citations as clients of OpenAI's protocol read them, and as Open WebUI does.

An annotation's indices are those of the marker ``[n]`` in the text. ``start_index`` and
``end_index`` count Unicode code points, as Python slices and as all our spans do; ``utf16`` holds
the same in the units that JavaScript, Java and C# slice by. They differ only behind a character
beyond the Basic Multilingual Plane, such as a rare hanzi or an emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from server.addresses import view_path
from server.records import Citation, citation_dict

MARKER = re.compile(r"\[(\d+)\]")


def url_citations(
    text: str, citations: Iterable[Citation], base: str, after: int = 0
) -> Iterator[dict[str, Any]]:
    """A flat ``url_citation`` for every marker in a text that begins at ``after`` or behind it."""
    known = {c.number: c for c in citations}
    for match in MARKER.finditer(text, after):
        citation = known.get(int(match[1]))
        if citation is None:
            continue
        yield {
            "type": "url_citation",
            "start_index": match.start(),
            "end_index": match.end(),
            "title": title_of(citation),
            "url": url_of(citation, base),
            "utf16": {
                "start_index": utf16_index(text, match.start()),
                "end_index": utf16_index(text, match.end()),
            },
        }


def nested(annotation: Mapping[str, Any]) -> dict[str, Any]:
    """The same as chat completions have it: below the name of its type."""
    kind = annotation["type"]
    return {"type": kind, kind: {k: v for k, v in annotation.items() if k != "type"}}


def title_of(citation: Citation) -> str:
    return citation.title or citation.source


def url_of(citation: Citation, base: str) -> str:
    """Where the citation opens: the viewer, at its quote."""
    return base + view_path(citation_dict(citation))


def utf16_index(text: str, index: int) -> int:
    """A place in a text in UTF-16 code units.

    >>> utf16_index("𠮷野家", 1), utf16_index("有据", 1)
    (2, 1)
    """
    return index + sum(char > "\uffff" for char in text[:index])


def source_event(citation: Citation, base: str) -> dict[str, Any]:
    """What Open WebUI shows of a source: its title, the quote, the address that opens it.

    One entry for each distinct ``metadata.source``, and the n-th of them opens at ``[n]``; a
    citation's address tells it from the others, and is that of its annotation.
    """
    title, url = title_of(citation), url_of(citation, base)
    return {
        "type": "source",
        "data": {
            "source": {"name": title, "url": url},
            "document": [citation.quote],
            "metadata": [{"source": url, "source_url": url, "name": title}],
        },
    }
