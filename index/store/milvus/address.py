"""Where a Milvus is, and what it fails with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from index.errors import LibraryInaccessible

if TYPE_CHECKING:
    from pymilvus import MilvusClient

#: The engine in one process: its data is beside the catalogue, in the library's folder.
LITE = "milvus"
_SERVER = f"{LITE}+"

FOLDER = "milvus.db"


@dataclass(frozen=True, slots=True)
class Address:
    """A server's, as ``milvus+http://user:password@host:19530/database``; or ``milvus``, the engine
    in this process, which listens on the loopback alone.
    """

    text: str = field(repr=False)

    @staticmethod
    def is_one(text: str) -> bool:
        return text == LITE or text.startswith((f"{_SERVER}http://", f"{_SERVER}https://"))

    @property
    def is_lite(self) -> bool:
        return self.text == LITE

    @property
    def shown(self) -> str:
        """Without what is nobody's business."""
        if self.is_lite:
            return "Milvus Lite"
        parts = urlsplit(self.text.removeprefix(_SERVER))
        return f"Milvus at {parts.hostname}:{parts.port or 19530}{parts.path}"

    def connect(self, library: Path) -> MilvusClient:
        """Raises: LibraryInaccessible."""
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise LibraryInaccessible(_MISSING, hint=_INSTALL) from error
        # It logs each failure with its stack; what fails is raised, and told in a line.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        with asking(self):
            if self.is_lite:
                library.mkdir(parents=True, exist_ok=True)
                return MilvusClient(str(library / FOLDER))
            parts = urlsplit(self.text.removeprefix(_SERVER))
            return MilvusClient(
                f"{parts.scheme}://{parts.hostname}:{parts.port or 19530}",
                user=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                db_name=parts.path.strip("/"),
                timeout=TIMEOUT_S,
            )


#: How long an answer may take; loading a large collection takes longest.
TIMEOUT_S = 120.0

_MISSING = "the package for Milvus is missing"
_INSTALL = "Install it: pip install 'youju[milvus]'."
_HINT = "Look whether it runs and lets this library in; YOUJU_STORE says where it is."
_LITE_HINT = "One process has it at a time; several need a server, named by YOUJU_STORE."


@contextmanager
def asking(address: Address) -> Iterator[None]:
    """What fails inside says that the engine cannot be had. Raises: LibraryInaccessible."""
    try:
        from pymilvus.exceptions import MilvusException
    except ImportError as error:
        raise LibraryInaccessible(_MISSING, hint=_INSTALL) from error

    try:
        yield
    except MilvusException as error:
        told = " ".join(str(error.message or error).split())[:200]
        hint = _LITE_HINT if address.is_lite else _HINT
        raise LibraryInaccessible(f"{address.shown} says: {told}", hint=hint) from error
