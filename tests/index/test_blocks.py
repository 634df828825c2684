"""What each line of a text is: title, byline, caption, heading, statement, or no part of the text."""

from __future__ import annotations

import pytest
from test_articles import BIRDS

from index.pages.blocks import LONG, PERSON, SHORT, Layout, RawBlock, is_open, layout
from index.records import Source

PROSE = BIRDS[0]


def pieces(*lines: str, format: str = "txt", joint: str = "\n\n") -> list[RawBlock]:
    return layout(Source("a", joint.join(lines), "", format=format)).pieces


def kinds(*lines: str, format: str = "txt") -> list[str]:
    """The kind of each line, where every line is a block."""
    found = pieces(*lines, format=format)
    assert len(found) == len(lines)
    return [piece.kind for piece in found]


def between(line: str, format: str = "txt") -> str:
    """The kind of a line that stands between two statements."""
    return kinds("候鸟归来", PROSE, line, PROSE, format=format)[2]


# -- headings


def test_a_heading_is_short() -> None:
    assert between("堤" * SHORT) == "heading"
    assert between("堤" * (SHORT + 1)) == "paragraph"


@pytest.mark.parametrize("line", ["他走了……", "甲说好。乙不说", "Done.", "———", "注意以下几点："])
def test_what_ends_or_holds_a_sentence_or_no_word_is_no_heading(line: str) -> None:
    assert between(line) == "paragraph"


def test_where_headings_are_marked_the_last_line_of_a_list_is_none() -> None:
    listed = ["- 望远镜一架", "- 雨衣和雨靴", "- 头灯两个", "- 驱虫的喷雾"]
    marked = kinds("# 候鸟归来", PROSE, "## 要带的东西", *listed, PROSE, format="md")
    assert marked[3:7] == ["paragraph"] * 4
    assert kinds("候鸟归来", PROSE, *(line[2:] for line in listed), PROSE)[5] == "heading"


def test_a_heading_that_is_marked_is_one_whatever_it_says() -> None:
    for line in ("## 湿地变大了！", "## 报名时间：3月1日", "## 新增滩涂45公顷", f"## {PROSE}"):
        assert between(line, "md") == "heading"
    assert kinds("# 候鸟归来", "## 王大山", PROSE, format="md")[1] == "heading"
    rows = [f"## 第{n}天" for n in "一二三四五"]
    assert set(kinds("# 候鸟归来", *rows, PROSE, format="md")[:-1]) == {"heading"}


def test_the_first_line_heads_a_text_and_may_be_longer_than_a_heading() -> None:
    def first(line: str) -> str:
        return kinds(line, PROSE)[0]

    assert first("堤" * LONG) == "heading"
    assert first("堤" * 40 + "，" + "坝" * 10) == "heading"
    assert first("堤" * (LONG + 1)) == "paragraph"
    assert first("堤" * 40 + "……") == "paragraph"
    assert first("堤" * 20 + "。" + "坝" * 20) == "paragraph"
    assert first("堤" * 20 + "，" + "坝" * 10 + "，" + "水" * 10) == "paragraph"
    assert kinds("堤" * 40) == ["paragraph"]  # heads nothing


def test_a_headline_stands_below_the_pages_own_lines() -> None:
    headline = "对话船工：一船鱼能卖多少"
    assert kinds("本报记者 王大山", headline, PROSE) == ["byline", "heading", "paragraph"]


def test_a_page_may_begin_with_more_headlines_than_stand_in_a_row_elsewhere() -> None:
    few, many = [f"渡口的{n}件事" for n in "一二三"], [f"渡口的{n}件事" for n in "一二三四五"]
    assert kinds(*many, PROSE) == ["heading"] * 5 + ["paragraph"]
    assert kinds("候鸟归来", PROSE, *few, PROSE)[2:5] == ["heading"] * 3
    # A chart's; the last may head what follows.
    assert kinds("候鸟归来", PROSE, *many, PROSE)[2:7] == ["paragraph"] * 4 + ["heading"]


