"""Who may ask: names, tokens and other sites' pages, against real servers and a real browser."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from browsing import ARGS, CHROMIUM
from fakes import ScriptedAnswerer, serving, written
from playwright.sync_api import expect
from starlette.datastructures import Headers
from starlette.routing import Route

from index import IndexConfig, Library
from server.app import create_app
from server.records import Question
from server.settings import Settings
from server.upkeep.token import kept_token
from server.web.access import Access, access_of, is_foreign, is_open

TOKEN = "geheim-und-lang"
BEARER = f"authorization: Bearer {TOKEN}"
ARTICLE = "江北机场扩建\n\n年旅客吞吐量达到4000万人次。\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library(tmp_path_factory.mktemp("access") / "library", IndexConfig(embedder="hash"))
    made.add_text("a.txt", ARTICLE.encode())
    return made


def server(library: Library, **settings: object) -> object:
    answerer = ScriptedAnswerer({"问": written(Question("问"), "答。")})
    return serving(Settings(library=library.path, **settings), answerer, library)


@pytest.fixture(scope="module")
def base(library: Library) -> Iterator[str]:
    """A server that other machines reach."""
    with server(library, host="0.0.0.0", token=TOKEN) as url:
        yield url.replace("0.0.0.0", "127.0.0.1")


@pytest.fixture(scope="module")
def local(library: Library) -> Iterator[str]:
    with server(library) as url:
        yield url


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def raw(base: str, request: str) -> tuple[int, str]:
    """What a server answers to exactly these lines."""
    where = urlsplit(base)
    with socket.create_connection((where.hostname, where.port), timeout=20) as one:
        lines = request.strip().splitlines()
        one.sendall("\r\n".join([*lines, "connection: close", "", ""]).encode())
        answer = b"".join(iter(lambda: one.recv(65536), b"")).decode()
    return int(answer.split()[1]), answer


def every_route() -> list[tuple[str, str]]:
    """Method and path of all there is to ask, an example in place of each parameter."""
    found = []
    for route in _routes(create_app(Settings()).routes):
        path = re.sub(r"{\w+(:path)?}", "a.txt", route.path)
        found += [(method, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def _routes(routes: object) -> Iterator[Route]:
    for route in routes:  # type: ignore[attr-defined]
        if hasattr(route, "path") and hasattr(route, "methods"):
            yield route
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from _routes(inner.routes)


ROUTES = every_route()
GUARDED = [(method, path) for method, path in ROUTES if not is_open(path)]


def test_the_routes_are_all_there() -> None:
    assert {("GET", "/"), ("POST", "/ask"), ("DELETE", "/sources/a.txt")} <= set(GUARDED)
    assert {("GET", "/metrics"), ("GET", "/openapi.json"), ("POST", "/v1/chat/completions")} <= set(
        GUARDED
    )
    assert len(GUARDED) > 30


# ---- the token ---------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"authorization": f"Basic {TOKEN}"}])
def test_nothing_is_told_without_the_token(base: str, headers: dict[str, str]) -> None:
    with httpx.Client(base_url=base, headers=headers) as client:
        for method, path in GUARDED:
            response = client.request(method, path)
            if headers and response.status_code == 429:  # wrong ones are counted
                continue
            assert response.status_code == 401, (method, path)
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.json()["type"] == "urn:youju:problem:unauthorized"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/style.css"])
def test_what_runs_the_server_needs_no_token(base: str, path: str) -> None:
    assert httpx.get(base + path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/sources", "/metrics", "/docs", "/openapi.json"])
def test_a_program_brings_the_token(base: str, path: str) -> None:
    assert httpx.get(base + path, headers=bearer()).status_code == 200


def test_openai_s_clients_bring_it_as_their_key(base: str) -> None:
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=f"{base}/v1", api_key=TOKEN, max_retries=0) as one:
        assert next(iter(one.models.list())).id == "youju"


def test_a_person_signs_in_and_comes_back(base: str) -> None:
    with httpx.Client(base_url=base, headers={"accept": "text/html"}) as browser:
        asked = browser.get("/library?q=机场")
        assert asked.status_code == 401
        assert 'name="back" value="/library?q=%E6%9C%BA%E5%9C%BA"' in asked.text
        wrong = browser.post("/sign-in", data={"token": "wrong", "back": "/library"})
        assert wrong.status_code in (401, 429)  # other tests have tried wrong ones, too
        assert wrong.status_code == 429 or "令牌不对" in wrong.text
        signed = browser.post("/sign-in", data={"token": TOKEN, "back": "/library"})
        assert (signed.status_code, signed.headers["location"]) == (303, "/library")
        cookie = signed.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert TOKEN not in cookie
        assert "江北机场扩建" in browser.get("/library").text
        assert browser.post("/ask", json={"question": "问"}).status_code == 200


def test_the_address_that_is_printed_signs_in(base: str) -> None:
    with httpx.Client(base_url=base, follow_redirects=True) as browser:
        assert browser.get("/sign-in", params={"token": TOKEN}).url.path == "/"
        assert browser.get("/sources").status_code == 200


def test_a_link_on_another_site_signs_nobody_in(base: str) -> None:
    """Into a stranger's key, who would read then what is asked with it."""
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    link |= {"sec-fetch-dest": "document", "accept": "text/html"}
    shown = httpx.get(f"{base}/sign-in", params={"token": TOKEN}, headers=link)
    assert (shown.status_code, shown.headers["location"]) == (303, "/sign-in?back=%2F")
    assert "set-cookie" not in shown.headers


