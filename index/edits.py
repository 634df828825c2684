"""What readers say of articles instead of their files: title, author, date.

An edit belongs to a place in a source. It goes along when the source is indexed again, moved or
copied; where the file itself says something new in that place, the file counts again. The text is
never touched, so that citations stay what they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.errors import SourceError
from index.reading.dates import published_date
from index.records import Article, Edit, Metadata, Source

FIELDS = ("title", "author", "published")
#: Characters of a field.
LONGEST = 300


class Edits:
    """The edits that an update has to keep."""

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self._by_name: defaultdict[str, dict[int, Edit]] = defaultdict(dict)
        self._by_content: defaultdict[str, dict[int, Edit]] = defaultdict(dict)
        for edit in edits:
            self.put(edit)

    def __bool__(self) -> bool:
        return any(self._by_name.values())

    def put(self, edit: Edit) -> None:
        self._by_name[edit.source][edit.ordinal] = edit
        self._by_content[edit.sha256][edit.ordinal] = edit

    def drop(self, source: str, ordinal: int) -> None:
        self._by_name[source].pop(ordinal, None)

    def of(self, source: Source, *, new: bool) -> dict[int, Edit]:
        """The edits of a source, by the places of its articles; of a new one, those of its twin."""
        of_twin = self._by_content.get(source.sha256, {}) if new else {}
        return {**of_twin, **self._by_name.get(source.name, {})}


def fitting(source: Source, article: Article, edit: Edit | None) -> Edit | None:
    """The edit of a place, as it holds for the article that was read there; if it does."""
    if edit is None or (edit.sha256 != source.sha256 and edit.read.title != article.title):
        return None
    return replace(edit, source=source.name, sha256=source.sha256, read=as_read(article))


def as_read(article: Article) -> Metadata:
    return Metadata(article.title, article.author, article.published)


def edited(article: Article, edit: Edit) -> Article:
    """The article as it is called now."""
    given = edit.given
    return replace(
        article,
        title=given.get("title", article.title),
        author=given.get("author", article.author) or None,
        published=given.get("published", article.published) or None,
    )


def differing(read: Metadata, given: Mapping[str, str]) -> dict[str, str]:
    """What of ``given`` is not as it was read. Raises: SourceError, when it cannot be used."""
    said = {field: " ".join(given[field].split()) for field in FIELDS if field in given}
    if not said.get("title", read.title):
        said["title"] = read.title
    if said.get("published"):
        day = published_date(said["published"])
        if day is None:
            raise SourceError(f"date: {said['published'][:40]!r} is no date", hint="2024-03-05")
        said["published"] = day
    if any(len(text) > LONGEST or not text.isprintable() for text in said.values()):
        raise SourceError(f"text: a field has at most {LONGEST} characters")
    return {field: text for field, text in said.items() if text != (getattr(read, field) or "")}
