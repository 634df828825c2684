"""What commands print, and the codes they exit with."""

from __future__ import annotations

import json
import sys
from typing import Any

DONE, FAILED, USAGE = 0, 1, 2


def fail(cause: str) -> int:
    print(f"youju: {' '.join(cause.split())}", file=sys.stderr)
    return FAILED


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def one_line(text: str) -> str:
    return " ".join(text.split())