def test_of_many_lines_at_a_pages_beginning_the_first_heads_and_the_last_may() -> None:
    many = [f"渡口的{n}件事" for n in "一二三四五六七八"]
    assert kinds(*many, PROSE)[:8] == ["heading", *["paragraph"] * 6, "heading"]
    assert kinds(*many, "地点：西渡口", PROSE)[:8] == ["heading", *["paragraph"] * 7]


def test_a_text_may_end_with_a_chart_and_with_a_line_that_says_where_it_is_from() -> None:
    assert kinds("候鸟归来", PROSE, *["渡口"] * 4)[2:] == ["paragraph"] * 4
    assert kinds("候鸟归来", PROSE, "渡口", "湿地")[2:] == ["paragraph"] * 2
    assert kinds("候鸟归来", PROSE, "海边日报") == ["heading", "paragraph", "byline"]
    assert kinds("候鸟归来", PROSE, "新增滩涂45公顷")[2] == "paragraph"


def test_items_in_a_row_are_no_chart() -> None:
    items = ["第一章 总则", "第一节 目的", "一、概述", "（一）背景"]
    assert kinds("护堤办法", PROSE, *items, PROSE)[2:6] == ["heading"] * 4


def test_contents_are_short_lines() -> None:
    assert kinds("目录", "1、种树", "2、" + PROSE, PROSE) == [
        "byline",
        "byline",
        "paragraph",
        "paragraph",
    ]


# -- short lines that say something


def test_an_amount_is_told_once_the_text_has_begun() -> None:
    told = "新增滩涂45公顷"
    assert between(told) == "paragraph"
    assert kinds("候鸟归来", PROSE, "湿地变大", told, PROSE)[2:4] == ["heading", "paragraph"]
    assert kinds("候鸟归来", told, PROSE)[1] == "heading"


def test_an_amount_in_a_signed_line_is_a_headlines() -> None:
    told = "新增滩涂45公顷"
    assert between(f"——{told}") == "heading"
    assert kinds("候鸟归来", PROSE, told, "□王大山", PROSE)[2] == "heading"


@pytest.mark.parametrize("line", ["甲班 乙班 丙班 3", "来的来，去的去，都散了"])
def test_cells_and_clauses_say_something(line: str) -> None:
    assert between(line) == "paragraph"


def test_a_text_that_says_nothing_says_what_its_own_lines_are() -> None:
    def said(*lines: str) -> list[str]:
        return kinds("# 护堤", *lines, format="md")

    assert said("水利站") == ["heading", "paragraph"]
    assert said("来源：水利站") == ["heading", "byline"]
    assert said("首页 > 要闻 > 正文") == ["heading", "byline"]


# -- titles


def test_an_original_title_is_a_title() -> None:
    assert kinds(PROSE, "原标题：候鸟归来", BIRDS[1])[1] == "title"


def test_an_original_title_that_runs_into_the_text_is_cut_off() -> None:
    found = pieces(f"原标题：候鸟归来【海边日报讯】{PROSE}")
    assert [(piece.kind, piece.text[:8]) for piece in found] == [
        ("title", "原标题：候鸟归来"),
        ("paragraph", "【海边日报讯】今"),
    ]


def test_a_title_is_no_field_of_a_form() -> None:
    assert kinds("原标题：候鸟归来", "地点：西渡口", PROSE)[:2] == ["title", "paragraph"]


# -- bylines


@pytest.mark.parametrize("line", ["记者站里的一天", "编辑部搬家", "作者与读者", "图书馆里的摄影课"])
def test_a_line_that_only_names_a_trade_is_no_byline(line: str) -> None:
    assert between(line) == "heading"


def test_a_byline_holds_no_sentence() -> None:
    assert between("来源：水利站") == "byline"
    assert between("来源：水利站。今年雨多") == "paragraph"


def test_a_form_may_name_who_speaks() -> None:
    found = kinds("护堤会议", "地点：西渡口", "主持人：水利站站长", PROSE)
    assert found[1:3] == ["paragraph", "paragraph"]
    assert kinds("护堤会议", "主持人：水利站站长", PROSE)[1] == "byline"


