"""Feeds and archives of the web: each entry, each page is a source of its own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library, Skipped, Source
from index.pages.articles import split
from index.reading import read
from index.reading.apart.warc_text import read_warc

RSS = """<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>青禾新闻</title><link>http://example.org/</link>
<item><title>渔港改造三年见成效</title><link>http://example.org/1</link><guid>http://example.org/1</guid>
<dc:creator>林若溪</dc:creator><pubDate>Tue, 05 Mar 2024 08:00:00 +0800</pubDate>
<description>摘要。</description><content:encoded><![CDATA[<p>55条渔船<b>回港</b>。</p><h2>经过</h2>
<script>alert(1)</script><p>码头建于1932年。</p>]]></content:encoded></item>
<item><title>停水通知</title><link>http://example.org/2</link><description>3月8日停水。</description></item>
<item><link>http://example.org/3</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>青禾</title><id>x</id>
<entry><id>tag:example.org,2024:1</id><title type="html">防汛&lt;b&gt;预案&lt;/b&gt;</title>
<author><name>周予安</name></author><updated>2024-03-06T10:00:00Z</updated>
<link href="http://example.org/a"/><summary>沙袋3200只。</summary></entry></feed>"""


def items(data: bytes, folder: Path, name: str) -> list[Source | Skipped]:
    (folder / name).write_bytes(data)
    return list(read(folder / name, name=name))


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_each_entry_of_a_feed_is_an_article(tmp_path: Path, encoding: str) -> None:
    first, second = items(RSS.format(encoding=encoding).encode(encoding), tmp_path, "青禾.rss")
    assert isinstance(first, Source)
    assert isinstance(second, Source)
    assert first.name == "青禾.rss#http://example.org/1"
    assert (first.url, first.published) == ("http://example.org/1", "2024-03-05")
    assert first.text == (
        "---\ntitle: 渔港改造三年见成效\nauthor: 林若溪\ndate: 2024-03-05\n---\n\n"
        "55条渔船回港。\n\n### 经过\n\n码头建于1932年。"
    )
    (article,) = split(first)
    assert (article.title, article.author) == ("渔港改造三年见成效", "林若溪")
    assert article.published == "2024-03-05"
    assert split(second)[0].title == "停水通知"


def test_a_feed_of_atom_is_read_too(tmp_path: Path) -> None:
    (entry,) = items(ATOM.encode(), tmp_path, "青禾.atom")
    assert isinstance(entry, Source)
    assert entry.text.startswith("---\ntitle: 防汛预案\nauthor: 周予安\ndate: 2024-03-06\n---")
    assert entry.text.endswith("沙袋3200只。")


def archive(*, zipped: bool = True) -> bytes:
    out: list[bytes] = []

    def add(url: str, body: bytes, kind: str = "text/html", status: str = "200 OK") -> None:
        content = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
            "WARC-Date: 2024-03-05T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        record = head.encode() + content + b"\r\n\r\n"
        out.append(gzip.compress(record) if zipped else record)

    head = "<html><head><meta charset={}><title>{}</title></head>"
    page = head + "<body><nav>首页 新闻</nav><h1>{}</h1><p>{}</p></body></html>"
    said = "青禾渔港的码头建于1932年，三年前开始改造，今年55条渔船回到了港里。"
    add("http://example.org/1", page.format("utf-8", "旧", "旧题", "旧话。").encode())
    add("http://example.org/2", page.format("gbk", "停水", "停水通知", said).encode("gbk"))
    add("http://example.org/1", page.format("utf-8", "渔港", "渔港旧事", said).encode())
    add("http://example.org/logo.png", b"\x89PNG", "image/png")
    add("http://example.org/gone", b"<p>404", status="404 Not Found")
    return b"".join(out)


@pytest.mark.parametrize("zipped", [True, False])
def test_each_page_of_an_archive_is_read_as_a_page(tmp_path: Path, zipped: bool) -> None:
    name = "站.warc.gz" if zipped else "站.warc"
    found = items(archive(zipped=zipped), tmp_path, name)
    assert [item.name for item in found if isinstance(item, Source)] == [
        f"{name}#http://example.org/1",
        f"{name}#http://example.org/2",
    ]
    first, second = (item for item in found if isinstance(item, Source))
    assert (first.format, first.url) == ("html", "http://example.org/1")
    assert "旧话" not in first.text
    (article,) = split(second)
    assert article.title == "停水通知"
    assert "首页" not in article.text


@pytest.mark.parametrize("zipped", [True, False])
def test_of_an_archive_that_is_cut_short_the_rest_is_read_and_it_says_so(zipped: bool) -> None:
    whole = archive(zipped=zipped)
    assert not any(part.document.left for part in read_warc(whole))
    for cut in range(
        8, 330 if zipped else 120, 7
    ):  # through its last records, their heads and ends
        parts = read_warc(whole[:-cut])
        assert [str(part.document.left)[:26] for part in parts if part.document.left] == [
            "damaged: it is cut short; t"[:26]
        ], cut


def test_what_a_cut_archive_leaves_out_is_told(tmp_path: Path) -> None:
    found = items(archive()[:-300], tmp_path, "站.warc.gz")
    assert any(isinstance(item, Source) for item in found)
    assert [item.kind for item in found if isinstance(item, Skipped)] == ["damaged"]


BROKEN: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a page": ("a.rss", lambda: b"<!doctype html><p>404</p>", "corrupt"),
    "a picture": ("a.rss", lambda: b"\x89PNG\r\n" + bytes(range(256)), "corrupt"),
    "no entry": ("a.atom", lambda: b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "empty"),
    "cut before its first entry": ("a.rss", lambda: RSS.encode()[:240], "empty"),
    "addresses only": (
        "a.rss",
        lambda: b'<rss version="2.0"><channel><item><link>x</link></item></channel></rss>',
        "empty",
    ),
    "entities without end": (
        "a.rss",
        lambda: (
            b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel/></rss>'
        ),
        "empty",
    ),
    "no archive": ("a.warc", lambda: b"<p>404</p>" * 50, "corrupt"),
    "much of nothing": ("a.warc.gz", lambda: gzip.compress(bytes(10**8), 1), "corrupt"),
    "a zip of something": ("a.warc.gz", lambda: gzip.compress(b"0" * 90), "corrupt"),
    "an archive of pictures": (
        "a.warc",
        lambda: archive(zipped=False).replace(b"text/html", b"image/png"),
        "empty",
    ),
    "an archive cut in its first page": ("a.warc.gz", lambda: archive()[:60], "empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_skipped_with_its_reason(tmp_path: Path, name: str) -> None:
    file, make, kind = BROKEN[name]
    (item,) = items(make(), tmp_path, file)
    assert isinstance(item, Skipped), item
    assert item.kind == kind, item


def test_an_uploaded_feed_is_several_sources_and_goes_as_one(
    open_library: Callable[..., Library],
) -> None:
    library = open_library()
    library.add_text("青禾.rss", RSS.format(encoding="utf-8").encode())
    assert library.count() == 2
    library.add_text("青禾.rss", RSS.format(encoding="utf-8").replace("停水", "供水").encode())
    assert {library.source(one.name).title for one in library.sources(0, 9)} == {
        "渔港改造三年见成效",
        "供水通知",
    }
    library.delete("青禾.rss")
    assert library.count() == 0
