"""What the page of an article says besides its text."""

from __future__ import annotations

from typing import Any

from index import Article, Library
from index.edits import FIELDS

#: Answers that are listed.
SHOWN = 20


def about(library: Library, article: Article | None) -> dict[str, Any]:
    """What it is called, and what its file calls it where a reader has said otherwise."""
    if article is None:
        return {"about": None}
    edit = library.edit_of(article)
    fields = [field for field in FIELDS if edit and field in edit.given]
    return {
        "about": article,
        "read": {field: getattr(edit.read, field) for field in fields} if edit else {},
        "given": {field: getattr(article, field) or "" for field in FIELDS},
        "wrong": "",
        "usage": library.conversations.citing(article.source, SHOWN),
    }
