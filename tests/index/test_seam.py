"""What a language says of two ends, and what a line alone shows of itself."""

from __future__ import annotations

import pytest

from index.pages.lines import Line
from index.pages.seam import is_clause, seam, straddle


@pytest.mark.parametrize(
    ("tail", "head", "nats"),
    [
        ("", "灌溉", 0.0),
        ("灌溉", "", 0.0),
        ("他说", "，明年", 6.0),
        ("他说：“明年", "再来。”", 3.0),
        ("他看了《海边", "日报》", 3.0),
        ("他说：“明年", "的事”", 3.0),
        ("苹果、梨", "等水果", 2.0),
        ("海边", "的风", 2.0),
        ("海边的人", "们都来", 2.0),
        ("路修", "了三年", 2.0),
        ("新修水渠，", "沿线", 2.0),
        ("护堤和", "水渠", 2.0),
        ("共计23", "公里", 2.0),
        ("时间3", "月", 2.0),
        ("面积3", "平方", 2.0),
        ("运粮3", "千斤", 2.0),
        ("3", "5", 0.0),
        ("Micro", "soft", 2.0),
        ("Micro", "Soft", 0.0),
        ("pip install", "参数说明", -3.0),
        ("参数说明", "pip install", -3.0),
        ("水渠", "《海边》", 0.0),
        ("停着一条小木船", "船头朝着", 0.0),
        ("水渠(长", ")灌溉", 3.0),
        ("3", "km", 0.0),  # of two columns
        *[("灌溉", f"{mark}渠", 6.0) for mark in "，。、；：！？）”’》】」』…%％‰℃"],
        *[("灌溉" + sign, "水渠", 2.0) for sign in "，、,的和与及或在把被对由从向将并"],
        *[
            ("共计23", f"{unit}渠", 2.0)
            for unit in "年月日号时分秒点元万亿个人名家户件台辆次条吨米克亩岁度倍成"
        ],
        *[
            (f"水渠{mark}长", f"三里{end}", 3.0)
            for mark, end in ("（）", "「」", "『』", "【】", "()")
        ],
    ],
)
def test_how_surely_a_cut_was_here(tail: str, head: str, nats: float) -> None:
    assert seam(tail, head) == nats


@pytest.mark.parametrize(
    "head",
    [
        "等待",
        "等候",
        "等到",
        "等于",
        "等我",
        "等你",
        "等他",
        "等她",
        "的士",
        "的确",
        "了解",
        "了却",
        "了结",
    ],
)
def test_a_line_may_begin_with_a_word_although_its_sign_is_a_particle(head: str) -> None:
    assert seam("海边，", head + "水渠") == 2.0  # the comma
    assert seam("《海边》", head + "水渠") == 0.0


def test_a_measure_word_ends_a_line_of_a_list() -> None:
    for number in (*"一二两三四五六七八九十几", "3"):
        assert seam(f"铁锹{number}把", "水渠") < 2.0
    for tail in ("先把", "大家对", "铁锹三把和"):
        assert seam(tail, "水渠") == 2.0
    assert seam("木桨两对", "水渠") < 2.0


def test_a_bracket_that_is_closed_again_is_not_open() -> None:
    assert seam("“海边”水渠", "灌溉”") < 3.0
    assert seam("海边“水渠", "灌溉") < 3.0


def test_a_word_cut_in_two_is_likelier_whole() -> None:
    assert straddle("需要构建技", "术、资本") > 2.0
    assert straddle("需要构建", "技术") == pytest.approx(0.0)
    assert seam("灌溉技術的普", "及推廣") > 2.0


@pytest.mark.parametrize(
    ("tail", "head", "nats"),
    [
        ("全体居", "民开会", 7.0),  # as much as anything
        ("水", "位", 5.30),
        ("今天", "天气", 3.01),
        ("看", "见", 5.52),
        ("龘", "靐", 2.2),  # characters that stand nowhere else
        ("护堤林", "今年", -2.46),
        ("村里新", "修水渠", 0.66),
        ("灌溉", "条例", 0.41),  # a measure word, but of no number
        ("湿地小学", "这里有鸟", -2.5),  # as little as anything
    ],
)
def test_how_sure_a_word_and_two_neighbours_make(tail: str, head: str, nats: float) -> None:
    assert seam(tail, head) == pytest.approx(nats, abs=0.01)