def test_a_name_alone_is_an_authors_under_a_headline_only() -> None:
    assert kinds("候鸟归来", "王大山", PROSE)[1] == "byline"
    assert between("王大山") == "heading"


def test_a_name_with_an_office_is_a_speakers_under_a_byline_only() -> None:
    assert kinds("候鸟归来", "嘉宾", "王大山 水利站站长", PROSE)[1:3] == ["byline", "byline"]
    assert kinds("候鸟归来", "嘉宾", "湿地 变大", PROSE)[2] == "heading"
    assert kinds("候鸟归来", "王大山 水利站站长", PROSE)[1] == "heading"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("□本报记者 王大山 今年雨多，堤要加高", ["□本报记者王大山", "今年雨多，堤要加高"]),
        ("□本报记者 王大山 李小河", ["□本报记者王大山李小河"]),
        ("□本报记者 王大山 通讯员 李小河", ["□本报记者王大山通讯员李小河"]),
        ("□本报记者 王大山 文/图", ["□本报记者王大山文/图"]),
        (f"{PROSE}编辑：周三原", [PROSE, "编辑：周三原"]),
        (f"{PROSE}返回搜狐，查看更多", [PROSE, "返回搜狐，查看更多"]),
    ],
)
def test_what_runs_into_the_text_is_a_block_of_its_own(line: str, parts: list[str]) -> None:
    assert [piece.text for piece in pieces("候鸟归来", line)[1:]] == parts


def test_a_row_of_a_table_is_one_block() -> None:
    rows = "| 事 | 说 |\n|---|---|\n| 堤 | 加高了。编辑：周三原 |"
    assert [piece.kind for piece in pieces("# 堤", rows, format="md")[1:]] == ["row"]


def test_spaces_part_words_and_no_lines() -> None:
    line = "澄湖镇今年新修了三条灌溉水渠，总长度超过十二公里，沿线五个村的农田都能用上湖水。"
    (only,) = pieces(*(line[i : i + 9] for i in range(0, len(line), 9)), joint="\n")
    assert only.spaced == only.text == line
    assert pieces("湿地 变大", PROSE)[0].spaced == "湿地 变大"
    assert pieces("湿 地 变 大", PROSE)[0].spaced == "湿地变大"


# -- captions


def test_what_stands_above_a_photographer_is_a_caption() -> None:
    assert kinds("候鸟归来", PROSE, "滩涂上的水鸟", "王大山摄")[2:] == ["caption", "caption"]
    assert kinds("候鸟归来", PROSE, "编辑：周三原", "王大山摄")[2:] == ["byline", "caption"]
    assert kinds("候鸟归来", BIRDS[0] * 3, "王大山摄")[1] == "paragraph"
    assert kinds("候鸟归来", PROSE, "本报记者王大山摄")[1:] == ["paragraph", "byline"]
    assert kinds("候鸟归来", PROSE, "图为滩涂。王大山摄")[1:] == ["paragraph", "caption"]


# -- who is named

ROLES = """
编辑 责编 美编 撰文 校对 审核 编审 监制 摄影 统筹 策划 设计 总监 主编 来源 作者 采写 编译 供稿 供图 执笔 制图 文 图
文/图 图/文 编辑/校对 主持人 嘉宾 专访嘉宾 对话嘉宾 访谈嘉宾 特邀嘉宾 受访者 本版编辑 责任编辑 流程编辑 执行主编
值班编辑 文字编辑 网络编辑 新媒体编辑 图文编辑 视觉设计
"""


@pytest.mark.parametrize("role", [*ROLES.split(), "美 编"])
def test_who_made_a_page_signs_a_line(role: str) -> None:
    assert between(f"{role} | 王大山等人，海边") == "byline"


@pytest.mark.parametrize("surname", ["王", "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟"])
def test_a_name_under_a_headline_signs_a_text(surname: str) -> None:
    assert kinds("候鸟归来", f"{surname}山水", PROSE)[1] == "byline"


REPORTERS = ["记者", "通讯员", "评论员", "特派员", "摄影师", "撰稿人", "实习生"]


