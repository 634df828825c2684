"""Where articles begin on a page, what each is called, who wrote it, and which pictures are its own."""

from __future__ import annotations

import pytest
from test_articles import BIRDS, BREAD, articles, blocks, page

from index.pages.articles import split
from index.records import Article, Source


def titles(*lines: str, format: str = "txt") -> list[str]:
    return [article.title for article in articles(page(*lines), format)]


def alone(*lines: str, format: str = "txt") -> Article:
    (only,) = articles(page(*lines), format)
    return only


# -- beginnings


def test_headlines_that_are_signed_over_a_text_open_an_article() -> None:
    decks = "湿地变大", "扩大两成", "本报记者 李小河"
    assert titles("候鸟归来", *BIRDS, *decks, *BREAD) == ["候鸟归来", "扩大两成"]
    first, second = articles(page("候鸟归来", *BIRDS, *decks, *BREAD))
    assert (first.author, second.author) == (None, "李小河")


def test_a_column_s_name_opens_an_article() -> None:
    headline = "短评 老街的面包香"
    assert titles("候鸟归来", *BIRDS, headline, *BREAD) == ["候鸟归来", headline]
    alone("候鸟归来", *BIRDS, "短评 今年雨多，堤要加高。", *BREAD)  # a sentence


@pytest.mark.parametrize(
    "lines",
    [
        ("老街的面包香", "来源：海边日报"),  # names no writer
        ("老街的面包香", "本报记者 李小河", "湿地变大"),  # no text under the name
        (
            "老街的面包香",
            "据本报记者 李小河 报道，面包房开了六十年，炉火没有熄过，街坊们都熟悉它。",
        ),
        ("本报记者 李小河",),
        ("图为湿地。赵一山摄", "□李小河"),
    ],
)
def test_what_opens_no_article(lines: tuple[str, ...]) -> None:
    alone("候鸟归来", *BIRDS, *lines, *BREAD)


def test_what_stands_at_the_end_opens_none() -> None:
    alone("候鸟归来", *BIRDS, "原标题：候鸟归来了")
    alone("候鸟归来", *BIRDS, "老街的面包香", "本报记者 李小河")


def test_a_heading_of_a_section_opens_none_although_it_is_signed() -> None:
    for heading in ("## 老街的面包香", "## 短评 老街的面包香"):
        alone("# 候鸟归来", *BIRDS, heading, "本报记者 李小河", *BREAD, format="md")


def test_a_sign_opens_an_article_only_between_two_texts_and_before_a_long_one() -> None:
    long = BREAD[0] * 3
    assert len(articles(page("候鸟归来", *BIRDS, "□李小河", long))) == 2
    assert alone("候鸟归来", *BIRDS, "□李小河", "面包", long).author == "李小河"
    assert alone("候鸟归来", *BIRDS, "□李小河", (BREAD[0] + BREAD[1])[:80]).author == "李小河"


@pytest.mark.parametrize(
    "end",
    ["本版编辑 周三原", "本版责编 周三原", "（作者单位：林业站）", "（本文作者为林业站站长）"],
)
def test_what_closes_an_article(end: str) -> None:
    assert titles("候鸟归来", *BIRDS, end, "老街的面包香", *BREAD) == ["候鸟归来", "老街的面包香"]


def test_what_closes_none() -> None:
    alone("候鸟归来", *BIRDS, "（作者单位：林业站）", "编辑：周三原")
    alone("候鸟归来", BIRDS[0], "本版编辑部今年搬进了新楼，读者来信请寄往环城北路。", *BIRDS[1:])


@pytest.mark.parametrize("who", ["作者", "执笔", "撰稿"])
@pytest.mark.parametrize("how", ["单位", "系", "为", "是", "："])
def test_a_postscript_closes_an_article(who: str, how: str) -> None:
    assert len(articles(page("候鸟归来", *BIRDS, f"（{who}{how}林业站）", "面包香", *BREAD))) == 2


@pytest.mark.parametrize("work", ["编辑", "责编", "撰文", "校对"])
def test_who_made_the_page_closes_an_article(work: str) -> None:
    assert len(articles(page("候鸟归来", *BIRDS, f"本版{work}：周三原", "面包香", *BREAD))) == 2


COLUMNS = "谈 评 论 说 语 记 观察 短波 视点 视角 链接 快讯 聚焦"


@pytest.mark.parametrize("column", COLUMNS.split())
def test_a_headline_of_a_column_opens_an_article(column: str) -> None:
    assert len(articles(page("候鸟归来", *BIRDS, f"海边{column} 老街的面包香", *BREAD))) == 2


def test_an_original_title_that_is_signed_opens_an_article() -> None:
    lines = "老街", "原标题：老街的面包香", "本报记者 李小河"
    assert titles("候鸟归来", *BIRDS, *lines[1:], *BREAD) == ["候鸟归来", "老街的面包香"]
    assert titles("候鸟归来", *BIRDS, *lines, *BREAD) == ["候鸟归来", "老街的面包香"]


