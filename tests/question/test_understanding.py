"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.question.accounts import offered
from server.question.asking import defined, kind_of
from server.question.then_and_now import then_and_now
from server.question.understanding import beside_asking, normalise, understand
from server.text.names import names


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("全市一共有多少家软件企业？", "count"),
        ("这座桥有多长？", "count"),
        ("大桥是哪一年通车的？", "when"),
        ("谁负责这个项目？", "who"),
        ("总部设在哪个区？", "where"),
        ("为什么要建这座桥？", "why"),
        ("企业怎么降低成本？", "how"),
        ("三个主导产业具体指什么？", "definition"),
        ("有哪些困难？", "list"),
        ("绿电是什么意思？", "definition"),
        ("“三网融合”是什么？", "definition"),
        ("数字孪生是什么？", "definition"),
        ("大会主题是什么？", "which"),
        ("What is the 33618 system?", "definition"),
        ("What does MOF stand for?", "definition"),
        ("What is the 2023 revenue?", "which"),
        ("What challenges does the town face?", "list"),
        ("简单总结他的几条建议", "list"),
        ("报销走什么流程？", "list"),
        ("列出重庆面临的几项挑战", "list"),
        ("收到几条建议？", "count"),
        ("他最喜欢的是什么？", "which"),
        ("最后确定这些包裹是什么？", "which"),
        ("工厂建成了吗？", "yesno"),
        ("他获得了什么奖？", "which"),
        ("面馆一天能卖几碗？", "count"),
        ("第二个孩子打几折？", "count"),
    ],
)
def test_the_kind_of_answer(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("什么是“三网融合”工程？", "三网融合"),
        ("休闲农业到底指什么？", "休闲农业"),
        ("法律里说的“冷静期”是什么意思？", "冷静期"),
        ("数字孪生是什么", "数字孪生"),
        ("本市“33618”里的18指什么？", "18"),
        ("谁负责这个项目？", ""),
    ],
)
def test_the_word_that_is_to_be_explained(question: str, word: str) -> None:
    assert defined(question) == word


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("一共投了多少钱？", "元"),
        ("园区占地面积多大？", "面积"),
        ("不良率是多少？", "比率"),
        ("多久下线一台？", "时间"),
        ("有几家企业？", "家"),
    ],
)
def test_the_unit_that_a_number_must_have(question: str, unit: str) -> None:
    assert understand(question).parts[0].unit == unit


def test_two_questions_in_one_are_two_parts_and_the_second_keeps_the_topic() -> None:
    parts = understand("宏远公司总部在哪个区？它去年卖了多少辆车？").parts
    assert [part.kind for part in parts] == ["where", "count"]
    assert parts[1].text == "宏远公司总部，去年卖了多少辆车"


def test_years_and_a_wish_to_compare_are_seen() -> None:
    asked = understand("2023年和2024年的智能工厂数，两篇报道各说是多少？")
    assert asked.parts[0].years == ("2023", "2024")
    assert asked.compares


@pytest.mark.parametrize(
    "question",
    [
        "建成通车前后，两岸各有多少居民搬走？",
        "按专家的说法，水位到底涨了多少？",
        "哪两家公司拿到了奖？",
        "为什么各地的秒数不一样？",
    ],
)
def test_words_that_ask_for_one_account_wish_for_no_other(question: str) -> None:
    assert not understand(question).compares


def test_traditional_characters_and_full_width_forms_become_plain() -> None:
    assert normalise("　重慶有多少家企業?　") == "重庆有多少家企业？"


def test_a_colloquial_quarter_becomes_that_of_the_papers() -> None:
    assert normalise("头三个季度") == "前三季度"
    assert normalise("前1季度") == "一季度"
    assert normalise("Ｍ７ 卖了 多少台") == "M7卖了多少台"


@given(st.text(max_size=200))
def test_any_text_can_be_understood(text: str) -> None:
    assert understand(normalise(text)).parts