@pytest.mark.parametrize("reporter", REPORTERS)
def test_who_reports_signs_a_line(reporter: str) -> None:
    assert between(f"海边日报{reporter} 王大山") == "byline"


@pytest.mark.parametrize("who", ["作者", "执笔", "撰稿", "本文作者"])
@pytest.mark.parametrize("how", ["单位：", "系", "为", "是", "："])
def test_a_postscript_says_who_wrote_a_text(who: str, how: str) -> None:
    assert between(f"（{who}{how}林业站站长）") == "byline"


@pytest.mark.parametrize("word", ["", "发布时间：", "发表时间：", "时间：", "日期：", "更新日期："])
@pytest.mark.parametrize("day", ["2024-03-15", "1999年3月15日", "2024.3.15"])
def test_a_line_dates_a_text(word: str, day: str) -> None:
    for behind in (
        "来源",
        "稿源",
        "作者",
        "编辑",
        "发布",
        "阅读",
        "浏览",
        "点击",
        "访问",
        "字号",
        "字体",
    ):
        assert between(f"{word}{day} 10:20 海边 {behind}：海边日报第三版") == "byline"
    assert between(f"{word}{day} 10:20") == "byline"


OFFICE = "青河县林业站护林员，海边日报特约供稿，长期记录渡口的鸟"
BYLINES = [
    *[f"{sign}{space}王大山，海边日报" for sign in "□■◇◆" for space in ("", " ")],
    "□" + "堤" * 41,
    "堤" * 14 + "记者王大山",
    *[f"记者{mark}王大山" for mark in ("", " ", "：", ":", "： ", " ：")],
    *[f"记者{name}" for name in ("王大", "王大山水", "艾山·买买提", "艾山·" + "买" * 8)],
    *[f"记者王大山{mark}李小河" for mark in ("、", " ", ",", "，", "/", ", ")],
    *[f"记者王大山、{name}" for name in ("李小", "李小河水", "艾山·买", "艾山·" + "买" * 8)],
    *[f"海边日报西渡口分站记者王大山 李小河 {who}周三原" for who in REPORTERS],
    *[f"记者欧阳大山{mark}{did}" for mark in ("", " ", "/") for did in "文图摄"],
    "记者欧阳大山综合报道",
    *[f"{bracket}编辑：王大山等人，海边" for bracket in "（(【〖["],
    *[f"编辑{mark}王大山等人，海边" for mark in ("：", " ：", ":", "／", "/", "|", " ")],
    "编辑：" + "堤" * 60,
    *["（编辑）", "(编辑)", "【编辑】"],
    *[
        f"（{who}{how}{OFFICE}）"
        for who in ("作者", "本文作者", "执笔", "撰稿")
        for how in "系为是：:"
    ],
    *[f"({who}单位：{OFFICE})" for who in ("作者", "本文作者", "执笔", "撰稿")],
    "（作者系" + "堤" * 80 + "）",
    *[
        "2024/3/5 晴",
        "2024.3.5 晴",
        *[f"{bracket}2024年3月5日" for bracket in "（(【["],
        "2024年 3月 5日",
    ],
    *[f"时间{mark}2024年3月5日" for mark in ("：", ":", " ", ": ")],
    "2024年3月15日" + "堤" * 12,
    "2024-03-15" + "堤" * 20 + "来源：" + "堤" * 59,
]
NO_BYLINES = [
    "□" + "堤" * 42,
    "堤" * 15 + "记者王大山",
    *[f"记者{name}" for name in ("王", "王大山水堤", "艾山·", "艾山·" + "买" * 9)],
    *[f"记者王大山、{name}" for name in ("李", "李小河水堤", "艾山·", "艾山·" + "买" * 9)],
    "编辑：" + "堤" * 61,
    "（作者系" + "堤" * 81 + "）",
    "2024年3月15日" + "堤" * 13,
    "2024-03-15" + "堤" * 21 + "来源：" + "堤" * 59,
    "2024-03-15" + "堤" * 20 + "来源：" + "堤" * 60,
]


@pytest.mark.parametrize("line", BYLINES)
def test_a_line_that_is_a_byline(line: str) -> None:
    assert between(line) == "byline"


