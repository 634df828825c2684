"""Why a file was not taken in, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from index import Skipped
from index.reading import SUFFIXES
from server.web.i18n import KEYS, translate

_LINE = re.compile(r"line (\d+)")


def told(skipped: Sequence[Skipped], name: str, lang: str) -> tuple[str, str]:
    """The reason and the hint for a file of which something was skipped; empty for none."""
    if not skipped:
        return "", ""
    first, more = skipped[0], len(skipped) - 1
    reason, hint = _words(first, name, lang)
    if more:
        reason += translate(lang, "skipped.more", count=more)
    return reason, hint


def _words(skipped: Skipped, name: str, lang: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    kind = "suffix" if skipped.kind == "format" and not suffix else skipped.kind
    key = f"skipped.{kind}"
    if key not in KEYS:
        return skipped.reason, skipped.hint
    line = _LINE.match(skipped.reason)
    values = {
        "suffix": suffix,
        "suffixes": " ".join(SUFFIXES),
        "line": line[1] if line else "",
    }
    return translate(lang, key, **values), translate(lang, f"{key}.hint", **values)


def language_of(accepted: str) -> str:
    """What an Accept-Language header asks for; English for programs, which send none."""
    return "zh" if accepted.strip().lower().startswith("zh") else "en"
