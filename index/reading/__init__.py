"""Files in, source texts out: one small reader a format, behind a table keyed by suffix."""

from index.reading.apart.readers import suffix_of
from index.reading.files import read
from index.reading.find import FoundFile, find_files
from index.reading.formats import SUFFIXES, is_binary

__all__ = ["SUFFIXES", "FoundFile", "find_files", "is_binary", "read", "suffix_of"]