def test_a_body_of_two_lengths_is_refused_and_nothing_behind_it_is_read(base: str) -> None:
    lines = ["POST /ask HTTP/1.1", "host: 127.0.0.1", BEARER, "content-length: 5"]
    hidden = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    where = urlsplit(base)
    with socket.create_connection((where.hostname, where.port), timeout=20) as one:
        head = "\r\n".join([*lines, "transfer-encoding: chunked", "", ""])
        one.sendall(f"{head}0\r\n\r\n{hidden}".encode())
        answer = b"".join(iter(lambda: one.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "http://evil.example"])
def test_signing_in_leads_nowhere_else(base: str, back: str) -> None:
    response = httpx.get(f"{base}/sign-in", params={"token": TOKEN, "back": back})
    assert response.headers["location"] == "/"
    shown = httpx.get(f"{base}/sign-in", params={"back": back})
    other = httpx.get(f"{base}//evil.example", headers={"accept": "text/html"})
    for page in (shown.text, other.text):
        assert 'name="back" value="/"' in page
        assert '<p><a href="/">' in page


def test_another_server_s_cookie_is_none_here() -> None:
    one, other = Access(token="a"), Access(token="b")
    cookie = one.cookie(one.entered("a"))
    headers = Headers({"cookie": f"{one.cookie_name}={cookie}"})
    assert one.reader(headers) is not None
    assert other.reader(headers) is None
    assert one.reader(Headers({"cookie": f"{one.cookie_name}=a"})) is None


def test_a_token_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    first = access_of(Settings(library=folder, host="0.0.0.0"))
    again = access_of(Settings(library=folder, host="192.0.2.1"))
    assert (first.made, again.made) == (True, False)
    assert first.token == again.token == (folder / "token").read_text().strip()
    assert len(first.token) >= 32
    assert (folder / "token").stat().st_mode & 0o077 == 0
    assert kept_token(tmp_path / "other")[0] != first.token


def test_a_token_is_asked_for_beyond_the_loopback_or_where_it_is_set(tmp_path: Path) -> None:
    assert not access_of(Settings(library=tmp_path)).token
    assert not access_of(Settings(library=tmp_path, host="::1")).token
    assert access_of(Settings(library=tmp_path, token="x")).token == "x"
    assert access_of(Settings(library=tmp_path, host="0.0.0.0", token="x")).token == "x"
    assert not (tmp_path / "token").exists()


def test_on_the_loopback_nobody_signs_in(local: str) -> None:
    assert httpx.get(f"{local}/sources").status_code == 200
    response = httpx.get(f"{local}/sign-in")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "set-cookie" not in response.headers


# ---- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize("server_of", ["base", "local"])
def test_a_name_that_was_pointed_here_is_refused(
    request: pytest.FixtureRequest, server_of: str
) -> None:
    url = request.getfixturevalue(server_of)
    for method, path in GUARDED:
        status, answer = raw(url, f"{method} {path} HTTP/1.1\nhost: evil.example\n{BEARER}")
        assert status == 421, (method, path)
        assert "江北" not in answer


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1.evil.example",
        "a@evil.example",
        "evil.example:80",
        "[",
        "a@127.0.0.1",
        "127.0.0.1/evil.example",
        "127.0.0.1?evil.example",
        "127.0.0.1:99999999",
    ],
)
def test_no_spelling_of_another_name_helps(base: str, host: str) -> None:
    assert raw(base, f"GET /sources HTTP/1.1\nhost: {host}\n{BEARER}")[0] == 421
    assert raw(base, f"GET http://127.0.0.1/sources HTTP/1.1\nhost: {host}\n{BEARER}")[0] == 421


