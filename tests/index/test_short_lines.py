"""Lines without a full stop: which are headings, which statements, and what names a text."""

from __future__ import annotations

import pytest
from test_articles import BIRDS, articles, blocks, page

from index.pages.articles import split
from index.pages.short_lines import (
    field,
    in_contents,
    is_furniture,
    is_leaf,
    names_text,
    rank,
    states,
    tells,
)
from index.records import Source

NOTICE = """护堤林补植活动安排

一、时间和地点
（一）集合时间：3月9日上午8时
（二）集合地点：西闸口
二、工具
每人铁锹一把
三、联系
村委会值班室
"""


def test_the_fields_and_items_of_a_notice_are_statements_under_their_headings() -> None:
    (only,) = articles(NOTICE)
    assert only.title == "护堤林补植活动安排"
    assert blocks(only, "heading") == ["一、时间和地点", "二、工具", "三、联系"]
    said = blocks(only, "paragraph")
    assert "（一）集合时间：3月9日上午8时" in said
    assert "每人铁锹一把" in said


def test_minutes_are_called_by_their_title_and_not_by_their_time() -> None:
    text = page(
        "护堤会议纪要",
        "时　间：2024年3月1日9时",
        "地　点：镇政府二楼",
        "主持人：镇水利站站长",
        *BIRDS,
    )
    (only,) = articles(text)
    assert only.title == "护堤会议纪要"
    assert only.published == "2024-03-01"
    for line in ("时间：2024年3月1日9时", "地点：镇政府二楼", "主持人：镇水利站站长"):
        assert line in blocks(only, "paragraph")


def test_a_text_of_nothing_but_short_lines_has_content() -> None:
    lines = ["雨具放在门口的架子上", "湿鞋放在垫子上"]
    (only,) = articles("\n".join(lines))
    assert blocks(only, "paragraph") == lines
    (single,) = articles("雨具放在门口的架子上")
    assert blocks(single, "paragraph") == ["雨具放在门口的架子上"]


def test_the_first_of_many_short_lines_names_them() -> None:
    (only,) = articles("\n".join(["春游物品", "水杯", "雨衣", "帽子", "午餐", "药箱"]))
    assert only.title == "春游物品"
    assert blocks(only, "paragraph")[0] == "水杯"


@pytest.mark.parametrize(
    "line",
    [
        "-1.3%", "- 3 -", "第3页 共12页", "2024", "（根据会议录音整理）", "首页 > 要闻 > 正文",
        "首页 | 要闻 | 图片 | 视频", "当前位置：首页", "整理自《湖区周报》2023年第4期", "水发〔2024〕7号",
        "上一篇：护堤 下一篇：没有了", "河口镇3月9日电", "河 口 镇 3 月 9 日 讯", "本报讯", "字号：大 中 小",
    ],
)  # fmt: skip
def test_what_belongs_to_the_page_is_no_title(line: str) -> None:
    assert is_furniture(line)
    (only,) = articles(page(line, "护堤林补植活动", *BIRDS))
    assert only.title == "护堤林补植活动"


@pytest.mark.parametrize(
    "line",
    [
        "“新星”产业集群如何赢得未来",
        "（三）报名",
        "重庆 四链融合向“未来”",
        "一组数字看变化",
        "1号库房",
    ],
)
def test_what_heads_a_text_belongs_to_it(line: str) -> None:
    assert not is_furniture(line)
    assert not states(line)


def test_contents_are_no_title_and_no_headings() -> None:
    text = page("目　录", "1 背景 ……… 1", "2 做法 ……… 4", "护堤林补植办法", *BIRDS)
    (only,) = articles(text)
    assert only.title == "护堤林补植办法"
    assert blocks(only, "heading") == []


def test_a_headline_may_hold_a_colon() -> None:
    (only,) = articles(page("对话护林员：湿地的一年", *BIRDS))
    assert only.title == "对话护林员：湿地的一年"


