"""What a field of the API may hold: lengths, counts and forms."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

QUESTION_CHARS = 2000
ANSWER_CHARS = 20_000
HISTORY_TURNS = 50
TOP_K = 50
QuestionText = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=QUESTION_CHARS),
]
ConversationId = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Title = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=80)
]
