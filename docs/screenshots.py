"""Pictures of the chat page's states, taken in a real Chromium over the articles of seeds/.

    python -m docs.screenshots [STATE ...]          # writes docs/images/STATE-SIZE-THEME-LANG.webp

Every state is shown at a desk in the light and in Chinese, at a desk in the dark and in English,
and on a phone the other way round; the READMEs show one of them in the dark and in Chinese, too.
Needs the packages of `make test`, nothing from the network. `tests/screenshots.py` takes what is only to be looked at.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from docs.samples import OF_TABLE, ON_PAPER, files
from index import Library
from index.store.database import Database
from server.answer import Answerer
from server.records import Event, Question
from server.settings import Settings

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path.insert(0, str(ROOT / "tests"))

from fakes import ready, serving  # noqa: E402 -- a server that is stopped again

QUALITY = 82


class Look(NamedTuple):
    """How a state is looked at."""

    size: str
    theme: str
    lang: str


SIZES = {"desktop": (1360, 850, 1.25), "phone": (390, 844, 1.5)}
LOOKS = (
    Look("desktop", "light", "zh"),
    Look("desktop", "dark", "en"),
    Look("phone", "light", "en"),
    Look("phone", "dark", "zh"),
)
ALSO = {"cited": (Look("desktop", "dark", "zh"),)}

MEANS = "重庆“33618”里的18指什么？"
MEANS_EN = "What does 18 in 33618 mean?"
DIFFERS = "重庆有多少个数字化车间？"
FIRST, LATER = "“33618”现代制造业集群体系是什么时候提出的？", "其中的18指什么？"
UNSAID = "重庆今年的房价是多少？"
WAITS = "重庆为什么要培育“新星”产业集群？"
#: What was asked before, and how many days ago.
EARLIER = {
    "大渡口要打造什么走廊？": 0,
    "潼南高新区的微球基地是哪家公司投资的？": 2,
    "今年一季度，长寿区开工新材料产业项目有多少个？": 4,
    "全市低空制造类企业有多少家？": 23,
}
DRAFT = (
    "截至目前，重庆累计建成183个智能工厂、1096个数字化车间。"
    "2022年6月，重庆提出打造“33618”现代制造业集群体系。"
    "其中的“18”，是指18个“新星”产业集群。重庆今年的房价下降了百分之三。"
)


class Patient(Answerer):
    """Answers, but for one question: that one stays where it has found passages."""

    def stream(self, question: Question) -> Iterator[Event]:
        for event in super().stream(question):
            yield event
            while question.text == WAITS and event.name == "hits" and not question.stop.wait(0.05):
                pass


class Stage(NamedTuple):
    """A running server and the conversations in it: question to answer, as `/ask` gave them."""

    base: str
    talks: dict[str, dict[str, str]]

    def talk(self, question: str) -> str:
        return f"/c/{self.talks[question]['conversation_id']}"


@contextmanager
def staged() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library")
        library.update([ROOT / "seeds"])
        library.add_texts(files())
        with serving(Settings(library=library.path), Patient(library), library) as base:
            ready(base)
            httpx.get(base)  # has its examples worked out
            talks = {
                q: _asked(base, q)
                for q in (
                    *reversed(EARLIER),
                    FIRST,
                    ON_PAPER,
                    OF_TABLE,
                    UNSAID,
                    DIFFERS,
                    MEANS_EN,
                    MEANS,
                )
            }
            followed = {
                "question": LATER,
                "conversation_id": talks[FIRST]["conversation_id"],
            }
            httpx.post(f"{base}/ask", json=followed, timeout=120).raise_for_status()
            with Database(library.path / "catalog.sqlite").transaction() as db:
                for question, days in EARLIER.items():
                    then = (datetime.now(UTC) - timedelta(days=days, hours=1)).isoformat()
                    where = (then, talks[question]["conversation_id"])
                    db.execute("UPDATE turns SET created_at = ? WHERE conversation_id = ?", where)
            library.conversations.pin(talks[list(EARLIER)[1]]["conversation_id"], True)
            _wait_for_suggestions(base, talks)
            yield Stage(base, talks)


def _asked(base: str, question: str) -> dict[str, str]:
    response = httpx.post(f"{base}/ask", json={"question": question}, timeout=120)
    found: dict[str, str] = response.raise_for_status().json()
    return found


def _wait_for_suggestions(base: str, talks: dict[str, dict[str, str]]) -> None:
    for answer in talks.values():
        path = f"{base}/c/{answer['conversation_id']}/turns/{answer['id']}/next"
        while httpx.get(path, timeout=120).status_code == 202:
            pass


# ---- the states ---------------------------------------------------------------------------------

Act = Callable[[Page, Stage, Look], None]


def empty(page: Page, stage: Stage, _: Look) -> None:
    page.goto(stage.base)


def answer(page: Page, stage: Stage, look: Look) -> None:
    page.goto(stage.base + stage.talk(MEANS if look.lang == "zh" else MEANS_EN))
    page.locator(".turn .meta").wait_for()


def cited(page: Page, stage: Stage, look: Look) -> None:
    question = MEANS if look.lang == "zh" else MEANS_EN
    page.goto(stage.base + stage.talk(question))
    page.locator(".turn .answer .cite").first.click()
    page.locator("#sheet mark").first.wait_for()


def card(page: Page, stage: Stage, look: Look) -> None:
    """What a citation shows before it is opened: under the pointer, and in the focus."""
    answer(page, stage, look)
    page.wait_for_load_state("networkidle")
    cite = page.locator(".turn .answer .cite").first
    if look.size == "phone":
        cite.focus()
    else:
        cite.hover()
    page.locator("#peek q").wait_for()


def table(page: Page, stage: Stage, _: Look) -> None:
    _open_first(page, stage, OF_TABLE, "tr mark#cite")


def paper(page: Page, stage: Stage, _: Look) -> None:
    _open_first(page, stage, ON_PAPER, ".leaf rect")
    page.wait_for_load_state("networkidle")


def _open_first(page: Page, stage: Stage, question: str, shown: str) -> None:
    page.goto(stage.base + stage.talk(question))
    page.locator(".turn .answer .cite").first.click()
    page.locator(shown).first.wait_for()


def followed(page: Page, stage: Stage, _: Look) -> None:
    page.goto(stage.base + stage.talk(FIRST))
    page.locator(".turn .query").wait_for()


def lost(page: Page, stage: Stage, _: Look) -> None:
    page.goto(stage.base)
    page.route("**/ask", lambda route: route.abort())
    page.fill("#question", MEANS)
    page.press("#question", "Enter")
    page.locator(".trouble").wait_for()


def conflict(page: Page, stage: Stage, _: Look) -> None:
    page.goto(stage.base + stage.talk(DIFFERS))
    page.locator(".conflict").wait_for()


def refusal(page: Page, stage: Stage, _: Look) -> None:
    page.goto(stage.base + stage.talk(UNSAID))
    page.locator(".refusal").wait_for()


def chats(page: Page, stage: Stage, look: Look) -> None:
    """The list with a conversation's options; on a phone it is a page."""
    if look.size == "phone":
        page.goto(f"{stage.base}/history")
        page.locator(".menu summary").nth(1).click()
        return
    page.goto(stage.base + stage.talk(DIFFERS))
    page.wait_for_load_state("networkidle")
    page.locator("#talks li").nth(1).hover()
    page.locator("#talks [data-options]").nth(1).click()
    page.locator("#talk-options").wait_for()


