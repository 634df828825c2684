"""GB/T 7714-2015: the references that Chinese papers want, numbered like the answer's citations."""

from __future__ import annotations

from server.citing.cited import Cited


def footnote(one: Cited) -> str:
    """A newspaper article ``[N]``, a page of the web ``[EB/OL]``, or something else ``[Z]``.

    The name of the paper is not known; everything else stands where the standard wants it.
    """
    head = f"[{one.number}] " + (f"{one.author}." if one.author else "") + one.name
    page = f":{one.page}" if one.page else ""
    if one.url:
        published = f"({one.iso_date})" if one.iso_date else ""
        return f"{head}[EB/OL].{published}[{one.accessed.isoformat()}]{page}.{one.url}."
    if one.iso_date:
        return f"{head}[N].{one.iso_date}{page}."
    return f"{head}[Z].{one.source}{page}."