@pytest.mark.parametrize(
    ("host", "settings", "known"),
    [
        ("127.0.0.1", {}, True),
        ("localhost", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("", {}, False),
        ("youju.example", {}, False),
        ("youju.example", {"allowed_hosts": "a.example, YouJu.example"}, True),
        ("a.youju.example", {"allowed_hosts": "youju.example"}, False),
        ("a.youju.example", {"allowed_hosts": "*.youju.example"}, True),
        ("192.0.2.7", {"host": "0.0.0.0"}, True),
        ("2001:db8::7", {"host": "::"}, True),
        ("youju.example", {"host": "0.0.0.0"}, False),
        ("localhost", {"host": "0.0.0.0"}, True),
        ("Box".lower(), {"host": "Box"}, True),
    ],
)
def test_names_a_server_answers_to(
    tmp_path: Path, host: str, settings: dict[str, str], known: bool
) -> None:
    assert access_of(Settings(library=tmp_path, token="x", **settings)).knows(host) is known


def test_an_allowed_name_is_answered(library: Library) -> None:
    with server(library, allowed_hosts="youju.example") as url:
        for host, status in (("youju.example", 200), ("evil.example", 421), ("", 421)):
            assert httpx.get(f"{url}/sources", headers={"host": host}).status_code == status
        refused = httpx.get(f"{url}/sources", headers={"host": "evil.example"}).json()
        assert "YOUJU_ALLOWED_HOSTS" in refused["hint"]


# ---- other sites' pages ------------------------------------------------------------------------

OTHERS = [
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    {"origin": "http://evil.example"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": "null"},
    {"origin": "http://["},
]


@pytest.mark.parametrize("headers", OTHERS, ids=lambda h: "-".join(h.values()))
def test_another_site_s_page_gets_nothing(base: str, local: str, headers: dict[str, str]) -> None:
    for url in (base, local):
        with httpx.Client(base_url=url, headers=headers | bearer()) as client:
            for method, path in GUARDED:
                response = client.request(method, path)
                assert response.status_code == 403, (method, path)
                assert response.json()["type"] == "urn:youju:problem:cross-site"


@pytest.mark.parametrize(
    ("method", "headers", "foreign"),
    [
        ("POST", {}, False),
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, False),
        (
            "GET",
            {
                "sec-fetch-site": "cross-site",
                "sec-fetch-mode": "navigate",
                "sec-fetch-dest": "document",
            },
            False,
        ),
        (
            "POST",
            {
                "sec-fetch-site": "cross-site",
                "sec-fetch-mode": "navigate",
                "sec-fetch-dest": "document",
            },
            True,
        ),
    ],
)
def test_links_lead_here_and_programs_write(
    method: str, headers: dict[str, str], foreign: bool
) -> None:
    assert is_foreign(method, Headers(headers)) is foreign


ATTACK = """<!doctype html><title>evil</title>
<form id="f" method="post" target="_blank" action="BASE/library/delete">
<input name="source" value="a.txt"></form>
<form id="u" method="post" target="_blank" enctype="multipart/form-data" action="BASE/library">
<input name="files" value="x"></form>"""
READ = """async (base) => { const got = [];
  for (const path of ["/sources", "/", "/sources/a.txt", "/openapi.json", "/metrics"])
    for (const options of [{}, {credentials: "include"}])
      try { got.push(await (await fetch(base + path, options)).text()); } catch { got.push(""); }
  return got; }"""
WRITE = """async (base) => { const send = (path, options) => fetch(base + path, {...options,
    mode: "no-cors", credentials: "include"}).catch(() => 0);
  await send("/library/delete", {method: "POST", body: new URLSearchParams({source: "a.txt"})});
  const form = new FormData();
  form.append("files", new Blob(["坏"]), "evil.txt");
  await send("/sources", {method: "POST", body: form});
  await send("/ask", {method: "POST", body: '{"question": "问"}'});
  await fetch(base + "/sources/a.txt", {method: "DELETE", credentials: "include"}).catch(() => 0); }"""


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("beyond", [True, False], ids=["0.0.0.0", "loopback"])
def test_a_real_browser_keeps_other_sites_out(
    library: Library, base: str, local: str, beyond: bool
) -> None:
    """A page of evil.example, and the same name pointed at this machine, while one is signed in."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    url = base if beyond else local
    port = urlsplit(url).port
    args = [*ARGS, "--host-resolver-rules=MAP evil.example 127.0.0.1"]
    # A newer Chromium keeps such pages from the loopback itself; here the server has to.
    args.append("--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=args)
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(f"{url}/sign-in?token={TOKEN}")
        page.goto(f"{url}/library")
        expect(page.locator("main")).to_contain_text("江北机场扩建", use_inner_text=True)

        page.route(
            "http://evil.example/",
            lambda route: route.fulfill(
                body=ATTACK.replace("BASE", url), content_type="text/html; charset=utf-8"
            ),
        )
        page.goto("http://evil.example/")
        assert not any("江北" in text for text in page.evaluate(READ, url))
        page.evaluate(WRITE, url)
        for form in ("f", "u"):
            with context.expect_page() as opened:
                page.evaluate(f"document.getElementById({form!r}).submit()")
            opened.value.wait_for_load_state()

        rebound = f"http://evil.example:{port}"
        page.route(
            f"{rebound}/attack", lambda route: route.fulfill(body=ATTACK, content_type="text/html")
        )
        page.goto(f"{rebound}/attack")
        told = page.evaluate(READ, rebound)
        assert all("other-host" in text for text in told)
        page.evaluate(WRITE, rebound)

        page.goto(f"{url}/library")
        expect(page.locator("main")).to_contain_text("江北机场扩建", use_inner_text=True)
        expect(page.locator("main")).to_contain_text("共 1 份来源", use_inner_text=True)
        browser.close()
    assert [source.name for source in library.sources()] == ["a.txt"]
