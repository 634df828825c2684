"""Importing this loads the built-in models: the process that the workers are forked from does, so that all
of them together hold these once.

No library is searched here and no model is run: that would start threads, which a fork goes without.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
from contextlib import suppress

import server.app  # noqa: F401  the code, too
from index import load_embedder
from index.analysis import simplify
from index.background import background
from index.reranking.reader import builtin
from server.settings import Settings
from server.text.tagger import tagger
from server.upkeep.opening import open_library
from server.verify.entailment import Entailment

__all__ = ["load"]

log = logging.getLogger(__name__)


def load(settings: Settings) -> None:
    """Load what answers over the library of the settings, which is closed again.

    Raises: YoujuError, when there is something that a worker will tell of.
    """
    library = open_library(settings, seed=False)
    try:
        _ = library.embedder
    finally:
        library.close()
    load_embedder("static")  # ranks the sentences, whatever found them
    builtin()
    Entailment.builtin()
    background()
    simplify("計")
    tagger().initialize()


def _stay_shared() -> None:
    """Keep the pages as they are: what is looked for garbage is written to, and then each worker's own."""
    gc.collect()
    gc.freeze()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _heed_signals() -> None:
    """Outlive the workers when all processes are told to end at once: who forked them tells how they ended."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))


_heed_signals()
try:
    load(Settings())
except Exception as error:
    log.info("The workers load their models themselves: %s", error)
_stay_shared()
