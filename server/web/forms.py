"""Forms of a signed-in browser: each carries a token that no other site's page can know."""

from __future__ import annotations

import hmac
import re

from fastapi import Request

from server.errors import ForgedForm
from server.web.access import SIGN_IN, Access

FIELD = "form_token"
_POSTED = re.compile(rb'<form\b[^>]*\bmethod="post"[^>]*>')


def with_tokens(page: bytes, token: str) -> bytes:
    """A page whose forms carry the token; no template can forget it."""
    field = f'<input type="hidden" name="{FIELD}" value="{token}">'.encode()
    return _POSTED.sub(lambda form: form[0] + field, page) if token else page


async def own_forms(request: Request) -> None:
    """Asked before every endpoint. A script of our own pages is told apart by the browser: it says
    that it is, and that no form was sent. Raises: ForgedForm.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    # Other methods and JSON no other site's page sends before it has been asked whether it may.
    if request.method != "POST" or kind.endswith("json") or request.url.path == SIGN_IN:
        return
    access: Access = request.app.state.access
    token = access.form_token(request.cookies)
    if not token or "authorization" in request.headers or _of_our_script(request):
        return
    given = (await request.form()).get(FIELD, "")
    if not (isinstance(given, str) and hmac.compare_digest(given.encode(), token.encode())):
        raise ForgedForm("This form is none of this server's.", hint="Open the page again.")


def _of_our_script(request: Request) -> bool:
    said = request.headers
    return said.get("sec-fetch-site") == "same-origin" and said.get("sec-fetch-mode") != "navigate"