@pytest.mark.parametrize("line", NO_BYLINES)
def test_a_line_that_says_more_is_none(line: str) -> None:
    assert between(line) in ("heading", "paragraph")


CREDITS = [
    *[f"{names}摄" for names in ("王大", "王大山水", "艾山·买", "艾山·" + "买" * 8)],
    *[f"王大山{mark}李小河{mark}周三原摄" for mark in ("", "、", " ")],
    *[f"王大山{did}" for did in ("摄", "摄影", "摄影报道", "/摄", "/制图")],
    *[
        f"王大山摄{where}"
        for where in ("（海）", "(海边日报)", "/海边日报", "（" + "堤" * 12 + "）")
    ],
]


@pytest.mark.parametrize("credit", CREDITS)
def test_who_took_a_photograph_ends_a_caption(credit: str) -> None:
    assert kinds("候鸟归来", PROSE, "滩涂上的水鸟", credit, PROSE)[2:4] == ["caption", "caption"]
    assert kinds("候鸟归来", PROSE, "大" * 32 + "图，" + credit, PROSE)[1:3] == [
        "paragraph",
        "caption",
    ]


@pytest.mark.parametrize(
    "line",
    ["王摄", "艾山·摄", "王大山摄（" + "堤" * 13 + "）", "王大山摄（", "王大山摄影家"],
)
def test_what_ends_no_caption(line: str) -> None:
    assert between(line) == "heading"


def test_three_names_at_most_credit_the_line_above() -> None:
    names = "王大山、李小河、周三原、赵四方摄"
    assert kinds("候鸟归来", PROSE, "滩涂上的水鸟", names, PROSE)[2:4] == ["heading", "caption"]


@pytest.mark.parametrize(
    "line",
    [
        *["图为滩涂", "（图为滩涂）", "(图为滩涂)", "资料图", "资料图片", "（资料图片）"],
        *[f"{side}图" for side in "上下左右"],
        *[f"图{n}：滩涂" for n in "一二三四五六七八九十1"],
        *[f"图{n}{mark}滩涂" for n in ("十二", "12") for mark in "为：:、"],
        "图为" + "堤" * 120,
        "堤" * 120 + "王大山水摄",
    ],
)
def test_what_begins_a_caption(line: str) -> None:
    assert between(line) == "caption"


@pytest.mark.parametrize(
    "line",
    ["图纸", "图123：滩涂", "地图为证", "图为" + "堤" * 121, "堤" * 121 + "·李小·王大山水摄"],
)
def test_what_begins_none(line: str) -> None:
    assert between(line) != "caption"


@pytest.mark.parametrize("stop", "。！？…!?;；")
def test_what_ends_a_block(stop: str) -> None:
    for closing in ("", *"”’\"'』」）)》】]"):
        assert not is_open(f"水渠{stop}{closing}")
    for remark in ("（见图）", "(见图)", "（" + "堤" * 20 + "）"):
        assert not is_open(f"水渠{stop}{remark}")
    for behind in ("渠", "（）", "（" + "堤" * 21 + "）", "（见图）渠"):
        assert is_open(f"水渠{stop}{behind}")


@pytest.mark.parametrize("end", ["Done.", "Done.”", 'Done."', "Done.'", "Done.)"])
def test_what_ends_a_block_in_english(end: str) -> None:
    assert not is_open(end)
    assert is_open(f"{end}5米")


@pytest.mark.parametrize("stop", "。！？!?；;")
def test_a_heading_holds_no_stop(stop: str) -> None:
    assert between(f"堤加高了{stop}渡口迁走") == "paragraph"