@pytest.mark.parametrize(
    "line",
    ["地点：二楼会议室", "（一）报名时间：3月1日", "额定功率（瓦）：45", "【规格】每片0.5克"],
)
def test_a_value_given_to_a_name_is_a_field(line: str) -> None:
    assert field(line)


def test_a_text_without_a_title_is_called_by_its_file_if_that_has_words() -> None:
    def title(name: str) -> str:
        return split(Source(name, BIRDS[0], ""))[0].title

    assert title("湿地/候鸟归来.txt") == "候鸟归来"
    assert title("wetland birds.txt") == "wetland birds"
    for name in ("001_b42a6147c1b8e56e.txt", "2024-03-01.txt", "deadbeef.txt", "a.txt"):
        assert title(name) == ""
    assert split(Source("a.jsonl#候鸟", BIRDS[0], "", format="jsonl"))[0].title == ""


def test_lines_under_an_item_are_statements_however_many() -> None:
    lines = [
        "护堤例会记录", "一、通报", "铁锹缺口三成", "西段坝脚渗水", "二、决定",
        "六月底前补齐铁锹，预算两万元", "由站长负责", "三、下次会议", "7月1日",
    ]  # fmt: skip
    (only,) = articles("\n".join(lines))
    assert only.title == "护堤例会记录"
    assert blocks(only, "heading") == ["一、通报", "二、决定", "三、下次会议"]
    assert blocks(only, "paragraph") == [lines[i] for i in (2, 3, 5, 6, 8)]


def test_a_line_over_a_paragraph_is_a_heading_under_an_item_too() -> None:
    (only,) = articles(page("护堤办法", "一、总则", "适用范围", BIRDS[1], "二、罚则", BIRDS[2]))
    assert only.title == "护堤办法"
    assert "适用范围" not in blocks(only, "paragraph")
    assert "二、罚则" in blocks(only, "heading")


def test_a_line_over_fields_heads_them_under_an_item_too() -> None:
    text = (
        "船用灯说明书\n一、型号\n远光甲\n功率：45瓦\n电压：24伏\n近光乙\n功率：20瓦\n电压：12伏\n"
    )
    (only,) = articles(text)
    assert blocks(only, "heading") == ["一、型号", "远光甲", "近光乙"]


def test_no_price_names_a_notice() -> None:
    (only,) = articles(
        "关于调整船票的通知\n\n一、成人\n单程每人十二元整\n往返每人二十元整，当日有效\n二、儿童\n每人6元\n"
    )
    assert only.title == "关于调整船票的通知"
    assert blocks(only, "heading") == ["一、成人", "二、儿童"]


def test_a_remark_may_stand_above_a_headline_with_a_colon() -> None:
    (only,) = articles(page("（根据录音整理，有删节）", "对话船工：一船鱼能卖多少", *BIRDS))
    assert only.title == "对话船工：一船鱼能卖多少"


def test_what_lasts_was_not_published_when_it_begins() -> None:
    def published(when: str) -> str | None:
        return articles(f"渡口停航\n\n时 间：{when}\n地 点：西渡口\n\n{BIRDS[0]}")[0].published

    assert published("2024年6月3日至6月20日") is None
    assert published("2024年6月3日上午9时") == "2024-06-03"


@pytest.mark.parametrize(
    "text",
    [
        "渡口安全须知\n禁止吸烟\n禁止奔跑\n限载二十人\n儿童须由大人陪同\n钥匙交船工\n",
        "本周值班\n周一 甲\n周二 乙\n周三 丙\n周四 丁\n",
        "（一）集合：东门\n（二）出发：八点\n（三）返回：四点\n",
        "一、成人票\n二、儿童票\n三、年票\n",
        "-1.3%\n首页 | 要闻 | 图片\n渡口\n",
    ],
)
def test_a_file_whose_every_line_looks_like_a_heading_has_content(text: str) -> None:
    (only,) = articles(text)
    assert blocks(only, "paragraph")