def test_a_picture_behind_an_articles_end_is_still_its_own() -> None:
    lines = "本版编辑 周三原", "图为湿地里停留的水鸟。赵一山摄", "编辑：周三原", "老街的面包香"
    first, _ = articles(page("候鸟归来", *BIRDS, *lines, *BREAD))
    assert blocks(first, "caption") == [lines[1]]
    assert blocks(first, "byline") == ["本版编辑周三原", "编辑：周三原"]


def test_a_record_is_not_mended() -> None:
    at = BIRDS[1].index("数量") + 1
    halves = BIRDS[0], BIRDS[1][:at], BIRDS[1][at:], *BIRDS[2:]
    assert BIRDS[1] in alone("候鸟归来", *halves).text
    assert BIRDS[1] not in alone("候鸟归来", *halves, format="jsonl").text


# -- names


def test_a_marked_headline_names_a_text_and_the_highest_does() -> None:
    assert titles("海边日报第三版今日要闻", "# 候鸟", BIRDS[0], format="md") == ["候鸟"]
    assert titles("## 候鸟归来了", "# 大题", BIRDS[0], format="md") == ["大题"]
    assert titles("海边日报第三版今日要闻", "原标题：候鸟", BIRDS[0]) == ["候鸟"]


def test_lines_under_a_headline_are_decks_and_headings_stay_headings() -> None:
    assert blocks(alone("候鸟归来了", "湿地变大", BIRDS[0]), "title") == ["候鸟归来了", "湿地变大"]
    assert blocks(alone("要闻", "候鸟归来了", BIRDS[0]), "title") == ["要闻", "候鸟归来了"]
    sections = alone("# 候鸟归来", "## 湿地变大", BIRDS[0], format="md")
    assert blocks(sections, "heading") == ["湿地变大"]
    assert blocks(alone("候鸟归来了", "一、湿地", BIRDS[0]), "heading") == ["一、湿地"]


def test_of_unmarked_lines_the_longest_names_a_text_and_no_subtitle_does() -> None:
    assert titles("要闻", "候鸟归来了", "——海边湿地的一年", BIRDS[0]) == ["候鸟归来了"]
    assert titles("要闻", "候鸟归来了", "候鸟飞走了", BIRDS[0]) == ["候鸟飞走了"]
    assert titles("——海边湿地的一年", BIRDS[0]) == ["海边湿地的一年"]
    for series in (
        "候鸟归来（上）",
        "候鸟归来的海边小城①",
        "候鸟归来的海边小城——",
        "［候鸟归来的海边小城］",
        "[候鸟归来的海边小城]",
    ):
        assert titles(series, "湿地变大", BIRDS[0]) == ["湿地变大"]


def test_what_stands_under_an_item_names_no_text() -> None:
    assert titles("候鸟归来", "一、湿地", "湿地变大扩大两成", BIRDS[0]) == ["候鸟归来"]


def test_what_has_no_text_keeps_its_lines_as_they_are() -> None:
    assert blocks(alone("# 护堤", "来源：水利站", format="md"), "heading") == ["护堤"]
    assert blocks(alone("来源：水利站"), "byline") == ["来源：水利站"]
    assert alone("候鸟归来", "图为湿地。赵一山摄").title == "候鸟归来"


def named(source: Source) -> list[str]:
    return [article.title for article in split(source)]


def test_a_title_that_a_source_brings_comes_first_in_a_record_and_last_in_a_file() -> None:
    text = page("候鸟归来", BIRDS[0])
    assert named(Source("a", text, "", format="jsonl", title="海边")) == ["海边"]
    assert named(Source("a", text, "", format="jsonl")) == ["候鸟归来"]
    assert named(Source("a", text, "", title="海边")) == ["候鸟归来"]
    assert named(Source("a", BIRDS[0], "", title="海边")) == ["海边"]


def test_a_file_names_its_first_article_and_no_record() -> None:
    two = page(*BIRDS, "本版编辑 周三原", *BREAD)
    assert named(Source("候鸟归来.txt", two, "")) == ["候鸟归来", ""]
    assert named(Source("a", two, "", title="海边")) == ["海边", ""]
    assert named(Source("候鸟归来.jsonl", BIRDS[0], "", format="jsonl")) == [""]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("候鸟.txt", "候鸟"),
        ("2024年候鸟.txt", "2024年候鸟"),
        ("旧/候鸟归来.txt", "候鸟归来"),
        ("report of birds.txt", "report of birds"),
        ("鸟.txt", ""),
        ("20240315-1.txt", ""),
        ("候鸟20240315123.txt", ""),  # hardly words
        ("deadbeef.txt", ""),  # a hash
        ("a1b2report3.txt", ""),
        ("ab xy.txt", ""),
    ],
)
def test_a_file_s_name_is_a_title_where_it_is_words(name: str, title: str) -> None:
    assert named(Source(name, BIRDS[0], "")) == [title]


