"""Reading takes time in proportion to the text, whatever it repeats."""

from __future__ import annotations

import time

import pytest

from index.pages.articles import split
from index.pages.passages import passages
from index.records import Source

UNITS = [
    "<title>", "<!", "<!--", "<!-- -->", "<![CDATA[", "<?", "<?xml ", "<a ", '<a href="', "<a href='x",
    '<a href="x">', "<a>", "</a>", "<b>", "</b>", "<i><b>", "<p>", "<p>x", "<div>", "<div>x", "</div>",
    "<ul><li>", "<li>x", "<table>", "<tr>", "<td>", "<table><tr><td>", "<td>1", "<td rowspan=9 colspan=9>1",
    "<th>甲", "<script>", "<script></script>", "<style>", "<svg>", "<textarea>", "<select><option>", "<iframe>",
    "<h1>题", "<br>", "<hr>", "<sup>1", "<del>x", "<p hidden>x", '<div class="a b c d">', "<nav><a>x</a>",
    "<form>", "<meta charset=", "<time datetime=2024-01-01>", "<x a=b a=b ", "<x '\"", '<a ">" ', "<>", "<", ">",
    "&", "&amp;", "&#", "&#x", "&#65;", "&lt;b&gt;", "&nbsp;", "[", "]", "](", "[a](b)", "[a](", "![", "[a][b]",
    "[a]: b\n", "[^1]", "[^1]: x\n", "*", "**", "***", "* ", "**a", "**a**", "*a*", "_", "__", "__a__", "`", "`a",
    "`a``", "```\n", "~~", "~~a", "|", "|a", "| a | b |\n", "|-|-|\n", "| a |\n|---|\n", ">", "> a\n", "- ",
    "- a\n", "  - a\n", "1. ", "+ ", "#", "# a\n", "===\n", "a\n---\n", "---\na: b\n", "\\", "\\*", " ", "\t",
    "\u3000", "\n", "\r", "\r\n", "a\r\nb\r", " \n", "\u200b", "\u200d", "a\u0301", "\ufeff", "\ufffd", "\ud800",
    "\udc00", "👨‍👩‍👧", "0", "1 ", "1,", "3.14 ", "0 1 2 ", "甲 1 2\n", "甲  1\n", "甲\t1\n", "百", "。", "，", "，\n",
    "“", "（甲）", "《", "…", "甲", "甲乙，\n", "word ", "http://a.b/", "□", "（记者", "2024-03-15 ", "，正文：", "$$",
]  # fmt: skip
SMALL, LARGE = 4_000, 16_000
#: Four times as much may take so many times as long: sixteen would be quadratic. What is done in less
#: than this, in seconds of the processor, is not measured well enough to tell; what is quadratic and
#: takes 2 seconds for 100,000 characters takes more.
GROWTH, UNMEASURED = 9.0, 0.06
TRIES = (
    3  # once is enough to be cleared: a crowded machine slows even what is counted by the processor
)


def seconds(unit: str, format: str, size: int) -> float:
    """Of the processor, not of the clock: others may be at work."""
    text = (unit * (size // len(unit) + 1))[:size]
    began = time.process_time()
    for article in split(Source("a", text, "", format=format)):
        passages(article)
    return time.process_time() - began


@pytest.mark.no_cover  # other tests reach these lines; what is counted by the line says no time
@pytest.mark.parametrize("format", ["txt", "md", "html"])
def test_no_repetition_takes_more_than_its_share(format: str) -> None:
    assert len(UNITS) >= 138
    assert [unit for unit in UNITS if all(grows(unit, format) for _ in range(TRIES))] == []


def grows(unit: str, format: str) -> bool:
    """Whether it takes more than its share this time."""
    taken = seconds(unit, format, LARGE)
    return taken > UNMEASURED and taken > GROWTH * seconds(unit, format, SMALL)
