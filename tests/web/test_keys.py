"""Keys and what they may do, sign-in and its cookie, forms, rates, other sites, the record: a real server."""

from __future__ import annotations

import json
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from fakes import ScriptedAnswerer, citation_of, serving, written
from starlette.datastructures import Headers

from index import IndexConfig, Library
from server.cli import run
from server.records import Answer, Question
from server.settings import Settings
from server.upkeep import logs
from server.upkeep.doctor import lines
from server.upkeep.keys import Keys
from server.web.access import KEPT_S, Access

ARTICLE = "江北机场扩建\n\n年旅客吞吐量达到4000万人次。\n"
PAGE = {"accept": "text/html", "accept-language": "zh"}
APP = "https://app.example"
#: Made once: nothing here is encrypted.
PLAIN = ssl.create_default_context()
get, post = partial(httpx.get, verify=PLAIN), partial(httpx.post, verify=PLAIN)
options = partial(httpx.options, verify=PLAIN)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library(tmp_path_factory.mktemp("keys") / "library", IndexConfig(embedder="hash"))
    made.add_text("a.txt", ARTICLE.encode())
    return made


@pytest.fixture(scope="module")
def keys(library: Library) -> dict[str, str]:
    """A key for each name: two people who ask, one who manages."""
    kept = Keys(library.path)
    scopes = {"anna": "ask", "bert": "ask", "chef": "manage"}
    return {name: kept.add(name, scope) for name, scope in scopes.items()}


def server(library: Library, cited: Answer | None = None, **settings: object) -> object:
    words = {"问": written(Question("问"), "答。"), "秘": written(Question("秘"), "机密的回答。")}
    words |= {"据": cited} if cited else {}
    return serving(Settings(library=library.path, **settings), ScriptedAnswerer(words), library)


@pytest.fixture(scope="module")
def base(library: Library, keys: dict[str, str]) -> Iterator[str]:
    assert len(keys) == 3
    with server(library, cors_origins=APP) as url:
        yield url


@pytest.fixture
def clients(base: str, keys: dict[str, str]) -> Iterator[dict[str, httpx.Client]]:
    made = {
        n: httpx.Client(base_url=base, headers=bearer(k), verify=PLAIN) for n, k in keys.items()
    }
    made["nobody"] = httpx.Client(base_url=base, verify=PLAIN)
    yield made
    for one in made.values():
        one.close()


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@contextmanager
def signed_in(base: str, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, headers=PAGE, verify=PLAIN) as browser:
        assert browser.post("/sign-in", data={"token": key}).status_code == 303
        yield browser


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="(\w{64})"', page)
    assert found, page
    return found[1]


# ---- keys and scopes -----------------------------------------------------------------------------


def test_each_scope_may_do_its_own(clients: dict[str, httpx.Client]) -> None:
    file = {"files": ("b.txt", "滨河大桥长三百米。".encode())}
    for path in ("/", "/sources", "/library", "/conversations", "/metrics", "/docs"):
        told = {name: client.get(path).status_code for name, client in clients.items()}
        assert told == {"anna": 200, "bert": 200, "chef": 200, "nobody": 401}, path
    asked = {n: c.post("/ask", json={"question": "问"}).status_code for n, c in clients.items()}
    assert asked == {"anna": 200, "bert": 200, "chef": 200, "nobody": 401}
    for method, path, more in (
        ("POST", "/sources", {"files": file["files"] and file}),
        ("DELETE", "/sources/b.txt", {}),
        ("POST", "/library/delete", {"data": {"name": "b.txt"}}),
        ("PATCH", "/articles/x", {"json": {"title": "x"}}),
        ("POST", "/library/restore", {"data": {"name": "b.txt"}}),
        ("POST", "/index", {}),
    ):
        refused = clients["anna"].request(method, path, **more)
        assert refused.status_code == 403, path
        assert refused.json()["type"] == "urn:youju:problem:not-yours"
        assert clients["nobody"].request(method, path, **more).status_code == 401
    assert clients["chef"].post("/sources", files=file).status_code == 201
    assert clients["chef"].delete("/sources/b.txt").status_code == 204


