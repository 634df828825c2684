"""The server of the protocol: requests to tools and resources, errors in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from typing import Any, TypeVar

import anyio
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    TextContent,
    TextResourceContents,
)
from pydantic import ValidationError

from index import SourceNotFound, YoujuError
from server.errors import problem_of
from server.mcp.backend import Backend
from server.mcp.resources import TEMPLATE, name_of, page
from server.mcp.tools import TOOLS
from server.stages import Stages

log = logging.getLogger(__name__)

INSTRUCTIONS = (
    "A library of articles, most of them Chinese. Use `ask` for questions: its answers come with"
    " citations that have been checked word for word. Answer from it alone and keep its [n]."
)

T = TypeVar("T")
Context = ServerRequestContext[Any]


def make_server(backend: Backend) -> Server[Any]:
    """A server over an opened library, or one that is still being opened."""
    answers = _Answers(backend)
    return Server(
        "youju",
        version=version("youju"),
        title="Youju 有据",
        instructions=INSTRUCTIONS,
        on_list_tools=answers.list_tools,
        on_call_tool=answers.call_tool,
        on_list_resources=answers.list_resources,
        on_list_resource_templates=answers.list_templates,
        on_read_resource=answers.read_resource,
    )


class _Answers:
    """What is answered to each request of the protocol."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._by_name = {doing.name: doing for doing in TOOLS}

    async def list_tools(self, _: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[doing.tool for doing in TOOLS])

    async def call_tool(self, _: Context, params: CallToolRequestParams) -> CallToolResult:
        doing = self._by_name.get(params.name)
        if doing is None:
            raise MCPError(INVALID_PARAMS, f"No tool {params.name!r}.")
        stop = Stages()
        try:
            arguments = doing.takes.model_validate(params.arguments or {})
            given = await _stoppable(lambda: doing.does(self._backend, arguments, stop), stop)
        except ValidationError as error:
            return _failed(_invalid(error))
        except Exception as error:
            if not isinstance(error, YoujuError):
                log.exception("The tool %s failed", doing.name)
            told = problem_of(error)
            return _failed(f"{told['detail']} {told['hint']}".strip())
        return CallToolResult(content=given.content, structured_content=given.structured)

    async def list_resources(
        self, _: Context, params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        cursor = (params and params.cursor) or "0"
        if not (cursor.isdecimal() and len(cursor) < 10):
            raise MCPError(INVALID_PARAMS, f"No page begins at {cursor[:20]!r}.")
        found, behind = await _in_thread(lambda: page(self._backend.opened.library, int(cursor)))
        return ListResourcesResult(resources=found, next_cursor=str(behind) if behind else None)

    async def list_templates(
        self, _: Context, __: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=[TEMPLATE])

    async def read_resource(
        self, _: Context, params: ReadResourceRequestParams
    ) -> ReadResourceResult:
        uri = str(params.uri)
        try:
            name = name_of(uri)
            source = await _in_thread(lambda: self._backend.opened.library.source(name))
        except SourceNotFound as error:
            raise MCPError(INVALID_PARAMS, str(error), {"uri": uri}) from None
        text = TextResourceContents(uri=uri, mime_type="text/plain", text=source.text)
        return ReadResourceResult(contents=[text])


async def _in_thread(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)


async def _stoppable(work: Callable[[], T], stop: Stages) -> T:
    """Work in a thread; a client that leaves sets ``stop``, and nobody waits for it."""
    try:
        return await _in_thread(work)
    except anyio.get_cancelled_exc_class():
        stop.set()
        raise


def _invalid(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}."


def _failed(why: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=why)], is_error=True)


# ---- transports --------------------------------------------------------------------------------


async def over_stdio(server: Server[Any]) -> None:
    """Until the client closes our standard input; nothing else is written to standard output."""
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def over_http(server: Server[Any], port: int) -> bool:
    """Streamable HTTP at ``/mcp`` on the loopback, for its names alone. False when it did not start.

    A request stands for itself: there is no session that a restart could lose.
    """
    import uvicorn

    app = server.streamable_http_app(stateless_http=True, host="127.0.0.1")
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False
    )
    running = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        running.run()
    return running.started
