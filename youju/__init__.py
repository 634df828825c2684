"""Youju (有据) from Python: ask a folder of articles, every sentence of the answer cited.

    from youju import Library, ask, check, search

    library = Library("library")
    library.update(["articles"])
    answer = ask("滨河大桥有多长？", library)
    for citation in answer.citations:
        text = library.source(citation.source).text
        assert text[citation.start : citation.end] == citation.quote

This package is the public API, by semantic versioning: what `__all__` names keeps its meaning until
the next major version (before 1.0.0: the next minor one), and the changelog says what changes. The
packages `index`, `server` and `prompts` are how it is made, and may change at any time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from index import (
    Article,
    Hit,
    Library,
    Passage,
    Source,
    SourceInfo,
    Span,
    YoujuError,
    engine_of,
)
from server.checking.records import Check, CheckedClaim, Differing, check_dict
from server.records import (
    Answer,
    Citation,
    Claim,
    Conflict,
    ConflictValue,
    Question,
    Turn,
    answer_dict,
    hit_dict,
)
from server.settings import Settings

if TYPE_CHECKING:
    from server.answer import Answerer
    from server.evidence.find import Search

#: A library that is open, or its folder; the one that the settings name when None.
Where: TypeAlias = Library | str | Path | None
T = TypeVar("T")

#: Libraries whose models are kept; those used longest ago go first.
KEPT = 8

_guard = threading.Lock()
_opened: dict[Path, Library] = {}
_answerers: dict[Library, Answerer] = {}
_searches: dict[Library, Search] = {}


def ask(
    question: str,
    library: Where = None,
    *,
    history: Sequence[Turn | tuple[str, str]] = (),
    sources: Sequence[str] = (),
    top_k: int | None = None,
    engine: str = "",
) -> Answer:
    """The answer of a library to a question; ``answer.refused`` when the articles do not say.

    ``history``: earlier questions with their answers, oldest first. ``sources``: answer from these
    alone. ``engine``: a writer by name, the default one when empty. Models are loaded at the first
    question and kept; several threads may ask at once. The environment's YOUJU_* settings hold.
    Raises: YoujuError (IndexMissing when nothing is indexed).
    """
    turns = tuple(t if isinstance(t, Turn) else Turn(*t) for t in history)
    asked = Question(
        question,
        history=turns,
        sources=tuple(sources),
        top_k=top_k or Settings().top_k,
        engine=engine,
    )
    return _answerer(_library(library)).ask(asked)


def check(
    text: str,
    library: Where = None,
    *,
    sources: Sequence[str] = (),
) -> Check:
    """A text checked claim by claim: borne out, in part, contradicted or not found. Raises: as ``ask``."""
    from server.checking.checker import Checker

    where = _library(library)
    return Checker(where, _search(where)).check(text, sources=tuple(sources))


def search(
    query: str, library: Where = None, *, top_k: int = 10, sources: Sequence[str] = ()
) -> list[Hit]:
    """The passages that fit a query best, the best first. Raises: as ``ask``."""
    return _search(_library(library)).hits(query, k=top_k, sources=sources)


def as_dict(found: Answer | Check | Hit) -> dict[str, Any]:
    """Plain JSON: an answer as ``POST /ask`` gives it, a check as ``POST /check``, a hit as ``youju
    search --json``."""
    if isinstance(found, Check):
        return check_dict(found)
    return hit_dict(found, text=True) if isinstance(found, Hit) else answer_dict(found)


def _library(where: Where) -> Library:
    if isinstance(where, Library):
        return where
    path = Path(Settings().library if where is None else where).resolve()
    with _guard:
        if path not in _opened:
            settings = Settings()
            _opened[path] = Library(
                path,
                engine=engine_of(settings.store.get_secret_value()),
                database=settings.database.get_secret_value(),
            )
        return _opened[path]


def _answerer(library: Library) -> Answerer:
    from server.answer import Answerer

    return _kept(_answerers, library, lambda: Answerer(library, Settings()))


def _search(library: Library) -> Search:
    from server.evidence.find import Search

    return _kept(_searches, library, lambda: Search.of(library, Settings()))


def _kept(all_kept: dict[Library, T], library: Library, make: Callable[[], T]) -> T:
    """What was made for a library, or is made now."""
    with _guard:
        one = all_kept.pop(library) if library in all_kept else make()
        all_kept[library] = one  # the last is the one used last
        for oldest in list(all_kept)[:-KEPT]:
            del all_kept[oldest]
        return one


__all__ = [
    "Answer",
    "Article",
    "Check",
    "CheckedClaim",
    "Citation",
    "Claim",
    "Conflict",
    "ConflictValue",
    "Differing",
    "Hit",
    "Library",
    "Passage",
    "Source",
    "SourceInfo",
    "Span",
    "Turn",
    "YoujuError",
    "as_dict",
    "ask",
    "check",
    "search",
]
