"""W3C Web Annotation: the claim as the body, the quote in its source as the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.citing.cited import Cited

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def annotation_page(cited: Sequence[Cited]) -> dict[str, Any]:
    """All of them as one page, as the Web Annotation Data Model has it."""
    return {
        "@context": CONTEXT,
        "type": "AnnotationPage",
        "items": [_annotation(one) for one in cited],
    }


def _annotation(one: Cited) -> dict[str, Any]:
    """Positions count code points of the source text; the page that it came from knows the quote."""
    quote = {
        "type": "TextQuoteSelector",
        "exact": one.quote,
        "prefix": one.prefix,
        "suffix": one.suffix,
    }
    position = {"type": "TextPositionSelector", "start": one.start, "end": one.end}
    targets: list[dict[str, Any]] = [{"source": one.address, "selector": [position, quote]}]
    if one.url:
        targets.append({"source": one.url, "selector": quote})
    return {
        "id": f"urn:youju:citation:{one.sha256[:16]}:{one.start}-{one.end}",
        "type": "Annotation",
        "motivation": "describing",
        "body": [
            {"type": "TextualBody", "value": claim, "format": "text/plain", "purpose": "describing"}
            for claim in one.claims
        ],
        "target": targets if one.url else targets[0],
    }
