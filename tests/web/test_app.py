"""The application: readiness, headers, errors as problems, the words of the interface."""

from __future__ import annotations

import re
import string
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import Seeded
from fakes import ScriptedAnswerer, ready, serving, written

from index import IndexConfig, Library, YoujuError
from server import errors
from server.records import Question
from server.settings import Settings
from server.upkeep.library_figures import LibraryFigures
from server.upkeep.metrics import Metrics
from server.web import i18n

SERVER = Path(__file__).parents[2] / "server"
SEEDS = SERVER.parent / "seeds"
OURS = (
    *sorted((SERVER / "web" / "templates").iterdir()),
    *sorted((SERVER / "web" / "static").iterdir()),
)

FILES = (
    "report.html",
    "check_export.html",
    "share.html",
)  # files of their own, to be saved and never shown


@pytest.fixture(scope="module")
def base(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = seeded(tmp_path_factory.mktemp("app") / "library", "builtin")
    settings = Settings(library=folder, seeds=SEEDS)
    with serving(settings) as url:
        ready(url)
        yield url


@pytest.fixture
def empty(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", IndexConfig(embedder="hash"))


# ---- readiness ---------------------------------------------------------------------------------


def test_says_why_it_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr("server.upkeep.opening.open_library", lambda *_, **__: go.wait(10) and None)
    with serving(Settings(library=tmp_path / "l", seeds=tmp_path)) as url:
        response = httpx.get(f"{url}/readyz")
        assert response.status_code == 503
        assert "opened" in response.json()["detail"]
        assert "retry-after" in response.headers
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
        assert httpx.get(url).status_code == 200
        go.set()


def test_a_library_that_cannot_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise errors.IndexMismatch("built by a newer version", hint="Update youju.")

    monkeypatch.setattr("server.upkeep.opening.open_library", broken)
    with serving(Settings(library=tmp_path / "l", seeds=tmp_path)) as url:
        for _ in range(200):
            body = httpx.get(f"{url}/readyz").json()
            if "newer" in body["detail"]:
                break
        assert (body["status"], body["hint"]) == (500, "Update youju.")


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    seeds = tmp_path / "none"
    with serving(Settings(library=tmp_path / "l", seeds=seeds, embedder="hash")) as url:
        ready(url)
        response = httpx.post(f"{url}/ask", json={"question": "有吗？"})
        assert response.status_code == 503
        assert response.json()["type"] == "urn:youju:problem:index-missing"
        home, shelf = httpx.get(url).text, httpx.get(f"{url}/library").text
        assert "文库还是空的" in home
        assert 'class="act" href="/library"' in home
        assert "文库还是空的" in shelf
        assert "data-empty" in shelf
        assert "data-empty" not in httpx.get(f"{url}/library?q=灯塔").text


# ---- headers -----------------------------------------------------------------------------------


def test_the_library_says_how_much_of_a_source_could_not_be_read(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "湖.txt").write_bytes("湖边的路修好了".encode() + b"\xff" + "很平。".encode())
    with serving(Settings(library=tmp_path / "l", seeds=seeds, embedder="hash")) as url:
        ready(url)
        assert "1 个字符损坏" in httpx.get(f"{url}/library").text
        assert httpx.get(f"{url}/sources").json()["sources"][0]["damaged"] == 1


def test_the_library_says_which_embedder_serves_and_why(base: str) -> None:
    assert "内置编码器 e5-small-1" in httpx.get(f"{base}/library").text
    english = httpx.get(f"{base}/library", cookies={"lang": "en"}).text
    assert "knows many languages; beyond 1,500 passages" in english


@pytest.mark.parametrize("path", ["/", "/library", "/docs", "/static/main.js", "/healthz", "/nope"])
def test_every_response_has_a_strict_policy(base: str, path: str) -> None:
    headers = httpx.get(base + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.name)
def test_no_file_names_another_host_or_has_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "//" not in re.sub(r"(?m)(^|\s)//.*$", "", text)
    if path.suffix == ".html" and path.name not in FILES:
        assert not re.search(
            r"\son\w+=|\sstyle=|<style|<script(?![^>]*(src=|type=\"application))", text
        )


@pytest.mark.parametrize("path", ["/", "/library", "/history", "/evaluation"])
def test_the_page_is_light(base: str, path: str) -> None:
    """What a page loads at first, compressed; a script loads those that it imports."""
    page = httpx.get(base + path)
    loaded, found = set(), re.findall(r"/static/([\w.]+)", page.text)
    while found:
        loaded |= (new := set(found) - loaded)
        texts = {name: httpx.get(f"{base}/static/{name}").text for name in new}
        found = [name for text in texts.values() for name in re.findall(r'from "./([\w.]+)"', text)]
    sizes = {n: httpx.get(f"{base}/static/{n}").num_bytes_downloaded for n in loaded}
    assert page.num_bytes_downloaded + sum(sizes.values()) < 40_000, sizes


def test_scripts_are_given_only_the_words_that_they_say() -> None:
    scripts = "\n".join(p.read_text(encoding="utf-8") for p in OURS if p.suffix == ".js")
    made = ("error.", "library.status.", "reindex.", "theme.", "answer.full", "answer.partial")
    made += ("check.full", "check.partial", "check.contradicted", "check.none")
    unsaid = [k for k in i18n.JS_KEYS if f'"{k}"' not in scripts and not k.startswith(made)]
    assert unsaid == ["answer.none"]


@pytest.mark.parametrize("section", ["", "ask", "library", "check"])
def test_a_page_has_only_the_words_of_its_section(section: str) -> None:
    groups = {key.partition(".")[0] for key in i18n.script_strings("zh", section)}
    own = {"library": {"library", "reindex"}, "check": {"check"}}.get(section, set())
    assert groups & {"library", "reindex", "check"} == own
    assert {"answer", "error", "scope", "theme", "view"} <= groups


# ---- errors ------------------------------------------------------------------------------------


def test_each_error_has_a_status_and_its_own_slug() -> None:
    assert errors.status_of(errors.SourceNotFound("x")) == 404
    assert errors.status_of(errors.UnknownEngine("x")) == 422
    assert errors.status_of(errors.AnswerError("x")) == 500
    assert errors.status_of(ValueError("x")) == 500
    assert errors.slug("IndexMissing") == "index-missing"


def test_an_unexpected_error_tells_no_secrets() -> None:
    body = errors.problem_of(ValueError("/secret/path"))
    assert "secret" not in str(body)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_an_accident_is_a_clean_500(empty: Library, accept: str) -> None:
    broken = ScriptedAnswerer({"问": ValueError("/secret/path")})
    with serving(Settings(library=empty.path), broken, empty) as url:
        response = httpx.post(f"{url}/ask", json={"question": "问"}, headers={"accept": accept})
    assert response.status_code == 500
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "secret" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("PUT", "/ask", 405),
        ("GET", "/c/none", 404),
        ("GET", "/static/x", 404),
    ],
)
def test_wrong_paths_are_problems(base: str, method: str, path: str, status: int) -> None:
    response = httpx.request(method, base + path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "hint"} <= response.json().keys()
    assert response.json()["status"] == status


