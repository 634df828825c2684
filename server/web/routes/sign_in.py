"""Signing in with the server's token: by a page, or by the address that the first start prints."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from server.errors import TooMany
from server.web.access import KEPT_S, SIGN_IN, Access
from server.web.addresses import local_path
from server.web.rates import Rates
from server.web.rendering import query_string, render_sign_in

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
def show_sign_in(request: Request, token: str = "", back: str = "/") -> Response:
    """With the token, as the address that the server prints has it; no other site signs anybody in."""
    access: Access = request.app.state.access
    linked = request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if token and linked and access.asks:
        return RedirectResponse(SIGN_IN + query_string(back=local_path(back)), status_code=303)
    if token or not access.asks:
        return _enter(request, access, token, back)
    return render_sign_in(request, back)


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    token: Annotated[str, Form(max_length=1000)] = "",
    back: Annotated[str, Form(max_length=4000)] = "/",
) -> Response:
    return _enter(request, request.app.state.access, token.strip(), back)


def _enter(request: Request, access: Access, token: str, back: str) -> Response:
    response = RedirectResponse(local_path(back), status_code=303)
    if not access.asks:
        return response
    rates: Rates = request.app.state.rates
    address = request.client.host if request.client else ""
    reader = access.entered(token)
    if reader is None:
        if seconds := rates.sign_in(address):
            raise TooMany(seconds)
        rates.failed(address)
        return render_sign_in(request, back, wrong=True)
    request.scope["reader"] = reader
    response.set_cookie(
        access.cookie_name,
        access.cookie(reader),
        max_age=KEPT_S,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response
