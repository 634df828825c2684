"""A thing that a question only describes: one article names it, another tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Library
from server.answer import Answerer
from server.records import Answer, Question
from server.settings import Settings

TEXTS = {
    "film": "# 渡口（电影）\n\n《渡口》是2021年上映的故事片，由沈秋执导，讲一名船工守着最后一条渡船。"
    "影片国内票房为6420万元。\n",
    "director": "# 沈秋\n\n沈秋，女，导演，甘肃临泽人，1974年出生，毕业于西北戏剧学院导演系。"
    "她的第一部长片是《货场》。\n",
    "other": "# 黎檀\n\n黎檀，女，演员，贵州遵义人，十九岁进县剧团。她在《货场》里演过一名扳道工的妻子。\n",
    "mill": "# 清泉净水器\n\n清泉净水器由澄江科技有限公司生产，2015年上市，滤芯一年一换。\n",
    "firm": "# 澄江科技有限公司\n\n澄江科技有限公司成立于2009年，总部设在江北，现有员工320人。\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Library:
    texts = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (texts / f"{name}.md").write_text(text, encoding="utf-8")
    library = Library(tmp_path_factory.mktemp("library"))
    library.update([Path(texts)])
    return library


def asked(folder: Library, question: str) -> Answer:
    return Answerer(folder, Settings(engine="extractive")).ask(Question(question))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("执导《渡口》的那位导演毕业于哪所学校？", ("沈秋执导", "西北戏剧学院")),
        ("生产清泉净水器的那家公司是哪年成立的？", ("澄江科技有限公司生产", "2009年")),
    ],
)
def test_who_it_is_and_what_is_asked_of_it_are_both_told(
    folder: Library, question: str, told: tuple[str, ...]
) -> None:
    answer = asked(folder, question)
    assert all(words in answer.answer for words in told)
    cited = {citation.source for citation in answer.citations}
    assert len(cited) == 2
    assert cited == {hit.passage.source for hit in answer.hits[:2]}


def test_what_no_article_tells_of_it_is_refused(folder: Library) -> None:
    assert asked(folder, "生产清泉净水器的那家公司去年亏损了多少钱？").refused


def test_an_answer_beside_the_name_needs_no_other_article(folder: Library) -> None:
    answer = asked(folder, "由沈秋执导的那部电影国内票房是多少？")
    assert [citation.source for citation in answer.citations] == ["film.md"]