@pytest.mark.parametrize(
    "sign",
    [
        "第三章 ", "第二节 ", "第1条 ", "一、", "（一）", "1. ", "1、", "1.2 ", "（1）", "2）", "①", "- ", "● ",
    ],
)  # fmt: skip
def test_a_sign_before_an_item_is_no_part_of_its_name(sign: str) -> None:
    assert rank(f"{sign}报名") is not None
    assert field(f"{sign}报名：3月1日")
    assert states(f"{sign}星期三报名")
    assert not tells(f"{sign}每人10元")


def test_an_item_stands_further_in_the_later_its_sign() -> None:
    signs = ("第一编", "第一节", "第一条", "一、", "（一）", "1.", "1.2 甲", "1）", "①", "-")
    assert [rank(sign) for sign in signs] == list(range(10))
    assert rank("报名") is None


@pytest.mark.parametrize(
    "line",
    [
        "返回列表", "首页", "分享到", "打印本页", "关闭窗口", "字体：大", "点击下载", "阅读量：30", "浏览量：30",
        "版权所有 水利站", "主办单位：水利站", "备案号：3", "扫一扫", "关注我们", "下一页", "您的位置：要闻",
        "甲｜乙｜丙", "要闻>水利>正文", "转载自晚报", "选自晚报", "原载晚报", "据晚报消息", "附件1：",
        "第3页", "（记者整理）",
    ],
)  # fmt: skip
def test_what_stands_around_a_text_is_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line", ["（1）报名", "据此，我们补种", "3月9日", "首次补种", "【通知】补种"]
)
def test_what_may_be_a_texts_own_is_none(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("line", "stated", "told"),
    [
        ("3月初开闸放水", True, True), ("星期三上午补种", True, False), ("来的来，去的去，都散了", True, False),
        ("甲 乙 丙 3", True, True), ("甲 乙", False, False), ("甲 乙 丙", False, True),
        ("补种 300 棵", False, True), ("3:2", False, True), ("2024年度", False, False),
        ("第3届", False, False), ("补种柳树", False, False),
    ],
)  # fmt: skip
def test_what_a_short_line_says_by_its_form(line: str, stated: bool, told: bool) -> None:
    assert (states(line), tells(line)) == (stated, told)


@pytest.mark.parametrize(
    "name", ["时间", "日期", "地点", "地址", "电话", "编号", "单位", "部门", "联系人"]
)
def test_a_value_names_no_text(name: str) -> None:
    assert not names_text(f"{name}：水利站")
    assert names_text("护堤：水利站")


@pytest.mark.parametrize("word", ["目录", "目 次", "Contents"])
def test_contents_are_the_word_for_them_and_what_follows(word: str) -> None:
    entries = ["护堤……3", "种树 12", "一、修路"]
    assert in_contents(["水利志", word, *entries, "护堤要紧"]) == {1, 2, 3, 4}


def test_a_space_beside_a_figure_parts_no_cells() -> None:
    assert not states("汇聚 24 个项目")
    assert not states("投资 24 亿")
    assert states("甲 乙 丙 24亿")
    assert not states("汇聚 24 个项目 100 人")
    assert states("岁 12 15 18 甲")


NUMERALS = "一二三四五六七八九十"
SIGNS = {
    0: [f"第{n}{word}" for n in (*NUMERALS, "百", "3", "一百二十三") for word in "编章"],
    1: [f"第{n}节" for n in (*NUMERALS, "百", "3", "一百二十三")],
    2: [f"第{n}条" for n in (*NUMERALS, "百", "3", "一百二十三")],
    3: [f"{n}、" for n in (*NUMERALS, "二十三")],
    4: [f"{one}{n}{other}" for n in (*NUMERALS, "二十三") for one in "（(" for other in "）)"],
    5: ["12.", "12．", "12、", "12 "],
    6: ["1.12", "1.2.3", "12.2 "],
    7: [f"{one}12{other}" for one in ("（", "(", "") for other in "）)"],
    9: list("-*+•·●○▪◦"),
}


