"""`youju mcp`: the library for clients of the Model Context Protocol."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from server.cli.flags import command, number
from server.cli.opened import settings_of
from server.cli.output import DONE, FAILED, fail
from server.cli.serve import taken

if TYPE_CHECKING:
    from server.cli.flags import Commands

PORT = 8010


def add(commands: Commands) -> None:
    text = "Offer the library to MCP clients: tools ask, search and source, and its sources."
    sub = command(commands, "mcp", run, text)
    sub.add_argument(
        "--http",
        action="store_true",
        help="streamable HTTP at http://127.0.0.1:PORT/mcp; by default standard input and output",
    )
    sub.add_argument(
        "--port",
        dest="mcp_port",
        type=number(0, 65535),
        default=PORT,
        help=f"port of --http ({PORT} by default)",
    )


def run(arguments: argparse.Namespace) -> int:
    try:
        import mcp
    except ModuleNotFoundError:
        return fail("the package mcp is not installed; pip install 'youju[mcp]'")
    del mcp
    import anyio

    from server.mcp.backend import Backend
    from server.mcp.service import make_server, over_http, over_stdio
    from server.upkeep.logs import set_up

    settings = settings_of(arguments)
    set_up(settings)
    if not arguments.http:
        anyio.run(over_stdio, make_server(Backend(settings)))
        return DONE
    port = arguments.mcp_port
    if why := taken("127.0.0.1", port):
        return fail(f"cannot listen on 127.0.0.1:{port}: {why}; try another --port")
    print(f"Youju 有据: http://127.0.0.1:{port}/mcp", file=sys.stderr)
    return DONE if over_http(make_server(Backend(settings)), port) else FAILED
