"""What a library consists of while it is open: its database, what is kept there, and its store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.snapshot import Snapshot
from index.store.base import Store, Truth
from index.store.catalogue import Catalogue
from index.store.check import Fault, Part, at_once, catalogue_faults, index_fault
from index.store.conversations import Conversations
from index.store.database import FILE, Database
from index.store.incoming import Incoming
from index.store.listing import Listing
from index.store.postgres import PostgresDatabase
from index.store.staging import Staging


class Opened:
    """The parts of a library in a folder, or in a folder and a PostgreSQL ``server``."""

    def __init__(self, path: Path, engine: Callable[[Path, Truth], Store], server: str) -> None:
        self.db = PostgresDatabase(path / FILE, server) if server else Database(path / FILE)
        self.catalogue = Catalogue(self.db)
        self.conversations = Conversations(self.db)
        self.incoming = Incoming(self.db)
        self.listing = Listing(self.db)
        self.store = engine(path, self.catalogue)
        #: What was served last.
        self.served: Snapshot | None = None

    @property
    def state(self) -> str:
        """What the catalogue is at, for a log."""
        return f"state {self.catalogue.version}"

    def snapshot(self) -> Snapshot:
        reader = self.store.open()
        if self.served is None or self.served.reader is not reader:
            self.served = Snapshot(reader, self.catalogue)
        return self.served

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        staging = Staging(self.db)
        try:
            yield staging
        finally:
            staging.close()

    def faults(self, between: Callable[[], None] = at_once) -> list[Fault]:
        """All that is wrong with the catalogue and, where that can be trusted, with the index.

        ``between`` is called again and again meanwhile.
        """
        found = list(catalogue_faults(self.db, between))
        if not any(fault.part is Part.CATALOGUE for fault in found):
            found += map(index_fault, self.store.faults())
        return found
