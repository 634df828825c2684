"""The tools: what each is called, takes, gives and does. All of them only read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mcp_types import ContentBlock, ResourceLink, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel

from server.checking.checker import Checker
from server.checking.records import check_dict
from server.errors import UnknownScope
from server.lookup import found_dict, stretch_dict
from server.mcp.arguments import AskArguments, CheckArguments, SearchArguments, SourceArguments
from server.mcp.backend import Backend, Opened
from server.mcp.resources import uri_of
from server.records import Answer, Citation, Question, Turn, answer_dict
from server.stages import Stages
from server.web.schemas.answers import AnswerOut
from server.web.schemas.checks import CheckOut
from server.web.schemas.search import SearchOut, StretchOut


@dataclass(frozen=True, slots=True)
class Given:
    """What a tool gives: an object for programs, and text and links for models to read."""

    structured: dict[str, Any]
    content: list[ContentBlock]


@dataclass(frozen=True, slots=True)
class Doing:
    """One tool. ``does`` blocks; the event that it is given is set when nobody waits for it any more."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    does: Callable[[Backend, Any, Stages], Given]

    @property
    def tool(self) -> Tool:
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.takes.model_json_schema(),
            output_schema=self.gives.model_json_schema(),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


def _ask(backend: Backend, asked: AskArguments, stop: Stages) -> Given:
    opened = backend.opened
    _check_scope(opened, asked.sources)
    question = Question(
        asked.question,
        history=tuple(Turn(turn.question, turn.answer) for turn in asked.history),
        top_k=backend.settings.top_k,
        sources=tuple(asked.sources),
        stop=stop,
    )
    answer = opened.answerer.ask(question)
    links = _links([c.source for c in answer.citations])
    return Given(answer_dict(answer), [_text(_answer_text(answer)), *links])


def _answer_text(answer: Answer) -> str:
    """The answer, and below it each quote with the place that it stands at."""
    lines = [answer.answer]
    if answer.refused and answer.reason and answer.reason not in answer.answer:
        lines.append(answer.reason)
    return "\n".join([*lines, *map(_quoted, answer.citations)])


def _quoted(c: Citation) -> str:
    about = "，".join(filter(None, (c.title, c.published)))
    return f"[{c.number}] {about} ({c.source}:{c.start}-{c.end}) 「{c.quote}」"


def _check(backend: Backend, asked: CheckArguments, stop: Stages) -> Given:
    opened = backend.opened
    _check_scope(opened, asked.sources)
    checker = Checker(opened.library, opened.search)
    checked = checker.check(asked.text, sources=asked.sources, stop=stop)
    lines = [
        f"{c.verdict}: {c.text}" + "".join(f"[{n}]" for n in c.citations) for c in checked.claims
    ]
    links = _links([c.source for c in checked.citations])
    said = _text("\n".join([*lines, *map(_quoted, checked.citations)]) or "Nothing to check.")
    return Given(check_dict(checked), [said, *links])


def _search(backend: Backend, sought: SearchArguments, _: Stages) -> Given:
    opened = backend.opened
    _check_scope(opened, sought.sources)
    hits = opened.search.hits(sought.query, k=sought.top_k, sources=sought.sources)
    found = [found_dict(opened.library, hit) for hit in hits]
    lines = [
        f"{n}. {hit['title']} ({hit['source']}:{hit['start']}-{hit['end']})\n{hit['text']}"
        for n, hit in enumerate(found, 1)
    ]
    said = _text("\n\n".join(lines) or "Nothing was found.")
    return Given(
        {"query": sought.query, "hits": found}, [said, *_links([h["source"] for h in found])]
    )


def _source(backend: Backend, wanted: SourceArguments, _: Stages) -> Given:
    stretch = stretch_dict(backend.opened.library, wanted.source, wanted.start, wanted.end)
    return Given(stretch, [_text(stretch["text"]), *_links([stretch["id"]])])


def _check_scope(opened: Opened, sources: Sequence[str]) -> None:
    """Raises: UnknownScope, naming what is not there."""
    if unknown := opened.library.unknown(sources):
        named = "、".join(f"「{name}」" for name in unknown)
        raise UnknownScope(f"No source {named}.", hint="The resources list their names.")


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _links(names: Sequence[str]) -> list[ContentBlock]:
    """Where the sources themselves are read, each once."""
    return [
        ResourceLink(type="resource_link", name=name, uri=uri_of(name), mime_type="text/plain")
        for name in dict.fromkeys(names)
    ]


TOOLS = (
    Doing(
        "ask",
        "Ask the articles",
        "Answer a question from the articles of this library alone. Every sentence of the answer ends"
        " in [n], and citation n quotes its source word for word at exact characters; numbers, dates"
        " and names have been checked. `refused: true` means that the articles do not say: then do"
        " not answer from elsewhere as if they did. Keep the [n] when you pass the answer on.",
        AskArguments,
        AnswerOut,
        _ask,
    ),
    Doing(
        "check",
        "Check a text",
        "Check a text sentence by sentence against the articles: each claim is `full` (borne out),"
        " `partial` (with what is missing), `contradicted` (with the value that the articles give) or"
        " `none` (not found). Opinions, questions and greetings are left alone.",
        CheckArguments,
        CheckOut,
        _check,
    ),
    Doing(
        "search",
        "Search the articles",
        "The passages of the library that fit a query best, each with its source and characters."
        " For an answer with checked citations use `ask`.",
        SearchArguments,
        SearchOut,
        _search,
    ),
    Doing(
        "source",
        "Read a source",
        "The text of a source as it is, by characters: what stands around a citation, or all of it.",
        SourceArguments,
        StretchOut,
        _source,
    ),
)
