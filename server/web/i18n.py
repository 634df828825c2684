"""The words of the interface by key; the words themselves are in `locales/`, a file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("zh", "en")
HTML_LANG = {"zh": "zh-CN", "en": "en"}

#: ``{count} [source|sources]``: the first where the number before it is 1; dom.js does the same.
_NUMBER = re.compile(r"(\{(\w+)\}[^{}\[\]]*)\[([^|\[\]]*)\|([^\[\]]*)\]")


def _strings(lang: str) -> dict[str, str]:
    with Path(__file__).with_name("locales").joinpath(f"{lang}.toml").open("rb") as file:
        return tomllib.load(file)


#: Language -> key -> words, as `locales/` has them. `JS_KEYS` are also sent to the page's scripts.
CATALOGUE: dict[str, dict[str, str]] = {lang: _strings(lang) for lang in LANGUAGES}
KEYS = tuple(CATALOGUE["zh"])

#: What the page's scripts say; every other word would only make the page heavier.
_SAID = {
    "answer": "finding checking writing searched cite stopped resuming copied copy_failed retry fold"
    " unfold full partial none",
    "check": "busy progress stopped full partial contradicted none",
    "job": "upload lost gone",
    "library": "picked too_few none_readable",
    "scope": "all some none count full empty page",
    "theme": "system light dark switch",
    "view": "label position loading found none_found",
}
_SAID_ALL = ("error.", "reindex.")
#: The words that only the scripts of one section say; they go to no other page.
_SAID_IN = {"job": "library", "library": "library", "reindex": "library", "check": "check"}
#: What only a page says, or a program is told.
_UNSAID = ("error.too-slow", "error.forged-form", "error.not-yours", "error.library-read-only")
JS_KEYS = tuple(
    key
    for key in KEYS
    if (key.startswith(_SAID_ALL) and key not in _UNSAID)
    or key.partition(".")[2] in _SAID.get(key.partition(".")[0], "").split()
)


def translate(lang: str, key: str, **values: object) -> str:
    """The words for a key; raises KeyError for one that the catalogue lacks."""
    text = CATALOGUE[lang][key]
    return _numbered(text, values).format(**values) if values else text


def _numbered(text: str, values: Mapping[str, object]) -> str:
    """
    >>> _numbered("{count} [file|files]", {"count": 1})
    '{count} file'
    """
    return _NUMBER.sub(lambda m: m[1] + m[3 if str(values.get(m[2])) == "1" else 4], text)


def script_strings(lang: str, section: str = "") -> dict[str, str]:
    """What the scripts of a section's pages say."""
    return {
        key: translate(lang, key)
        for key in JS_KEYS
        if _SAID_IN.get(key.partition(".")[0], section) == section
    }
