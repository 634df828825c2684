"""Who may ask a server: under which names, from which pages, with which token or key."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from server.settings import Settings
from server.upkeep.keys import MANAGE, SCOPES, Keys
from server.upkeep.token import kept_token

READS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "/sign-in"
#: What is shown to whoever asks: nothing of the library, and what the page to sign in needs.
OPEN = frozenset({"/healthz", "/readyz", "/prefs", SIGN_IN})
STATIC = "/static"


#: What a key needs the scope `manage` for: all but asking, reading and one's own chats.
MANAGED = ("/sources", "/articles", "/library", "/index")
KEPT_S = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: the name of a key, which has chats of its own; everybody else shares the chats of no name.

    ``secret`` is what their cookies are signed with.
    """

    name: str = ""
    scope: str = MANAGE
    secret: str = ""

    def may(self, method: str, path: str) -> bool:
        managed = any(path == place or path.startswith(f"{place}/") for place in MANAGED)
        return method in READS or not managed or MANAGE in SCOPES[self.scope]


@dataclass(frozen=True, slots=True)
class Access:
    """``names`` are those that the server answers to besides the loopback's; ``*`` stands for any
    characters. Where there is neither a ``token`` nor a key, whoever reaches the server may use it.
    ``origins`` are other sites whose pages may ask."""

    names: tuple[str, ...] = ()
    local: bool = True
    token: str = ""
    made: bool = False
    keys: Keys | None = None
    origins: tuple[str, ...] = ()

    def knows(self, host: str) -> bool:
        """Whether a request's host is a name of this server.

        Another site's owner can point a name of theirs at this machine, and their page would be
        of the same origin; no page can make a browser say an address that it did not go to.
        """
        if is_local(host) or (is_address(host) and not self.local):
            return True
        return any(fnmatchcase(host, name) for name in self.names)

    @property
    def asks(self) -> bool:
        """Whether one has to say who one is."""
        return bool(self.token) or bool(self.keys and self.keys.exist)

    def reader(self, headers: Headers) -> Reader | None:
        """Who brings the token or a key, or the cookie of a browser that did; None when nobody may."""
        if not self.asks:
            return Reader()
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and (reader := self.entered(given.strip())):
            return reader
        return self._of_cookie(cookie_parser(headers.get("cookie", "")).get(self.cookie_name, ""))

    def entered(self, given: str) -> Reader | None:
        """Whose token or key that is."""
        if self.token and hmac.compare_digest(given.encode(), self.token.encode()):
            return self._owner
        key = self.keys.find(given) if self.keys and given else None
        return Reader(key.name, key.scope, key.sha256) if key else None

    @property
    def _owner(self) -> Reader:
        return Reader(secret=sha256(self.token.encode()).hexdigest())

    def cookie(self, reader: Reader, now: float | None = None) -> str:
        """What a signed-in browser keeps: whose it is and until when, signed; it tells no secret.

        It is worth nothing any more once the token is another, or the key is revoked.
        """
        name = quote(reader.name, safe="")
        told = f"{name}.{int(time.time() if now is None else now) + KEPT_S}"
        return f"{told}.{_signed(reader.secret, told)}"

    def _of_cookie(self, cookie: str) -> Reader | None:
        told, _, signature = cookie.rpartition(".")
        name, _, until = told.rpartition(".")
        if not (until.isdecimal() and len(until) < 16 and int(until) > time.time()):
            return None
        key = self.keys.named(unquote(name)) if self.keys and name else None
        reader = Reader(key.name, key.scope, key.sha256) if key else self._owner
        if (name and not key) or not (name or self.token):
            return None
        right = hmac.compare_digest(_signed(reader.secret, told).encode(), signature.encode())
        return reader if right else None

    @property
    def cookie_name(self) -> str:
        """Each server has its own: a browser keeps one jar for all the ports of a host."""
        server = self.token or str(self.keys and self.keys.path.resolve())
        return f"youju-{sha256(server.encode()).hexdigest()[:8]}"

    def form_token(self, cookies: Mapping[str, str]) -> str:
        """What the forms of a signed-in browser carry; no other site can know it. Else empty."""
        cookie = cookies.get(self.cookie_name, "")
        reader = self._of_cookie(cookie) if self.asks else None
        return _signed(reader.secret, f"form {cookie}") if reader else ""


def _signed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), f"youju {text}".encode(), sha256).hexdigest()


def access_of(settings: Settings) -> Access:
    """Beyond the loopback a token or a key is asked for, and wherever there is one.

    Raises: OSError when a token has to be made and the library's folder cannot be written.
    """
    token, made = settings.token.get_secret_value().strip(), False
    local = is_local(settings.host)
    keys = Keys(settings.library)
    if not token and not local and not keys.exist:
        token, made = kept_token(settings.library)
    names = tuple(filter(None, [*_listed(settings.allowed_hosts), settings.host.lower()]))
    return Access(names, local, token, made, keys, _listed(settings.cors_origins))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip().lower().rstrip("/") for part in text.split(","))))


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
    return origin is not None and _netloc(origin) != headers.get("host")


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


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


#: A name or an address, and perhaps a port; nothing that would go into an address as a part of another kind.
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s@/?#\\\[\]:]+))(?::\d{0,5})?")


def hostname(headers: Headers) -> str:
    """The host that a request asks, without its port; empty when it says none that can be.

    >>> hostname(Headers({"host": "[::1]:8000"})), hostname(Headers({"host": "127.0.0.1/evil.example"}))
    ('::1', '')
    """
    found = _HOST.fullmatch(headers.get("host", ""))
    return (found[1] or found[2]).lower() if found else ""