def test_a_clause_begins_with_a_verb_or_a_preposition() -> None:
    assert all(is_clause(text) for text in ("走进水站", "在海边", "位于海边", "意味着丰收"))
    assert not is_clause("水渠")


def line(text: str) -> Line:
    return Line(0, len(text), 1, 0, False, text, text, [])


@pytest.mark.parametrize(
    "text",
    [
        "□李小河",
        "①水渠",
        "- 水渠",
        "* 水渠",
        "+ 水渠",
        "--水渠",
        "——水渠",
        "| 水渠 |",
        "1.2 水渠",
        "3.水渠",
        "3、水渠",
        "3）水渠",
        "12 水渠",
        "（三）水渠",
        "三、水渠",
        "（12）水渠",
        "第三章",
        "第12条",
        "第三节",
        "第十款",
        "本报讯",
        "本报记者",
        "海边社某地7月22日电",
        "海边网讯 ",
        "【海边网讯】",
        "水渠 12 15.3%",
        "12 15",
        "水渠 12 长 15 宽",
        "12 水渠 15",
        "2023年三月四日",
        "二〇二三年三月四日",
    ],
)
def test_what_begins_a_text_an_item_or_a_row(text: str) -> None:
    assert line(text).begins


@pytest.mark.parametrize(
    "text",
    ["水渠", "3.5公里", "12公里", "第三天", "本报社", "水渠 12，15", "2023年三月，四日", "-水渠"],
)
def test_what_begins_nothing(text: str) -> None:
    assert not line(text).begins


def test_a_row_a_remark_and_a_subtitle_are_whole() -> None:
    assert all(line(text).whole for text in ("水渠 12 15", "（见下页）", "——海边的一年"))
    assert not any(line(text).whole for text in ("水渠 12", "（见下页）水渠", "水渠——海边"))


@pytest.mark.parametrize(
    "text", ["会议时间：", "馆长：大家好", "会议室A12：", "电话（夜间）：", "时间:"]
)
def test_a_field_or_a_speaker(text: str) -> None:
    assert line(text).field


@pytest.mark.parametrize(
    "text", ["他说，时间：", "一二三四五六七八九十一：", "水渠", "3：", "《海边》："]
)
def test_what_is_no_field(text: str) -> None:
    assert not line(text).field


@pytest.mark.parametrize(
    "text",
    [
        "完。",
        "好！",
        "吗？",
        "一；",
        "如下：",
        "……",
        "end.",
        "他说。”",
        "（好。）",
        "完。（见图）",
        "**完。**",
    ],
)
def test_what_ends_a_line_well(text: str) -> None:
    assert line(text).terminal


@pytest.mark.parametrize("text", ["水渠", "水渠，", "水渠（见图）", "完。（" + "见" * 13 + "）"])
def test_what_ends_a_line_openly(text: str) -> None:
    assert not line(text).terminal


def test_figures_and_latin_are_half_as_wide_in_print() -> None:
    assert (line("水渠3").width, line("水渠3").columns, line("水渠3").chars) == (2.5, 5, 3)


