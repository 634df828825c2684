"""Citations in other programs' formats, each read back by a program or a rule that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote

import bibtexparser
import httpx
import pytest
import rispy
from fakes import ScriptedAnswerer, citation_of, serving, written

from index import IndexConfig, Library
from server.citing.cited import Cited, Shelf
from server.citing.formats import FORMATS
from server.citing.fragment import text_fragment
from server.cli.ask import FORMATS as NAMED
from server.records import Citation, Question, answer_dict
from server.settings import Settings

URL = "https://news.example/2026/11/3.html"
WEB = {
    "id": "7",
    "title": "滨河大桥通车",
    "published": "2026-11-03",
    "url": URL,
    "text": "滨河大桥昨日通车。大桥全长1250米，双向6车道。大桥全长1250米，双向6车道。",
}
NOTE = "---\ntitle: 港口_2 & 航线\nauthor: 林晓\ndate: 2026-10-09\n---\n\n港口新开3条航线。\n"
PLAIN = "机场扩建\n\n机场有108个登机口。\n"
ACCESSED = date(2026, 11, 5)
ASKED = "有什么新闻？"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    articles = tmp_path_factory.mktemp("articles")
    (articles / "web.jsonl").write_text(json.dumps(WEB, ensure_ascii=False), encoding="utf-8")
    (articles / "note.md").write_text(NOTE, encoding="utf-8")
    (articles / "plain.txt").write_text(PLAIN, encoding="utf-8")
    with Library(tmp_path_factory.mktemp("cite") / "library", IndexConfig(embedder="hash")) as made:
        made.update([articles])
        yield made


def cite(library: Library, source: str, quote: str, number: int) -> Citation:
    """As the answerer cites: with the article's own date."""
    article = library.articles_of(source)[0]
    cited = citation_of(library, source, quote, number)
    return replace(cited, title=article.title, published=article.published)


@pytest.fixture(scope="module")
def citations(library: Library) -> tuple[Citation, ...]:
    return (
        cite(library, "web.jsonl#7", "滨河大桥昨日通车。", 1),
        cite(library, "note.md", "港口新开3条航线。", 2),
        cite(library, "plain.txt", "机场有108个登机口。", 3),
        cite(library, "web.jsonl#7", "大桥全长1250米，双向6车道。", 4),
    )


@pytest.fixture(scope="module")
def cited(library: Library, citations: Sequence[Citation]) -> list[Cited]:
    answer = written(Question(ASKED), "通车了。[1][2][3][4]", tuple(citations))
    return Shelf(library, "http://127.0.0.1:8000").cited(answer_dict(answer), ACCESSED)


def test_an_annotation_selects_the_quote_by_position_and_by_words(
    cited: list[Cited], library: Library
) -> None:
    page = json.loads(FORMATS["annotation"].write(cited))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert [item["type"] for item in page["items"]] == ["Annotation"] * 4
    for item, one in zip(page["items"], cited, strict=True):
        target = item["target"][0] if one.url else item["target"]
        position, quote = target["selector"]
        text = library.source(one.source).text
        assert text[position["start"] : position["end"]] == quote["exact"] == one.quote
        assert quote["prefix"] + quote["exact"] + quote["suffix"] in text
        assert item["body"][0]["value"]
    web = page["items"][0]["target"][1]
    assert web["source"] == URL
    assert web["selector"]["type"] == "TextQuoteSelector"


def test_a_link_opens_the_page_at_the_quote(cited: list[Cited]) -> None:
    lines = FORMATS["links"].write(cited).splitlines()
    address, _, directive = lines[0].partition("#:~:text=")
    assert address == f"[1] {URL}"
    assert unquote(directive) == "滨河大桥昨日通车。"
    assert lines[1].startswith("[2] http://127.0.0.1:8000/sources/note.md/view?start=")


def test_a_link_names_what_stands_around_words_that_stand_twice(cited: list[Cited]) -> None:
    directive = text_fragment(cited[3]).partition("#:~:text=")[2]
    prefix, quote, suffix = directive.split(",")
    assert unquote(prefix) == "滨河大桥昨日通车-"
    assert unquote(quote) == "大桥全长1250米，双向6车道。"
    assert unquote(suffix) == "-大桥全长1250米"


def test_a_link_to_a_long_quote_names_its_ends(cited: list[Cited]) -> None:
    long = replace(cited[0], quote="第一句话，" + "很长的话，" * 40 + "最后一句。", url=f"{URL}#a")
    address, _, directive = text_fragment(long).partition(":~:text=")
    assert address == f"{URL}#a"
    assert [unquote(part) for part in directive.split(",")] == ["第一句话", "最后一句"]


