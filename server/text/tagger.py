"""Chinese words with their parts of speech, by jieba, which is loaded when it is first needed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from server.text.districts import TAKEN_APART
from server.text.viterbi import viterbi


@cache
def tagger() -> Any:
    """``jieba.posseg``. What it has made of its dictionary it keeps in a folder of ours.

    By default that is a file in the folder for temporary files, where anybody may have put another.
    What it works the tags of unknown words out by is replaced by ours, which gives the same; names that its
    dictionary lacks are added.
    """
    import jieba
    import jieba.posseg

    jieba.posseg.viterbi = viterbi
    jieba.setLogLevel(60)
    jieba.dt.tmp_dir = str(_own_folder())
    for name in TAKEN_APART:
        jieba.add_word(name, tag="ns")
    return jieba.posseg


def _own_folder() -> Path:
    """A folder that nobody else may write: the user's cache, else one that goes with the process."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "youju"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.stat()
        mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if mine and not found.st_mode & 0o022 and os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):  # no home
        pass
    folder = Path(tempfile.mkdtemp(prefix="youju-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
