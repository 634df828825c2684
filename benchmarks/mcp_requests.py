"""Send `youju mcp --http` what its tools take, and what they do not: no accident, and always a reply.

    pip install 'youju[mcp]' && python -m benchmarks.mcp_requests              # 2,000 requests
    python -m benchmarks.mcp_requests --requests 500 --seed 2

/mcp is no part of the interface's description, so that `benchmarks.requests` does not see it. Each request
is one that is right, with some of its values exchanged for others, lost, or doubled, some of its bytes, or its
headers. A reply is below 500, a result or an error by JSON-RPC, and never an error of the server's own (-32603).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.tables import table
from index import IndexConfig, Library

ROOT = Path(__file__).parents[1]
ACCIDENT = -32603
QUESTION = "甲站有多少台水泵？"
HEADERS = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2025-06-18",
}
#: What may stand for any value.
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**9, 1.5, 1e308, float("nan"), "", " ", "\0", "\u202e甲", "\ud800", "甲" * 20_000,
    "../../etc/passwd", "a.txt", [], [[]], [None] * 2000, {}, {"": {}}, {"$ref": "#"},
)  # fmt: skip
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}),
    ("ping", {}),
    ("tools/list", {}),
    ("resources/list", {"cursor": ""}),
    ("resources/templates/list", {}),
    ("resources/read", {"uri": "youju://source/a.txt"}),
    ("tools/call", {"name": "ask", "arguments": {"question": QUESTION, "history": [], "sources": ["a.txt"]}}),
    ("tools/call", {"name": "search", "arguments": {"query": QUESTION, "top_k": 3, "sources": []}}),
    ("tools/call", {"name": "check", "arguments": {"text": "甲站有水泵12台。", "sources": []}}),
    ("tools/call", {"name": "source", "arguments": {"source": "a.txt"}}),
    ("notifications/cancelled", {"requestId": 1, "reason": "a"}),
)  # fmt: skip


@contextmanager
def served(folder: Path, log: Path) -> Iterator[str]:
    """The address of a server of its own."""
    with Library(folder / "library", IndexConfig(embedder="hash")) as library:
        library.add_text("a.txt", "甲站有水泵11台。\n\n乙站有水泵22台。".encode())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "server", "mcp", "--http", "--port", str(port)]
    env = os.environ | {"YOUJU_LIBRARY": str(folder / "library"), "YOUJU_LOG_LEVEL": "error"}
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=said, stderr=said)
        try:
            while True:
                time.sleep(0.2)
                with socket.socket() as there:
                    if there.connect_ex(("127.0.0.1", port)) == 0:
                        break
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()
            process.wait(60)


def exchanged(value: Any, rng: random.Random) -> Any:
    """The same with something of it otherwise."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(list(value))
        match rng.randrange(6):
            case 0:
                return {key: kept for key, kept in value.items() if key != name}
            case 1:
                return value | {rng.choice(["x", "", "甲", name.upper()]): rng.choice(ODD)}
            case _:
                return value | {name: exchanged(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.5:
        return value * rng.randrange(3)
    return rng.choice(ODD)


def body(rng: random.Random) -> bytes:
    method, params = rng.choice(CALLS)
    request: Any = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    if method.startswith("notifications/"):
        del request["id"]
    for _ in range(rng.randrange(3)):
        request["params"] = exchanged(request["params"], rng)
    if rng.random() < 0.1:
        request = exchanged(request, rng)
    data = bytearray(json.dumps(request), "utf-8")
    if rng.random() < 0.1:
        for _ in range(rng.randrange(1, 9)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def headers(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.9:
        return HEADERS
    name = rng.choice(list(HEADERS))
    return HEADERS | {
        name: rng.choice(["", "text/plain", "x/y;q=a", "1999-01-01", "*/*", "9" * 5000])
    }


def wrong(response: httpx.Response) -> str:
    """What is the matter with a reply; empty when nothing is."""
    if response.status_code >= 500:
        return f"status {response.status_code}: {response.text[:200]}"
    kind = response.headers.get("content-type", "")
    text = response.text
    if "text/event-stream" in kind:
        text = "".join(x[5:] for x in text.splitlines() if x.startswith("data:"))
    if not text or ("json" not in kind and "event-stream" not in kind):
        needed = response.status_code not in (202, *range(400, 500))
        return f"no reply: {kind}" if needed else ""
    reply = json.loads(text)
    if "result" not in reply and "error" not in reply:
        return f"neither result nor error: {text[:200]}"
    accident = isinstance(reply.get("error"), dict) and reply["error"].get("code") == ACCIDENT
    return f"an accident: {text[:200]}" if accident or "Traceback" in text else ""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, said, bad = random.Random(options.seed), Counter[int](), 0
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with served(Path(folder), log) as url, httpx.Client(timeout=60) as client:
            for _ in range(options.requests):
                sent = body(rng)
                response = client.post(url, content=sent, headers=headers(rng))
                said[response.status_code] += 1
                if told := wrong(response):
                    bad += 1
                    print(f"{sent[:300]!r}: {told}", flush=True)
        if "Traceback" in log.read_text("utf-8"):
            bad += 1
            print(log.read_text("utf-8")[-4000:])
    print(table(["status", "replies"], [[str(k), str(n)] for k, n in sorted(said.items())]))
    print(f"{options.requests} requests, {bad} failed")
    return bool(bad)


if __name__ == "__main__":
    raise SystemExit(main())
