"""``.rtf``: its paragraphs and the rows of its tables."""

from __future__ import annotations

from striprtf.striprtf import rtf_to_text

from index.errors import SourceError
from index.reading.apart.document import Document, document
from index.reading.written import Written


def read_rtf(data: bytes) -> Document:
    """Raises: SourceError."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise SourceError("corrupt: it is not what its ending says", hint="Save it again.")
    text = str(rtf_to_text(data.decode("latin-1"), errors="ignore"))  # type: ignore[no-untyped-call]
    out = Written()
    rows: list[list[str]] = []
    for line in text.split("\n"):
        # Such is a row of a table: every cell ends with a bar.
        if line.rstrip().endswith("|") and line.count("|") > 1:
            rows.append(line.rstrip()[:-1].split("|"))
            continue
        if rows:
            out.table(rows)
            rows = []
        out.paragraph(line)
    if rows:
        out.table(rows)
    return document(out)
