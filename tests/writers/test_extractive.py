"""Answers in the articles' own sentences: what is put beside what, and what is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Seeded

from index import IndexConfig, Library, load_embedder
from server.answer import Answerer
from server.evidence.decide import decide
from server.evidence.find import Search
from server.question.understanding import understand
from server.records import Question
from server.writers.extractive import ExtractiveWriter
from tests.evidence.made import FakeReader


def over(folder: Path, *texts: str) -> Answerer:
    """What answers over these articles."""
    return Answerer(library_of(folder, *texts))


def library_of(folder: Path, *texts: str) -> Library:
    """A library of these articles."""
    for n, text in enumerate(texts):
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    library = Library(folder / "library", embedder=load_embedder("builtin"))
    library.update([folder / f"{n}.txt" for n in range(len(texts))])
    return library


def test_what_is_told_twice_is_one_sentence_with_two_citations(tmp_path: Path) -> None:
    text = (
        "大桥通车\n\n东江大桥全长3.6公里，双向六车道。\n\n"
        "施工单位说，东江大桥全长3.6公里，双向六车道，投资9亿元，货车从此不必绕行山路。\n"
    )
    library = library_of(tmp_path, text)
    asked = understand("东江大桥全长多少公里？")
    decided = decide(asked, Search(library).find(asked), FakeReader("3.6公里", sure=0.6))
    (draft,) = ExtractiveWriter().write(Question(asked.text), decided, library.snapshot())
    assert draft.text == "东江大桥全长3.6公里，双向六车道。"
    assert len({place.start for place in draft.places}) == 2
    assert all("全长3.6公里，双向六车道" in place.text for place in draft.places)


def test_amounts_that_differ_stand_side_by_side_in_quotation_marks_or_not(tmp_path: Path) -> None:
    answerer = over(
        tmp_path,
        "规划\n\n本市提出培育7个“朝阳”产业集群。\n",
        "成效\n\n本市已有18个‘朝阳’产业集群。\n",
    )
    answer = answerer.ask(Question("“朝阳”产业集群究竟是7个还是18个？"))
    assert {value.value for value in answer.conflicts[0].values} == {"7个", "18个"}


def test_what_was_added_and_what_another_zone_has_do_not_differ(tmp_path: Path) -> None:
    answerer = over(
        tmp_path,
        "高新区\n\n东江高新区有高新技术企业701家。\n",
        "全市\n\n今年全市新增高新技术企业3125家。\n",
        "科技\n\n全市有高新技术企业6300家。\n",
    )
    answer = answerer.ask(Question("东江高新区有多少家高新技术企业？"))
    assert "701家" in answer.answer
    assert not answer.conflicts
    assert "3125家" not in answer.answer
    whole = answerer.ask(Question("全市有多少家高新技术企业？"))
    assert "6300家" in whole.claims[0].text
    assert not whole.conflicts


@pytest.fixture(scope="module")
def library(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The seeds, which no test changes."""
    folder = seeded(tmp_path_factory.mktemp("extractive") / "library", "static")
    return Library(folder, IndexConfig(embedder="static"))


def test_who_spoke_answers_only_who_spoke(library: Library) -> None:
    answer = Answerer(library).ask(Question("谁投资了长安汽车？"))
    assert not [claim.text for claim in answer.claims if claim.text.endswith("说。")]


def test_a_question_in_an_article_is_no_answer(library: Library) -> None:
    answer = Answerer(library).ask(Question("重庆制造业的最大增量是什么？"))
    assert not [claim.text for claim in answer.claims if claim.text.endswith(("？", "？”"))]


def test_a_question_about_what_nobody_speaks_of_is_not_answered_for_its_other_words(
    library: Library,
) -> None:
    answerer = Answerer(library)
    assert answerer.ask(Question("重庆轻轨三号线什么时候开通？")).refused
    refusal = answerer.ask(Question("医院提高了哪些服务？"))
    assert refusal.refused
    assert "没有说到「医院」" in refusal.reason
    # Other words for what is said are no reason to refuse.
    assert not answerer.ask(Question("重庆什么时候提出33618的制造业体系？")).refused
    assert not answerer.ask(Question("赛力斯前九个月卖出多少辆电动车？")).refused


def test_who_speaks_is_named_once_where_the_article_names_him_itself(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        "茶乡对话\n\n王建国：茶乡的优势在于水好。\n\n李秀英说，茶乡的优势在于路通。\n",
    )
    asked = understand("王建国和李秀英怎么看茶乡？")
    found = Search(library).find(asked)
    decided = decide(asked, found, FakeReader("水好", "路通"))
    drafts = list(ExtractiveWriter().write(Question(asked.text), decided, library.snapshot()))
    assert {(draft.label, draft.text) for draft in drafts} == {
        ("", "王建国：茶乡的优势在于水好。"),
        ("李秀英", "李秀英说，茶乡的优势在于路通。"),
    }


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("货车要绕行",), ["货车要绕行山路。"]),
        (("桥面太窄", "货车要绕行"), ["东江大桥的桥面太窄。", "因此，货车要绕行山路。"]),
    ],
)
def test_what_joins_to_the_sentence_before_is_told_where_that_is(
    tmp_path: Path, answers: tuple[str, ...], told: list[str]
) -> None:
    library = library_of(tmp_path, "大桥限行\n\n东江大桥的桥面太窄。因此，货车要绕行山路。\n")
    asked = understand("东江大桥为什么要限行？")
    decided = decide(asked, Search(library).find(asked), FakeReader(*answers))
    drafts = ExtractiveWriter().write(Question(asked.text), decided, library.snapshot())
    assert [draft.text for draft in drafts] == told
