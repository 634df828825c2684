"""Where language leaves a doubt, the library says whether a question leans on the one before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Seeded

from index import Library
from server.evidence.find import Search
from server.evidence.in_context import settle
from server.records import Question, Turn

SEEDS = Path(__file__).parents[2] / "seeds"
TEXTS = {
    "桥.txt": "滨河大桥通车\n\n本报讯 滨河大桥将于9月1日正式通车，桥长1.2公里，总投资3.5亿元，由市建工集团承建。\n",
    "馆.txt": "图书馆新馆开放\n\n图书馆新馆位于滨河路88号，设有阅览座位1800个。新馆每天开放到晚上9时，周一闭馆。\n",
}


@pytest.fixture(scope="module")
def library(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(seeded(tmp_path_factory.mktemp("library") / "library", "builtin")) as made:
        made.update([SEEDS, folder])
        yield made


def searched(library: Library, *questions: str, standalone: bool = False) -> list[str]:
    """What is searched for each question of a chat."""
    history: list[Turn] = []
    queries = []
    for at, question in enumerate(questions):
        last = standalone and at == len(questions) - 1
        asked = Question(question, history=tuple(history), standalone=last)
        query = settle(asked, Search(library), library.snapshot())[0]
        queries.append(query)
        history.append(Turn(question, "", query))
    return queries


@pytest.mark.parametrize(
    "questions",
    [
        ("赛力斯前三季度卖了多少辆车？", "光明科学城在哪里？", "郭贝贝写了什么？"),
        ("万州区的制造业贷款余额增长了多少？", "江津区选聘了多少名专家？"),
        ("滨河大桥什么时候通车？", "图书馆新馆有多少阅览座位？", "西部氢谷由哪些部分组成？"),
        ("青山工业的车间多久下线一台变速器？", "国芯微的运营成本降低了多少？"),
    ],
)
def test_a_new_subject_is_searched_as_it_is_asked(
    library: Library, questions: tuple[str, ...]
) -> None:
    assert searched(library, *questions) == list(questions)


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (("滨河大桥什么时候通车？", "它有多长？", "那总投资呢？"), "滨河大桥总投资"),
        (("图书馆新馆有多少阅览座位？", "周几闭馆？"), "图书馆新馆周几闭馆"),
        (("青山工业的车间多久下线一台变速器？", "改造后效率提高了多少？", "成本降了多少？"), "青山工业"),
        (("江津区选聘了多少名专家当科技副总？", "解决了多少技术难题？"), "江津区解决了多少技术难题"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_put_back(
    library: Library, questions: tuple[str, ...], expected: str
) -> None:
    query = searched(library, *questions)[-1]
    assert expected in query
    assert len(query) <= len(questions[-1]) + len(expected)


def test_a_question_that_stands_alone_is_searched_as_it_stands(library: Library) -> None:
    asked = ("滨河大桥什么时候通车？", "它有多长？")
    assert searched(library, *asked, standalone=True)[-1] == "它有多长？"


def test_what_is_told_before_a_question_is_not_searched_for(library: Library) -> None:
    told = "我在写一篇介绍城市交通的稿子，需要核对几个数字。"
    assert searched(library, f"{told}请问滨河大桥桥长多少公里？") == ["请问滨河大桥桥长多少公里？"]
    assert searched(library, "滨河大桥终于通车了。它有多长？") == ["滨河大桥有多长？"]
