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

    from index import Library
    from server.cli.flags import Commands
    from server.settings import Settings
    from server.web.access import Access


#: A process that is told to stop has stopped so many seconds later.
END_S = 6.5


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
        help="processes that answer, one a processor; all share the models and the library",
    )
    sub.add_argument(
        "--watch",
        action="store_true",
        default=None,
        help="keep up with the folders that the library was indexed from",
    )
    embedder_flag(sub)


def run(arguments: argparse.Namespace) -> int:
    from server.upkeep.logs import set_up

    exit_when_told()
    library, settings = open_library(arguments)
    why = taken(settings.host, settings.port)
    if why:
        return fail(f"cannot listen on {settings.host}:{settings.port}: {why}; try another --port")
    set_up(settings)
    if settings.workers > 1:
        library.close()
        return _run_workers(settings)
    return _run_one(settings, library)


def _run_one(settings: Settings, library: Library) -> int:
    """This process answers."""
    import signal

    import uvicorn

    from server.app import create_app
    from server.upkeep.opening import open_answerer
    from server.web.connections import config_of

    answerer = open_answerer(library, settings)
    app = create_app(settings, answerer, library)
    app.state.services.examples.questions(library, answerer)
    _tell_where(settings, app.state.access)
    app.state.services.ending = end_in_time
    server = uvicorn.Server(config_of(app, settings.host, settings.port))
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn sends it once more when it has ended
    try:
        server.run()
    except KeyboardInterrupt:  # how a person stops it
        return DONE
    return DONE if server.started else FAILED


def _run_workers(settings: Settings) -> int:
    """As many processes as are asked for, on one socket; one that dies is begun anew."""
    import os

    from uvicorn.supervisors import Multiprocess

    from server.upkeep.trash import Trash
    from server.web.access import access_of
    from server.web.connections import config_of

    _tell_where(settings, access_of(settings))
    os.environ |= {f"YOUJU_{n.upper()}": v for n, v in _written(settings).items()}
    config = config_of(
        "server.cli.serve:worker",
        settings.host,
        settings.port,
        factory=True,
        workers=settings.workers,
        timeout_worker_healthcheck=60,  # a busy machine is no dead worker
    )
    trash = Trash(settings.library / "deleted")
    trash.empty()
    _fork_with_models()
    Multiprocess(config, sockets=[config.bind_socket()]).run()
    trash.empty()
    return DONE


def _fork_with_models() -> None:
    """Let uvicorn fork its workers from a process that has loaded the models; where none can fork, it spawns them.

    uvicorn has no setting for it. A fork of this process would do no good: it may have indexed, and have threads.
    """
    from multiprocessing import get_all_start_methods, get_context

    from uvicorn import _subprocess

    if "forkserver" in get_all_start_methods():
        context = get_context("forkserver")
        context.set_forkserver_preload(["server.cli.preloaded"])
        _subprocess.spawn = context  # type: ignore[assignment]


def exit_when_told() -> None:
    """SIGTERM ends the process as it should end, also while it indexes: nothing is left half done."""
    import signal

    def leave(*_: object) -> None:
        raise SystemExit(DONE)

    signal.signal(signal.SIGTERM, leave)


def end_in_time() -> None:
    """End the process ``END_S`` seconds from now in any case: a thread may be inside a model.

    Whatever it was writing is as if it had never begun, as after a power cut.
    """
    import os
    import threading

    timer = threading.Timer(END_S, os._exit, [DONE])
    timer.daemon = True
    timer.start()


def _written(settings: Settings) -> dict[str, str]:
    """The settings that were made here, as the environment says them to a worker."""
    values = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {n: str(v) for n, v in values.items() if not hasattr(v, "get_secret_value")}


def worker() -> FastAPI:
    """The application of one of several workers, which finds its settings in the environment."""
    from server.app import create_app
    from server.settings import Settings
    from server.upkeep.logs import set_up

    settings = Settings()
    set_up(settings)
    app = create_app(settings)
    app.state.services.ending = end_in_time
    return app


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
