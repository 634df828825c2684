"""Templates in the reader's language and theme."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.templating import Jinja2Templates
from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

from server.answer import CUT_SHORT, FELL_BACK
from server.chat.fragments import answer_fragments, is_list
from server.chat.rewording import reworded
from server.question.understanding import rewritten
from server.web.addresses import local_path, source_path, view_path, web_url
from server.web.forms import with_tokens
from server.web.i18n import HTML_LANG, KEYS, LANGUAGES, script_strings, translate

THEMES = ("system", "light", "dark")
#: How large an article's text is; source.js has them in the same order.
TEXTS = ("normal", "large", "larger")
CODE = re.compile(r"`([^`]+)`")

templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.trim_blocks = templates.env.lstrip_blocks = True


def when(stamp: str) -> str:
    """A stored moment in the server's own time zone, to the minute."""
    return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"


#: A question of more columns than four lines hold is folded; answer.js says the same.
LONG = 280


def is_long(question: str) -> bool:
    """Whether a question would push its answer off the screen; Chinese takes two columns.

    >>> is_long("字" * 141), is_long("a" * 280), is_long("a\\n" * 5)
    (True, False, True)
    """
    return sum(70 if c == "\n" else 1 + (c > "\u2e7f") for c in question) > LONG


def query_string(**values: Any) -> str:
    """``?a=1&b=2`` without what is empty; a list is repeated."""
    given = {name: value for name, value in values.items() if value not in (None, "", [], 0)}
    return f"?{urlencode(given, doseq=True)}" if given else ""


#: Why an answer is not what the chosen writer was to give, in the reader's language.
NOTICES = {FELL_BACK: "answer.fell_back", CUT_SHORT: "answer.cut_short"}
templates.env.globals.update(
    answer_fragments=answer_fragments,
    source_path=source_path,
    view_path=view_path,
    qs=query_string,
    script_strings=script_strings,
    notices=NOTICES,
)
templates.env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # half the bytes in Chinese
templates.env.filters["code"] = lambda text: Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))
templates.env.filters["pretty"] = lambda value: json.dumps(value, ensure_ascii=False, indent=2)
templates.env.filters["when"] = when
templates.env.filters["reworded"] = lambda answer: reworded(answer["question"], answer["query"])
templates.env.filters["is_long"] = is_long
templates.env.tests["listed"] = is_list
templates.env.tests["web_url"] = web_url
templates.env.tests["rewritten"] = lambda answer: rewritten(answer["question"], answer["query"])


def render(
    request: Request, name: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """A template in the reader's language and theme."""
    lang = reader_language(request)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    page = templates.TemplateResponse(
        request,
        name,
        {
            "t": lambda key, **values: translate(lang, key, **values),
            "lang": lang,
            "html_lang": HTML_LANG[lang],
            "other_lang": LANGUAGES[1 - LANGUAGES.index(lang)],
            "theme": choice(request.cookies.get("theme"), THEMES),
            "themes": THEMES,
            "text_size": choice(request.cookies.get("text"), TEXTS),
            "text_sizes": TEXTS,
            "keeps": request.app.state.services.keeps,
            "here": path if request.method == "GET" else "/",
            **(context or {}),
        },
        status_code=status,
    )
    token = request.app.state.access.form_token(request.cookies)
    return HTMLResponse(with_tokens(bytes(page.body), token), status) if token else page


def reader_language(request: Request) -> str:
    """The language that was chosen, else the first of the browser's that there is."""
    return choice(
        request.cookies.get("lang"),
        (preferred(request.headers.get("accept-language", "")), *LANGUAGES),
    )


def preferred(accepted: str) -> str:
    """Chinese where nothing is asked for; English for those who read neither.

    >>> preferred("en-US,en;q=0.9"), preferred("fr,zh;q=0.5"), preferred("fr"), preferred("")
    ('en', 'zh', 'en', 'zh')
    """
    asked = [tag.strip().partition("-")[0].partition(";")[0].lower() for tag in accepted.split(",")]
    known = next((tag for tag in asked if tag in LANGUAGES), "")
    return known or ("en" if accepted.strip(" *") else LANGUAGES[0])


def choice(value: str | None, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def wants_page(headers: Headers) -> bool:
    """Whether a person is browsing; the page's own scripts say that they want problem objects."""
    accept = headers.get("accept", "")
    return "text/html" in accept and "application/problem+json" not in accept


def render_problem(request: Request, body: Mapping[str, Any]) -> Response:
    """A problem as a page."""
    context = {"problem": body, "words": words_key(body)}
    return render(request, "error.html", context, body["status"])


def render_sign_in(request: Request, back: str, *, wrong: bool = False) -> Response:
    """The page that asks for the token; it leads back to where the reader wanted to go."""
    context = {"back": local_path(back), "wrong": wrong}
    page = render(request, "sign_in.html", context, 401)
    page.headers["www-authenticate"] = "Bearer"
    return page


def words_key(body: Mapping[str, Any]) -> str:
    """The catalogue key that says a problem in the reader's language."""
    key = f"error.{body['type'].rsplit(':', 1)[-1]}"
    return key if key in KEYS else "error.internal"