def waiting(page: Page, stage: Stage, _: Look) -> None:
    page.goto(stage.base)
    page.fill("#question", WAITS)
    page.press("#question", "Enter")
    page.locator(".doing", has_text="10").wait_for()


def check(page: Page, stage: Stage, _: Look) -> None:
    page.goto(f"{stage.base}/check")
    page.fill("#text", DRAFT)
    page.locator("#to-check [type=submit]").click()
    page.locator("#result .findings").wait_for(timeout=120_000)
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")


STATES: dict[str, Act] = {
    act.__name__: act
    for act in (
        empty, answer, followed, card, cited, table, paper, conflict, refusal, chats, waiting, lost, check,
    )
}  # fmt: skip


# ---- taking them --------------------------------------------------------------------------------


def take(browser: Browser, stage: Stage, name: str, look: Look) -> int:
    """One picture; returns its bytes."""
    width, height, scale = SIZES[look.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="zh-CN" if look.lang == "zh" else "en-US",
        has_touch=look.size == "phone",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    STATES[name](page, stage, look)
    page.wait_for_timeout(500)
    path = IMAGES / f"{name}-{'-'.join(look)}.webp"
    Image.open(BytesIO(page.screenshot())).convert("RGB").save(path, quality=QUALITY, method=6)
    context.close()
    return path.stat().st_size


def main(names: list[str]) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    with staged() as stage, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for name in names or STATES:
            for look in (*LOOKS, *ALSO.get(name, ())):
                print(f"{name}-{'-'.join(look)}.webp: {take(browser, stage, name, look):,} bytes")
        browser.close()


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in STATES]
    if unknown:
        sys.exit(f"{', '.join(unknown)}: there are {', '.join(STATES)}")
    main(sys.argv[1:])
