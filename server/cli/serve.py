"""`youju serve`: the page and the API."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from server.cli.flags import command, embedder_flag, number
from server.cli.opened import open_library
from server.cli.output import DONE, FAILED, fail

if TYPE_CHECKING:
    from server.cli.flags import Commands
    from server.settings import Settings
    from server.web.access import Access


def add(commands: Commands) -> None:
    sub = command(
        commands, "serve", run, "Serve the page and the API; an empty library is built first."
    )
    sub.add_argument("--host", help="address to listen on; beyond 127.0.0.1 a token is asked for")
    sub.add_argument("--port", type=number(0, 65535), help="port to listen on")
    embedder_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    import logging

    import uvicorn

    from server.app import create_app
    from server.upkeep.opening import open_answerer

    library, settings = open_library(arguments)
    why = taken(settings.host, settings.port)
    if why:
        return fail(f"cannot listen on {settings.host}:{settings.port}: {why}; try another --port")
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    answerer = open_answerer(library, settings)
    app = create_app(settings, answerer, library)
    app.state.services.examples.questions(library, answerer)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    _tell_where(settings, app.state.access)
    server = uvicorn.Server(config)
    try:
        server.run()
    except KeyboardInterrupt:  # how a person stops it
        return DONE
    return DONE if server.started else FAILED


def _tell_where(settings: Settings, access: Access) -> None:
    """Where to open it; a token that was made just now is told, once."""
    from server.upkeep.token import NAME

    anywhere = settings.host in ("0.0.0.0", "::", "")
    host = "127.0.0.1" if anywhere else settings.host
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    print(f"Youju 有据: {base}", file=sys.stderr)
    if access.made:
        print(f"Sign in: {base}/sign-in?token={access.token}", file=sys.stderr)
    if access.token and not settings.token.get_secret_value():
        print(f"The token is kept in {settings.library / NAME}.", file=sys.stderr)


def taken(host: str, port: int) -> str:
    """Why nobody can listen there; empty when one can."""
    import socket

    try:
        family = socket.getaddrinfo(host, port)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return ""
