"""The seeds' articles, printed as pages of three columns, come back whole and in order."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from browsing import BROWSER, SEEDS
from formats.laid import kept, prose, sentences
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


MIXED = """<!doctype html><meta charset=utf-8><style>@page{size:A3;margin:12mm}
p{text-indent:2em;margin:0;text-align:justify}
body{font:10pt/1.55 'Noto Serif CJK SC'} h1{font-size:22pt;text-align:center;margin:.3em 0} .row{display:flex;gap:1.5em}
section>div{column-gap:1.2em}</style><div style="font-size:9pt">青禾日报　2024年3月5日　星期二　03版</div>"""
TITLES = (
    "渔港改造三年见成效",
    "图书馆延长开放",
    "全县防汛准备工作全面展开 各镇备足沙袋",
    "短讯",
    "旧楼加梯有了新办法",
)


def set_article(title: str, texts: list[str], columns: int, style: str = "") -> str:
    body = "".join(f"<p>{text}" for text in texts)
    head = f'<section style="{style}"><h1>{title}</h1>'
    return f'{head}<div style="columns:{columns}">{body}</div></section>'


def test_a_page_of_several_articles_is_read_one_after_the_other(
    tmp_path: Path, browser: Browser
) -> None:
    texts = [prose(n, 4) for n in range(1, 29)]
    page = browser.new_page()
    page.set_content(
        f"{MIXED}<div class=row>{set_article(TITLES[0], texts[:9], 2, 'flex:2')}"
        f"{set_article(TITLES[1], texts[9:14], 1, 'flex:1')}</div>"
        f"{set_article(TITLES[2], texts[14:22], 4)}"
        f"<div class=row>{set_article(TITLES[3], texts[22:23], 1, 'flex:1;font-size:9pt;border:1px solid')}"
        f"{set_article(TITLES[4], texts[23:26], 3, 'flex:3')}</div>"
    )
    item = source(page.pdf(prefer_css_page_size=True), tmp_path, "页.pdf")
    page.close()
    assert kept([one for text in texts[:26] for one in sentences(text)], item.text) == 1
    said = [article.title.replace(" ", "") for article in split(item)]
    assert [title for title in said if title in {t.replace(" ", "") for t in TITLES}] == [
        title.replace(" ", "") for title in TITLES
    ]