def test_a_question_word_is_not_part_of_a_name() -> None:
    assert "华为" not in names("黄庆华为啥不来？")
    assert "华为" in names("华为为啥不来？")


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("全市新增了多少家企业？", ("市新增了", "家企业")),
        ("谁负责这个项目？", ("", "负责这个")),
        ("大桥的通车时间？", ("通车时间", "")),
    ],
)
def test_the_words_beside_the_question_word(question: str, beside: tuple[str, str]) -> None:
    assert beside_asking(question, 4) == beside


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("示范车间的总数，两篇报道分别说是多少？", "count"),
        ("示范集群究竟是7个还是18个？", "count"),
        ("三个园区的产值分别是多少？", "list"),
    ],
)
def test_one_amount_told_in_several_ways_is_an_amount(question: str, kind: str) -> None:
    assert understand(question).parts[0].kind == kind


@pytest.mark.parametrize(
    ("question", "asked", "offers"),
    [
        ("展品到底是80件、90件还是95件？", "展品是几件", ["80件", "90件", "95件"]),
        ("馆里到底添了80件还是95件展品？", "馆里添了几件展品", ["80件", "95件"]),
        ("先放水，有的说20分钟有的说30分钟，到底听谁的？", "先放水是多少", ["20分钟", "30分钟"]),
        ("有人说馆里一天60个号，有人说40个，哪个说法对？", "馆里一天是几个", ["60个", "40个"]),
        ("会期是5月3日还是5月5日？", "会期是什么时候", ["3日", "5日"]),
        ("摊位费到底是免三个月还是免半年？", "摊位费免多久", ["三个月", "半年"]),
        ("会期到底是三天还是五天？", "会期是几天", ["三天", "五天"]),
        ("住宿报销上限新旧规定哪里变了？", "住宿报销上限是多少", []),
    ],
)
def test_which_account_holds_is_asked_openly(question: str, asked: str, offers: list[str]) -> None:
    understood = understand(question)
    assert understood.compares
    assert understood.parts[0].text == asked
    assert [fact.text for fact in offered(question)] == offers


@pytest.mark.parametrize(
    "question",
    [
        "两个厂的产量一样吗？",
        "三家医院的挂号费一样吗？",
        "几个人的损失最大？",
        "新旧动能转换有什么变化？",
        "前后排的座位有什么不同？",
        "不同部门分别负责什么？",
    ],
)
def test_two_things_are_no_two_accounts(question: str) -> None:
    assert not understand(question).compares


@pytest.mark.parametrize(
    ("question", "once"),
    [
        ("年票现在按多少算，以前呢？", "年票按多少算"),
        ("会费原来是多少，后来改成多少了？", "会费是多少"),
        ("第二辆车现在按多少收、以前又是多少？", "第二辆车按多少收"),
        ("门槛是不是改过？原来多少，现在按多少算？", "门槛是多少"),
        ("运动会改了好几回，原来定哪天，后来又改到哪天？", "运动会是哪天"),
        ("业绩的要求后来改成什么样了，跟原来差在哪？", "业绩的要求改成什么样了"),
        ("业绩的要求，后来改成什么样了，跟原来差在哪？", "业绩的要求是什么"),
        ("现在厂里有多少人，以前呢？", "厂里有多少人"),
        ("以前有多少家企业？", ""),
        ("后来怎么样了？", ""),
    ],
)
def test_what_held_then_and_holds_now_is_asked_once(question: str, once: str) -> None:
    assert then_and_now(question) == once
    asked = understand(question)
    assert asked.compares == bool(once)
    assert (asked.otherwise is not None) == bool(once)


@pytest.mark.parametrize("question", ["2024年还是2025年卖得更多？", "80件展品有多重？"])
def test_what_names_two_amounts_need_not_offer_them(question: str) -> None:
    assert offered(question) == ()
    assert not understand(question).compares


def test_days_are_asked_for_as_a_time() -> None:
    assert [part.kind for part in understand("运动会是哪两天？").parts] == ["when"]
    assert [part.kind for part in understand("秋季班几号开课？").parts] == ["when"]
    assert [part.kind for part in understand("秋季班是几月几号开课？").parts] == ["when"]
    assert [part.kind for part in understand("医务室在几号楼？").parts] == ["which"]
    assert [part.kind for part in understand("三个馆分别哪几天开门？").parts] == ["list"]


