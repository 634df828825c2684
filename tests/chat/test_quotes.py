"""Quotes as they read: torn lines mended and markup off, the source's own characters kept apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index import Library
from index.records import Source
from server.chat.quotes import QuoteReader

SEEDS = Path(__file__).parents[2] / "seeds"
TORN = "004_1e7ae3f02ce5cf70.txt"


def cited(source: Source, article: str, quote: str, **more: object) -> dict[str, object]:
    start = source.text.index(quote)
    place = {"start": start, "end": start + len(quote), "quote": quote}
    return {"number": 1, "source": source.name, "article": article, **place, **more}


def read(library: Library, name: str, quote: str) -> str:
    article = library.articles_of(name)[0]
    citation = cited(library.source(name), article.id, quote)
    return QuoteReader(library)({"citations": [citation], "changed": []}, citation)


def test_a_torn_quote_reads_as_its_article_does(open_library: Callable[..., Library]) -> None:
    library = open_library()
    library.update([SEEDS / TORN])
    quote = "云计算等技术的运用，让工厂\n\n实现关键程序 100%自动化。"
    assert read(library, TORN, quote) == "云计算等技术的运用，让工厂实现关键程序100%自动化。"


def test_markup_is_not_read(open_library: Callable[..., Library]) -> None:
    library = open_library()
    library.add_text("雨.md", "# 雨\n\n昨日降雨量为**45**毫米，见[通报](a.md)。\n".encode())
    quote = "昨日降雨量为**45**毫米，见[通报](a.md)。"
    assert read(library, "雨.md", quote) == "昨日降雨量为45毫米，见通报。"


def test_a_quote_whose_source_changed_is_read_as_it_was(
    open_library: Callable[..., Library],
) -> None:
    library = open_library()
    library.add_text("堤.txt", "# 堤\n\n西岸的海堤有 9 米。\n".encode())
    article = library.articles_of("堤.txt")[0]
    quote = "海堤有 9 米。"
    citation = cited(library.source("堤.txt"), article.id, quote)
    library.add_text("堤.txt", "# 堤\n\n东岸的灯塔有四层楼那么高。\n".encode())
    answer = {"citations": [citation], "changed": [1]}
    assert QuoteReader(library)(answer, citation) == "海堤有9米。"
    library.delete("堤.txt")
    assert QuoteReader(library)(answer, citation) == "海堤有9米。"
