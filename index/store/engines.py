"""Which engine a setting names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from index.store.base import Store, Truth
from index.store.local import LocalStore
from index.store.milvus.address import Address

Engine = Callable[[Path, Truth], Store]


def engine_of(name: str) -> Engine:
    """The local one for an empty name; Milvus for ``milvus``, ``milvus+http://…``, ``milvus+https://…``.

    Raises: ValueError.
    """
    if not name:
        return LocalStore
    if not Address.is_one(name):
        raise ValueError("a store is milvus, or milvus+http://HOST:PORT/DATABASE")
    from index.store.milvus.store import MilvusStore

    return partial(MilvusStore, address=Address(name))