@pytest.mark.parametrize("path", ["/", "/library", "/docs", "/healthz", "/static/seal.svg"])
def test_what_can_be_got_can_be_asked_about(base: str, path: str) -> None:
    head, get = httpx.head(base + path), httpx.get(base + path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-security-policy"):
        assert head.headers[name] == get.headers[name]
    assert int(head.headers["content-length"]) > 0


def test_what_cannot_be_got_cannot_be_asked_about(base: str) -> None:
    assert httpx.head(f"{base}/nope").status_code == 404
    assert httpx.head(f"{base}/v1/chat/completions").status_code == 405


def test_a_person_gets_a_page(base: str) -> None:
    response = httpx.get(f"{base}/nope", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert "这里没有这样一页" in response.text


# ---- operation ---------------------------------------------------------------------------------


def test_metrics_count(base: str) -> None:
    httpx.post(f"{base}/ask", json={"question": "重庆“33618”里的18指什么？"}).raise_for_status()
    response = httpx.get(f"{base}/metrics")
    text = response.text
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert re.search(r'youju_requests_total{method="POST",route="/ask",status="200"} \d', text)
    assert re.search(r"youju_answers_total{engine=\"\w+\"} [1-9]", text)
    assert re.search(r'youju_answer_seconds_bucket{le="\+Inf"} [1-9]', text)
    assert re.search(r"youju_refusals_total{engine=\"\w+\"} \d", text)
    httpx.head(f"{base}/history")
    heads = 'youju_requests_total{method="HEAD",route="/history",status="200"} 1'
    assert heads in httpx.get(f"{base}/metrics").text
    names = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    counted = ["requests_total", "answers_total", "refusals_total", "answer_seconds"]
    counted += [
        "late_total",
        "questions_in_progress",
        "questions_waiting",
        "questions_refused_total",
    ]
    counted += ["streams", "connections", "claims_total", "stage_seconds"]
    counted += ["sources", "passages", "library_bytes", "index_timestamp_seconds"]
    assert {name for name in names if name.startswith("youju")} == {f"youju_{n}" for n in counted}
    assert re.search(r'youju_claims_total{support="full"} [1-9]', text)
    assert re.search(r'youju_stage_seconds_count{stage="retrieve"} [1-9]', text)
    assert value(text, "youju_sources") == len(list(SEEDS.iterdir()))
    assert value(text, "youju_passages") > value(text, "youju_sources")
    assert value(text, "youju_library_bytes") > 100_000
    assert 0 <= time.time() - value(text, "youju_index_timestamp_seconds") < 3600
    for name in ("resident_memory_bytes", "open_fds", "max_fds", "cpu_seconds_total"):
        assert value(text, f"process_{name}") > 0


def value(text: str, name: str) -> float:
    return float(next(x for x in text.splitlines() if x.startswith(f"{name} ")).split()[1])


def test_a_library_that_cannot_be_measured_hides_no_other_figure() -> None:
    """What is wrong with it is said elsewhere; the figures are asked for to find out."""

    class Gone:
        def size(self) -> None:
            raise OSError("no such disk")

    metrics = Metrics()
    metrics.collect(LibraryFigures(Gone))  # type: ignore[arg-type]
    assert b"process_open_fds" in metrics.render()[0]


def test_metrics_speak_openmetrics_to_those_who_ask(base: str) -> None:
    headers = {"accept": "application/openmetrics-text; version=1.0.0"}
    assert httpx.get(f"{base}/metrics", headers=headers).text.endswith("# EOF\n")


def test_each_application_counts_its_own(empty: Library) -> None:
    with serving(Settings(library=empty.path), ScriptedAnswerer({}), empty) as url:
        httpx.get(f"{url}/nope")
        text = httpx.get(f"{url}/metrics").text
        lines = [line for line in text.splitlines() if line.startswith("youju_requests_total")]
        assert lines == ['youju_requests_total{method="GET",route="unmatched",status="404"} 1.0']


def test_counting_from_many_threads_loses_nothing() -> None:
    metrics = Metrics()
    refused = written(Question("问"), "无。", engine="extractive", refused=True)

    def count() -> None:
        for _ in range(500):
            metrics.request("GET", "/", 200)
            metrics.answer(refused, 0.01)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = metrics.render()[0].decode()
    assert 'youju_requests_total{method="GET",route="/",status="200"} 4000.0' in text
    assert 'youju_refusals_total{engine="extractive"} 4000.0' in text
    assert "youju_answer_seconds_count 4000.0" in text


def test_docs_show_every_route_with_an_example(base: str) -> None:
    spec = httpx.get(f"{base}/openapi.json").json()
    page = httpx.get(f"{base}/docs").text
    for path, methods in spec["paths"].items():
        for operation in methods.values():
            assert f"api.{operation['operationId']}" in i18n.KEYS
            assert f"<code>{path}</code>" in page
            good = next(r for status, r in operation["responses"].items() if status < "300")
            assert status_has_example(good), path


def test_what_was_sent_wrongly_is_answered_as_the_description_says(base: str) -> None:
    spec = httpx.get(f"{base}/openapi.json").json()
    told = httpx.post(f"{base}/v1/responses", json={"input": 1})
    assert told.status_code == 422
    for methods in spec["paths"].values():
        for operation in methods.values():
            (said,) = operation["responses"]["422"]["content"]
            assert told.headers["content-type"].startswith(said)


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/ask", {}),
        ("POST", "/v1/responses", {"content": b"{", "headers": {"content-type": "application/json"}}),
        ("PATCH", "/articles/{id}", {"content": b"\0", "headers": {"content-type": "application/json"}}),
        ("GET", "/sources", {"headers": {"host": "elsewhere.example"}}),
    ],
)  # fmt: skip
def test_no_answer_is_one_that_the_description_does_not_tell_of(
    base: str, method: str, path: str, sent: dict
) -> None:
    told = httpx.request(method, base + path.format(id="a1"), **sent)
    assert 400 <= told.status_code < 500
    responses = httpx.get(f"{base}/openapi.json").json()["paths"][path][method.lower()]["responses"]
    (said,) = responses.get(str(told.status_code), responses.get("default"))["content"]
    assert told.headers["content-type"].startswith(said)


