"""A collection: what a passage is in Milvus, and which of its rows a version is made of.

A row is never changed while somebody may read it. It is born with a version, and gone from a later
one on; a reader of version v sees the rows with ``born <= v < gone``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from index.store.base import Row
from index.store.milvus.words import of_passage
from index.store.rows import passage_key

if TYPE_CHECKING:
    from pymilvus import MilvusClient

T = TypeVar("T")

#: What a row is gone from that is not gone.
NEVER = 2**62

#: Rows that are gone are kept so long for those who read an earlier version.
GRACE_S = 600.0

#: Keys that are asked about at once, and rows that are written at once.
_PORTION = 1000

#: Under which name a collection keeps its state.
_STATE = "youju"


@dataclass(frozen=True, slots=True)
class State:
    """What a collection was made with, and the version that was written to it last."""

    embedder: str
    dimension: int
    average: float
    version: int


class Rows:
    """The rows of one collection."""

    def __init__(self, client: MilvusClient, name: str) -> None:
        self.client, self.name = client, name

    # ---- as a whole ----

    def make(self, state: State) -> None:
        from pymilvus import DataType

        schema = self.client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, max_length=48, is_primary=True)
        for name in ("key", "source", "file", "born", "gone", "gone_at"):
            schema.add_field(name, DataType.INT64)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=state.dimension)
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        index = self.client.prepare_index_params()
        index.add_index("dense", index_type="AUTOINDEX", metric_type="IP")
        index.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        for name in ("key", "source", "file"):
            index.add_index(name, index_type="INVERTED")
        # Strong: what a writer has committed is seen by whoever asks next, on whatever server.
        self.client.create_collection(
            self.name,
            schema=schema,
            consistency_level="Strong",
            properties={_STATE: json.dumps(asdict(state))},
        )
        self.client.create_index(self.name, index, sync=False)  # there is nothing to wait for yet

    def load(self) -> None:
        self.client.load_collection(self.name)

    @property
    def state(self) -> State | None:
        """None when somebody else has made it."""
        told = self.client.describe_collection(self.name).get("properties", {}).get(_STATE)
        try:
            return State(**json.loads(told)) if told else None
        except (TypeError, ValueError):
            return None

    def seal(self) -> None:
        """Have what was written indexed: what is not is compared with each question, row by row."""
        self.client.flush(self.name)

    def note(self, state: State) -> None:
        """Say what has been written; each write was durable once it was answered."""
        told = {_STATE: json.dumps(asdict(state))}
        self.client.alter_collection_properties(self.name, told)

    def count(self, version: int) -> int:
        """Number of rows of a version."""
        found = self.client.query(self.name, seen(version), output_fields=["count(*)"])
        return int(found[0]["count(*)"])

    def keys(self, version: int) -> set[int]:
        """Those of a version."""
        pages = self.client.query_iterator(
            self.name, batch_size=_PORTION, filter=seen(version), output_fields=["key"]
        )
        found: set[int] = set()
        while page := pages.next():
            found.update(int(row["key"]) for row in page)
        pages.close()
        return found

    # ---- changes ----

    def write(self, rows: Sequence[Row], version: int, average: float) -> None:
        """Rows that are born with a version; one of the same key and version is replaced."""
        for part in _portions(rows):
            self.client.upsert(self.name, [_record(row, version, average) for row in part])

    def leave(self, keys: Collection[int], version: int) -> None:
        """The rows under these keys are gone from this version on; unknown keys are no error."""
        for part in _portions(sorted(keys)):
            self._mark(f"key in {part} and gone == {NEVER}", version)

    def undo(self, version: int) -> None:
        """Take back what was written for later versions: they were never committed."""
        self.client.delete(self.name, filter=f"born > {version}")
        self._mark(f"gone > {version} and gone < {NEVER}", NEVER)

    def tidy(self) -> None:
        """Drop the rows that have been gone for long."""
        before = int(time.time() - GRACE_S)
        self.client.delete(self.name, filter=f"gone < {NEVER} and gone_at < {before}")

    def _mark(self, which: str, version: int) -> None:
        at = int(time.time())
        while found := self.client.query(self.name, which, output_fields=["id"], limit=_PORTION):
            marked = [{"id": row["id"], "gone": version, "gone_at": at} for row in found]
            self.client.upsert(self.name, marked, partial_update=True)

    # ---- searches ----

    def search(self, field: str, query: Any, k: int, where: str) -> dict[int, float]:
        """Key and score of the ``k`` best rows by a field."""
        (hits,) = self.client.search(
            self.name, [query], where, limit=k, output_fields=["key"], anns_field=field
        )
        return {int(hit["entity"]["key"]): float(hit["distance"]) for hit in hits}


def seen(version: int, sources: Collection[str] = (), keys: Collection[int] = ()) -> str:
    """Which rows a version is made of: all of them, or those of some sources, or under some keys."""
    told = [f"born <= {version} and gone > {version}"]
    if sources:
        named = sorted(passage_key(name) for name in sources)
        told.append(f"(source in {named} or file in {named})")
    if keys:
        told.append(f"key in {sorted(keys)}")
    return " and ".join(told)


def _record(row: Row, version: int, average: float) -> dict[str, Any]:
    return {
        "id": f"{row.key}.{version}",
        "key": row.key,
        # Names as numbers: a filter of them needs no quoting, and no index of long texts.
        "source": passage_key(row.source),
        "file": passage_key(row.file),
        "born": version,
        "gone": NEVER,
        "gone_at": 0,
        "dense": row.vector.tolist(),
        "words": of_passage(row.text, row.heading, average),
    }


def _portions(values: Sequence[T]) -> Iterator[list[T]]:
    for at in range(0, len(values), _PORTION):
        yield list(values[at : at + _PORTION])
