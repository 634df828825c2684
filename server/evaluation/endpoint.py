"""Another program measured on the same gold file: any server of OpenAI's chat completions.

What it cites is read from where such servers put it, and is found in our own library by its words: a
place counts when the text that it names stands in the source that it names.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index import GenerationError, Hit, Passage, Source, Span
from prompts import NO_ANSWER
from server.evaluation.judge import Sources
from server.records import Answer, Citation, Question
from server.text.comparison import locate, squash

#: Where servers put what they cite or found, beside or below the message: ours, Open WebUI's and
#: many others' lists, Azure's ``context``, RAGFlow's ``reference``.
LISTS = ("citations", "sources", "context", "reference", "chunks", "annotations")
#: Under which names an entry has its source and its words.
NAMES = ("source", "document_name", "filename", "file", "title", "name", "url")
WORDS = ("quote", "cited_text", "content", "document", "text")
#: Markers that say which entry is meant: [1], [doc1], 【1:0†source】, and RAGFlow's [ID:0].
_MARKER = re.compile(r"[\[【](ID:|doc)?\s*(\d+)(?:[:†][^\]】]{0,40})?[\]】]")


class Endpoint:
    """Asks a server's chat completions; ``refusals`` are sentences by which it says that it does
    not know."""

    def __init__(
        self,
        base: str,
        model: str,
        library: Sources,
        *,
        key: str = "",
        timeout_s: float = 120.0,
        refusals: Sequence[str] = (),
    ) -> None:
        from openai import OpenAI

        self._client = OpenAI(
            base_url=base, api_key=key or "none", timeout=timeout_s, max_retries=1
        )
        self._base, self._model, self._library = base, model, library
        self._refusals = [squash(text) for text in (*NO_ANSWER.values(), *refusals)]

    def ask(self, question: Question) -> Answer:
        """Raises: GenerationError, naming the server."""
        import openai

        said = [
            message
            for turn in question.history
            for message in (("user", turn.question), ("assistant", turn.answer))
        ]
        messages: Any = [{"role": r, "content": t} for r, t in [*said, ("user", question.text)]]
        try:
            done = self._client.chat.completions.create(model=self._model, messages=messages)
        except openai.APIError as error:
            raise GenerationError(f"{self._base}: {error}") from error
        return self._answer(question, done.model_dump())

    def _answer(self, question: Question, done: Mapping[str, Any]) -> Answer:
        message = (done.get("choices") or [{}])[0].get("message") or {}
        text = message.get("content") or ""
        plain = squash(_MARKER.sub("", text))
        refused = not plain or any(phrase in plain for phrase in self._refusals)
        entries = [entry for place in (done, message) for entry in _entries(place)]
        placed = [self._place(entry) for entry in entries]
        found = [(n, *place) for n, place in enumerate(placed, 1) if place is not None]
        meant = {int(m[2]) + (m[1] == "ID:") for m in _MARKER.finditer(text)}
        cited = [one for one in found if not meant or one[0] in meant]
        return Answer(
            id=uuid.uuid4().hex,
            conversation_id="",
            question=question.text,
            query=question.text,
            answer=text,
            refused=refused,
            citations=() if refused else tuple(_citation(*one) for one in cited),
            hits=tuple(_hit(*one) for one in found),
            engine=self._model,
        )

    def _place(self, entry: Mapping[str, Any]) -> tuple[Source, Span] | None:
        """Where the words of an entry stand in the source that it names; None when they do not."""
        names = [str(entry[key]) for key in NAMES if isinstance(entry.get(key), str)]
        words = next((entry[key] for key in WORDS if isinstance(entry.get(key), str)), "")
        for name in names:
            source = self._source(name)
            span = locate(words, source.text) if source and words else None
            if source is not None and span is not None:
                return source, span
        return None

    def _source(self, name: str) -> Source | None:
        """By its whole name, or by the last part of a path."""
        from index import SourceNotFound

        for wanted in dict.fromkeys((name, name.rpartition("/")[2])):
            try:
                return self._library.source(wanted)
            except SourceNotFound:
                continue
        return None


def _entries(place: Any) -> Iterator[Mapping[str, Any]]:
    """What is cited or was found, in the order that markers count in."""
    for name in LISTS:
        held = place.get(name)
        if isinstance(held, Mapping):
            yield from _entries(held)
        elif isinstance(held, list):
            entries = [entry for entry in held if isinstance(entry, Mapping)]
            if any(_worded(entry) for entry in entries):
                yield from entries
                return


def _worded(entry: Mapping[str, Any]) -> bool:
    return any(isinstance(entry.get(key), str) for key in WORDS)


def _citation(number: int, source: Source, span: Span) -> Citation:
    return Citation(
        number=number,
        source=source.name,
        article="",
        title=source.title,
        published=source.published,
        passage_id="",
        start=span.start,
        end=span.end,
        quote=source.text[span.start : span.end],
        sha256=source.sha256,
    )


def _hit(number: int, source: Source, span: Span) -> Hit:
    text = source.text[span.start : span.end]
    return Hit(Passage(f"{number}", "", source.name, text, 0, len(text), (span,)), -number)
