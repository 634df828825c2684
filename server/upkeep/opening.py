"""Opening what answers: the library (built from the seeds when empty) and the answerer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Library, Progress
    from server.answer import Answerer
    from server.settings import Settings

log = logging.getLogger(__name__)


def open_library(
    settings: Settings, *, seed: bool = True, progress: Progress | None = None
) -> Library:
    """The library of the settings; an empty one is filled from the seeds folder, if there is one."""
    from index import IndexConfig, Library, engine_of
    from index.memory import share_arenas

    share_arenas()
    # A library knows what it was built with, unless another embedder is asked for.
    chosen = "embedder" in settings.model_fields_set
    config = IndexConfig(embedder=settings.embedder) if chosen else None
    library = Library(
        settings.library,
        config,
        device=settings.device,
        batch_size=settings.batch_size,
        engine=engine_of(settings.store.get_secret_value()),
        database=settings.database.get_secret_value(),
    )
    if seed and not library.count() and settings.seeds.exists():
        report = library.update([settings.seeds], progress=progress)
        log.info("Indexed %d sources, %d passages", report.added, report.passages)
        for skipped in report.skipped:
            log.warning("Skipped %s: %s", skipped.path, skipped.reason)
    return library


def open_answerer(library: Library, settings: Settings) -> Answerer:
    """The answerer; its models are loaded when this returns."""
    from server.answer import Answerer

    return Answerer(library, settings)
