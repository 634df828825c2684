"""Files in, source texts out: one small reader a format, behind a table keyed by suffix."""

from index.reading.files import find_files, read
from index.reading.formats import SUFFIXES

__all__ = ["SUFFIXES", "find_files", "read"]