@pytest.mark.parametrize("place", SIGNS)
def test_every_sign_has_its_rank(place: int) -> None:
    for sign in SIGNS[place]:
        assert rank(f"{sign}报名") == place, sign
        assert field(f"{sign}报名：3月1日"), sign


@pytest.mark.parametrize("line", ["1.35%的地", "地点：", "【规格】"])
def test_what_has_the_form_of_an_item_or_a_field_only_at_first_sight(line: str) -> None:
    assert rank(line) is None
    assert not field(line)


@pytest.mark.parametrize(
    "when",
    ["2024年3月9日", "3月9", "3月底", "3月初", "3月上旬", "3月中旬", "3月下旬"]
    + [f"{week}{day}" for week in ("周", "星期") for day in "一二三四五六日天"],
)
def test_a_day_and_what_happens_then_is_a_statement(when: str) -> None:
    assert states(f"{when}补种")
    assert not states(f"{when}，补")


@pytest.mark.parametrize(
    "line",
    [
        "所在位置：要闻",
        "河口镇3月9日消息",
        "摘自晚报",
        "水发〔1998〕7号",
        "水发[2024]7号",
        "水发(2024)7号",
    ],
)
def test_a_path_and_a_remark_are_furniture(line: str) -> None:
    assert is_furniture(line)


def test_a_rule_s_beginning_in_brackets_is_the_texts_own() -> None:
    assert not is_furniture("（2024年起执行）")


def test_four_cells_are_a_row_and_three_if_one_is_a_figure() -> None:
    assert states("甲 乙 丙 丁")
    assert not states("甲 乙 丙")


@pytest.mark.parametrize("word", "年届级强大后版批轮期季型代章条款讲课")
def test_a_number_that_only_tells_one_from_another_is_no_amount(word: str) -> None:
    assert not tells(f"渡口3{word}")
    assert tells(f"渡口3{word}共4人")


def test_a_share_and_a_temperature_are_amounts() -> None:
    assert all(tells(f"渡口{amount}") for amount in ("3%", "3‰", "3℃", "1,200亩", "2.5 亩"))


def test_a_line_without_a_value_names_a_text_whatever_it_is_about() -> None:
    assert names_text("渡口联系人")
    assert names_text("打鱼人家：一船鱼")


def test_a_marked_heading_is_no_leaf() -> None:
    assert not is_leaf([-1], 0)
    assert is_leaf([0], 0)
    assert not is_leaf([None], 0)


@pytest.mark.parametrize("line", ["、甲", ".甲", " 甲", ".2甲", "）甲", "（）甲"])
def test_a_sign_without_its_number_is_none(line: str) -> None:
    assert rank(line) is None


@pytest.mark.parametrize("line", ["100、甲", "300 棵柳树", "100.2甲", "（100）甲", "100）甲"])
def test_a_number_of_three_digits_is_an_amount_or_a_year_and_no_sign(line: str) -> None:
    assert rank(line) is None


@pytest.mark.parametrize(
    ("name", "named"), [("", False), ("桥", True), ("桥" * 14, True), ("桥" * 15, False)]
)
def test_a_field_has_a_name_and_a_clause_is_none(name: str, named: bool) -> None:
    assert field(f"{name}：东") is named
    assert field(f"【{name}】东") is named


@pytest.mark.parametrize("line", ["3月9日种", "12月15日", "周一种", "甲 乙", "甲，乙"])
def test_a_day_or_a_cell_alone_states_nothing(line: str) -> None:
    assert not states(line)


@pytest.mark.parametrize(
    "line", ["甲｜乙", "要闻>水利", "（记者注）", "据悉", "水发〔2024〕号", "水发〔1724〕7号"]
)
def test_what_is_too_short_for_a_path_or_a_remark_is_the_texts_own(line: str) -> None:
    assert not is_furniture(line)


def test_a_leader_in_contents_has_more_than_one_dot() -> None:
    assert in_contents(["目录", "护堤..3", "种树.4", "修路..5"]) == {0, 1}
