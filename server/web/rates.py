"""How often a key or an address may ask."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

#: Of wrong tokens and keys from one address: enough for a person, nothing for who guesses.
SIGN_INS = "10/minute"


class Rates:
    """Counts in this process; a server of several workers allows each as much."""

    def __init__(self, rate: str) -> None:
        """Raises: ValueError, when the rate is not like ``60/minute``."""
        self._rate = parse(rate) if rate else None
        self._sign_ins = parse(SIGN_INS)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def request(self, who: str) -> int:
        """Count a request; seconds until the next one is allowed, or 0."""
        return self._hit(self._rate, "request", who) if self._rate else 0

    def sign_in(self, address: str) -> int:
        """Seconds until another try to sign in is allowed, or 0."""
        return self._wait(self._sign_ins, "sign-in", address)

    def failed(self, address: str) -> None:
        """Count a try with a wrong token or key."""
        self._limiter.hit(self._sign_ins, "sign-in", address)

    def _hit(self, rate: RateLimitItem, *names: str) -> int:
        return 0 if self._limiter.hit(rate, *names) else max(1, self._wait(rate, *names))

    def _wait(self, rate: RateLimitItem, *names: str) -> int:
        if self._limiter.test(rate, *names):
            return 0
        return max(
            1, math.ceil(self._limiter.get_window_stats(rate, *names).reset_time - time.time())
        )
