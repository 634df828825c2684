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
    for series in ("候鸟归来（上）", "候鸟归来的海边小城①", "［候鸟归来的海边小城］"):
        assert titles(series, "湿地变大", BIRDS[0]) == ["湿地变大"]


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


# -- writers


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("□王大山", "王大山"),
        ("□本报记者 王大山", "王大山"),
        ("本报记者 王大山 李小河", "王大山、李小河"),
        ("本报记者 王大山、李小河", "王大山、李小河"),
        ("本报记者王大山", "王大山"),
        ("作者：王大山", "王大山"),
        ("文/王大山", "王大山"),
        ("本报记者 阿依·古丽", "阿依·古丽"),
        ("本报记者 王大山、宓青", "王大山、宓青"),  # behind a name that is one for sure
        ("本报记者 王大山 通讯员 李小河", "王大山"),
        ("本报记者 站里人", None),
        ("责任编辑：周三原", None),
        ("来源：海边日报", None),
        ("本版编辑 周三原", None),
        ("摄影：周三原", None),
    ],
)
def test_who_wrote_an_article(byline: str, author: str | None) -> None:
    assert alone("候鸟归来", byline, *BIRDS).author == author


def test_a_dateline_names_the_writer_near_the_beginning_only() -> None:
    line = "海边电（记者赵一山）"
    assert alone("候鸟归来", BIRDS[0] + line + BIRDS[1]).author == "赵一山"
    assert alone("候鸟归来", "".join(BIRDS * 2) + line + BIRDS[1]).author is None


def test_who_wrote_the_page_wrote_what_is_not_signed() -> None:
    first, second = articles(
        page("# 候鸟归来", "王大山", *BIRDS, "# 老街的面包香", *BREAD, "本版撰文：李小河")
    )
    assert (first.author, second.author) == ("王大山", "李小河")
    unsigned = articles(
        page("# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD, "本版撰文：李小河", STRAY)
    )
    assert [article.author for article in unsigned] == ["李小河", "李小河", None]


# -- pictures


def test_a_picture_of_an_only_article_is_its_own_whatever_it_shows() -> None:
    alone("候鸟归来", *BIRDS, "图为高原上的铁路大桥。钱二河摄")


def pictured(*lines: str) -> list[list[str]]:
    found = articles(page("# 候鸟归来", *BIRDS, "# 老街的面包香", *BREAD, *lines))
    return [blocks(article, "caption") for article in found]


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