def test_chats_are_their_owner_s(clients: dict[str, httpx.Client]) -> None:
    anna, bert = clients["anna"], clients["bert"]
    answer = anna.post("/ask", json={"question": "秘"}).json()
    talk, turn = answer["conversation_id"], answer["id"]
    assert anna.get(f"/conversations/{talk}").status_code == 200
    assert talk in anna.get("/conversations").text
    given = {"conversation_id": talk, "answer_id": turn, "good": True}
    for method, path, body in (
        ("GET", f"/conversations/{talk}", None),
        ("GET", f"/conversations/{talk}/export", None),
        ("GET", f"/c/{talk}", None),
        ("GET", f"/c/{talk}/turns/{turn}", None),
        ("PATCH", f"/conversations/{talk}", {"title": "x"}),
        ("DELETE", f"/conversations/{talk}", None),
        ("POST", "/ask", {"question": "问", "conversation_id": talk}),
        ("POST", "/ask", {"question": "问", "conversation_id": talk, "history": []}),
        ("POST", "/feedback", given),
    ):
        told = bert.request(method, path, json=body)
        assert told.status_code == 404, (method, path, told.text)
        assert "机密" not in told.text
    for path in ("/conversations", "/history", "/", "/conversations?query=机密"):
        assert talk not in bert.get(path, headers=PAGE).text
    assert anna.post("/feedback", json=given).status_code == 204
    assert len(anna.get("/feedback").json()) == 1
    assert bert.get("/feedback").json() == []
    assert bert.delete(f"/feedback/{turn}").status_code == 404
    assert len(anna.get(f"/conversations/{talk}").json()["turns"]) == 1


def test_a_source_s_page_names_one_s_own_questions_alone(
    clients: dict[str, httpx.Client], library: Library
) -> None:
    cited = citation_of(library, "a.txt", "年旅客吞吐量达到4000万人次。")
    with server(library, written(Question("据"), "答。[1]", (cited,))) as url:
        for name, told in (("anna", True), ("bert", False), ("chef", False)):
            with httpx.Client(base_url=url, headers=clients[name].headers, verify=PLAIN) as client:
                if told:
                    asked = client.post("/ask", json={"question": "据"}).json()["conversation_id"]
                page = client.get("/sources/a.txt/view", headers=PAGE).text
                assert (asked in page) is told, name


def test_a_stream_is_its_owner_s(clients: dict[str, httpx.Client]) -> None:
    anna, bert = clients["anna"], clients["bert"]
    asked = {"question": "秘", "stream": True, "resumable": True}
    stream = re.findall(r'"stream": ?"(\w+)"', anna.post("/ask", json=asked).text)[0]
    for method in ("GET", "DELETE"):
        told = bert.request(method, f"/ask/{stream}")
        assert told.status_code == 404
        assert "机密" not in told.text
    assert "机密" in anna.get(f"/ask/{stream}").text


def test_a_deleted_chat_is_nobody_else_s_to_go_on_with(clients: dict[str, httpx.Client]) -> None:
    anna, bert = clients["anna"], clients["bert"]
    talk = anna.post("/ask", json={"question": "秘"}).json()["conversation_id"]
    assert anna.delete(f"/conversations/{talk}").status_code == 204
    taken = bert.post("/ask", json={"question": "问", "conversation_id": talk})
    assert taken.status_code == 404
    assert bert.post(f"/conversations/{talk}/restore").status_code == 404
    assert anna.post(f"/conversations/{talk}/restore").status_code == 204
    assert len(anna.get(f"/conversations/{talk}").json()["turns"]) == 1


