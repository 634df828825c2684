"""The seeds' articles, printed as pages of three columns, come back whole and in order."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from browsing import BROWSER, SEEDS
from formats.laid import kept, sentences
from formats.test_docx import source

from index.pages.articles import split

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = BROWSER

STYLE = """<!doctype html><meta charset=utf-8><style>@page{size:A3;margin:15mm}
body{font:10pt/1.6 'Noto Serif CJK SC'} article{columns:3;column-gap:1.5em;break-after:page}
h1{column-span:all;font-size:24pt;text-align:center} p{text-indent:2em;margin:0;text-align:justify}</style>"""


def test_the_seeds_as_three_column_pages_come_back_in_order(
    tmp_path: Path, browser: Browser
) -> None:
    wanted, pages = [], [STYLE]
    for path in sorted(SEEDS.glob("*.txt")):
        for article in split(source(path.read_bytes(), tmp_path, path.name)):
            said = [article.text[b.start : b.end] for b in article.blocks if b.kind == "paragraph"]
            wanted += [one for text in said for one in sentences(text)]
            body = "".join(f"<p>{escape(text)}" for text in said)
            pages.append(f"<article><h1>{escape(article.title or '无题')}</h1>{body}</article>")
    page = browser.new_page()
    page.set_content("".join(pages))
    item = source(page.pdf(prefer_css_page_size=True), tmp_path, "页.pdf")
    page.close()
    assert len(wanted) > 400
    assert kept(wanted, item.text) >= 0.99
    articles = "\n".join(article.text for article in split(item))
    assert kept(wanted, articles) >= 0.98
