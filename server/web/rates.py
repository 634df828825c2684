"""How often a key or an address may ask."""

from __future__ import annotations

import math
import threading
import time
from collections import deque

from limits import RateLimitItem, parse

#: Of wrong tokens and keys from one address: enough for a person, nothing for who guesses.
SIGN_INS = "10/minute"
#: So many may be remembered before those are forgotten who have not asked for long.
_KNOWN = 10_000

_Who = tuple[str, str]


class Rates:
    """Counts in this process; a server of several workers allows each as much.

    In a window that moves, by a clock that nobody sets: the storage of `limits` goes by the time of
    day, and one that is put back would shut everybody out for as long.
    """

    def __init__(self, rate: str) -> None:
        """Raises: ValueError, when the rate is not like ``60/minute``."""
        self._rate = parse(rate) if rate else None
        self._sign_ins = parse(SIGN_INS)
        self._hits: dict[_Who, deque[float]] = {}
        self._guard = threading.Lock()

    def request(self, who: str) -> int:
        """Count a request; seconds until the next one is allowed, or 0."""
        if self._rate is None:
            return 0
        with self._guard:
            wait = self._wait(self._rate, ("request", who))
            if not wait:
                self._hit(self._rate, ("request", who))
        return wait

    def sign_in(self, address: str) -> int:
        """Seconds until another try to sign in is allowed, or 0."""
        with self._guard:
            return self._wait(self._sign_ins, ("sign-in", address))

    def failed(self, address: str) -> None:
        """Count a try with a wrong token or key."""
        with self._guard:
            self._hit(self._sign_ins, ("sign-in", address))

    def _hit(self, rate: RateLimitItem, who: _Who) -> None:
        now = time.monotonic()
        if len(self._hits) >= _KNOWN:
            longest = max(r.get_expiry() for r in (self._rate, self._sign_ins) if r)
            self._hits = {w: hits for w, hits in self._hits.items() if hits[-1] > now - longest}
        self._hits.setdefault(who, deque(maxlen=rate.amount)).append(now)

    def _wait(self, rate: RateLimitItem, who: _Who) -> int:
        """The last hits are kept, as many as are allowed: the first of them has to be old enough."""
        hits = self._hits.get(who)
        if hits is None or len(hits) < rate.amount:
            return 0
        return max(0, math.ceil(hits[0] + rate.get_expiry() - time.monotonic()))