FOOTERS = [
    *[f"{bracket}编辑：周三原" for bracket in ("", *"（(【〖[")],
    *[f"{kind}编辑：周三原" for kind in ("责任", "流程", "执行")],
    *[f"{who}：周三原" for who in ("责编", "校对", "审核", "编审", "监制", "采写", "编译", "来源")],
    *[f"{who}：周三原" for who in ("文章来源", "作者", "记者", "本报记者", "见习记者", "图文记者")],
    *["通讯员：周三原", "编辑 ：周三原", "编辑:周三原", "编辑：" + "堤" * 100],
    "返回搜狐，查看更多" + "堤" * 60,
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_that_runs_into_the_text_is_a_block(footer: str) -> None:
    for stop in "。！？”）)】…":
        text = f"{PROSE}堤加高了{stop}"
        assert [piece.text for piece in pieces(text + footer)] == [text, footer.replace(" ", "")]


@pytest.mark.parametrize(
    "line",
    ["堤加高了，编辑：周三原", "他说。编辑：" + "堤" * 101, "返回搜狐，查看更多" + "堤" * 61],
)
def test_what_is_no_footer(line: str) -> None:
    assert len(pieces(PROSE + line)) == 1


def test_a_line_may_be_a_title_a_text_and_a_footer() -> None:
    found = pieces(f"原标题：候鸟归来【海边日报讯】{PROSE}编辑：周三原")
    assert [piece.text[:6] for piece in found] == ["原标题：候鸟", "【海边日报讯", "编辑：周三原"]


# -- a table of whole texts: each line and what it is

LINES = [f"渡口的{n}件事" for n in "一二三四五六七八"]
LAYOUTS = [
    [("heading", "王大山"), ("paragraph", PROSE), ("byline", "编辑：周三原")],
    [("title", "原标题：候鸟归来"), ("byline", "王大山"), ("paragraph", PROSE)],
    [("byline", "首页 > 要闻 > 正文"), ("heading", "堤" * 40), ("paragraph", PROSE)],
    [("heading", "关闭" + "堤" * 40), ("paragraph", PROSE)],
    [("heading", "候鸟归来"), ("paragraph", PROSE), ("byline", "第3页"), ("paragraph", PROSE)],
    [("paragraph", "时间：三月一日"), ("paragraph", PROSE)],
    [("paragraph", "一、堤坝加高")],
    [("paragraph", "水利站")],
    [
        ("heading", "护堤"),
        ("paragraph", "一、概述"),
        ("heading", "二、背景"),
        ("paragraph", "注意以下几点:"),
        ("paragraph", PROSE),
    ],
    [("byline", "编辑：周三原"), ("paragraph", "堤" * 40)],
    [
        ("heading", "护堤会议"),
        ("paragraph", "主持人：水利站站长"),
        ("paragraph", "地点：西渡口"),
        ("paragraph", PROSE),
    ],
    [("byline", "主持人：水利站站长"), ("paragraph", PROSE), ("paragraph", "地点：西渡口")],
    [
        ("heading", "候鸟归来"),
        ("byline", "文字编辑：王大山"),
        ("byline", "责任编辑：李小河"),
        ("paragraph", PROSE),
    ],
    [("paragraph", line) for line in LINES[:3]],
    [("heading", LINES[0]), *[("paragraph", line) for line in LINES[1:4]]],
    [*[("heading", line) for line in LINES[:7]], ("paragraph", PROSE)],
    [
        ("heading", "候鸟归来"),
        ("heading", "湿地"),
        ("paragraph", PROSE),
        *[("paragraph", line) for line in LINES[:7]],
        ("heading", LINES[7]),
        ("paragraph", PROSE),
    ],
    [("title", "原标题：候鸟归来"), ("paragraph", "水利站")],
    [("caption", "王大山摄"), ("paragraph", PROSE), ("paragraph", "堤加高了。")],
    [
        ("heading", "候鸟归来"),
        ("paragraph", PROSE),
        ("caption", "堤" * 130),
        ("caption", "王大山摄"),
        ("paragraph", "堤" * 131),
        ("caption", "李小河摄"),
        ("paragraph", PROSE),
    ],
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_what_each_line_of_a_text_is(text: list[tuple[str, str]]) -> None:
    lines = [line for _, line in text]
    assert list(zip(kinds(*lines), lines, strict=True)) == text


def test_what_lines_are_beside_headings_that_are_marked() -> None:
    leaf = kinds("# 护堤", "一、概述", "## 背景", PROSE, format="md")
    assert leaf == ["heading", "paragraph", "heading", "paragraph"]
    form = kinds("# 护堤", "## 地点：西渡口", "主持人：水利站站长", PROSE, format="md")
    assert form[2] == "byline"
    title = kinds("# 护堤", "原标题：候鸟归来", "水利站", format="md")
    assert title == ["heading", "title", "paragraph"]


def test_a_source_may_hold_nothing() -> None:
    assert pieces("") == []


@pytest.mark.parametrize(
    ("line", "spaced"),
    [
        ("湿地 变大 了吗", "湿地 变大 了吗"),
        ("湿 地", "湿 地"),
        ("湿 地 变大了", "湿 地 变大了"),
        ("湿 地 变", "湿地变"),
        ("湿 地 变大", "湿地变大"),
        ("湿地 " + "堤" * 62, "湿地 " + "堤" * 62),
        ("湿地 " + "堤" * 63, "湿地" + "堤" * 63),
    ],
)
def test_spaces_that_set_characters_apart_part_no_words(line: str, spaced: str) -> None:
    assert pieces(line, PROSE)[0].spaced == spaced


SIGNED = [
    *[f"{sign}{space}王大山" for sign in "□■◇◆" for space in ("", " ")],
    *[f"□{reporter} 王大山" for reporter in REPORTERS],
    *["□海边日报西渡口站记者 王大山", "□王大", "□王大山水", "□艾山·买", "□艾山·" + "买" * 8],
]


@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize("text", ["今年雨多了", "王 今年雨多了"])
def test_a_text_may_go_on_behind_who_signs_it(signed: str, text: str) -> None:
    assert [piece.spaced for piece in pieces("候鸟归来", f"{signed} {text}")[1:]] == [signed, text]


@pytest.mark.parametrize(
    "line",
    [
        *[f"□王大山 {rest}" for rest in ("今年雨多", "李小河 周三原等", "李小河、周三原等")],
        *[f"□{name} 今年雨多，堤要加高" for name in ("王", "王大山水堤", "艾山·" + "买" * 9)],
        *["□海边日报西渡口分站记者 王大山 今年雨多", "□王大山 通讯员李小河"],
    ],
)
def test_a_line_that_only_signs_is_one_block(line: str) -> None:
    assert len(pieces("候鸟归来", line)) == 2


@pytest.mark.parametrize(
    ("size", "kind"), [(1, "heading"), (2, "title"), (60, "title"), (61, "paragraph")]
)
def test_how_long_an_original_title_may_be(size: int, kind: str) -> None:
    assert pieces("原标题：" + "堤" * size, PROSE)[0].kind == kind


def test_an_original_title_ends_before_the_first_bracket() -> None:
    for title in ("堤坝加高", "堤" * 60):
        found = pieces(f"原标题：{title}【海边】{PROSE}【完】")
        assert [piece.text for piece in found] == [f"原标题：{title}", f"【海边】{PROSE}【完】"]
    for title in ("堤坝加", "堤" * 61):
        assert len(pieces(f"原标题：{title}【海边】{PROSE}【完】")) == 1


def source(text: str) -> Layout:
    return layout(Source("a", text, ""))


def test_a_prefix_dates_a_text_and_is_no_part_of_it() -> None:
    found = source(f"2023-08-16 17:53，正文： \n## 候鸟归来！\n\n{PROSE}")
    assert found.published == "2023-08-16"
    assert [(piece.kind, piece.level) for piece in found.pieces] == [
        ("heading", 2),
        ("paragraph", 0),
    ]
    assert source("堤" * 120 + "，正文：候鸟归来").pieces[0].text == "候鸟归来"
    for prefix in ("堤" * 121, "堤加高了。2023-08-16", "堤加高了\n2023-08-16"):
        assert source(f"{prefix}，正文：候鸟归来").pieces[-1].text != "候鸟归来"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("王", False), ("王大", True), ("王大山", True), ("王大山水", False),
        ("司马大", True), ("司马大山", True), ("司马大山水", False),
    ],
)  # fmt: skip
def test_a_person_has_a_surname_and_one_or_two_more_characters(name: str, is_one: bool) -> None:
    assert (PERSON.fullmatch(name) is not None) == is_one
