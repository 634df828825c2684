"""The points that a question asks for: whose, of what sort, and under which question of the text itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index import Library, load_embedder
from server.answer import Answerer
from server.question.sorts import sort_of
from server.records import Answer, Question
from tests.evidence.made import FakeReader, read_by

FISH = (
    "# 把湖区渔业做强\n\n采访时间：2024年6月12日，地点：码头。\n\n近日，县里提出把湖区渔业做强。\n\n"
    "## 湖区渔业的长处和难处\n\n"
    "晨报：湖区渔业有哪些优势？又面临哪些挑战？\n\n"
    "王建国：湖区渔业的底子好。一是水质优势。湖水常年是二类。二是品种优势。鱼苗都是本地选育的。"
    "不过湖区渔业也有挑战，包括：人手不足的挑战。年轻人多在外面做工。资金不足的挑战。贷款只发到去年。"
    "冷链不足的挑战。夏天要靠外县的冷藏车。\n\n"
    "李秀英：湖区渔业名气不小，外省客商每年都来。\n\n"
    "## 渔业走出湖区\n\n晨报：渔业怎样走出湖区？\n\n"
    "王建国：一是在冷链上发力。要建两座冷库。二是在品牌上发力。要统一商标。\n\n"
    "李秀英：一要修路。应当先修环湖路。二要办学。可以和县职校合办一个班。\n"
)
STREET = (
    "# 让老街热闹起来\n\n□陈明\n\n老街的空铺占了三成，游客走一圈就出来，生意冷清。\n\n"
    "修旧如旧，留住样子。要请老匠人来修门窗，一砖一瓦都不能换成水泥的。\n\n"
    "引进新店，添上人气。要让年轻人开得起店，头一年的租金由街道补一半。\n\n"
    "办好夜市，留住客人。要把灯装起来，公交车也要开到夜里十一点。\n\n(作者单位：清江大学管理学院)\n"
)
BUSES = (
    "# 江城公交回望\n\n江城公交去年运客两亿人次，江城公交为何能准点？\n\n"
    "专用道连成了网。全城的专用道已有九十公里，早晚高峰只走公交车。\n\n"
    "调度用上了数据。车在哪里、车上有多少人，调度室里一看就知道。\n\n"
    "司机有了奔头。准点的班次有奖金，跑满十年的可以当教练。\n"
)
TALK = (
    "# 老馆新生\n\n主持人：老馆为什么要搬？\n\n馆长：老馆的展线太短，好东西有七成一直压在库房里。\n\n"
    "主持人：新馆里能看见什么？\n\n馆长：新馆一共展出三千件，孩子们还能自己动手拓一张瓦当。\n"
)
PORT = (
    "# 港口的春天\n\n今年港口要做好两件事。\n\n首先，修好航道。航道要挖深两米，大货轮才进得来。\n\n"
    "其次，管好码头。码头要分时靠泊，小货轮夜里也能卸。\n"
)
RICE = (
    "# 稻田里的新账\n\n县里去年减产一成，农户都在问出路，农技站请来专家一起算账。\n\n"
    "以推进良种选育化解“卡脖子”问题。要和农科院一起选育，三年内换掉一半的老品种。\n\n"
    "以贷款支持化解“没本钱”问题。要让农户凭收成借得到钱，利息由县里贴一半。\n\n"
    "以加大贷款支持化解“没本钱”问题。要让合作社也借得到，三年里一年比一年多。\n"
)
MANUAL = (
    "# “仓位通”软件 3.1 版说明\n\n发布日期：5月6日。\n\n## 一、新功能\n\n"
    "- 扫码入库：用手机的镜头就行。\n- 夜间盘点：到点自己开始。\n\n"
    "## 二、存在的问题\n\n1. 旧打印机会少印一行；\n2. 登录页偶尔打不开。\n\n"
    "## 出现以下情形请停用\n\n- 外壳发烫；\n- 指示灯红绿交替；\n- 重启两次仍无反应。\n\n"
    "## 三、升级步骤\n\n1. 在服务器上备份；\n2. 让所有人退出；\n3. 运行安装程序。\n\n升级后要重新登录。\n"
)
FERRY = (
    "# 渡口还在\n\n□周志强\n\n渡口去年运客三万人次。\n\n"
    "赵大河：渡口面临的挑战：一是人手少。年轻人都走了。二是船太旧。修一次要八万元。\n"
)
Asks = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asks:
    folder = tmp_path_factory.mktemp("points")
    for n, text in enumerate((FISH, STREET, BUSES, RICE, TALK, PORT, MANUAL, FERRY)):
        (folder / f"{n}.md").write_text(text, encoding="utf-8")
    library = Library(folder / "library", embedder=load_embedder("builtin"))
    library.update([folder / f"{n}.md" for n in range(8)])

    def answer(question: str, seen: str = "无") -> Answer:
        with pytest.MonkeyPatch.context() as patch:
            read_by(patch, FakeReader(seen))
            return Answerer(library).ask(Question(question))

    return answer


def said(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


@pytest.mark.parametrize(
    ("question", "seen", "points"),
    [
        ("王建国对湖区渔业提出了哪些建议？", "水质优势", ["一是在冷链上发力。", "二是在品牌上发力。"]),
        ("李秀英对湖区渔业有什么建议？", "外省客商", ["一要修路。", "二要办学。"]),
        ("李秀英对湖区渔业有什么建议？", "无", ["一要修路。", "二要办学。"]),  # whatever the reader sees
        ("湖区渔业有哪些优势？", "常年是二类", ["一是水质优势。", "二是品种优势。"]),
    ],
)  # fmt: skip
def test_points_are_of_the_sort_and_of_whom_the_question_names(
    ask: Asks, question: str, seen: str, points: list[str]
) -> None:
    assert [text.partition("：")[2] or text for text in said(ask(question, seen))] == points


def test_each_part_of_a_question_has_the_points_of_its_own_sort(ask: Asks) -> None:
    answer = said(ask("王建国说湖区渔业有哪些优势？又面临哪些挑战？", "常年是二类"))
    assert "一是水质优势。" in answer
    assert "资金不足的挑战。" in answer


def test_points_that_end_alike_are_followed_though_nothing_numbers_them(ask: Asks) -> None:
    answer = said(ask("王建国说湖区渔业面临什么挑战？", "人手不足"))
    assert len(answer) == 3
    assert answer[1:] == ["资金不足的挑战。", "冷链不足的挑战。"]


def test_what_an_article_asks_itself_it_answers(ask: Asks) -> None:
    answer = said(ask("江城公交为何能准点？", "两亿人次"))
    assert answer == ["专用道连成了网。", "调度用上了数据。", "司机有了奔头。"]


def test_how_to_do_what_a_title_says_is_what_its_article_urges(ask: Asks) -> None:
    answer = said(ask("作者认为怎样让老街热闹起来？", "生意冷清"))
    assert answer == ["修旧如旧，留住样子。", "引进新店，添上人气。", "办好夜市，留住客人。"]


def test_items_whose_explanations_answer_are_told_together(ask: Asks) -> None:
    answer = said(ask("港口该如何接待更多船只？", "货轮"))
    assert answer == ["首先，修好航道。", "其次，管好码头。"]


@pytest.mark.parametrize(
    ("question", "seen", "told"),
    [
        # by a word that no other point says, nor what is above them
        ("王建国建议怎么把品牌做起来？", "冷链", ["二是在品牌上发力。", "要统一商标。"]),
        ("王建国建议怎么支持品牌的发展？", "冷链", ["二是在品牌上发力。", "要统一商标。"]),
        ("李秀英在办学上出了哪些招？", "修路", ["二要办学。", "可以和县职校合办一个班。"]),
        # by what stands in quotes, where the reader sees what explains it
        ("稻田里的新账给“卡脖子”问题开出了哪些办法？", "老品种",
         ["以推进良种选育化解“卡脖子”问题。", "要和农科院一起选育，三年内换掉一半的老品种。"]),
    ],
)  # fmt: skip
def test_the_one_point_that_a_question_names_is_told_with_what_explains_it(
    ask: Asks, question: str, seen: str, told: list[str]
) -> None:
    assert said(ask(question, seen)) == told


def test_the_word_for_all_points_names_none_though_it_stands_before_the_first_one(
    ask: Asks,
) -> None:
    answer = said(ask("赵大河说渡口面临哪些挑战？", "人手少"))
    assert len(answer) == 2
    assert answer[1] == "二是船太旧。"


def test_a_name_alone_does_not_say_where_somebody_works(ask: Asks) -> None:
    assert ask("周志强在哪个单位任职？", "无").refused


def test_where_all_points_are_asked_for_none_is_told_alone(ask: Asks) -> None:
    answer = said(ask("王建国说要从哪几方面把品牌和冷链做起来？", "冷链"))
    assert "一是在冷链上发力。" in "".join(answer)
    assert "二是在品牌上发力。" in answer


def test_a_theme_is_told_with_what_explains_it(ask: Asks) -> None:
    assert "九十公里" in ask("江城怎样把专用道连成网？", "专用道连成了网").answer


@pytest.mark.parametrize(
    ("question", "seen", "items"),
    [
        ("仓位通3.1版有哪几个新功能？", "发布日期", ["扫码入库：用手机的镜头就行。", "夜间盘点：到点自己开始。"]),
        ("仓位通自己说还存在哪些问题？", "旧打印机", ["旧打印机会少印一行。", "登录页偶尔打不开。"]),
        ("想升级仓位通，流程怎么走？", "备份", ["在服务器上备份。", "让所有人退出。", "运行安装程序。"]),
        ("仓位通怎么升级？", "重新登录", ["在服务器上备份。", "让所有人退出。", "运行安装程序。"]),
    ],
)  # fmt: skip
def test_a_list_is_told_whole_where_the_question_names_its_heading(
    ask: Asks, question: str, seen: str, items: list[str]
) -> None:
    assert said(ask(question, seen)) == items


@pytest.mark.parametrize(
    "question",
    ["有什么症状就先别用仓位通？", "哪些情况下先别用仓位通？", "带什么毛病的仓位通先别用？"],
)
def test_short_lines_under_a_heading_are_told_together_where_several_are_asked_for(
    ask: Asks, question: str
) -> None:
    assert said(ask(question, "红绿交替")) == [
        "外壳发烫。",
        "指示灯红绿交替。",
        "重启两次仍无反应。",
    ]


def test_who_wrote_an_article_makes_its_points(ask: Asks) -> None:
    assert said(ask("陈明提了哪些建议？")) == [
        "修旧如旧，留住样子。",
        "引进新店，添上人气。",
        "办好夜市，留住客人。",
    ]


def test_all_lines_that_sign_an_article_say_who_wrote_it(ask: Asks) -> None:
    assert said(ask("让老街热闹起来那篇的作者是谁？", "清江大学")) == [
        "陈明。",
        "作者单位：清江大学管理学院。",
    ]


def test_who_wrote_an_article_is_said_by_the_lines_that_sign_it(ask: Asks) -> None:
    assert said(ask("陈明是谁？")) == ["陈明。", "作者单位：清江大学管理学院。"]


@pytest.mark.parametrize(
    "question",
    [
        "《让老街热闹起来》是谁写的？",
        "谁写了让老街热闹起来那篇文章？",
        "《让老街热闹起来》是哪位作者写的？",
    ],
)
def test_who_wrote_what_is_named_by_its_title_is_said_whatever_the_reader_sees(
    ask: Asks, question: str
) -> None:
    assert said(ask(question, "生意冷清"))[0].startswith("陈明")


def test_somebodys_view_is_what_he_says_in_each_of_his_turns(ask: Asks) -> None:
    answer = ask("王建国的主要观点是什么？")
    assert [c.label for c in answer.claims if c.label] == ["湖区渔业的长处和难处", "渔业走出湖区"]
    assert "冷链不足" in answer.answer
    assert "修路" not in answer.answer


def test_an_interview_is_told_by_what_its_questions_are_answered(ask: Asks) -> None:
    answer = ask("把湖区渔业做强那篇访谈讲了什么？")
    assert "王建国：" in answer.answer
    assert "李秀英：" in answer.answer
    assert "？" not in answer.answer
    assert "采访时间" not in answer.answer


def test_who_is_called_by_an_office_alone_speaks_too(ask: Asks) -> None:
    answer = ask("老馆新生那篇访谈讲了什么？")
    assert [c.label for c in answer.claims] == ["老馆为什么要搬", "新馆里能看见什么"]


def test_a_section_is_told_by_itself(ask: Asks) -> None:
    answer = ask("“湖区渔业的长处和难处”这一部分讲了什么？")
    assert {c.label for c in answer.claims if c.label} == {"湖区渔业的长处和难处"}


def test_points_that_read_alike_are_told_each(ask: Asks) -> None:
    answer = said(ask("稻田里的新账提出了哪几条路子？", "减产一成"))
    assert len(answer) == 3
    assert answer[1] == "以贷款支持化解“没本钱”问题。"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("老街面临哪些挑战？", "difficulty"),
        ("请问存在的问题有哪些？", "difficulty"),
        ("从哪几方面着手？", "advice"),
        ("报销走什么流程？", "course"),
        ("想装一个水泵，手续怎么走？", "course"),
        ("他给老街出了哪些招？", "advice"),
        ("What challenges does he see?", "difficulty"),
        ("怎样解决停车的问题？", ""),
        ("老街有哪些店？", ""),
    ],
)
def test_the_sort_that_a_question_names(question: str, name: str) -> None:
    sort = sort_of(question)
    assert (sort.name if sort else "") == name
