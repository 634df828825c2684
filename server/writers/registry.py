"""Which writers there are, by the settings: the one place that knows their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index import AnswerError
from server.writers.language_model import LanguageModel

if TYPE_CHECKING:
    from server.settings import Settings

EXTRACTIVE = "extractive"


def _openai(settings: Settings) -> LanguageModel:
    from server.writers.openai import OpenAIWriter

    if not settings.api_base or not settings.model:
        raise AnswerError(
            "the engine openai needs a server and the name of a model",
            hint="Set YOUJU_API_BASE (such as http://127.0.0.1:11434/v1) and YOUJU_MODEL.",
        )
    return OpenAIWriter(
        settings.api_base,
        settings.model,
        key=settings.api_key.get_secret_value(),
        timeout_s=settings.timeout_s,
        context_tokens=settings.context_tokens,
        answer_tokens=settings.answer_tokens,
    )


def _transformers(settings: Settings) -> LanguageModel:
    from server.writers.transformers import TransformersWriter

    if not settings.model:
        raise AnswerError(
            "the engine transformers needs a model",
            hint="Set YOUJU_MODEL to a model's folder or name.",
        )
    return TransformersWriter(
        settings.model,
        device=settings.device,
        context_tokens=settings.context_tokens,
        answer_tokens=settings.answer_tokens,
    )


#: Engines that speak through a language model. A new one needs a line here and nothing else.
MODELS: Mapping[str, Callable[[Settings], LanguageModel]] = {
    "openai": _openai,
    "transformers": _transformers,
}


def load_models(settings: Settings) -> dict[str, LanguageModel]:
    """The language models that the settings name, by engine; they load at the first question.

    A server is there when its address is set, a model of this machine when ``engine`` asks for it.
    Raises: AnswerError when the chosen engine is unknown or lacks what it needs.
    """
    wanted = {settings.engine} - {EXTRACTIVE}
    if settings.api_base and settings.model:
        wanted.add("openai")
    unknown = wanted - set(MODELS)
    if unknown:
        raise AnswerError(
            f"no engine {unknown.pop()!r}",
            hint=f"YOUJU_ENGINE is one of {', '.join((EXTRACTIVE, *MODELS))}.",
        )
    return {name: MODELS[name](settings) for name in sorted(wanted)}
