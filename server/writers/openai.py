"""Any OpenAI-compatible server as a writer: vLLM, Ollama, llama.cpp, DeepSeek, Qwen and others."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from index import GenerationError, GenerationTimeout
from server.writers.language_model import Emit
from server.writers.prompting import Message, estimate_tokens

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

RETRIES = 3
BACKOFF_S = 0.5  # doubled with each try, and drawn between half of it and all of it
LONGEST_WAIT_S = 8.0
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
CONNECT_S = 5.0
LOOK_S = 0.05
BODY_CHARS = 300


class _Retry(Exception):
    """Something that may pass: try again after ``wait_s`` (None: the usual time)."""

    def __init__(self, error: GenerationError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


class OpenAIWriter:
    """Speaks ``POST {base}/chat/completions`` with ``stream: true``.

    The key is sent as a bearer token and appears in no message and no log.
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
        work = asyncio.create_task(self._with_retries(messages, emit))
        while not work.done():
            if stop.is_set():
                work.cancel()
                break
            await asyncio.wait({work}, timeout=LOOK_S)
        try:
            await work
        except asyncio.CancelledError:
            log.info("The writer was stopped")

    async def _with_retries(self, messages: Sequence[Message], emit: Emit) -> None:
        import httpx

        timeout = httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s))
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False) as client:
            for attempt in range(RETRIES + 1):
                try:
                    return await self._once(client, messages, emit)
                except _Retry as retry:
                    if attempt == RETRIES:
                        raise retry.error from retry
                    await asyncio.sleep(_wait_s(attempt, retry.wait_s))
                    log.info("Trying the writer again (%d of %d)", attempt + 1, RETRIES)
        return None

    async def _once(
        self, client: httpx.AsyncClient, messages: Sequence[Message], emit: Emit
    ) -> None:
        """One try; after its first word there is no other."""
        import httpx

        said = False

        def say(piece: str) -> None:
            nonlocal said
            said = True
            emit(piece)

        try:
            async with client.stream(
                "POST",
                f"{self.base}/chat/completions",
                json=self._body(messages),
                headers=self._headers(),
            ) as response:
                await self._check(response)
                await _read(response, say)
        except httpx.ConnectError as exc:
            error = GenerationError(
                f"no server answers at {self.base}",
                hint="Start it, or set YOUJU_API_BASE to where it listens (with /v1).",
            )
            raise _Retry(error) from exc
        except httpx.TimeoutException as exc:
            raise GenerationTimeout(f"{self.base} did not answer in time") from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            failed = GenerationError(f"{self.base} broke off: {type(exc).__name__}")
            raise (failed if said else _Retry(failed)) from exc

    def _body(self, messages: Sequence[Message]) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": self._answer_tokens,
        }

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._key}"} if self._key else {}

    async def _check(self, response: httpx.Response) -> None:
        if response.status_code == 200:
            return
        await response.aread()
        said = self._without_key(response.text[:BODY_CHARS])
        error = GenerationError(
            f"{self.base} answered {response.status_code}: {said}", hint=_hint(response.status_code)
        )
        if response.status_code in RETRIED:
            raise _Retry(error, _seconds(response.headers.get("retry-after", "")))
        raise error

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, "***") if self._key else text


async def _read(response: httpx.Response, say: Callable[[str], None]) -> None:
    """Pass on what the server streams, or its one whole answer when it does not stream."""
    if "text/event-stream" not in response.headers.get("content-type", ""):
        body = json.loads(await response.aread())
        say(_content(body, "message"))
        return
    async for data in _events(response):
        piece = _content(data, "delta")
        if piece:
            say(piece)


async def _events(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            return
        try:
            event = json.loads(data)
        except ValueError as exc:
            raise GenerationError("the server streamed what is not JSON") from exc
        if isinstance(event, dict) and event.get("error"):
            raise GenerationError("the server reported an error while it was writing")
        yield event


def _content(body: Any, field: str) -> str:
    """The words of a chunk or a whole answer; what a model thinks in a field of its own is left."""
    try:
        choices = body["choices"]
        content = choices[0][field].get("content") if choices else ""
    except (KeyError, TypeError, IndexError, AttributeError) as exc:
        raise GenerationError("the server's answer has not the shape of a chat completion") from exc
    return content if isinstance(content, str) else ""


def _wait_s(attempt: int, asked_s: float | None) -> float:
    backoff: float = BACKOFF_S * 2**attempt
    return min(LONGEST_WAIT_S, max(asked_s or 0.0, backoff * random.uniform(0.5, 1.0)))


def _seconds(written: str) -> float | None:
    return float(written) if written.isdigit() else None


def _hint(status: int) -> str:
    if status in (401, 403):
        return "Set YOUJU_API_KEY to a key that this server takes."
    if status == 404:
        return "Check YOUJU_API_BASE (it ends in /v1) and YOUJU_MODEL."
    return "See the log of that server."
