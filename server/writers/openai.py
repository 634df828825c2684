"""Any OpenAI-compatible server as a writer: vLLM, Ollama, llama.cpp, DeepSeek, Qwen and others."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from index import GenerationError, GenerationTimeout
from server.writers.language_model import Emit
from server.writers.prompting import Message, estimate_tokens

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncAPIResponse, AsyncOpenAI
    from openai import Timeout as Timeouts

log = logging.getLogger(__name__)

RETRIES = 3
CONNECT_S = 5.0
LOOK_S = 0.05
BODY_CHARS = 300
#: What a request may carry. The client would add what the environment holds for OpenAI's own
#: servers (OPENAI_ORG_ID, OPENAI_CUSTOM_HEADERS) and what machine this is. By the last of them
#: it tells itself how a response is to be read.
HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
    | {"transfer-encoding", "user-agent", "x-stainless-raw-response"}
)


class OpenAIWriter:
    """Speaks ``POST {base}/chat/completions`` with ``stream: true``, through OpenAI's own client.

    The client tries again where that may help (no connection, 408, 409, 429, 5xx, at the time
    that Retry-After says), never once an answer has begun. The key is sent as a bearer token and
    appears in no message and no log.
    """

    name = "openai"
    thinks = False

    def __init__(
        self,
        base: str,
        model: str,
        *,
        key: str = "",
        timeout_s: float = 120.0,
        context_tokens: int = 8192,
        answer_tokens: int = 800,
    ) -> None:
        self.base = base.rstrip("/")
        self.model = model
        self._key = key
        self._timeout_s = timeout_s
        self._answer_tokens = answer_tokens
        self.tokens = max(256, context_tokens - answer_tokens)

    def count(self, text: str) -> int:
        return estimate_tokens(text)

    def speak(self, messages: Sequence[Message], emit: Emit, stop: threading.Event) -> None:
        """Raises: GenerationError naming the server and what it said; GenerationTimeout."""
        asyncio.run(self._until_stopped(messages, emit, stop))

    async def _until_stopped(
        self, messages: Sequence[Message], emit: Emit, stop: threading.Event
    ) -> None:
        """Cancelling closes the connection, which is how such servers are told to stop."""
        work = asyncio.create_task(self._answer(messages, emit))
        while not work.done():
            if stop.is_set():
                work.cancel()
                break
            await asyncio.wait({work}, timeout=LOOK_S)
        try:
            await work
        except asyncio.CancelledError:
            log.info("The writer was stopped")

    async def _answer(self, messages: Sequence[Message], emit: Emit) -> None:
        import openai  # imported late: it takes half a second

        begun = False
        try:
            async with (
                self._client() as client,
                client.chat.completions.with_streaming_response.create(
                    **self._body(messages)
                ) as response,
            ):
                begun = True
                await _read(response, emit)
        except openai.APITimeoutError as exc:
            raise GenerationTimeout(f"{self.base} did not answer in time") from exc
        except openai.APIConnectionError as exc:
            raise self._broken(exc) if begun else self._absent() from exc
        except openai.APIStatusError as exc:
            raise self._failed(exc) from exc
        except openai.APIError as exc:
            raise GenerationError("the server reported an error while it was writing") from exc

    def _client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        connection = DefaultAsyncHttpxClient(
            follow_redirects=False,
            timeout=self._timeouts(),
            event_hooks={"request": [self._say_no_more]},
        )
        return AsyncOpenAI(
            base_url=self.base,
            api_key=self._key or "none",  # else it takes OPENAI_API_KEY
            max_retries=RETRIES,
            timeout=self._timeouts(),
            http_client=connection,
        )

    def _timeouts(self) -> Timeouts:
        from openai import Timeout

        return Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s))

    async def _say_no_more(self, request: Any) -> None:
        """Leave the headers that a request needs, and our key."""
        for name in set(request.headers) - HEADERS:
            del request.headers[name]
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"

    def _body(self, messages: Sequence[Message]) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": self._answer_tokens,
        }

    def _absent(self) -> GenerationError:
        return GenerationError(
            f"no server answers at {self.base}",
            hint="Start it, or set YOUJU_API_BASE to where it listens (with /v1).",
        )

    def _broken(self, error: Exception) -> GenerationError:
        return GenerationError(f"{self.base} broke off: {type(error.__cause__).__name__}")

    def _failed(self, error: APIStatusError) -> GenerationError:
        said = self._without_key(error.response.text[:BODY_CHARS])
        status = error.status_code
        return GenerationError(f"{self.base} answered {status}: {said}", hint=_hint(status))

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text


async def _read(response: AsyncAPIResponse[Any], emit: Emit) -> None:
    """Pass on what the server streams, or its one whole answer when it does not stream."""
    try:
        if "text/event-stream" not in response.headers.get("content-type", ""):
            emit(_content(await response.json(), "message"))
            return
        async for chunk in await response.parse():
            if piece := _content(chunk.to_dict(warnings=False), "delta"):
                emit(piece)
    except ValueError as exc:
        raise GenerationError("the server sent what is not JSON") from exc


def _content(body: Any, field: str) -> str:
    """The words of a chunk or a whole answer; what a model thinks in a field of its own is left."""
    try:
        choices = body["choices"]
        content = choices[0][field].get("content") if choices else ""
    except (KeyError, TypeError, IndexError, AttributeError) as exc:
        raise GenerationError("the server's answer has not the shape of a chat completion") from exc
    return content if isinstance(content, str) else ""


def _hint(status: int) -> str:
    if status in (401, 403):
        return "Set YOUJU_API_KEY to a key that this server takes."
    if status == 404:
        return "Check YOUJU_API_BASE (it ends in /v1) and YOUJU_MODEL."
    return "See the log of that server."
