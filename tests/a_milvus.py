"""A Milvus on the loopback, in this process: a database of its own for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def milvus_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    pytest.importorskip("milvus_lite", reason="the extra milvus is not installed")
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    folder: Path = tmp_path_factory.mktemp("milvus")
    server, db, port = start_server_in_thread(str(folder / "data"), host="127.0.0.1")
    yield port
    server.stop(grace=0)
    db.close()


@pytest.fixture
def milvus(milvus_port: int) -> str:
    """The address of an empty database."""
    from pymilvus import MilvusClient

    name = f"youju{next(_NUMBERS)}"
    client = MilvusClient(f"http://127.0.0.1:{milvus_port}")
    client.create_database(name)
    client.close()
    return f"milvus+http://127.0.0.1:{milvus_port}/{name}"
