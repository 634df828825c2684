"""``.csv`` and ``.tsv``: each row with the headers of its columns."""

from __future__ import annotations

import csv
import io

from index.errors import SourceError
from index.reading.apart.document import Document, document
from index.reading.apart.grids import write_grid
from index.reading.decode import decode
from index.reading.written import Written

_MARKS = ",\t;|，"


def read_csv(data: bytes) -> Document:
    """Raises: SourceError."""
    text = decode(data)
    head = "\n".join(text.split("\n", 20)[:20])
    mark = max(_MARKS, key=head.count)
    out = Written()
    try:
        write_grid(out, csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise SourceError(f"corrupt: {error}", hint="Open it and save it again.") from error
    return document(out)