def test_docs_show_code_as_code(base: str) -> None:
    page = httpx.get(f"{base}/docs").text
    assert "<code>GET /ask/{stream}</code>" in page
    assert "&lt;code&gt;" not in page


def status_has_example(response: dict) -> bool:
    contents = response.get("content", {}).values()
    return response["description"] and all("example" in c for c in contents)


# ---- words -------------------------------------------------------------------------------------


def test_every_key_that_is_used_is_in_the_catalogue() -> None:
    for path in OURS:
        known = i18n.JS_KEYS if path.suffix == ".js" else i18n.KEYS
        for key in re.findall(r"\bt\(\"([\w.-]+)\"", path.read_text(encoding="utf-8")):
            assert key in known or key.endswith("."), f"{path.name}: {key}"
    for cls in errors.STATUS:
        if cls not in (YoujuError, errors.UnknownEngine):
            assert f"error.{errors.slug(cls.__name__)}" in i18n.KEYS


def test_every_language_has_every_key() -> None:
    keys = {lang: list(words) for lang, words in i18n.CATALOGUE.items()}
    assert set(keys) == set(i18n.LANGUAGES)
    assert all(found == list(i18n.KEYS) for found in keys.values()), "the same, in the same order"


@pytest.mark.parametrize("key", i18n.KEYS)
def test_both_languages_say_the_same(key: str) -> None:
    texts = [words[key] for words in i18n.CATALOGUE.values()]
    fields = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in texts]
    assert fields[0] == fields[1]
    assert all(text.strip() for text in texts)


