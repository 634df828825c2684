"""Pictures of the page for the README: ``python tests/screenshots.py BASE_URL QUESTION [OUT]``.

Writes desktop and phone, light and dark, each with the first citation open.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


def main(base: str, question: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        for name in SIZES:
            for theme in ("light", "dark"):
                picture(browser, base, question, theme, out / f"{name}-{theme}.png", SIZES[name])
        browser.close()


def picture(
    browser: Browser, base: str, question: str, theme: str, path: Path, size: tuple[int, int]
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=2,
        color_scheme="dark" if theme == "dark" else "light",
        locale="zh-CN",
    )
    page = context.new_page()
    page.goto(base)
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.locator(".turn .meta").wait_for()
    page.locator(".cite").first.click()
    page.locator("#sheet mark").first.wait_for()
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3] if len(sys.argv) == 4 else "docs/images"))
