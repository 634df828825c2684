"""A CrossEncoder as the gate's second opinion: an NLI model, or one that scores support."""

from __future__ import annotations

import numpy as np

from index.reranking.cross_encoder import CrossModel
from server.verify.gate import Verifier


def load_verifier(name: str, *, device: str = "") -> Verifier | None:
    """The second opinion of that name; none when it is empty."""
    return CrossEncoderVerifier(name, device=device) if name else None


class CrossEncoderVerifier:
    """The probability that a quote bears a claim.

    A model with a label for entailment gives that label's share; one with two labels the second's
    (as MiniCheck does); one with a single label its sigmoid.
    """

    def __init__(self, name: str, *, device: str = "") -> None:
        instead = "unset YOUJU_VERIFIER to go without one"
        self.model = CrossModel(name, device=device, instead=instead)

    def verify(self, quote: str, claim: str) -> float:
        """Raises: EmbeddingError."""
        logits = self.model.logits([(quote, claim)])[0].astype(np.float64)
        if len(logits) == 1:
            return float(1 / (1 + np.exp(-logits[0])))
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        at = self.model.label("entail")
        # 「not_entailment」 comes first in two-label models, and holds the word, too.
        if at is None or len(logits) == 2:
            at = len(logits) - 1
        return float(shares[at])
