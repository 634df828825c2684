"""Who may ask a server: under which names, from which pages, and with which token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from server.settings import Settings
from server.upkeep.token import kept_token

READS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "/sign-in"
#: What is shown to whoever asks: nothing of the library, and what the page to sign in needs.
OPEN = frozenset({"/healthz", "/readyz", "/prefs", SIGN_IN})
STATIC = "/static"


@dataclass(frozen=True, slots=True)
class Access:
    """``names`` are those that the server answers to besides the loopback's; ``*`` stands for any
    characters. ``token`` is empty where whoever reaches the server may use it."""

    names: tuple[str, ...] = ()
    local: bool = True
    token: str = ""
    made: bool = False

    def knows(self, host: str) -> bool:
        """Whether a request's host is a name of this server.

        Another site's owner can point a name of theirs at this machine, and their page would be
        of the same origin; no page can make a browser say an address that it did not go to.
        """
        if is_local(host) or (is_address(host) and not self.local):
            return True
        return any(fnmatchcase(host, name) for name in self.names)

    def admits(self, headers: Headers) -> bool:
        """Whether a request brings the token, or the cookie of a browser that did."""
        if not self.token:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(given.strip()):
            return True
        cookie = cookie_parser(headers.get("cookie", "")).get(self.cookie_name, "")
        return hmac.compare_digest(cookie.encode(), self.cookie.encode())

    def is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    @property
    def cookie(self) -> str:
        """What a signed-in browser keeps: made from the token, which it does not tell."""
        return sha256(f"youju cookie {self.token}".encode()).hexdigest()

    @property
    def cookie_name(self) -> str:
        """Each token has its own: a browser keeps one jar for all the ports of a host."""
        return f"youju-{sha256(self.token.encode()).hexdigest()[:8]}"


def access_of(settings: Settings) -> Access:
    """Beyond the loopback a token is asked for, and wherever one is set.

    Raises: OSError when one has to be made and the library's folder cannot be written.
    """
    token, made = settings.token.get_secret_value().strip(), False
    local = is_local(settings.host)
    if not token and not local:
        token, made = kept_token(settings.library)
    named = [name.strip().lower() for name in settings.allowed_hosts.split(",")]
    return Access(tuple(filter(None, [*named, settings.host.lower()])), local, token, made)


def is_open(path: str) -> bool:
    """True for a path that needs no token."""
    return path in OPEN or path.startswith(f"{STATIC}/")


def is_foreign(method: str, headers: Headers) -> bool:
    """True when a browser says that another site's page is behind a request.

    A link on another site may lead here; nothing else of it may write, read or embed.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return False
        where = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
        return method not in READS or where != ("navigate", "document")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def is_local(host: str) -> bool:
    """True for a name of this machine's own loopback.

    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("evil.example")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_address(host) and ip_address(host).is_loopback


def is_address(host: str) -> bool:
    """True for a number instead of a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def hostname(headers: Headers) -> str:
    """The host that a request asks, without its port; empty when it says none that can be."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""
