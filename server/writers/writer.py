"""What a writer is: from the decision to drafts, which the gate then checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from server.evidence.decide import Found
from server.evidence.sentences import Articles
from server.records import Question
from server.verify.drafts import Draft


class Writer(Protocol):
    """Writes what the evidence was found to say; it decides nothing about it."""

    @property
    def name(self) -> str: ...

    def write(self, question: Question, found: Found, articles: Articles) -> Iterator[Draft]:
        """The claims of an answer, each as soon as it is complete.

        Raises: GenerationError when writing fails.
        """
        ...