NUMERALS = "一二三四五六七八九十"
BEGINNINGS = [
    *[f"{sign}水渠" for sign in "□■◇◆▲△▼☆★●○•·#|>①⑳"],
    *[f"{sign}{sign}水渠" for sign in "-–—"],
    *[f"{n}、水渠" for n in NUMERALS],
    *[f"{one}{n}{other}水渠" for n in (*NUMERALS, "12") for one in "（(" for other in "）)"],
    *[f"12{mark}水渠" for mark in ".、)）"],
    *[f"第{n}{part}" for n in (*NUMERALS, "百", "12") for part in "章节条款"],
    *[f"海边社12月{day}日{word}" for day in (2, 22) for word in "电讯"],
    *[f"本报{word}" for word in "讯记"],
    *[f"海边网讯{mark}" for mark in " （("],
    *[f"【海边{word}】" for word in "讯电"],
    *[f"二〇二{n}年三月四日" for n in "〇零一二三四五六七八九"],
    *["1.2 水渠", "12.13 水渠", "1.2.3 水渠", "3、水渠", "3 水渠", "12 水渠", "（3）水渠"],
    *["二十一、水渠", "第3条", "第一百二十条"],
    *["海边3月4日电", "海" * 12 + "12月22日电", "海" * 8 + "讯 ", "【" + "海" * 12 + "讯】"],
    *["2024年3月4日", "2024年十二月二十二日上日"],
    *["3 4", "12.5% 3,400", "8:30 -3", "+5 -5%", "水渠 3 长 宽 4", "水渠 3  长  4 米", "3  4"],
]


@pytest.mark.parametrize("text", BEGINNINGS)
def test_every_sign_and_dateline_begins_something(text: str) -> None:
    assert line(text).begins


@pytest.mark.parametrize(
    "text",
    [
        *["2023年三月四日晴", "渠 12 15 长，宽", "渠 12 15 长。宽", "渠 12 15 长；宽", "3.5"],
        *["123.4 水渠", "1.234 水渠", "123、水渠", "123 水渠", "（123）水渠", "12 15长"],
        *["二十一二、水渠", "第一百二十三条"],
        *["海3月4日电", "海" * 13 + "3月4日电", "海边3月456日电", "海讯 "],
        *[f"海{mark}边3月4日电" for mark in " ，。："],
        *[f"海{mark}边讯 " for mark in " ，。："],
        *["海" * 9 + "讯 ", "【海讯】", "【" + "海" * 13 + "讯】"],
        *["2024年日", "2024年3日日日日日日日日日日日", "2024年3月。4日"],
        *[f"长{mark}宽 3 4" for mark in "，。；"],
        *[f"渠 3 长{mark}宽 4" for mark in "，。；"],
        *["渠3 4", "渠 三 四"],
    ],
)
def test_what_only_begins_like_something(text: str) -> None:
    assert not line(text).begins


@pytest.mark.parametrize("closing", "”’\"'』」）)》】*_")
@pytest.mark.parametrize("stop", "。！？；：…!?;:.")
def test_a_stop_may_be_closed(stop: str, closing: str) -> None:
    assert line(f"水渠{stop}{closing}").terminal
    assert line(f"水渠{stop}{closing}（见图）").terminal
    assert line(f"水渠{stop}(见图)").terminal


@pytest.mark.parametrize(
    "text", ["（见图）", "(见图)", "（）", "——海边日报", "水渠 3 4", "3 4", "水渠 -3 +4.5%"]
)
def test_what_is_whole(text: str) -> None:
    assert line(text).whole


@pytest.mark.parametrize(
    "text", ["（见图）一", "（见（图）", "（见(图）", "（见)图）", "水渠", "水渠 3"]
)
def test_what_is_not_whole(text: str) -> None:
    assert not line(text).whole


def test_a_remark_behind_a_stop_is_short() -> None:
    assert line("完。（" + "见" * 12 + "）").terminal
    assert line("完。（图）").terminal
    assert not line("完。（）").terminal


def test_the_name_of_a_field_holds_no_mark_and_no_figure() -> None:
    for mark in "，。；！？“”（）()《》3":
        assert not line(f"水{mark}渠：长").field
    assert line("一二三四五六七八九十：").field
    assert line("会议室123：").field
    assert line("会议室A1：").field
    assert line("会议室3:").field
    assert line("水：长").field
    assert line("电话（夜）：").field
    assert not line("电话（）：").field
    assert not line("会议室1234：").field
    assert line("电话（" + "夜" * 8 + "）：").field
    assert not line("电话（" + "夜" * 9 + "）：").field
