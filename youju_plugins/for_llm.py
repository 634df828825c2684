"""`llm -m youju`: the library asked from llm's command line; and `youju_ask`, a tool for its models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import llm
from pydantic import Field

if TYPE_CHECKING:
    from youju import Answer

#: Kept in llm's log: what `POST /ask` answers, without what was searched.
KEPT = ("answer", "refused", "claims", "citations")


@llm.hookimpl
def register_models(register: Any) -> None:
    register(Youju())


@llm.hookimpl
def register_tools(register: Any) -> None:
    register(youju_ask)


class Youju(llm.Model):
    """Answers from the library that YOUJU_LIBRARY or the option ``library`` names."""

    model_id = "youju"

    class Options(llm.Options):
        library: str | None = Field(default=None, description="Folder of the library")

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any) -> Iterator[str]:  # noqa: ARG002
        from youju import YoujuError, as_dict, ask

        earlier = conversation.responses if conversation else []
        history = [(turn.prompt.prompt, _said(turn.text())) for turn in earlier]
        try:
            answer = ask(prompt.prompt, prompt.options.library, history=history)
        except YoujuError as error:
            raise llm.ModelError(f"{error} {error.hint}") from error
        response.response_json = {name: as_dict(answer)[name] for name in KEPT}
        yield _shown(answer)


def youju_ask(question: str) -> str:
    """Answer a question from the user's own articles. Each [n] is a quote, checked word for word."""
    from youju import ask

    return _shown(ask(question))


def _shown(answer: Answer) -> str:
    quotes = [f"[{c.number}] {c.source}:{c.start}-{c.end} {c.quote}" for c in answer.citations]
    return "\n\n".join(filter(None, (answer.answer, "\n".join(quotes))))


def _said(shown: str) -> str:
    """The answer alone."""
    return shown.rpartition("\n\n[1] ")[0] or shown