def test_one_is_not_many() -> None:
    assert i18n.translate("en", "answer.all_supported", count=1) == "1 claim, supported"
    assert i18n.translate("en", "answer.all_supported", count=2) == "2 claims, all supported"
    assert i18n.translate("en", "library.count", count="1") == "1 source"
    assert i18n.translate("en", "library.count", count="1,001") == "1,001 sources"
    assert i18n.translate("zh", "library.count", count="1") == "共 1 份来源"


@pytest.mark.parametrize("key", i18n.KEYS)
def test_what_counts_says_so_for_one_and_for_many(key: str) -> None:
    """English words behind a count are written for one and for many."""
    text = i18n.CATALOGUE["en"][key]
    behind = re.findall(r"\{(?:count|turns|passages|weak)\}((?: \w+)+)", text)
    assert all(not words.split()[0].endswith("s") for words in behind), text


def test_no_key_is_unused() -> None:
    sources = [
        p.read_text(encoding="utf-8") for p in (*OURS, *(SERVER / "web" / "routes").glob("*.py"))
    ]
    text = "\n".join(sources)
    prefixes = ("error.", "theme.", "view.", "library.status.", "api.", "answer.")
    prefixes += (
        "check.",
        "nav.",
        "feedback.",
        "reindex.",
        "eval.",
        "skipped.",
        "library.embedder.",
        "talks.",
        "about.",
        "library.",
        "job.",
    )
    unused = [k for k in i18n.KEYS if f'"{k}"' not in text and not k.startswith(prefixes)]
    assert not unused


def test_language_and_theme_are_remembered(base: str) -> None:
    with httpx.Client(base_url=base, follow_redirects=True) as client:
        assert 'lang="zh-CN"' in client.get("/").text
        page = client.get("/prefs?lang=en&theme=dark&back=/library")
        assert page.url.path == "/library"
        assert 'lang="en" data-theme="dark"' in page.text
        assert "Add articles" in page.text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "http://evil.example"])
def test_preferences_never_lead_elsewhere(base: str, back: str) -> None:
    response = httpx.get(f"{base}/prefs", params={"lang": "en", "back": back})
    assert response.headers["location"] == "/"
