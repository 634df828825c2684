"""The built-in models' files: whether they are what was shipped, and what is said when they are not.

Each package lists its own in `SHA256SUMS`, in the manner of sha256sum; `training/sums.py` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from index.errors import EmbeddingError, YoujuError

#: Its name in a package's folder.
SUMS = "SHA256SUMS"


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def listed(package: Path) -> dict[str, str]:
    """The sha256 of each file of a model, by its name from the package's folder."""
    lines = (package / SUMS).read_text(encoding="utf-8").splitlines()
    return {name: known for known, _, name in (line.partition("  ") for line in lines)}


def faults(package: Path) -> Iterator[str]:
    """A sentence for each file of a model that is not what was shipped."""
    try:
        known = listed(package)
    except OSError as error:
        yield f"{package.name}/{SUMS} cannot be read: {error.strerror}"
        return
    for name, expected in known.items():
        try:
            if digest(package / name) != expected:
                yield f"{package.name}/{name} is not what was shipped"
        except OSError as error:
            yield f"{package.name}/{name} cannot be read: {error.strerror}"


@contextmanager
def shipped(path: Path) -> Iterator[None]:
    """What fails while a built-in model is read says which, whatever library fails; a decorator, too.

    Raises: EmbeddingError.
    """
    try:
        yield
    except YoujuError:
        raise
    except Exception as error:
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise EmbeddingError(
            f"the built-in model {path.parent.name}/{path.name} cannot be loaded: {told}",
            hint="`youju doctor` says whether its files are damaged; install Youju again then.",
        ) from error
