"""What a PDF says about itself, as far as it can be believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from index.reading.apart.document import said_author, said_title
from index.reading.apart.pdf_flow import Sheet
from index.reading.dates import iso_date, published_date

#: Programs in which people write: the day on which these made the file is that of the text.
_WRITTEN_IN = re.compile(r"(?i)word|wps|writer|office|pages|indesign|quark|latex|方正|founder|飞腾")
#: A line so short may say when the text is of.
_SHORT, _FIRST_LINES = 60, 40
_LONGEST_NAME = 60


def about(pdf: Any, sheets: Sequence[Sheet]) -> tuple[str, str, str]:
    """Title, author and date; each is empty where it is doubtful, or the first page says it."""
    said = {
        key: str(pdf.get_metadata_value(key) or "").strip("\ufeff\0 ")
        for key in ("Title", "Author", "Creator", "CreationDate")
    }
    author = said_author(said["Author"])
    if len(author) > _LONGEST_NAME or "@" in author or not any(map(str.isalpha, author)):
        author = ""
    first = [line.text for line in sheets[0].lines[:_FIRST_LINES]] if sheets else []
    if any(author and author in text for text in first):
        author = ""
    dated = any(len(text) <= _SHORT and iso_date(text) for text in first)
    made = published_date(said["CreationDate"].removeprefix("D:")) or ""
    date = made if _WRITTEN_IN.search(said["Creator"]) and not dated else ""
    return said_title(said["Title"]), author, date
