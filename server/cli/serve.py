"""`youju serve`: the page and the API."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from server.cli.flags import command, embedder_flag, number
from server.cli.opened import open_library
from server.cli.output import DONE, FAILED, fail

if TYPE_CHECKING:
    from fastapi import FastAPI

    from server.cli.flags import Commands
    from server.settings import Settings
    from server.web.access import Access


def add(commands: Commands) -> None:
    sub = command(
        commands, "serve", run, "Serve the page and the API; an empty library is built first."
    )
    sub.add_argument("--host", help="address to listen on; beyond 127.0.0.1 a token is asked for")
    sub.add_argument("--port", type=number(0, 65535), help="port to listen on")
    sub.add_argument(
        "--workers",
        type=number(1, 64),
        metavar="N",
        help="processes that answer, one a processor; each holds the models, all share the library",
    )
    sub.add_argument(
        "--watch",
        action="store_true",
        default=None,
        help="keep up with the folders that the library was indexed from",
    )
    embedder_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    import uvicorn

    from server.app import create_app
    from server.upkeep.opening import open_answerer

    library, settings = open_library(arguments)
    why = taken(settings.host, settings.port)
    if why:
        return fail(f"cannot listen on {settings.host}:{settings.port}: {why}; try another --port")
    _log(settings)
    if settings.workers > 1:
        library.close()
        return _run_workers(settings)
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


def _run_workers(settings: Settings) -> int:
    """As many processes as are asked for, on one socket; one that dies is begun anew."""
    import os

    import uvicorn

    from server.web.access import access_of

    _tell_where(settings, access_of(settings))
    os.environ |= {f"YOUJU_{n.upper()}": v for n, v in _written(settings).items()}
    uvicorn.run(
        "server.cli.serve:worker",
        factory=True,
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=60,  # a busy machine is no dead worker
    )
    return DONE


def _written(settings: Settings) -> dict[str, str]:
    """The settings that were made here, as the environment says them to a worker."""
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {n: str(v) for n, v in values.items() if not hasattr(v, "get_secret_value")}


def worker() -> FastAPI:
    """The application of one of several workers, which finds its settings in the environment."""
    from server.app import create_app
    from server.settings import Settings

    settings = Settings()
    _log(settings)
    return create_app(settings)


def _log(settings: Settings) -> None:
    import logging

    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


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
