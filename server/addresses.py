"""Where sources and citations open: paths of the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

#: A view marks at most this many other citations of an answer.
ALSO = 30


def source_path(name: str) -> str:
    """The path of a source; every reserved character of its name is percent-encoded."""
    return "/sources/" + quote(name, safe="")


def view_path(citation: Mapping[str, Any], others: Sequence[Mapping[str, Any]] = ()) -> str:
    """Where a citation opens: the viewer's page, at the mark, the answer's others marked, too."""
    query = [(name, citation[name]) for name in ("start", "end", "article", "sha256")]
    query.append(("n", citation["number"]))
    query += [("also", text) for text in beside(citation, others)]
    return f"{source_path(citation['source'])}/view?{urlencode(query)}#cite"


def beside(citation: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[str]:
    """The other citations of the same source, as the viewer's ``also`` takes them."""
    here = (citation["source"], citation["sha256"])
    return [
        f"{c['number']}:{c['start']}-{c['end']}"
        for c in others
        if (c["source"], c["sha256"]) == here and c["number"] != citation["number"]
    ][:ALSO]
