"""The page in a real headless Chromium, driven as a person would."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ASKED, BROWSER, CONTRAST, SEED, Opens, answered, ask, same
from fakes import ScriptedAnswerer, citation_of, conflicting, serving, shelve, written
from playwright.sync_api import expect

from index import GenerationError, IndexConfig, Library, Span
from server.answer import FELL_BACK, Answerer
from server.records import Answer, Claim, Question, answer_dict
from server.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

EVIL = '<script>window.evil = 1</script><img src=x onerror="window.evil = 2">'


# ---- asking and reading ------------------------------------------------------------------------


def test_ask_and_open_the_citation(base: str, opens: Opens) -> None:
    page = opens(base)
    expect(page.locator("#question")).to_be_focused()
    ask(page, ASKED)
    turn = answered(page)
    expect(turn.locator(".answer")).to_contain_text("18个“新星”产业集群", use_inner_text=True)
    cite = turn.locator(".cite").first
    cite.click()
    page.locator("#sheet mark").first.wait_for()
    quote = cite.get_attribute("data-quote") or ""
    assert same("".join(page.locator("#sheet mark").all_inner_texts()), quote)
    expect(page.locator("#sheet mark").first).to_be_visible()
    box = page.locator("#sheet mark").first.bounding_box()
    assert box
    assert 0 < box["y"] < 800
    assert page.locator("#sheet h2").first.inner_text()
    expect(page.locator("#sheet .source-of")).to_contain_text(SEED, use_inner_text=True)
    page.click("#sheet [data-mode=original]")
    page.locator("#sheet .original mark").wait_for()
    expect(page.locator("#sheet mark").first).to_have_text(quote)
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    assert cite.evaluate("e => e === document.activeElement")


def test_the_quote_is_shown_on_hover_and_focus(base: str, opens: Opens) -> None:
    page = opens(base)
    ask(page, ASKED)
    cite = answered(page).locator(".cite").first
    cite.hover()
    quote = cite.get_attribute("data-quote") or ""
    expect(page.locator("#peek q")).to_have_text(quote, use_inner_text=True)
    page.mouse.move(0, 0)
    page.locator("#peek").wait_for(state="hidden")
    page.keyboard.press("Shift")  # focus by the keyboard is seen
    cite.focus()
    page.locator("#peek").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()


def test_a_reload_and_the_server_show_what_the_script_showed(base: str, opens: Opens) -> None:
    page = opens(base)
    ask(page, ASKED)
    turn = answered(page)
    before = turn.locator(".answer").inner_text()
    marks = turn.locator(".cite").evaluate_all("all => all.map(c => [c.href, c.textContent])")
    assert "/c/" in page.url
    page.reload()
    turn = answered(page)
    expect(turn.locator(".answer")).to_have_text(before, use_inner_text=True)
    assert (
        turn.locator(".cite").evaluate_all("all => all.map(c => [c.href, c.textContent])") == marks
    )


def test_keyboard_only(base: str, opens: Opens) -> None:
    page = opens(base)
    page.keyboard.type(ASKED)
    page.keyboard.press("Enter")
    answered(page)
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className") == "cite":
            break
    page.keyboard.press("Enter")
    page.locator("#sheet mark").first.wait_for()
    page.wait_for_function("() => document.activeElement.id === 'sheet'")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "cite"


def test_enter_while_composing_does_not_send(base: str, opens: Opens) -> None:
    page = opens(base)
    page.fill("#question", "chong")
    page.evaluate(
        """() => document.getElementById("question").dispatchEvent(new KeyboardEvent("keydown",
        {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    page.press("#question", "Shift+Enter")
    page.keyboard.type("x")
    expect(page.locator("#question")).to_have_value("chong\nx")
    expect(page.locator(".turn")).to_have_count(0)


def test_examples_are_questions_that_are_answered(base: str, opens: Opens) -> None:
    page = opens(base)
    for _ in range(100):
        if page.locator("[data-ask]").count():
            break
        page.reload()
    for text in page.locator("[data-ask]").all_inner_texts():
        assert text.count("“") == text.count("”")
        assert text.endswith("？")
    page.locator("[data-ask]").first.click()
    assert answered(page).locator(".cite").count() >= 1


def test_copy_takes_the_footnotes_along(base: str, opens: Opens) -> None:
    page = opens(base, permissions=["clipboard-read", "clipboard-write"])
    ask(page, ASKED)
    turn = answered(page)
    turn.locator(".copy").click()
    page.get_by_text("已复制").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(ASKED)
    assert re.search(rf"\[1\] .+ — {SEED}:\d+-\d+ 「.+」$", text)


LONG = "请说明重庆在低空经济和机器人方面做了哪些布局，又取得了哪些进展，" * 36 + "？"


def test_a_long_question_leaves_room_for_its_answer(library: Library, opens: Opens) -> None:
    answerer = ScriptedAnswerer({LONG: written(Question(LONG), "答案在这里，不用滚动。")})
    with serving(Settings(library=library.path), answerer, library) as url:
        page, plain = opens(url), opens(url, java_script_enabled=False)
        for size in ((390, 844), (1280, 800), (640, 400)):
            long_question(page, plain, answerer, url, size)


def long_question(
    page: Page, plain: Page, answerer: ScriptedAnswerer, url: str, size: tuple[int, int]
) -> None:
    gate = answerer.gate = threading.Semaphore(1)
    page.emulate_media(media="screen")
    for one in (page, plain):
        one.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(url)
    ask(page, LONG)
    live = page.locator(".answer", has_text="答案在")
    live.wait_for()
    top = "y => document.querySelector('.answer').getBoundingClientRect().top < y"
    page.wait_for_function(top, arg=size[1] - 110)  # it comes up smoothly
    gate.release(100)
    turn = answered(page)
    assert turn.locator(".answer").bounding_box()["y"] < size[1] - 110
    folded = turn.locator(".question").bounding_box()["height"]
    turn.get_by_text("展开").click()
    assert turn.locator(".question").bounding_box()["height"] > 3 * folded
    expect(turn.locator(".question")).to_have_text(LONG, use_inner_text=True)
    turn.get_by_text("收起").click()
    assert turn.locator(".question").bounding_box()["height"] == folded
    page.emulate_media(media="print")
    assert turn.locator(".question").bounding_box()["height"] > 2 * folded
    plain.goto(page.url)
    plain.locator(".turn").get_by_text("展开").click()
    assert plain.locator(".question").bounding_box()["height"] > 3 * folded


def test_a_short_question_has_nothing_to_unfold(library: Library, opens: Opens) -> None:
    asked = {q: written(Question(q), "答。", id=f"s{i}") for i, q in enumerate(("短", "a" * 120))}
    with serving(Settings(library=library.path), ScriptedAnswerer(asked), library) as url:
        page = opens(url)
        for n, question in enumerate(asked, 1):
            ask(page, question)
            answered(page, n)
        expect(page.locator(".turn").get_by_text("展开")).to_have_count(0)


def test_the_first_page_opens_at_its_top(library: Library, opens: Opens) -> None:
    for n in range(3):
        old = replace(written(Question(f"以前问过的第{n}个问题" * 5), "答。"), id=f"o{n}")
        library.conversations.save_turn(f"c{n}", old.question, answer_dict(old))
    with serving(Settings(library=library.path), Answerer(library), library) as url:
        page = opens(url)
        for _ in range(100):
            if page.locator("[data-ask]").count() > 3:
                break
            page.wait_for_timeout(100)
            page.reload()
        for width, height in ((390, 844), (844, 390), (640, 400), (1280, 800)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(url)
            expect(page.locator(".recent li")).to_have_count(3)
            page.wait_for_function("() => document.activeElement.id === 'question'")
            page.wait_for_timeout(100)
            assert page.evaluate("scrollY") == 0, width


def test_an_english_reader_is_told_in_which_languages_to_ask(
    library: Library, tmp_path: Path, opens: Opens
) -> None:
    english = Library(tmp_path / "english", IndexConfig(embedder="hash"))
    english.add_text("lighthouse.md", b"# The lighthouse\n\nIt is 41 metres high.\n")
    small = Library(tmp_path / "small", IndexConfig(embedder="e5"))
    small.add_text("灯塔.md", "# 灯塔\n\n灯塔高41米。\n".encode())
    cases = ((library, "best asked in Chinese"), (small, "in English or in Chinese"), (english, ""))
    for asked, told in cases:
        with serving(Settings(library=asked.path), ScriptedAnswerer({}), asked) as url:
            page = opens(f"{url}/prefs?lang=en")
            welcome = page.locator(".welcome").inner_text()
            assert told in welcome
            assert ("in Chinese" in welcome) is bool(told)
            assert "Which articles are there?" in welcome
            page.goto(f"{url}/prefs?lang=zh")
            expect(page.locator(".welcome")).not_to_contain_text("中文", use_inner_text=True)


# ---- streams -----------------------------------------------------------------------------------


#: Counts what moves by itself while words stream in.
SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifts += e.value;
}).observe({type: "layout-shift"}); }"""


def test_words_stream_in_and_stop_stops(library: Library, opens: Opens) -> None:
    gate = threading.Semaphore(2)
    cited = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。")
    long = written(Question("长"), "重庆在行动。[1]" + "后面还有很多很多字。" * 40, (cited,))
    answerer = ScriptedAnswerer({"长": long, "短": written(Question("短"), "短。")}, gate)
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url)
        page.evaluate(SHIFTS)
        ask(page, "长")
        page.locator(".answer", has_text="重庆在行动").wait_for()
        assert page.locator(".answer").inner_text().startswith("重庆在行动")
        expect(page.locator(".cite")).to_have_count(0)
        gate.release(4)
        page.locator(".cite").wait_for()
        bare = "p => [...p.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('')"
        assert "[" not in page.locator(".answer p").evaluate(bare)
        assert page.evaluate("window.shifts") < 0.001  # the sign behind the last word moves with it
        page.click("#stop")
        page.get_by_text("已停止。").wait_for()
        for _ in range(6):
            gate.release()
            page.wait_for_timeout(50)
        assert answerer.stopped.wait(5)
        gate.release(1000)
        ask(page, "短")
        expect(answered(page, 2).locator(".answer")).to_have_text("短。", use_inner_text=True)


def test_screen_readers_hear_whole_sentences(library: Library, opens: Opens) -> None:
    cited = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。")
    two = written(Question("两"), "第一句话说完。[1]第二句话也说完。[1]", (cited,))
    with serving(Settings(library=library.path), ScriptedAnswerer({"两": two}), library) as url:
        page = opens(url)
        page.evaluate(
            """() => { window.heard = []; new MutationObserver(() => heard.push(announce.textContent))
            .observe(announce, {childList: true}); }"""
        )
        ask(page, "两")
        answered(page)
        heard = page.evaluate("window.heard")
    assert "".join(heard).replace("\n", "") == "第一句话说完。第二句话也说完。"
    assert all(part.rstrip().endswith("。") for part in heard if part.strip())


def test_errors_are_said_and_can_be_retried(library: Library, opens: Opens) -> None:
    answerer = ScriptedAnswerer({"问": GenerationError("no writer")})
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url, expected="Failed to load resource|ERR_")
        ask(page, "问")
        page.get_by_text("写回答时出了错").wait_for()
        answerer.answers["问"] = written(Question("问"), "好了。")
        page.get_by_role("button", name="重试").click()
        expect(answered(page).locator(".answer")).to_have_text("好了。", use_inner_text=True)
        page.route("**/ask", lambda route: route.abort())
        ask(page, "问")
        page.get_by_text("连接断了").wait_for()
        page.unroute("**/ask")
        page.get_by_role("button", name="重试").click()
        answered(page, 2)
        expect(page.locator(".trouble")).to_have_count(0)


def test_conflicts_and_partial_support(library: Library, opens: Opens) -> None:
    first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
    second = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 2)
    answer = conflicting(Question("产值"), first, second)
    with serving(
        Settings(library=library.path), ScriptedAnswerer({"产值": answer}), library
    ) as url:
        page = opens(url)
        ask(page, "产值")
        turn = answered(page)
        expect(turn.locator(".weak")).to_have_text("一说二百亿元。", use_inner_text=True)
        expect(turn.locator(".conflict tbody tr")).to_have_count(2)
        expect(turn.locator(".conflict")).to_contain_text("2025-01-02", use_inner_text=True)
        expect(turn.locator(".about")).to_contain_text("其中 1 句只有部分依据", use_inner_text=True)
        turn.locator(".answer .cite").first.click()
        page.locator("#sheet mark").first.wait_for()
        expect(page.locator("#position")).to_have_text("第 1 处，共 2 处", use_inner_text=True)
        assert page.locator("#previous").is_disabled()
        page.keyboard.press("ArrowRight")
        page.locator("#sheet mark", has_text="33618").wait_for()
        expect(page.locator("#position")).to_have_text("第 2 处，共 2 处", use_inner_text=True)
        expect(turn.locator(".answer .cite.open")).to_have_text("[2]", use_inner_text=True)


def test_the_words_that_answer_stand_out_and_a_fallback_is_told(
    library: Library, opens: Opens
) -> None:
    first = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 1)
    text = "2023年6月，重庆提出打造体系。"
    answer = written(
        Question("何时"),
        f"{text}[1]",
        (first,),
        claims=(Claim(text, (1,), emphasis=(Span(0, 7),)),),
        reason=FELL_BACK,
    )
    with serving(
        Settings(library=library.path), ScriptedAnswerer({"何时": answer}), library
    ) as url:
        page = opens(url)
        ask(page, "何时")
        turn = answered(page)
        expect(turn.locator(".answer strong")).to_have_text("2023年6月", use_inner_text=True)
        expect(turn.locator(".fallback")).to_have_text(FELL_BACK, use_inner_text=True)
        page.reload()
        expect(page.locator(".answer strong")).to_have_text("2023年6月", use_inner_text=True)


def test_a_refusal_is_calm(library: Library, opens: Opens) -> None:
    refusal = written(
        Question("火星"),
        "没有说。",
        claims=(),
        refused=True,
        reason="文章里没有提到火星。",
        suggestions=("重庆市2024年有多少家企业？", "没有人答得出的一问？"),
        query="火星上有几只猫？",
    )
    cited = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。")
    known = written(Question("重庆市2024年有多少家企业？"), "很多。[1]", (cited,), id="k")
    answers = {"火星": refusal, "重庆市2024年有多少家企业？": known}
    with serving(Settings(library=library.path), ScriptedAnswerer(answers), library) as url:
        page = opens(url)
        ask(page, "火星")
        turn = answered(page)
        expect(turn.locator(".refusal")).to_contain_text(
            "文章里没有提到火星。", use_inner_text=True
        )
        expect(turn.locator(".cite")).to_have_count(0)
        # What was suggested is tried before it is shown, and comes by itself.
        turn.locator(".suggest a").wait_for(timeout=60_000)
        expect(turn.locator(".suggest a")).to_have_text(
            ["重庆市2024年有多少家企业？"], use_inner_text=True
        )
        turn.locator(".suggest a").click()
        expect(answered(page, 2).locator(".cite")).to_have_count(1)
        expect(turn.locator(".suggest")).to_be_hidden()


# ---- hostile text ------------------------------------------------------------------------------


def test_markup_in_articles_and_questions_is_text(library: Library, opens: Opens) -> None:
    text = f"# 标题{EVIL}\n\n正文里写着{EVIL}，到此为止。\n"
    library.add_text("evil<b>.txt", text.encode())
    start = library.source("evil<b>.txt").text.index("正文")
    quote = library.source("evil<b>.txt").text[start : start + 30]
    cited = citation_of(library, "evil<b>.txt", quote)
    answer = written(Question(EVIL), f"{EVIL}[1]", (cited,), suggestions=(EVIL,))
    with serving(Settings(library=library.path), ScriptedAnswerer({EVIL: answer}), library) as url:
        page = opens(url)
        ask(page, EVIL)
        turn = answered(page)
        expect(turn.locator(".question")).to_have_text(EVIL, use_inner_text=True)
        expect(turn.locator(".answer")).to_contain_text(EVIL, use_inner_text=True)
        turn.locator(".cite").first.hover()
        turn.locator(".cite").first.click()
        page.locator("#sheet mark").first.wait_for()
        expect(page.locator("#sheet")).to_contain_text("<script>", use_inner_text=True)
        page.reload()
        expect(answered(page).locator(".answer")).to_contain_text(EVIL, use_inner_text=True)
        for path in ("/library", "/sources/evil%3Cb%3E.txt/view?start=0&end=9", f"/?q={EVIL}"):
            page.goto(url + path)
        expect(page.locator("#question")).to_have_value(EVIL)
        assert page.evaluate("window.evil") is None


# ---- everyone ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_layout_and_contrast(base: str, opens: Opens, scheme: str) -> None:
    page = opens(base, color_scheme=scheme, reduced_motion="reduce")
    ask(page, ASKED)
    answered(page)
    page.wait_for_url("**/c/*")
    talk = page.url
    paths = ("/library", f"/sources/{SEED}/view?start=259&end=300", "/docs", "/")
    for width in (320, 390, 1024, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (talk, *(base + path for path in paths)):
            page.goto(address)
            if address == talk:
                answered(page).locator(".cite").first.click()
                page.locator("#sheet mark").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.evaluate(CONTRAST) == [], address
    longest = "getComputedStyle(document.querySelector('.source-text, .welcome'))"
    assert page.evaluate(f"{longest}.color") != "rgb(0, 0, 0)"


def test_the_switches(base: str, opens: Opens) -> None:
    page = opens(base, color_scheme="light")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) != light
    page.click("text=English")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    page.click("text=中文")
    expect(page.get_by_role("button", name="提问")).to_be_visible()


def test_on_a_phone_the_source_comes_over_the_answer(base: str, opens: Opens) -> None:
    page = opens(base, viewport={"width": 390, "height": 844}, has_touch=True)
    ask(page, ASKED)
    answered(page).locator(".cite").first.tap()
    page.locator("#sheet mark").first.wait_for()
    assert page.evaluate("document.getElementById('main').inert")
    assert page.locator("#close").bounding_box()["height"] >= 24
    page.tap("#close")
    expect(page.locator("#viewer")).to_be_hidden()
    assert not page.evaluate("document.getElementById('main').inert")


def test_a_rewritten_question_is_undone_with_one_click(base: str, opens: Opens) -> None:
    page = opens(base)
    ask(page, "潼南高新区的微球基地是哪家公司投资的？")
    answered(page)
    ask(page, "它的总产能有多大？")
    answered(page, 2)
    expect(page.locator(".query span")).to_contain_text("总产能有多大？", use_inner_text=True)
    put_in = page.locator(".query b").all_inner_texts()
    assert "微球基地" in "".join(put_in)
    assert "总产能有多大" not in "".join(put_in)
    page.get_by_role("button", name="只按这一句搜").click()
    page.wait_for_function("() => !document.querySelector('.query')")
    answered(page, 2)
    expect(page.locator(".question").last).to_have_text("它的总产能有多大？", use_inner_text=True)
    page.get_by_role("button", name="重新回答").last.click()
    page.wait_for_function("() => document.querySelectorAll('.turn .meta').length === 2")
    expect(page.locator(".query")).to_have_count(0)


def test_what_is_no_question_is_answered_without_an_article(base: str, opens: Opens) -> None:
    page = opens(base)
    ask(page, "谢谢！")
    answered(page)
    expect(page.locator(".answer")).to_contain_text("不客气", use_inner_text=True)
    expect(page.locator(".refusal")).to_have_count(0)
    ask(page, "一共有多少篇文章？")
    answered(page, 2)
    turn = page.locator(".turn").last
    expect(turn.locator(".about")).to_contain_text("来自文库目录", use_inner_text=True)
    expect(turn.locator(".weak, .level, .cite")).to_have_count(0)


def test_without_scripts(base: str, opens: Opens) -> None:
    page = opens(base, java_script_enabled=False)
    page.fill("#question", ASKED)
    page.click("#send")
    expect(page.locator(".answer")).to_contain_text("18个“新星”产业集群", use_inner_text=True)
    cite = page.locator(".cite").first
    quote = cite.get_attribute("data-quote") or ""
    cite.click()
    assert page.url.endswith("#cite")
    assert same("".join(page.locator("mark").all_inner_texts()), quote)
    page.click("text=原样")
    assert "".join(page.locator("mark").all_inner_texts()).replace("\n", "") == quote.replace(
        "\n", ""
    )
    page.go_back()
    page.go_back()
    page.fill("#question", "大渡口的智能机器人走廊有多长？")
    page.click("#send")
    expect(page.locator(".turn")).to_have_count(2)
    page.click("text=深色") if page.locator("text=深色").count() else page.click("#theme")
    expect(page.locator(".turn")).to_have_count(2)


def test_a_policy_breach_would_be_seen(base: str, opens: Opens) -> None:
    page = opens(base, expected="Content Security Policy")
    page.evaluate(
        """() => { const s = document.createElement("script"); s.textContent = "window.evil = 3";
        document.body.append(s); }"""
    )
    assert page.evaluate("window.evil") is None


# ---- the library -------------------------------------------------------------------------------


def test_indexing_again_shows_how_far_it_is(library: Library, opens: Opens) -> None:
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        page = opens(f"{url}/library")
        page.get_by_role("button", name="开始重建").click()
        page.get_by_text(re.compile(r"重建完成，共 \d+ 段。")).wait_for()
        assert page.get_by_role("button", name="开始重建").is_enabled()


def test_chosen_sources_limit_the_question(library: Library, opens: Opens) -> None:
    answerer = ScriptedAnswerer({"问": written(Question("问"), "答。")})
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(f"{url}/library")
        page.locator(".sources > li", has_text=SEED).locator("input[type=checkbox]").check()
        page.get_by_text("已选 1 份").wait_for()
        page.get_by_role("button", name="只问所选的来源").click()
        page.wait_for_load_state()
        expect(page.locator("#scope-open")).to_contain_text("“新星”产业集群", use_inner_text=True)
        ask(page, "问")
        turn = answered(page)
        assert answerer.asked[-1].sources == (SEED,)
        expect(turn.locator(".query")).to_contain_text(SEED, use_inner_text=True)


def test_the_scope_is_chosen_in_the_chat(library: Library, opens: Opens) -> None:
    answerer = ScriptedAnswerer({q: written(Question(q), "答。", id=q) for q in "一二三"})
    with serving(Settings(library=library.path), answerer, library) as url:
        page = opens(url)
        button = page.get_by_role("button", name="范围：")
        expect(button).to_have_text("范围：全部文章", use_inner_text=True)
        button.press("Enter")
        page.locator("#scope-list li").nth(4).wait_for()
        expect(page.locator("#scope-search")).to_be_focused()
        assert page.evaluate(CONTRAST) == []
        page.keyboard.type("如何赢得未来")
        page.wait_for_function("() => document.querySelectorAll('#scope-list li').length === 1")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.get_by_text("已选 1 份").wait_for()
        page.keyboard.press("Escape")
        expect(page.locator("#scope")).to_be_hidden()
        expect(page.locator("#scope-open")).to_be_focused()
        expect(button).to_contain_text("“新星”产业集群", use_inner_text=True)
        ask(page, "一")
        answered(page)
        ask(page, "二")
        answered(page, 2)
        assert [q.sources for q in answerer.asked] == [(SEED,), (SEED,)]
        page.reload()
        expect(button).to_contain_text("“新星”产业集群", use_inner_text=True)
        talk = page.url.partition("?")[0]
        page.goto(talk)
        assert "“新星”产业集群" in button.inner_text(), "a talk goes on where it was"
        page.get_by_role("button", name="改为全部").click()
        expect(button).to_have_text("范围：全部文章", use_inner_text=True)
        expect(page.locator("#question")).to_be_focused()
        page.reload()
        expect(button).to_have_text("范围：全部文章", use_inner_text=True)
        ask(page, "三")
        answered(page, 3)
        assert answerer.asked[-1].sources == ()
        assert "source" not in page.url


def test_the_scope_is_chosen_among_ten_thousand(library: Library, opens: Opens) -> None:
    shelve(library, 10_000)
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        page = opens(url, viewport={"width": 390, "height": 844})
        page.click("#scope-open")
        rows = page.locator("#scope-list li")
        rows.nth(49).wait_for()
        expect(rows).to_have_count(50)
        page.click("#scope-next")
        page.locator("#scope-list", has_text="00050.txt").wait_for()
        expect(rows).to_have_count(50)
        rows.first.locator("input").check()
        page.fill("#scope-search", "0999")
        page.locator("#scope-list", has_text="09999.txt").wait_for()
        expect(rows).to_have_count(11)
        page.get_by_role("button", name="选中全部结果").click()
        page.get_by_text("已选 12 份").wait_for()
        page.fill("#scope-search", "")
        page.get_by_role("button", name="只看已选").click()
        page.wait_for_function("() => document.querySelectorAll('#scope-list li').length === 12")
        page.get_by_role("button", name="清除").click()
        page.get_by_text("不选就是全部文章").wait_for()
        page.fill("#scope-search", ".txt")
        page.get_by_role("button", name="选中全部结果").click()
        page.get_by_text("已选 200 份，不能再多").wait_for()
        page.click("#scope-next")
        page.click("#scope-next")
        page.get_by_role("button", name="完成").click()
        expect(page.locator("#scope-open")).to_have_text("范围：200 份来源", use_inner_text=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.reload()
        expect(page.locator("#scope-open")).to_have_text("范围：200 份来源", use_inner_text=True)


def test_the_scope_is_kept_without_scripts(base: str, opens: Opens) -> None:
    page = opens(f"{base}/?source={SEED}", java_script_enabled=False)
    expect(page.locator("#scope-open")).to_be_hidden()
    expect(page.locator(".scope")).to_contain_text("“新星”产业集群", use_inner_text=True)
    page.fill("#question", ASKED)
    page.click("#send")
    expect(page.locator(".turn .query")).to_contain_text(SEED, use_inner_text=True)
    expect(page.locator(".scope")).to_be_visible()
    page.locator(".scope a", has_text="改为全部").click()
    expect(page.locator(".scope")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(1)


# ---- conversations -----------------------------------------------------------------------------


@pytest.fixture
def scripted(library: Library) -> ScriptedAnswerer:
    first = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
    second = citation_of(library, SEED, "2023年6月，重庆提出打造“33618”现代制造业集群体系。", 2)
    two = written(
        Question("两处"),
        "重庆在行动。[1]重庆提出打造体系。[2]",
        (first, second),
        claims=(Claim("重庆在行动。", (1,)), Claim("重庆提出打造体系。", (2,))),
        id="two",
    )
    long = written(Question("长"), "第一句。[1]" + "后面还有很多字。" * 12, (first,), id="long")
    short = written(Question("短"), "短。", id="short")
    return ScriptedAnswerer(
        {"两处": two, "长": long, "短": short, "改": written(Question("改"), "改了。")}
    )


def test_a_lost_stream_is_taken_up_again(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    scripted.gate = threading.Semaphore(4)
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url, expected="ERR_|Failed to load")
        page.add_init_script(CUT)
        page.goto(url)
        ask(page, "长")
        page.locator(".answer", has_text="第一句").wait_for()
        scripted.gate.release()
        page.wait_for_function("() => window.resumed")
        scripted.gate.release(100)
        turn = answered(page)
        assert turn.locator(".answer").inner_text().count("后面还有很多字。") == 12
        expect(turn.locator(".cite")).to_have_count(1)
        expect(page.get_by_text("正在续上")).to_have_count(0)
    assert len(scripted.asked) == 1


#: The first answer's connection breaks after some of its words.
CUT = """(() => { const real = fetch; let cut = false; window.fetch = async (path, options) => {
  const response = await real(path, options);
  if (String(path).startsWith("/ask/")) window.resumed = true;
  if (path !== "/ask" || cut) return response;
  cut = true;
  const reader = response.body.getReader();
  let seen = 0;
  const body = new ReadableStream({ async pull(to) {
    const { value } = await reader.read();
    if (seen++) { reader.cancel(); to.error(new TypeError("network error")); } else to.enqueue(value);
  } });
  return new Response(body, { status: 200 });
}; })()"""


def test_a_reload_takes_the_running_answer_up(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    scripted.gate = threading.Semaphore(3)
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "长")
        page.locator(".answer", has_text="第一句").wait_for()
        page.reload()
        page.locator(".answer", has_text="第一句").wait_for()
        scripted.gate.release(100)
        expect(answered(page).locator(".answer")).to_contain_text(
            "后面还有很多字。", use_inner_text=True
        )
        assert "/c/" in page.url
    assert len(scripted.asked) == 1


def test_ask_again_and_edit(library: Library, scripted: ScriptedAnswerer, opens: Opens) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "两处")
        answered(page).get_by_role("button", name="重新回答").click()
        page.wait_for_function("() => document.querySelectorAll('.turn .meta').length === 1")
        assert [q.text for q in scripted.asked] == ["两处", "两处"]
        ask(page, "短")
        answered(page, 2)
        page.locator(".turn").first.get_by_text("改问").click()
        expect(page.locator("#question")).to_have_value("两处")
        expect(page.locator("#editing")).to_be_visible()
        page.click("#cancel")
        expect(page.locator("#editing")).to_be_hidden()
        page.locator(".turn").first.get_by_text("改问").click()
        ask(page, "改")
        page.locator(".answer", has_text="改了。").wait_for()
        answered(page)
        expect(page.locator(".turn")).to_have_count(1)
        page.reload()
        expect(page.locator(".question")).to_have_text(["改"], use_inner_text=True)
        assert len(library.conversations.latest()) == 1


def test_all_citations_are_marked_and_lead_to_each_other(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "两处")
        turn = answered(page)
        expect(turn.locator(".about")).to_contain_text("2 句，句句有据", use_inner_text=True)
        turn.locator(".cite").first.click()
        page.locator("#sheet #cite").wait_for()
        expect(page.locator("#sheet .margin")).to_have_text(["1", "2"], use_inner_text=True)
        expect(page.locator("#sheet mark.also").first).to_contain_text("33618", use_inner_text=True)
        page.locator("#sheet .margin").nth(1).click()
        page.locator("#sheet #cite", has_text="33618").wait_for()
        expect(page.locator("#position")).to_have_text("第 2 处，共 2 处", use_inner_text=True)
        page.click("#sheet [data-mode=original]")
        page.locator("#sheet .original .margin.now").wait_for()
        page.keyboard.press("ArrowLeft")
        page.locator("#sheet .original #cite", has_text="开拓新赛道").wait_for()


def test_no_number_begins_a_line(library: Library, opens: Opens) -> None:
    cited = citation_of(library, SEED, "开拓新赛道，培育新优势，重庆在行动。", 1)
    texts = ["字" * n + "。[1]" for n in range(30, 48)]
    answer = written(Question("问"), "\n".join(texts), (cited,))
    with serving(Settings(library=library.path), ScriptedAnswerer({"问": answer}), library) as url:
        page = opens(url)
        ask(page, "问")
        answered(page)
        left = "e => e.getBoundingClientRect().left"
        first = f"all => all.filter(c => ({left})(c) <= ({left})(c.closest('p, li')) + 6).length"
        assert page.locator(".answer .cite").evaluate_all(first) == 0
        expect(page.locator(".answer .cite")).to_have_count(len(texts))


def test_feedback_is_taken(library: Library, scripted: ScriptedAnswerer, opens: Opens) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "两处")
        turn = answered(page)
        turn.get_by_role("button", name="有用").click()
        turn.get_by_text("已记下：有用").wait_for()
        turn.get_by_role("button", name="撤回").click()
        turn.get_by_text("没用", exact=True).click()
        turn.get_by_label("不完整").check()
        turn.get_by_label("正确的回答是").fill("三处")
        turn.get_by_role("button", name="提交").click()
        turn.get_by_text("已记下：没用").wait_for()
        (given,) = library.conversations.feedback()
        assert (given.good, given.reasons, given.expected) == (False, ("incomplete",), "三处")


def test_a_conversation_is_renamed_found_printed_and_deleted(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "两处")
        answered(page)
        page.locator("#tools summary").click()
        with page.expect_download() as saved:
            page.get_by_role("link", name="Markdown").click()
        assert "[^1-2]:" in Path(saved.value.path()).read_text(encoding="utf-8")
        page.get_by_label("标题", exact=True).fill("集群之问")
        page.get_by_role("button", name="改名").click()
        page.wait_for_url("**/c/*")
        page.goto(f"{url}/history?q=集群")
        expect(page.locator(".sources h3")).to_have_text(["集群之问"], use_inner_text=True)
        page.locator(".sources summary").click()
        page.get_by_role("link", name="打印").click()
        expect(page.locator(".notes li")).to_have_count(2)
        page.emulate_media(media="print")
        expect(page.locator(".top")).to_be_hidden()
        page.emulate_media(media="screen")
        page.goto(f"{url}/history")
        page.locator(".sources summary").click()
        page.get_by_role("button", name="删除对话").click()
        page.get_by_text("还没有对话。").wait_for()
        page.wait_for_load_state()


def test_two_hundred_turns(library: Library, scripted: ScriptedAnswerer, opens: Opens) -> None:
    two = scripted.answers["两处"]
    assert isinstance(two, Answer)
    for n in range(200):
        answer = replace(two, id=f"t{n}", conversation_id="long", question=f"第{n}问")
        library.conversations.save_turn("long", answer.question, answer_dict(answer))
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(f"{url}/c/long")
        expect(page.locator(".turn")).to_have_count(200)
        expect(page.locator(".turn").last).to_be_visible()
        page.evaluate("performance.clearMarks()")
        ask(page, "短")
        page.locator(".answer", has_text="短。").wait_for()
        answered(page, 201)
        assert len(scripted.asked[-1].history) == 50
        page.locator(".turn").first.scroll_into_view_if_needed()
        page.locator(".turn").first.locator(".cite").first.click()
        page.locator("#sheet #cite").wait_for()


@pytest.mark.timing
def test_the_first_paint_and_the_first_word_are_quick(base: str, opens: Opens) -> None:
    page = opens(base)
    ask(page, ASKED)
    answered(page)
    page.goto(base)
    page.wait_for_timeout(100)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.evaluate(FIRST_WORD)
    ask(page, ASKED)
    answered(page)
    word = page.evaluate("window.firstWord")
    print(f"first paint {paint:.0f} ms, first word {word:.0f} ms")
    assert paint < 200
    assert word < 150


FIRST_WORD = """() => { let asked; addEventListener("keydown", () => (asked = performance.now()), true);
  new MutationObserver(() => {
    if (!window.firstWord && document.querySelector(".answer p")) window.firstWord = performance.now() - asked;
  }).observe(document.getElementById("turns"), { childList: true, subtree: true }); }"""


# ---- looks -------------------------------------------------------------------------------------


def test_the_sign_of_writing_stands_behind_the_last_word(
    library: Library, scripted: ScriptedAnswerer, opens: Opens
) -> None:
    scripted.gate = threading.Semaphore(3)
    with serving(Settings(library=library.path), scripted, library) as url:
        page = opens(url)
        ask(page, "长")
        page.locator(".answer p", has_text="第一句").wait_for()
        content = "([e, which]) => getComputedStyle(document.querySelector(e), which).content"
        assert page.evaluate(content, [".answer > p:last-child", "::after"]) == '""'
        assert page.evaluate(content, [".answer", "::after"]) == "none"
        scripted.gate.release(100)
        answered(page)


def test_long_names_take_two_lines_at_most(tmp_path: Path, opens: Opens) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    name = f"{'unbroken' * 20}.txt"
    library.add_text(name, "东岸的灯塔高四十一米。".encode())
    with serving(Settings(library=library.path), ScriptedAnswerer({}), library) as url:
        page = opens(f"{url}/library", viewport={"width": 390, "height": 844})
        file = page.locator(".facts .file")
        assert file.bounding_box()["height"] < 48
        assert file.get_attribute("title") == name
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_head_of_the_page_fits(base: str, opens: Opens, lang: str) -> None:
    page = opens(f"{base}/prefs?lang={lang}&back=/library")
    for width in (320, 390, 480, 481, 640, 641, 704, 705, 768, 896, 897, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        right = "all => Math.max(...all.map(a => a.getBoundingClientRect().right))"
        assert page.locator(".top a").evaluate_all(right) <= width, width
        assert page.locator(".brand").bounding_box()["height"] < 40, width
        shown = "all => all.filter(a => a.checkVisibility()).length"
        for path in ("/check", "/docs"):
            assert page.locator(f"a[href='{path}']").evaluate_all(shown) == 1, (path, width)
