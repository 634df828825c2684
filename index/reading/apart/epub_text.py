"""Books in ``.epub``: chapter by chapter, in the order of their spine."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from index.errors import SourceError
from index.reading.apart.document import Document, document, said_author, said_title
from index.reading.apart.html_pieces import write_shown
from index.reading.apart.packages import check_package, open_zip
from index.reading.decode import decode
from index.reading.written import Written

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


def read_epub(data: bytes) -> Document:
    """Raises: SourceError, or whatever lxml raises on a damaged file."""
    check_package(data, _CONTAINER)
    with open_zip(data) as book:
        root = _xml(book, _CONTAINER).find(".//{*}rootfile")
        place = unquote(root.get("full-path", "")) if root is not None else ""
        if place not in book.namelist():
            raise SourceError("corrupt: it names no contents", hint="Save it, or copy it, again.")
        contents = _xml(book, place)
        title, author, date = (
            (contents.findtext(f".//{{*}}metadata/{{*}}{name}") or "").strip()
            for name in ("title", "creator", "date")
        )
        chapters = _chapters(contents, posixpath.dirname(place))
        locked = _locked(book)
        if any(chapter in locked for chapter in chapters):
            raise SourceError(
                "encrypted: its publisher has locked it", hint="Give another edition."
            )
        out = Written(title=said_title(title), author=said_author(author), date=date[:10])
        for chapter in dict.fromkeys(chapters):
            if chapter in book.namelist():
                write_shown(out, decode(book.read(chapter), "html"), down=1)
    return document(out, said_title(title))


def _chapters(contents: Any, folder: str) -> list[str]:
    """The parts that the spine names, in its order."""
    items = {item.get("id"): unquote(item.get("href", "")) for item in contents.iter("{*}item")}
    order = [ref.get("idref") for ref in contents.iter("{*}itemref")]
    return [posixpath.normpath(posixpath.join(folder, items[key])) for key in order if key in items]


def _locked(book: ZipFile) -> set[str]:
    if _ENCRYPTION not in book.namelist():
        return set()
    found = _xml(book, _ENCRYPTION).iter("{*}CipherReference")
    return {unquote(reference.get("URI", "")) for reference in found}


def _xml(book: ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(book.read(name), parser)
    if root is None:
        raise SourceError(f"corrupt: {name} is no XML", hint="Save it, or copy it, again.")
    return root
