"""The rows of a table that meet what a question asks are told together, all of them and no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import Library, load_embedder
from server.answer import Answerer
from server.evidence.find import Search
from server.evidence.rows import MOST, rows
from server.question.understanding import normalise, understand
from server.records import Question

BOATS = (
    "# 河畔划艇俱乐部器材租赁价目表\n\n| 器材 | 每小时 | 全天 | 押金 | 限乘人数 |\n|---|---|---|---|---|\n"
    "| 单人皮划艇 | 60元 | 260元 | 300元 | 1人 |\n| 双人皮划艇 | 90元 | 380元 | 500元 | 2人 |\n"
    "| 桨板 | 45元 | 180元 | 200元 | 1人 |\n| 充气筏 | 120元 | 500元 | 800元 | 6人 |\n"
    "| 防水手机袋 | 免费 | 免费 | 20元 | — |\n\n周末和节假日，每小时价格上浮20%。\n"
)
ROSTER = (
    "# 社区图书室值班表\n\n| 日期 | 上午 | 下午 | 晚上 |\n|---|---|---|---|\n"
    "| 5月4日 | 陈涛 | 李珍 | 闭馆 |\n| 5月5日 | 李珍 | 王昊 | 陈涛 |\n| 5月7日 | 陈涛 | 王昊 | 闭馆 |\n"
)
BUDGETS = (
    "部门,预算(万元),支出(万元),人数,负责人\n研发部,820,765,42,周岚\n市场部,460,498,25,高峰\n"
    "行政部,150,132,12,何静\n"
)
LEVELS = "测点,水位变化\n" + "".join(f"{n}号井,{n % 3}米\n" for n in range(1, 5 * MOST))
CHANGES = "站点,客流变化\n东门,-12%\n西门,5%\n南门,15%\n"
BUSES = (
    "# 云溪公交时刻表\n\n| 线路 | 终点 | 票价 | 末班车 | 班数 |\n|---|---|---|---|---|\n"
    "| 201路 | 石桥 | 4元 | 19:30 | 12 |\n| 202路 | 水库 | 8元 | 17:00 | 6 |\n| 208路 | 石桥 | 5元 | 20:00 | 9 |\n"
)
SALES = "月份,退货数（盒）,新增会员\n" + "".join(
    f"{month}月,{boxes},{members}\n"
    for month, boxes, members in [(1, 31, 310), (2, 12, 402), (3, 19, 188), (4, 57, 205)]
)
SHIFTS = (
    "# 溪口卫生院值班表\n\n| 日期 | 白班医生 | 夜班医生 |\n|---|---|---|\n"
    "| 10月1日 | 苏平 | 邱敏 |\n| 10月2日 | 邱敏 | 韩远 |\n| 10月4日 | 苏平 | 邱敏 |\n"
)
BRANCHES = (
    "# 江口图书馆各分馆\n\n| 分馆 | 闭馆日 | 座位数 | 自习室 |\n|---|---|---|---|\n"
    "| 城东馆 | 周二 | 240 | 有 |\n| 柳溪馆 | 周一 | 120 | 无 |\n| 南屏馆 | 周一 | 210 | 有 |\n"
)
MENU = (
    "# 育才中学食堂本周菜单\n\n| 日期 | 大荤 | 汤 |\n|---|---|---|\n"
    "| 周三 | 鲈鱼 | 酸辣汤 |\n| 周四 | 里脊 | 蛋汤 |\n"
)
WORKS = "任务,预算（万元）,状态\n外墙保温,210,进行中\n绿化补植,35,未开始\n加装电梯,320,进行中\n"
ROBOTS = (
    "# 扫地机选购\n\n| 型号 | 价格 | 吸力 | 自动集尘 |\n|---|---|---|---|\n"
    "| T20 | 1899元 | 6000 | 支持 |\n| T30 | 3299元 | 9000 | 支持 |\n| A3 | 1299元 | 1500 | 不支持 |\n"
)
FILES = {
    "分馆.md": BRANCHES,
    "菜单.md": MENU,
    "旧楼改造项目进度.csv": WORKS,
    "扫地机.md": ROBOTS,
    "公交.md": BUSES,
    "糕点铺.csv": SALES,
    "卫生院.md": SHIFTS,
    "划艇.md": BOATS,
    "值班.md": ROSTER,
    "部门经费.csv": BUDGETS,
    "水位.csv": LEVELS,
    "客流.csv": CHANGES,
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("rows")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(folder / "library", embedder=load_embedder("builtin")) as opened:
        opened.update([folder / name for name in FILES])
        yield opened


def read_off(library: Library, question: str) -> list[str] | None:
    """The first cell of each row that is read off; None where the question asks for none."""
    (part, *_) = (asked := understand(normalise(question))).parts
    found = rows(part, Search(library).find(asked).ranked[part])
    return None if found is None else [one.sentence.text.split("，")[0] for one in found]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("押金超过400的有哪些？", ["双人皮划艇", "充气筏"]),
        ("哪些器材押金不超过300元？", ["单人皮划艇", "桨板", "防水手机袋"]),
        ("哪些器材押金不到300元？", ["桨板", "防水手机袋"]),
        ("押金至少300块的器材", ["单人皮划艇", "双人皮划艇", "充气筏"]),
        ("全天租金200元以下的器材有哪些", ["桨板", "防水手机袋"]),  # what is free costs less
        ("押金500元的器材", ["双人皮划艇"]),  # and not the one that costs as much a day
        ("预算超过400万的部门有哪些？", ["研发部", "市场部"]),
        ("人数少于30的部门", ["市场部", "行政部"]),
        ("客流变化超过10%的站点有哪些", ["南门"]),  # less than nothing is no 12 %
        ("押金超过1000元的器材有哪些", []),
        ("票价在5元以内（含5元）的线路有哪些？", ["线路201路", "线路208路"]),
        ("末班车晚于19点半的是哪几路", ["线路208路"]),
        ("到石桥的公交票价5块以下的有哪些", ["线路201路", "线路208路"]),
        ("去水库的公交票价5块以下的有哪些", []),
        ("票价高于6元一趟的线路有哪些", ["线路202路"]),
        ("旧楼改造预算超过一百万的任务", ["外墙保温", "加装电梯"]),
        ("两千块以下还能自动集尘的扫地机是哪款", ["T20"]),  # 1500 is no price
        ("至少9班的线路有哪些", ["线路201路", "线路208路"]),  # of the column 班数
    ],
)  # fmt: skip
def test_rows_on_the_side_of_a_bound_are_told(
    library: Library, question: str, told: list[str]
) -> None:
    assert read_off(library, question) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("支出超过预算的部门是哪个", ["市场部"]),
        ("哪些部门的支出没超过预算", ["研发部", "行政部"]),
    ],
)
def test_two_columns_are_compared(library: Library, question: str, told: list[str]) -> None:
    assert read_off(library, question) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("李珍哪几天值班？", ["日期5月4日", "日期5月5日"]),
        ("陈涛在哪些日子上午值班", ["日期5月4日", "日期5月7日"]),
        ("哪天晚上闭馆", ["日期5月4日", "日期5月7日"]),
        ("免费的器材有哪些", ["防水手机袋"]),
        ("邱敏医生哪几天上夜班", ["日期10月1日", "日期10月4日"]),
        ("没有自习室的分馆", ["柳溪馆"]),
        ("有自习室的分馆有哪些", ["城东馆", "南屏馆"]),
        ("礼拜一闭馆的江口图书馆分馆有哪几个", ["柳溪馆", "南屏馆"]),
    ],
)
def test_rows_with_a_value_that_is_named_are_told(
    library: Library, question: str, told: list[str]
) -> None:
    assert read_off(library, question) == told


def test_two_rows_whose_difference_is_asked_for_are_told(library: Library) -> None:
    two = ["单人皮划艇", "双人皮划艇"]
    assert read_off(library, "双人皮划艇比单人皮划艇一小时贵多少") == two
    assert read_off(library, "桨板和充气筏的押金差多少") == ["桨板", "充气筏"]
    both = ["线路201路", "线路208路"]
    assert read_off(library, "201路和208路都到石桥，票价差多少？") == both


@pytest.mark.parametrize("question", ["各部门负责人分别是谁", "每个部门有多少人"])
def test_all_rows_are_told_where_each_is_asked_for(library: Library, question: str) -> None:
    """The roster and the boats have people, too; the other table is called 部门经费."""
    assert read_off(library, question) == ["研发部", "市场部", "行政部"]


def test_a_column_may_be_called_by_one_character(library: Library) -> None:
    assert read_off(library, "食堂每天都是什么汤") == ["周三", "周四"]


def test_rows_from_one_to_another_are_told(library: Library) -> None:
    asked = "糕点铺2到4月每个月新增会员各多少人"
    assert read_off(library, asked) == ["月份2月", "月份3月", "月份4月"]


def test_the_month_with_most_is_a_row_that_tells_how_many(library: Library) -> None:
    answer = Answerer(library).ask(Question("糕点铺哪个月退货最多，退了多少盒？"))
    assert [claim.text.split("，")[0] for claim in answer.claims] == ["月份4月"]
    assert "57" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "各部门的主任是谁",  # no column is called so
        "水位变化超过1米的测点有哪些",  # these are too many to be told
        "押金500元能退吗",  # asks for no row
        "60元能租什么",  # of which column?
        "游泳圈押金超过400的有哪些",  # the table is of something else
    ],
)
def test_what_the_table_does_not_settle_is_left_to_the_reader(
    library: Library, question: str
) -> None:
    assert read_off(library, question) is None


def test_an_answer_lists_the_rows_with_the_cell_that_counts(library: Library) -> None:
    answer = Answerer(library).ask(Question("预算超过400万的部门有哪些？"))
    assert [claim.text.split("，")[0] for claim in answer.claims] == ["研发部", "市场部"]
    assert all(claim.citations for claim in answer.claims)
    marked = [
        [claim.text[span.start : span.end] for span in claim.emphasis] for claim in answer.claims
    ]
    assert marked == [["预算820万元"], ["预算460万元"]]


def test_a_refusal_says_that_no_row_meets_the_condition(library: Library) -> None:
    answer = Answerer(library).ask(Question("押金超过1000元的器材有哪些"))
    assert answer.refused
    assert "没有一行符合" in answer.reason


def test_an_amount_of_the_column_that_is_named_is_none_of_another(library: Library) -> None:
    """500元 is what the raft costs a day, and the question names a deposit of as much."""
    answer = Answerer(library).ask(Question("押金500元能退吗"))
    assert "充气筏" not in answer.answer