def test_keys_are_hashed_and_revoked_at_once(
    base: str, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    flag = ["--library", str(library.path)]
    assert run(["key", "add", "dora", "--scope", "ask", *flag]) == 0
    key = capsys.readouterr().out.strip()
    file = library.path / "keys.json"
    assert key not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert run(["key", "list", *flag]) == 0
    listed = capsys.readouterr().out
    assert "dora\task\t" in listed
    assert key not in listed
    with signed_in(base, key) as browser:
        assert browser.get("/library").status_code == 200
        assert get(f"{base}/sources", headers=bearer(key)).status_code == 200
        assert run(["key", "add", "dora", *flag]) == 1
        assert run(["key", "revoke", "dora", *flag]) == 0
        assert browser.get("/library").status_code == 401
        assert get(f"{base}/sources", headers=bearer(key)).status_code == 401
    assert run(["key", "revoke", "dora", *flag]) == 1
    assert "no key" in capsys.readouterr().err


def test_keys_that_cannot_be_read_let_nobody_in(library: Library, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[{")
    with serving(Settings(library=tmp_path), object(), library) as url:
        assert get(f"{url}/sources").status_code == 401


@pytest.mark.parametrize("text", ["[{", "", "null", '[{"name": "anna"}]'])
def test_the_doctor_tells_of_keys_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as made:
        made.add_text("a.txt", ARTICLE.encode())
        assert list(lines(made)) == []
        (made.path / "keys.json").write_text(text)
        (told,) = lines(made)
    assert told.startswith("keys.json is damaged: ")
    assert "youju key add" in told


# ---- signing in ----------------------------------------------------------------------------------


def test_the_cookie_is_signed_and_ends(keys: dict[str, str], library: Library) -> None:
    access = Access(keys=Keys(library.path))
    anna = access.entered(keys["anna"])
    assert anna

    def admitted(cookie: str) -> str | None:
        reader = access.reader(Headers({"cookie": f"{access.cookie_name}={cookie}"}))
        return reader and reader.name

    cookie = access.cookie(anna)
    assert admitted(cookie) == "anna"
    name, until, signature = cookie.split(".")
    for forged in (
        f"chef.{until}.{signature}",
        f"{name}.{int(until) + 1}.{signature}",
        f"{name}.{until}.{'0' * 64}",
        f".{until}.{signature}",
        f"{name}.{until}",
        f"{name}.{'9' * 5000}.{signature}",
        "..",
        "",
    ):
        assert admitted(forged) is None, forged
    assert admitted(access.cookie(anna, time.time() - KEPT_S - 1)) is None
    assert keys["anna"] not in cookie


def test_no_cache_between_keeps_what_one_reader_was_shown(
    clients: dict[str, httpx.Client],
) -> None:
    anna, nobody = clients["anna"], clients["nobody"]
    for client, path in (
        *((anna, path) for path in ("/", "/history", "/sources", "/sources/a.txt/original")),
        *((nobody, path) for path in ("/", "/sign-in", "/healthz")),
    ):
        told = client.get(path, headers=PAGE).headers["cache-control"]
        assert told.startswith(("private", "no-store")), path
    assert anna.get("/static/chat.js").headers["cache-control"] == "no-cache"


def test_a_form_of_another_site_is_refused(base: str, keys: dict[str, str]) -> None:
    with signed_in(base, keys["chef"]) as browser:
        page = browser.get("/library").text
        forms = re.findall(r'<form[^>]*method="post"[^>]*>(.{60})', page, re.DOTALL)
        assert forms
        assert all(form.startswith('<input type="hidden" name="form_token"') for form in forms)
        cookie = browser.cookies.jar
        assert all(c.has_nonstandard_attr("HttpOnly") for c in cookie)
        for given in ({}, {"form_token": "0" * 64}):
            told = browser.post("/", data={"question": "问", **given})
            assert told.status_code == 403
            assert "过期" in told.text
            sent = browser.post("/library", files={"files": ("x.txt", b"x")}, data=given)
            assert sent.status_code == 403
        plain = {"content-type": "text/plain"}  # the third way that a form can be sent
        assert browser.post("/library/uploads/forget", headers=plain).status_code == 403
        assert browser.post("/library/uploads/forget").status_code == 403
        right = {"question": "问", "form_token": form_token(page)}
        assert browser.post("/", data=right).status_code == 303
        script = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
        assert browser.post("/", data={"question": "问"}, headers=script).status_code == 303
        hidden = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
        assert browser.post("/", data={"question": "问"}, headers=hidden).status_code == 403
    with signed_in(base, keys["anna"]) as other:  # another's token is none
        assert other.post("/", data=right).status_code == 403


def test_guessing_is_slowed_down(library: Library, keys: dict[str, str]) -> None:
    with server(library) as url:
        told = [post(f"{url}/sign-in", data={"token": str(n)}) for n in range(12)]
        assert [one.status_code for one in told] == [401] * 10 + [429] * 2
        assert int(told[-1].headers["retry-after"]) > 0
        assert "location" not in told[-1].headers
        guessed = get(f"{url}/sources", headers=bearer("guess"))
        assert guessed.status_code == 429
        assert get(f"{url}/sources", headers=bearer(keys["anna"])).status_code == 200


def test_a_key_asks_as_often_as_it_may(library: Library, keys: dict[str, str]) -> None:
    with server(library, rate="3/minute") as url:
        anna, bert = bearer(keys["anna"]), bearer(keys["bert"])
        told = [get(f"{url}/sources", headers=anna) for _ in range(5)]
        assert [one.status_code for one in told] == [200] * 3 + [429] * 2
        assert 0 < int(told[-1].headers["retry-after"]) <= 60
        assert told[-1].json()["type"] == "urn:youju:problem:too-many"
        assert get(f"{url}/sources", headers=bert).status_code == 200
        assert get(f"{url}/healthz", headers=anna).status_code == 200


# ---- other sites ---------------------------------------------------------------------------------


def test_other_sites_are_closed_out_unless_named(base: str, keys: dict[str, str]) -> None:
    asked = {"origin": APP, "access-control-request-method": "POST"}
    more = {"access-control-request-headers": "authorization,content-type"}
    let = options(f"{base}/ask", headers=asked | more)
    assert let.headers["access-control-allow-origin"] == APP
    assert "access-control-allow-credentials" not in let.headers
    from_app = {"origin": APP, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
    told = post(f"{base}/ask", json={"question": "问"}, headers=from_app | bearer(keys["anna"]))
    assert told.status_code == 200
    assert told.headers["access-control-allow-origin"] == APP
    other = from_app | {"origin": "https://evil.example"} | bearer(keys["anna"])
    refused = post(f"{base}/ask", json={"question": "问"}, headers=other)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


# ---- the record, and what is told nowhere -----------------------------------------------------------


def test_writes_and_sign_ins_are_recorded(
    base: str, library: Library, clients: dict[str, httpx.Client], keys: dict[str, str]
) -> None:
    file = library.path / "audit.jsonl"
    before = file.read_text(encoding="utf-8").count("\n") if file.exists() else 0
    clients["chef"].post("/sources", files={"files": ("c.txt", "新桥。".encode())})
    clients["chef"].get("/sources")
    clients["anna"].delete("/sources/c.txt")
    clients["chef"].delete("/sources/c.txt")
    with signed_in(base, keys["bert"]):
        pass
    get(f"{base}/sign-in", params={"token": "falsch-und-geheim"})
    lines = file.read_text(encoding="utf-8").splitlines()[before:]
    told = [
        tuple(json.loads(line)[k] for k in ("who", "method", "path", "status")) for line in lines
    ]
    assert told == [
        ("chef", "POST", "/sources", 201),
        ("anna", "DELETE", "/sources/c.txt", 403),
        ("chef", "DELETE", "/sources/c.txt", 204),
        ("bert", "POST", "/sign-in", 303),
        ("", "GET", "/sign-in", 401),
    ]
    assert all(json.loads(line)["from"] == "127.0.0.1" for line in lines)
    assert file.stat().st_mode & 0o077 == 0


def test_planted_secrets_are_told_nowhere(
    library: Library, keys: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in a response nor in the log nor in the record: keys, tokens, the model's key, paths."""
    caplog.set_level(logging.DEBUG)
    planted = {"token": "geheimes-token-0815", "api_key": "sk-geheim-4711"}
    secrets = [
        *planted.values(),
        *keys.values(),
        str(library.path),
        *(key.sha256 for key in Keys(library.path).all()),
    ]
    said: list[str] = []
    with server(library, **planted, log_level="debug") as url:
        for secret in (planted["token"], keys["chef"], "falsch"):
            headers = bearer(secret) | PAGE
            for path in (
                "/", "/library", "/sources", "/sources/no.txt", "/docs", "/openapi.json",
                "/metrics", "/healthz", "/readyz", "/evaluation", "/history", "/nowhere",
                "/conversations", "/v1/models", f"/sign-in?token={secret}", "/static/no.js",
            ):  # fmt: skip
                told = get(f"{url}{path}", headers=headers)
                said += [told.text, str(told.headers)]
            for body in ({"question": "问"}, {"question": "没有"}, {"question": 1}, []):
                told = post(f"{url}/ask", json=body, headers=bearer(secret))
                said += [told.text, str(told.headers)]
            told = post(f"{url}/sign-in", data={"token": secret, "back": "/x"})
            said += [told.text, str(told.headers)]
    said += [
        logs.formatter(format).format(record)
        for record in caplog.records
        if record.name.startswith(("server", "index", "uvicorn", "youju"))
        for format in ("text", "json")
    ]
    said.append((library.path / "audit.jsonl").read_text(encoding="utf-8"))
    for secret in secrets:
        assert not [text for text in said if secret in text], secret


def test_all_is_off_on_the_loopback_by_default(tmp_path: Path) -> None:
    own = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    own.add_text("a.txt", ARTICLE.encode())
    with server(own) as url:
        assert post(f"{url}/ask", json={"question": "问"}).status_code == 200
        page = get(f"{url}/library", headers=PAGE).text
        assert "form_token" not in page
        assert post(f"{url}/", data={"question": "问"}).status_code == 303
        assert all(get(f"{url}/sources").status_code == 200 for _ in range(30))
        assert httpx.delete(f"{url}/sources/a.txt").status_code == 204
    assert not (own.path / "audit.jsonl").exists()
    assert not (own.path / "keys.json").exists()
