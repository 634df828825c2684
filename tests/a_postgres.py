"""A PostgreSQL of the tests' own: in a temporary folder, on a socket there, as nobody in particular."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count(1)


def _programs() -> Path | None:
    """Where Debian, or the PATH, has them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server, up to the database's name."""
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian's package: postgresql)")
    # Not pytest's own folder: a socket's path is short, and root's folders are closed to others.
    with tempfile.TemporaryDirectory(prefix="pg") as temporary:
        folder = Path(temporary)
        data = folder / "data"
        who = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        if who:
            shutil.chown(folder, **who)

        def run(*command: str) -> None:
            subprocess.run(command, check=True, capture_output=True, cwd=folder, **who)  # type: ignore[call-overload]

        more = ("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=youju")
        run(str(programs / "initdb"), f"--pgdata={data}", *more)
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=200"
        control = (
            str(programs / "pg_ctl"),
            f"--pgdata={data}",
            "--wait",
            f"--log={folder / 'log'}",
        )
        run(*control, f"--options={options}", "start")
        try:
            yield f"postgresql://youju@/{{}}?host={folder}"
        finally:
            run(*control, "--mode=immediate", "stop")


def empty_database(server: str) -> str:
    """The address of a new one."""
    import psycopg

    name = f"youju{next(_NUMBERS)}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    return server.format(name)


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """The address of an empty database."""
    return empty_database(postgres_server)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def catalogue_at(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes what a library is given as its database: of the folder's catalogue nothing."""
    if request.param == "sqlite":
        return str
    server = request.getfixturevalue("postgres_server")
    return lambda: empty_database(server)
