"""Addresses of this site; those of sources and citations are known below, too."""

from __future__ import annotations

from server.addresses import beside, source_path, view_path

__all__ = ["beside", "local_path", "source_path", "view_path", "web_url"]


def local_path(wanted: str) -> str:
    """A path of this site as it is, anything else as ``/``: nobody is led elsewhere.

    >>> local_path("/c/1?a=b"), local_path("//evil.example"), local_path("http://evil.example")
    ('/c/1?a=b', '/', '/')
    """
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if local else "/"


def web_url(url: str | None) -> bool:
    """Whether an address that an article brings may become a link: no scripts, no files."""
    return bool(url) and str(url).lower().startswith(("https://", "http://"))
