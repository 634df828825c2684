"""A cell that is named by its row and its column is read off; what names more, or less, is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import Library, load_embedder
from server.answer import Answerer
from server.evidence.cells import cell
from server.evidence.find import Search
from server.question.understanding import normalise, understand
from server.records import Question
from tests.evidence.made import FakeReader, read_by

PRICES = (
    "# 云岭文印社价目表\n\n| 规格 | 单面（元/张） | 双面（元/张） | 加急费（元） |\n|---|---|---|---|\n"
    "| B4黑白 | 0.4 | 0.7 | 5 |\n| B4彩色 | 1.5 | 2.6 | 9 |\n| B5彩色 | 1.1 | 1.9 | 9 |\n"
)
STAFF = "科室,负责人,电话\n档案科,窦志成,7701\n基建科,冉书琴,7702\n"
PUMPS = (
    "# 清溪水泵参数\n\n| 型号 | Q2 | Q2 Max | Q7 |\n|---|---|---|---|\n"
    "| 扬程 | 12米 | 18米 | 30米 |\n| 净重 | 4.5千克 | 6.2千克 | 11千克 |\n"
    "| 功率（瓦） | 35 | 60 | 90 |\n"
)
COATED = "# 清溪印务\n\n| 纸 | 黑白 | 彩印 |\n|---|---|---|\n| B5普通纸 | 0.3 | 2.2 |\n| B5铜版纸 | 2.5 | 9.5 |\n"
LESSONS = (
    "# 清溪中学初三（2）班课表\n\n"
    "| 节次 | 周一 | 周二 |\n|---|---|---|\n| 3 | 语文 | 音乐 |\n| 4 | 数学 | 体育 |\n"
)
LENT = (
    "# 清溪图书馆\n\n| 项目 | 2022年 | 2023年 |\n|---|---|---|\n| 借出图书（册次） | 2780 | 3140 |\n"
    "| 读者 | 310 | 342 |\n"
)
COURTS = "编号,场地,价格（元/小时）,会员价（元/小时）\nC07,篮球场(半场),80,70\nC08,篮球场(全场),150,130\n"
FILES = {
    "courts.csv": COURTS,
    "prices.md": PRICES,
    "staff.csv": STAFF,
    "pumps.md": PUMPS,
    "lessons.md": LESSONS,
    "lent.md": LENT,
    "coated.md": COATED,
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("cells")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(folder / "library", embedder=load_embedder("builtin")) as opened:
        opened.update([folder / name for name in FILES])
        yield opened


def read_off(library: Library, question: str) -> str:
    """The cell that is read off; empty when none is."""
    asked = understand(normalise(question))
    (part,) = asked.parts
    found = cell(part, Search(library).find(asked).ranked[part])
    return found.sentence.text[slice(*found.answer)] if found else ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("B4彩色双面多少钱？", "双面2.6元/张"),
        ("B4黑白双面打印多少钱一张", "双面0.7元/张"),
        ("云岭文印社B5彩色单面的价格是多少？", "单面1.1元/张"),
        ("档案科的负责人是谁？", "负责人：窦志成"),
        ("基建科归谁管？", "负责人：冉书琴"),  # the column is only hinted at
        ("基建科电话", "电话7702"),
        ("Q2 Max的扬程是多少？", "Q2 Max：18米"),  # and not Q2's
        ("清溪水泵Q7净重多少千克？", "Q7：11千克"),
        ("初三（2）班周二第3节上什么课？", "周二：音乐"),
        ("初三（2）班周二第四节上什么课？", "周二：体育"),
        ("B5铜版彩印多少钱？", "彩印9.5"),  # the table leaves the unit out
        ("Q7的功率是多少瓦？", "Q7：90瓦"),  # the row says the unit
        ("篮球全场会员价多少？", "会员价130元/小时"),  # a row is not known by its mark
        ("C07的会员价是多少？", "会员价70元/小时"),  # unless it is asked by it
    ],
)
def test_row_and_column_name_a_cell(question: str, told: str, library: Library) -> None:
    assert read_off(library, question) == told


@pytest.mark.parametrize(
    "question",
    [
        "B3彩色双面多少钱？",  # no such row
        "B4彩色多少钱？",  # several columns may be meant
        "彩色双面多少钱？",  # several rows
        "Q9的扬程是多少？",  # no such column
        "档案科的传真号码是多少？",  # names what no column says
        "B4彩色补印要多少钱？",  # asks for something else with it
        "档案科为什么由窦志成负责？",  # no cell gives a reason
        "初一（2）班周二第3节上什么课？",  # another class
        "2023年图书馆新增了多少册？",  # 图书馆 is no word for 借出图书
    ],
)
def test_nothing_is_read_off_where_the_question_names_more_or_less(
    question: str, library: Library
) -> None:
    assert read_off(library, question) == ""


def test_what_is_read_off_is_the_answer_whatever_the_reader_sees(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_by(monkeypatch, FakeReader("B4彩色"))
    answer = Answerer(library).ask(Question("B4黑白双面多少钱？"))
    (claim,) = answer.claims
    (span,) = claim.emphasis
    assert claim.text.startswith("B4黑白")
    assert "0.7" in claim.text[span.start : span.end]
