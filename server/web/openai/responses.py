"""An answer as a response of OpenAI's Responses API, whole and as its events."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from server.records import Answer, Citation, Event, citation_dict
from server.web.openai.annotations import url_citations

NO_USAGE = {
    "input_tokens": 0,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 0,
}


def extra_of(answer: Answer) -> dict[str, Any]:
    """Our own fields beside OpenAI's."""
    return {
        "citations": [citation_dict(c) for c in answer.citations],
        "youju": {
            "refused": answer.refused,
            "reason": answer.reason,
            "engine": answer.engine,
            "query": answer.query,
        },
    }


def response_dict(
    id: str, model: str, output: Sequence[Any] = (), status: str = "completed", **more: Any
) -> dict[str, Any]:
    """A response with the fields that clients look for; sampling and tools do not apply."""
    return {
        "id": f"resp_{id}",
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": list(output),
        "parallel_tool_calls": False,
        "previous_response_id": None,
        "temperature": None,
        "tool_choice": "none",
        "tools": [],
        "top_p": None,
        "usage": NO_USAGE if status == "completed" else None,
        **more,
    }


def text_part(text: str, annotations: Sequence[Any] = ()) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}


def message(id: str, parts: Sequence[Any], status: str = "completed") -> dict[str, Any]:
    return {
        "id": f"msg_{id}",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": list(parts),
    }


def whole(answer: Answer, model: str, base: str) -> dict[str, Any]:
    """The response of an answer that is there."""
    part = text_part(answer.answer, list(url_citations(answer.answer, answer.citations, base)))
    return response_dict(answer.id, model, [message(answer.id, [part])], **extra_of(answer))


class Streaming:
    """The events of one response; each is told its number and what it belongs to.

    An annotation is added as soon as its marker has been said.
    """

    def __init__(self, id: str, model: str, base: str) -> None:
        self._id, self._model, self._base = id, model, base
        self._number = 0
        self._text = ""
        self._citations: list[Citation] = []
        self._annotations: list[dict[str, Any]] = []

    def begin(self) -> Iterator[dict[str, Any]]:
        begun = response_dict(self._id, self._model, status="in_progress")
        yield self._event("response.created", response=begun)
        yield self._event("response.in_progress", response=begun)
        item = message(self._id, [], "in_progress")
        yield self._event("response.output_item.added", output_index=0, item=item)
        yield self._in_part("response.content_part.added", part=text_part(""))

    def take(self, event: Event) -> Iterator[dict[str, Any]]:
        """What an event of the answer becomes."""
        data: Any = event.data
        if isinstance(data, Citation):
            self._citations.append(data)
        elif event.name == "delta":
            self._text += data
            yield self._in_part("response.output_text.delta", delta=data, logprobs=[])
            yield from self._annotate()
        elif isinstance(data, Answer):
            yield from self._end(data)

    def fail(self, code: str, why: str) -> dict[str, Any]:
        error = {"code": code, "message": why}
        failed = response_dict(self._id, self._model, status="failed", error=error)
        return self._event("response.failed", response=failed)

    def _annotate(self) -> Iterator[dict[str, Any]]:
        last = self._annotations[-1]["end_index"] if self._annotations else 0
        for one in url_citations(self._text, self._citations, self._base, last):
            n = len(self._annotations)
            self._annotations.append(one)
            name = "response.output_text.annotation.added"
            yield self._in_part(name, annotation_index=n, annotation=one)

    def _end(self, answer: Answer) -> Iterator[dict[str, Any]]:
        part = text_part(answer.answer, self._annotations)
        item = message(self._id, [part])
        yield self._in_part("response.output_text.done", text=answer.answer, logprobs=[])
        yield self._in_part("response.content_part.done", part=part)
        yield self._event("response.output_item.done", output_index=0, item=item)
        done = response_dict(self._id, self._model, [item], **extra_of(answer))
        yield self._event("response.completed", response=done)

    def _in_part(self, type: str, **more: Any) -> dict[str, Any]:
        here = {"item_id": f"msg_{self._id}", "output_index": 0, "content_index": 0}
        return self._event(type, **here, **more)

    def _event(self, type: str, **more: Any) -> dict[str, Any]:
        event = {"type": type, "sequence_number": self._number, **more}
        self._number += 1
        return event
