"""Send what the interface's own description allows, and what it does not, to a real server.

No answer is one of 5xx, or one whose status, kind or shape the description does not tell of.

    pip install schemathesis && python -m benchmarks.requests
    python -m benchmarks.requests --examples 20

Of each operation of /openapi.json, those of /v1, /check and the forms among them, schemathesis makes
requests by the schema and against it, boundary values and states that follow each other; the server
is one of its own over a small library.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from index import IndexConfig, Library

ROOT = Path(__file__).parents[1]
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
)  # fmt: skip


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of its own."""
    with Library(folder / "library", IndexConfig(embedder="hash")) as library:
        library.add_text("a.txt", "甲站有水泵11台。\n\n乙站有水泵22台。".encode())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"YOUJU_LIBRARY": str(folder / "library"), "YOUJU_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "server", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    base = f"http://127.0.0.1:{port}"
    try:
        client = httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=60)
        while client.get(f"{base}/readyz").status_code != 200:
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(60)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=100, help="of each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as base:
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{base}/openapi.json",
            "--checks", ",".join(CHECKS), "--mode", "all", "--max-examples", str(options.examples),
            "--seed", str(options.seed), "--request-timeout", "60", "--no-color",
        ]  # fmt: skip
        return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
