"""Which formats there are, and what an answer's citations are in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.citing.annotation import annotation_page
from server.citing.bibliography import bibtex, ris
from server.citing.cited import Cited, once_each
from server.citing.csl import csl_item
from server.citing.fragment import link
from server.citing.gbt7714 import footnote


@dataclass(frozen=True, slots=True)
class Format:
    """``suffix`` is that of a file that holds it."""

    media_type: str
    suffix: str
    write: Callable[[Sequence[Cited]], str]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


FORMATS: dict[str, Format] = {
    "annotation": Format(
        'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        "jsonld",
        lambda cited: _json(annotation_page(cited)),
    ),
    "links": Format(
        "text/plain", "txt", lambda cited: _lines([f"[{c.number}] {link(c)}" for c in cited])
    ),
    "gbt7714": Format("text/plain", "txt", lambda cited: _lines([footnote(c) for c in cited])),
    "csl": Format(
        "application/vnd.citationstyles.csl+json",
        "json",
        lambda cited: _json([csl_item(c) for c in once_each(cited)]),
    ),
    "bibtex": Format("application/x-bibtex", "bib", lambda cited: bibtex(once_each(cited))),
    "ris": Format("application/x-research-info-systems", "ris", lambda c: ris(once_each(c))),
}
