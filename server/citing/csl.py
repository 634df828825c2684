"""CSL-JSON: what Zotero, pandoc and every processor of citation styles read."""

from __future__ import annotations

from typing import Any

from server.citing.cited import Cited


def csl_item(one: Cited) -> dict[str, Any]:
    """An article of a newspaper; what is not known of it is left out."""
    item: dict[str, Any] = {
        "id": key_of(one),
        "type": "article-newspaper",
        "title": one.name,
        "accessed": {"date-parts": [[one.accessed.year, one.accessed.month, one.accessed.day]]},
        "note": f"{one.source}:{one.start}-{one.end}",
    }
    if one.author:
        item["author"] = [{"literal": one.author}]
    if one.date_parts:
        item["issued"] = {"date-parts": [one.date_parts]}
    if one.url:
        item["URL"] = one.url
    if one.page:
        item["page"] = str(one.page)
    return item


def key_of(one: Cited) -> str:
    """The name of an article in a bibliography; the same whenever it is cited."""
    return f"youju-{one.article}"
