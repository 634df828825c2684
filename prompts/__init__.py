"""Prompts for language models: ``*.j2`` files, one a role and language, and `render`.

A name that a template uses and nobody gave is an error, so that no prompt is ever sent with a hole.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

#: Raise it with every change of a template's words: it is logged with each answer.
VERSION = "1"

#: What a model says, word for word, when the passages do not hold the answer.
NO_ANSWER = {
    "zh": "文章里没有说到这个问题的答案。",
    "en": "The articles do not say the answer to this question.",
}
LANGUAGES = tuple(NO_ANSWER)

_TITLE = re.compile(r"《[^》]*》")
_LATIN = re.compile(r"[A-Za-z]{2}")
_CHINESE = re.compile(r"[\u3400-\u9fff]")

_FOLDER = Path(__file__).parent


def language_of(text: str) -> str:
    """``zh`` when a text has Chinese characters, ``en`` otherwise.

    The title that an English question names says nothing of the reader's language.

    >>> language_of("What is the article 《石门茶园》 about?"), language_of("《石门茶园》")
    ('en', 'zh')
    """
    said = _TITLE.sub("", text)
    return "zh" if _CHINESE.search(said if _LATIN.search(said) else text) else "en"


def fence(texts: Iterable[str]) -> str:
    """A fresh word that none of the texts holds: what they say cannot close the fence."""
    joined = "\n".join(texts)
    while (word := secrets.token_hex(6)) in joined:
        pass
    return word


def render(name: str, language: str, **values: Any) -> str:
    """The text of a prompt.

    Raises: jinja2.UndefinedError when a value is missing; jinja2.TemplateNotFound.
    """
    template = _environment().get_template(f"{name}.{language}.j2")
    return template.render(version=VERSION, no_answer=NO_ANSWER[language], **values).strip()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # a prompt is no page; what comes back is checked, and escaped there
        trim_blocks=True,
        lstrip_blocks=True,
    )
