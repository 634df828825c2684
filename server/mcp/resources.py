"""The sources as resources: listed a page at a time, read whole."""

from __future__ import annotations

from urllib.parse import quote, unquote

from mcp_types import Resource, ResourceTemplate

from index import Library, SourceInfo, SourceNotFound

SCHEME = "youju://source/"
PAGE = 200

TEMPLATE = ResourceTemplate(
    name="source",
    title="A source of the library",
    uri_template=SCHEME + "{name}",
    description="The text of a source, never altered; spans count its Unicode code points.",
    mime_type="text/plain",
)


def uri_of(name: str) -> str:
    """The address of a source; every reserved character of its name is percent-encoded.

    >>> uri_of("a/b.jsonl#1")
    'youju://source/a%2Fb.jsonl%231'
    """
    return SCHEME + quote(name, safe="")


def name_of(uri: str) -> str:
    """Raises: SourceNotFound for an address that is none of ours."""
    if not uri.startswith(SCHEME):
        raise SourceNotFound(f"no source at {uri!r}", hint=f"Addresses begin with {SCHEME}.")
    return unquote(uri.removeprefix(SCHEME))


def page(library: Library, offset: int) -> tuple[list[Resource], int | None]:
    """Some resources in the order of their names, and where the next page begins."""
    found = library.sources(offset, PAGE + 1)
    return [_resource(info) for info in found[:PAGE]], offset + PAGE if found[PAGE:] else None


def _resource(info: SourceInfo) -> Resource:
    title = "；".join(title for title in info.titles if title)
    return Resource(
        uri=uri_of(info.name),
        name=info.name,
        title=title or info.name,
        description=f"{info.articles} articles, {info.chars:,} characters",
        mime_type="text/plain",
    )
