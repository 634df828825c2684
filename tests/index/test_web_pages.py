"""Web pages in the shapes of news sites, offices, forums, blogs: the text is read, what is around it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.reading.markup import plain
from tests.web_pages import PAGES, measure


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_text_of_a_page_is_read_and_little_else(path: Path) -> None:
    measured = measure(path)
    assert measured.recall >= 0.8, measured.lost
    assert measured.precision >= 0.9, measured.stray


def test_over_all_pages() -> None:
    whole = [measure(path) for path in PAGES]
    both = sum(m.both for m in whole)
    assert both / sum(m.read for m in whole) >= 0.98
    assert both / sum(m.text for m in whole) >= 0.97


@pytest.mark.parametrize(
    "page",
    [
        '<div class="sidebar"><p>这里只有一段文字，它是这一页的全部。</p></div>',
        "<nav><a href=1>通知一</a><a href=2>通知二</a></nav>",
        "<footer>版权所有 明城网</footer>",
        "<ul><li><a href=1>关于放假的通知</a></li></ul>",
    ],
)
def test_a_page_that_looks_like_surroundings_keeps_its_text(page: str) -> None:
    assert plain(page, "html").text.strip()


DATED = [
    '<meta property="article:published_time" content="2024-03-15T10:20:00+08:00">',
    '<meta name="pubdate" content="2024-03-15 10:20">',
    '<meta name="PublishDate" content="2024-03-15">',
    '<meta name="PubDate" content="20240315102000">',
    '<meta itemprop="datePublished" content="2024/3/15">',
    '<meta name="date" content="Fri, 15 Mar 2024 02:20:00 GMT">',
    '<meta property="og:release_date" content="March 15, 2024">',
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-03-15T10:20"}</script>',
    '<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"datePublished":"2024-03-15"}]}</script>',
    '<script type="application/ld+json">{"a":"b\nc","datePublished":"2024-03-15"}</script>',
    '<time datetime="2024-03-15T10:20">10:20</time>',
]


@pytest.mark.parametrize("said", DATED)
def test_the_date_that_a_page_says_of_itself(said: str) -> None:
    assert (
        plain(f"<html><head>{said}</head><body><p>正文。</p></body></html>", "html").published
        == "2024-03-15"
    )


@pytest.mark.parametrize(
    "said",
    [
        '<meta name="pubdate" content="02/03/2024">',
        '<meta name="pubdate" content="2024-02-31">',
        '<meta name="pubdate" content="Mar 2024">',
        '<meta name="pubdate" content="yesterday"><meta name="date" content="">',
        '<script type="application/ld+json">{"datePublished": 5}</script>',
        '<script type="application/ld+json">[[[{</script>',
        '<time datetime="2024-03-15">甲</time><time datetime="2024-03-16">乙</time>',
    ],
)
def test_a_doubtful_date_is_none(said: str) -> None:
    assert plain(f"{said}<p>正文。</p>", "html").published is None