def test_gbt7714_says_what_is_known(cited: list[Cited]) -> None:
    assert FORMATS["gbt7714"].write(cited).splitlines() == [
        f"[1] 滨河大桥通车[EB/OL].(2026-11-03)[2026-11-05].{URL}.",
        "[2] 林晓.港口_2 & 航线[N].2026-10-09.",
        "[3] 机场扩建[Z].plain.txt.",
        f"[4] 滨河大桥通车[EB/OL].(2026-11-03)[2026-11-05].{URL}.",
    ]


def test_csl_lists_each_article_once(cited: list[Cited]) -> None:
    items = json.loads(FORMATS["csl"].write(cited))
    assert [item["title"] for item in items] == ["滨河大桥通车", "港口_2 & 航线", "机场扩建"]
    assert {item["type"] for item in items} == {"article-newspaper"}
    web, note, plain = items
    assert (web["URL"], web["issued"]) == (URL, {"date-parts": [[2026, 11, 3]]})
    assert web["accessed"] == {"date-parts": [[2026, 11, 5]]}
    assert (note["author"], note["issued"]) == (
        [{"literal": "林晓"}],
        {"date-parts": [[2026, 10, 9]]},
    )
    assert "issued" not in plain
    assert len({item["id"] for item in items}) == 3


def test_bibtex_is_read_back(cited: list[Cited]) -> None:
    text = FORMATS["bibtex"].write(cited)
    read = bibtexparser.parse_string(text)
    assert not read.failed_blocks
    web, note, _ = read.entries
    assert (web["url"], web["date"], web["year"]) == (URL, "2026-11-03", "2026")
    assert note["title"].strip("{}") == r"港口\_2 \& 航线"
    assert note["author"].strip("{}") == "林晓"


def test_ris_is_read_back(cited: list[Cited]) -> None:
    web, note, plain = rispy.loads(FORMATS["ris"].write(cited))
    assert (web["type_of_reference"], web["title"]) == ("NEWS", "滨河大桥通车")
    assert (web["urls"], web["date"], web["year"]) == ([URL], "2026/11/03/", "2026")
    assert (note["authors"], note["date"]) == (["林晓"], "2026/10/09/")
    assert plain["notes"] == ["plain.txt"]


def test_a_date_is_said_as_far_as_it_is_known(cited: list[Cited]) -> None:
    for published, iso, day in (
        ("2026-3", "2026-03", "2026/03//"),
        ("2026", "2026", "2026///"),
        ("去年", "", None),
    ):
        one = replace(cited[1], published=published)
        assert one.iso_date == iso
        (read,) = rispy.loads(FORMATS["ris"].write([one]))
        assert read.get("date") == day
    paged = replace(cited[2], page=3)
    assert FORMATS["gbt7714"].write([paged]) == "[3] 机场扩建[Z].plain.txt:3.\n"


def test_a_source_that_is_gone_is_still_cited(library: Library, citations: Any) -> None:
    stale = replace(citations[0], sha256="0" * 64)
    answer = answer_dict(written(Question(ASKED), "通车了。[1]", (stale,)))
    (one,) = Shelf(library).cited(answer, ACCESSED)
    assert (one.prefix, one.suffix, one.repeated) == ("", "", False)
    assert all(form.write([one]) for form in FORMATS.values())


def test_the_api_gives_every_format_and_exports_every_file(
    library: Library, citations: tuple[Citation, ...]
) -> None:
    answer = written(Question(ASKED), "通车了。[1][2][3][4]", citations)
    settings = Settings(library=library.path, public_url="https://youju.example")
    with serving(settings, ScriptedAnswerer({ASKED: answer}), library) as base:
        done = httpx.post(f"{base}/ask", json={"question": ASKED}, timeout=60).json()
        talk = f"{base}/conversations/{done['conversation_id']}"
        for name, form in FORMATS.items():
            got = httpx.get(
                f"{talk}/turns/{done['id']}/citations", params={"format": name}, timeout=60
            )
            assert got.status_code == 200
            assert got.headers["content-type"].startswith(form.media_type.split(";")[0])
            assert "滨河大桥" in unquote(got.text)
        assert (
            "https://youju.example/sources/note.md"
            in httpx.get(f"{talk}/turns/{done['id']}/citations", params={"format": "links"}).text
        )
        assert httpx.get(f"{talk}/turns/none/citations", timeout=60).status_code == 404
        for suffix in ("html", "docx"):
            got = httpx.get(f"{talk}/export", params={"format": suffix}, timeout=60)
            assert f'.{suffix}";' in got.headers["content-disposition"]


def test_the_command_line_knows_the_same_formats(library: Library, capsys: Any) -> None:
    from server.cli import run

    assert tuple(FORMATS) == NAMED
    asked = ["ask", "机场有多少个登机口？", "--library", str(library.path), "--format", "gbt7714"]
    assert run(asked) == 0
    assert capsys.readouterr().out == "[1] 机场扩建[Z].plain.txt.\n"
