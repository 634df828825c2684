"""What can go wrong, as one small tree.

YoujuError
├── SourceError          a file cannot be read as an article
├── SourceNotFound       no such source in the library
├── RemovalRefused       an update would remove suspiciously much
├── IndexMissing         the library is empty or not there
├── IndexMismatch        the library was built with another embedder or layout
├── LibraryBusy          another process or thread is updating the library
├── LibraryDamaged       a file of the library is not what was written
├── LibraryInaccessible  a file of the library cannot be read or written
│   ├── LibraryFull        its disk is full
│   └── LibraryReadOnly    its disk, or its folder, is read-only
├── EmbeddingError       a text could not be embedded
└── AnswerError          a question could not be answered
    ├── GenerationError    the writer failed
    └── GenerationTimeout  the writer took too long
"""

from __future__ import annotations


class YoujuError(Exception):
    """Base of all errors raised on purpose.

    ``hint`` says in one sentence what the user can do; ``retryable`` says whether
    the same call may work later.
    """

    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class SourceError(YoujuError):
    """A file cannot be read as an article: undecodable, empty, binary or too large."""


class SourceNotFound(YoujuError):
    """The library holds no source of that name."""


class RemovalRefused(YoujuError):
    """An update would remove so much that it may be a mistake; nothing has been changed."""


class IndexMissing(YoujuError):
    """The library is empty or not there."""


class IndexMismatch(YoujuError):
    """The library was built with another embedder or an unknown layout."""


class LibraryBusy(YoujuError):
    """Another process or thread is updating the library."""

    retryable = True


class LibraryDamaged(YoujuError):
    """A file of the library is not what was written, or is gone."""


class LibraryInaccessible(YoujuError):
    """A file cannot be read or written."""


class LibraryFull(LibraryInaccessible):
    """There is no room for what is to be written."""

    retryable = True


class LibraryReadOnly(LibraryInaccessible):
    """The disk, or the library's folder, takes no writing."""


class EmbeddingError(YoujuError):
    """A text could not be embedded, or a model could not be loaded."""


class AnswerError(YoujuError):
    """A question could not be answered."""


class GenerationError(AnswerError):
    """The writer failed."""

    retryable = True


class GenerationTimeout(GenerationError):
    """The writer took longer than it may."""
