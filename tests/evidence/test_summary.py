"""The gist of an article, of several, and of a thing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index import Library, load_embedder
from server.answer import Answerer
from server.evidence.summary import _is_slogan, _says
from server.question.gist import about_article, asks_article, asks_several, overview
from server.records import Answer, Question
from tests.evidence.made import FakeReader, read_by

TEA = (
    "# 石门县茶产业五年回望\n\n石门县是全省最大的高山茶产区，茶园面积22万亩，茶农6.8万人。\n\n"
    "## 种植\n\n近日，记者走进石门县的茶园采访。石门县五年改造低产茶园9万亩，种植面积居全省第一。\n\n"
    "## 加工\n\n茶厂里一片忙碌。全县建成清洁化加工线46条，加工产值达18亿元。\n\n"
    "## 难题\n\n石门县茶产业仍有采茶工短缺、品牌不响的难题。\n"
)
MINUTES = (
    "# 第三次业主代表会议纪要\n\n时间：4月12日\n\n地点：活动室\n\n主持：陶主任\n\n"
    "## 一、电梯\n\n会议同意更换2部电梯，费用47万元。\n\n## 二、停车\n\n会议决定地面车位每月收费80元。\n"
)
PARK = (
    "# 东湖公园改造\n\n迎新景，惠民生，区里在行动。\n\n东湖公园改造工程5月开工，投资3000万元。\n\n"
    "公园将新建一座步行桥。\n\n“早就该改了。”公园旁的一位住户说。\n\n谢谢大家的理解。\n"
)
OLD_TOWN = (
    "# 老城改造的难题\n\n老城改造涉及住户三千家，今年开工十八处。\n\n"
    "## 资金\n\n每处改造平均要投入两百万元，一半由住户分担。\n\n## 六、2024年计划\n\n明年再改二十处老楼。\n"
)
HARBOUR = (
    "# 渔港怎么走远\n\n渔港发展面临三个难题。\n\n首先，冷库不足。全港冷库只有两座，一到旺季就装不下。\n\n"
    "其次，航道太浅。大船要等潮水才能进港。疏浚要花六千万元。\n\n再次，人手难留。年轻人都进了城。\n\n"
    "渔港也有几点打算，包括：一是扩冷库。明年动工。二是浚航道。\n\n## 远洋船队\n\n船队现有十二艘船。今年添两艘。\n"
)
Asks = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asks:
    folder = tmp_path_factory.mktemp("gists")
    for n, text in enumerate((TEA, MINUTES, PARK, OLD_TOWN, HARBOUR)):
        (folder / f"{n}.md").write_text(text, encoding="utf-8")
    library = Library(folder / "library", embedder=load_embedder("builtin"))
    library.update([folder / f"{n}.md" for n in range(5)])

    def answer(question: str) -> Answer:
        with pytest.MonkeyPatch.context() as patch:
            read_by(patch, FakeReader("无"))
            return Answerer(library).ask(Question(question))

    return answer


def test_an_article_is_told_by_its_title_and_section_by_section(ask: Asks) -> None:
    answer = ask("讲石门县茶产业的那篇文章主要讲了什么？")
    assert [claim.label for claim in answer.claims] == [
        "《石门县茶产业五年回望》", "种植", "加工", "难题",
    ]  # fmt: skip
    assert all(claim.citations for claim in answer.claims)


def test_an_article_that_is_named_by_its_title_is_told_whole_whatever_the_title_says(
    ask: Asks,
) -> None:
    answer = ask("《老城改造的难题》讲了什么？")
    labels = [claim.label for claim in answer.claims]
    assert labels == ["《老城改造的难题》", "资金", "2024年计划"]


def test_of_a_section_what_carries_most_is_told_not_what_opens_it(ask: Asks) -> None:
    said = {claim.label: claim.text for claim in ask("讲石门县茶产业的那篇文章讲了什么？").claims}
    assert "9万亩" in said["种植"]
    assert "46条" in said["加工"]


def test_fields_are_no_gist_and_ordinals_no_words_of_a_heading(ask: Asks) -> None:
    answer = ask("业主代表会议纪要讲了哪些内容？")
    assert [claim.label for claim in answer.claims] == ["电梯", "停车"]
    assert "地点" not in answer.answer


def test_slogans_and_thanks_are_no_gist(ask: Asks) -> None:
    answer = ask("东湖公园改造那篇报道讲了什么？")
    assert answer.claims[0].text.startswith("东湖公园改造工程")
    assert "谢谢" not in answer.answer
    assert "住户说" not in answer.answer


def test_each_of_several_articles_gets_a_line_under_its_title(ask: Asks) -> None:
    answer = ask("这几篇文章主要讲了什么？")
    assert {claim.label for claim in answer.claims} == {
        "《石门县茶产业五年回望》", "《第三次业主代表会议纪要》", "《东湖公园改造》", "《老城改造的难题》",
        "《渔港怎么走远》"}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("渔港“航道太浅”具体怎么讲？", ["其次，航道太浅。", "大船要等潮水才能进港。", "疏浚要花六千万元。"]),
        ("渔港“人手难留”展开说说", ["再次，人手难留。", "年轻人都进了城。"]),
        ("渔港“扩冷库”详细讲讲", ["一是扩冷库。", "明年动工。"]),
        ("渔港“远洋船队”再具体说说", ["远洋船队", "船队现有十二艘船。", "今年添两艘。"]),
    ],
)  # fmt: skip
def test_more_of_a_point_is_what_explains_it_as_far_as_the_next_one(
    ask: Asks, question: str, told: list[str]
) -> None:
    said = [claim.text for claim in ask(question).claims]
    assert [one in text for one, text in zip(told, said, strict=True)] == [True] * len(told), said


def test_a_point_that_no_article_makes_is_not_told_of(ask: Asks) -> None:
    assert ask("渔港“税费太高”具体怎么讲？").refused


@pytest.mark.parametrize(
    "question", ["介绍一下茶农", "介绍一下石门县的茶农情况", "帮我列个提纲，写一篇关于茶农的稿子"]
)
def test_a_thing_is_told_by_the_sentences_that_name_it(ask: Asks, question: str) -> None:
    answer = ask(question)
    assert [claim.text for claim in answer.claims] == [
        "石门县是全省最大的高山茶产区，茶园面积22万亩，茶农6.8万人。"
    ]


def test_an_article_with_the_thing_for_its_title_is_told_whole(ask: Asks) -> None:
    answer = ask("东湖公园改造的情况怎么样？")
    assert "3000万元" in answer.answer
    assert "步行桥" in answer.answer


def test_what_no_sentence_names_is_not_told(ask: Asks) -> None:
    assert ask("介绍一下石门县的医院").refused


@pytest.mark.parametrize(
    ("question", "article", "several", "thing"),
    [
        ("这几篇文章主要讲了什么？", True, True, ""),
        ("请总结所有文章", True, True, ""),
        ("价目表里都写了些什么？", True, False, ""),
        ("陈教授在专访里说了什么？", False, False, ""),
        ("县里发展茶叶的做法有哪些？", False, False, ""),
        ("陈教授说了什么？", False, False, ""),
        ("茶叶减产是什么情况？", False, False, ""),
        ("说说东湖公园", False, False, "东湖公园"),
        ("石门县茶园建设得如何？", False, False, "石门县茶园"),
        ("这封信说了什么事？", True, False, ""),
        ("那篇讲，茶叶产量要提到多少？", False, False, ""),
        ("总结一下那篇报道的主要内容，分几点说", True, False, ""),
        ("听证会实录讲了什么？", True, False, ""),
        ("县里例会的主要内容概括一下", True, False, ""),
        ("《茶乡新路》讲了哪几点？", True, False, ""),
        ("那篇评论的主要观点是什么？", True, False, ""),
        ("“加工”这一节讲了什么？", True, False, ""),
        ("What is the article about tea about?", True, False, ""),
        ("Summarize the report on the park", True, False, ""),
        ("What do these articles say?", True, True, ""),
        ("What does the mayor say?", False, False, ""),
    ],
)
def test_what_asks_for_a_gist(question: str, article: bool, several: bool, thing: str) -> None:
    assert (asks_article(question), overview(question)) == (article, thing)
    assert asks_several(question) == several


def test_what_is_said_of_an_article() -> None:
    assert about_article("用三句话概括讲茶的那篇报道") == "茶的那篇报道"
    assert about_article("石门县茶产业的情况怎么样？") == "石门县茶产业"


def test_torn_and_polite_statements_say_nothing_and_slogans_little() -> None:
    assert not _says("的重要赛道之一在这里。")
    assert not _says("谢谢大家的理解和支持。")
    assert _is_slogan("迎新景，惠民生，区里在行动。")
    assert not _is_slogan("今年，全区新建公园3座。")


def test_what_else_was_decided_is_told_as_far_as_there_is_room(ask: Asks) -> None:
    said = ask("概括一下第三次业主代表会议纪要").answer
    assert "2部电梯" in said
    assert "80元" in said


@pytest.mark.parametrize(
    ("question", "held", "not_held"),
    [
        ("石门县茶产业的难题概括一下", "采茶工短缺", "46条"),
        ("业主代表会议关于停车说了什么？", "80元", "47万元"),
    ],
)
def test_the_section_that_is_named_is_told(
    ask: Asks, question: str, held: str, not_held: str
) -> None:
    said = ask(question).answer
    assert held in said
    assert not_held not in said