def test_whether_accounts_agree_is_no_question_of_its_own() -> None:
    assert len(understand("建成了多少个智能工厂？各篇说法一样吗？").parts) == 1
    assert len(understand("建成了多少个智能工厂？产值一样吗？").parts) == 2


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("7号线全长多少公里，夜3路票价几元？", ["7号线全长多少公里", "夜3路票价几元"]),
        ("山塘水深多少？图书馆周一开不开门？", ["山塘水深多少", "图书馆周一开不开门"]),
        ("为什么清走了旧车？清走了多少辆？", ["为什么清走了旧车", "清走了多少辆"]),
        ("水泵保修多久，电机呢？", ["水泵保修多久", "电机呢"]),
        ("面馆一天能卖几碗、几点关门？", ["面馆一天能卖几碗", "几点关门"]),
        (
            "甲号库和丙号库一度电各多少钱，哪个便宜？",
            ["甲号库", "丙号库"],
        ),  # which, each one's says
        ("大桥 多长 花了多少钱", ["大桥，多长", "花了多少钱"]),
        ("想问您两个问题：大桥多长？花了多少钱？", ["大桥多长", "花了多少钱"]),
        (
            "何远说的三点：哪一点是对政府说的？谁来做？",
            ["何远说的三点:哪一点是对政府说的", "谁来做"],
        ),
        ("租客要付哪些费用？列一下", [""]),
        ("青和里的热线和石门县的热线各是几号？", ["青和里的热线", "石门县的热线"]),
        ("石门县和云雾县，各有多少座茶厂？", ["石门县", "云雾县"]),
        ("借球拍和借喷雾器，押金各是多少？", ["借球拍", "借喷雾器"]),
    ],
)
def test_each_clause_that_asks_is_a_part(question: str, parts: list[str]) -> None:
    assert [part.label for part in understand(normalise(question)).parts] == parts


def test_a_part_of_its_own_takes_nothing_from_the_first_one() -> None:
    first, second = understand("东江大桥限速多少，校长李明是哪个学校的？").parts
    assert second.text == "校长李明是哪个学校的"
    assert "李明" not in first.names


def test_where_language_leaves_a_doubt_a_part_has_two_forms() -> None:
    forms = understand("滤网多少钱？净化器客服电话周末有人接吗？").parts[1].forms
    assert [form.text for form in forms] == [
        "滤网，净化器客服电话周末有人接吗",
        "净化器客服电话周末有人接吗",
    ]


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("纪要和公告里水泵的交货日期一致吗？", "水泵的交货日期是什么时候"),
        ("手册和官网对水泵保修期说法一样吗？", "水泵保修期是多少"),
        ("大桥全长多少米？两家报纸说的一样吗？", "大桥全长多少米"),
        ("请假提前3天还是5天申请，两份材料说的一样吗", "请假提前几天申请"),
        ("租一小时多少钱，章程和价目表说的一样吗？", "租一小时多少钱"),
        ("山路有多少级台阶，几个人的说法一样吗？", "山路有多少级台阶"),
        ("新馆的展品究竟是80件还是95件？", "新馆的展品是几件"),
        ("智能工厂的数量，各报道分别是多少", "智能工厂的数量是多少"),
        ("大桥有多少座？不同文章怎么写的", "大桥有多少座"),
        ("大桥的长度，几家报纸写的一样吗？", "大桥的长度是多少"),
        ("两家报纸写大桥停工的原因，说的一样吗？", "大桥停工的原因是什么"),
        ("三个人说的集合地点一样吗", "集合地点在哪里"),
        ("三份通知里的截止日期对得上吗", "截止日期是什么时候"),
        ("塌墙的起因，镇里、报纸和施工队自己说的一样吗？", "塌墙的起因是什么"),
        ("复工的日子，镇里和工地各说各的，分别是什么时候？", "复工的日子，是什么时候"),
        ("请假的新旧规定里，谁批准这一条哪里变了？", "请假的谁批准"),
        ("新版手册和旧版手册在熄灯时间上哪里变了", "熄灯时间是什么时候"),
        ("家长会章程新旧两版，大额支出的审批哪里变了？", "家长会章程，大额支出的审批是怎么规定的"),
        ("停工的原因有说没钱的也有说没人的，哪个说法对？", "停工的原因是什么"),
        ("受伤的到底是3个人还是5个人，各是谁说的？", "受伤的是几个人"),
    ],
)
def test_whether_two_texts_agree_is_asked_of_each(question: str, part: str) -> None:
    asked = understand(question)
    assert asked.compares
    assert [one.text for one in asked.parts] == [part]
