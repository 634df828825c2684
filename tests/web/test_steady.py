"""Nothing moves by itself: a first visit, an answer that streams in, its citation, a second question.

What moves because a question is being written is asked for: the field grows by a line, and what stands over it
makes room. A browser counts that as asked after a key, as input methods send them, but not after a text that a
program puts in, so the text is put in first and what moved by it is forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import ASKED, BROWSER, answered

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = BROWSER

#: Every shift that the browser sees, with what moved, and whether a reader had just pressed something.
WATCH = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) {
    const moved = e.sources.map((s) => s.node?.className || s.node?.nodeName || "");
    shifts.push([e.value, e.hadRecentInput, moved.join(" ")]);
  }
}).observe({type: "layout-shift", buffered: true});"""
LOOK = """async () => {
  for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
  return shifts.splice(0);
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_a_visit_from_the_first_question_to_the_second_shifts_nothing(
    base: str, browser: Browser, width: int
) -> None:
    unasked = visit(base, browser, width)
    assert sum(value for value, _ in unasked) <= 0.01, unasked


def visit(base: str, browser: Browser, width: int) -> list[tuple[float, str]]:
    """Every shift that nobody asked for, with what moved."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
    context.set_default_timeout(60_000)  # what to ask next is tried in the background
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(base)
    page.wait_for_load_state("networkidle")
    unasked = unasked_of(page)
    ask_steadily(page, ASKED)
    turn = answered(page)
    page.locator("[data-next]").wait_for(state="detached")  # what to ask next has been tried
    turn.locator(".answer .cite").first.click()
    page.locator("#sheet mark").first.wait_for()
    page.wait_for_timeout(600)  # what moves later than half a second after a click counts
    page.locator("#close").click()
    page.wait_for_timeout(600)
    unasked += unasked_of(page)
    ask_steadily(page, "重庆有多少个数字化车间？")
    answered(page, 2)
    page.wait_for_timeout(600)
    unasked += unasked_of(page)
    context.close()
    return unasked


def ask_steadily(page: Page, question: str) -> None:
    page.fill("#question", question)
    unasked_of(page)
    page.press("#question", "Enter")


def unasked_of(page: Page) -> list[tuple[float, str]]:
    """What moved since the last look, once what is to be painted is painted."""
    shifts = page.evaluate(LOOK)
    return [(value, moved) for value, asked, moved in shifts if not asked]