# -- dates


@pytest.mark.parametrize("word", ["时间", "日期", "会议时间", "会议日期"])
@pytest.mark.parametrize("year", ["1999", "2024"])
def test_minutes_say_when_they_were_held(word: str, year: str) -> None:
    held = f"{word}：{year}年6月3日，水利站二楼会议室，请各位准时到场"
    assert alone("护堤会议", held, BIRDS[0]).published == f"{year}-06-03"
    assert alone("护堤会议", "2024年6月5日 10:20", held, BIRDS[0]).published == "2024-06-05"


@pytest.mark.parametrize("until", ["至20日", "到20日", "-20日", "—20日", "～20日", "起"])
def test_what_lasts_is_announced(until: str) -> None:
    line = f"时间：2024年6月3日{until}，水利站二楼会议室，请各位准时到场"
    assert alone("护堤会议", line, BIRDS[0]).published is None


def test_a_day_in_the_text_is_no_date_of_it() -> None:
    assert alone("护堤会议", "2024年6月3日，护堤会议在水利站召开，请各位到场。").published is None


# -- writers


REPORTERS = "记者 通讯员 评论员 特派员 撰稿人 撰文 作者 执笔 文"


@pytest.mark.parametrize("reporter", REPORTERS.split())
def test_who_reports_wrote_an_article(reporter: str) -> None:
    for byline in (f"□本报{reporter}：王大山", f"□{reporter} 王大山、李小河", f"□{reporter}王大山"):
        names = "王大山、李小河" if "李" in byline else "王大山"
        assert alone("候鸟归来", byline, *BIRDS).author == names
    assert alone("候鸟归来", f"来源：海边日报 {reporter} 王大山", *BIRDS).author == "王大山"


NO_NAMES = (
    "编辑 本版 责编 美编 记者 主持 嘉宾 摄影 校对 审核 监制 来源 作者 通讯 报道 撰文 日报 新闻"
)


@pytest.mark.parametrize("word", NO_NAMES.split())
def test_a_word_of_the_trade_is_no_name(word: str) -> None:
    assert alone("候鸟归来", f"□王大山、{word}", *BIRDS).author == "王大山"


def test_only_a_byline_names_the_writer() -> None:
    assert alone("候鸟归来", "据记者 王大山 说，今年雨多，湿地变大。", *BIRDS).author is None


def test_what_a_page_says_of_its_writer_goes_for_its_first_article() -> None:
    lines = "---\nauthor: 王大山\n---", "# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD
    assert [a.author for a in articles(page(*lines), "md")] == ["王大山", None]


# -- pictures


def test_a_picture_of_an_only_article_is_its_own_whatever_it_shows() -> None:
    alone("候鸟归来", *BIRDS, "图为高原上的铁路大桥。钱二河摄")


def pictured(*lines: str) -> list[list[str]]:
    found = articles(page("# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD, *lines))
    return [blocks(article, "caption") for article in found]


def test_only_pictures_go_where_more_is_said_of_them() -> None:
    about = "堤上的人说，湿地面积扩大了，候鸟的数量比去年多，街坊们都去看水鸟。"
    _, second = articles(page("# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD, about))
    assert about in second.text


def test_a_page_may_begin_with_a_credit() -> None:
    first, _ = articles(page("赵一山摄", "# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD))
    assert blocks(first, "caption") == ["赵一山摄"]


def test_a_credit_goes_where_its_picture_goes() -> None:
    for credit in ("赵一山摄", "赵一山钱二河周三原王大山摄"):
        picture = ["图为湿地里停留的水鸟。", credit]
        assert pictured(*picture) == [picture, []]
    bird, bread = "图为湿地里停留的水鸟和游客们。", "图为老街上的面包房和邻居们。赵一山摄"
    assert pictured(bird, bread) == [[bird], [bread]]
    text = "堤要加高。"
    first, second = articles(
        page("# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD, *picture, text, BREAD[0])
    )
    assert (blocks(first, "caption"), text in second.text) == (picture, True)


def test_a_picture_goes_where_clearly_more_is_said_of_it() -> None:
    both = "图为湿地面积扩大了、街上的面包房"  # of the other by one word only
    assert pictured(f"{both}。赵一山摄") == [[], [f"{both}。赵一山摄"]]


STRAY = "图为高原上的铁路大桥，列车刚刚开过，护路工人正在检查轨枕，远处的雪山没有云。钱二河摄"


def test_a_picture_that_fits_nowhere_stands_alone_only_behind_the_text() -> None:
    assert pictured(STRAY) == [[], [], [STRAY]]
    little = STRAY.replace("远处的", "湿地面积")  # a word in common is chance
    assert pictured(little) == [[], [], [little]]
    lines = "# 候鸟归来", BIRDS[0], STRAY, *BIRDS[1:], "# 老街的面包香", *BREAD
    assert [blocks(article, "caption") for article in articles(page(*lines))] == [[STRAY], []]
