"""What a sentence must hold to answer, however alike it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index import Block
from server.evidence.must_hold import clash, names_name
from server.question.understanding import understand
from tests.evidence.made import sentence


def why_not(question: str, text: str, before: str = "") -> str:
    return clash(understand(question).parts[0], sentence(text, before))


@pytest.mark.parametrize(
    ("question", "text", "why"),
    [
        ("东江大桥有多长？", "“东江大桥究竟有多长？”", "只是一句问话"),
        ("东江大桥花了多少钱？", "东江大桥负责人何远说。", "只说了是谁说的"),
        ("谁是江州市长？", "江州市水务局副主任何远说，水位已降。", "没有提到「市长」"),
        ("江州市长叫什么名字？", "江州市水务局副主任何远说，水位已降。", "没有提到「市长」"),
        ("天文台现在的台长是谁？", "他是天文台首任台长，任职到2003年。", "说的是首任，不是现任"),
        ("研究所第一任所长叫什么？", "庞蕙，研究员，现任所长。", "说的是现任，不是首任"),
        ("江州区委书记是谁？", "公司党支部书记何远告诉记者。", "没有提到「区委书记」"),
        ("何远是哪年当主任的？", "何远当了主任。", "没有说到是哪一年"),
        ("泳池晚上几点关门？", "泳池7月26日开放，至9月7日结束。", "没有说到是几点"),
        ("外墙保温做多厚？", "12号和14号楼北面迎风，做外墙保温。", "没有给出所问的数字"),
        ("除湿机整机有多重？", "除湿机每天除湿50升。", "没有给出所问的数字"),
        ("公司去年赚了多少？", "公司去年卖车3万辆，增长364%。", "没有给出所问的数字"),
        ("王建国是什么职务？", "江州市水务局副主任何远说，水位已降。", "没有提到「王建国」"),
        ("东江公司董事长叫什么？", "东江公司总经理何远说。", "只说了是谁说的"),
        ("33指什么？", "“33618”里的“18”，是指18个集群。", "没有解释「33」"),
        ("租期有多长？", "房屋长12米。", "没有给出所问的数字"),
        ("东江大桥有多长？", "东江大桥投资3亿元。", "没有给出所问的数字"),
        ("东江大桥花了多少钱？", "东江大桥编号33618。", "没有给出所问的数字"),
        ("2024年茶叶产量是多少吨？", "2023年茶叶产量300吨。", "说的是2023年，不是2024年"),
        ("2024年全年产茶多少吨？", "2024年6月产茶30吨。", "说的是2024年6月，不是2024年全年"),
        ("现在有多少座大桥？", "县里计划建成12座大桥。", "说的是目标，不是现在"),
        ("周日的大荤是什么？", "周一，大荤：鲈鱼，汤：蛋汤。", "说的是周一，不是周日"),
        ("星期天谁值班？", "日期：周六，值班：何远。", "说的是周六，不是周日"),
        ("《东江新路》是谁写的？", "县水务局局长何远告诉记者，水位已降。", "没有说到是谁写的"),
    ],
)
def test_what_cannot_answer_is_told_with_its_reason(question: str, text: str, why: str) -> None:
    assert why_not(question, text) == why


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("18指什么？", "“33618”里的“18”，是指18个集群。"),
        ("谁介绍了东江大桥？", "东江大桥负责人何远介绍。"),
        ("东江公司董事长叫什么？", "东江公司董事长何远说。"),
        ("江州市长是谁？", "江州市委副书记、市长何远说，水位已降。"),
        ("东江航运的负责人是谁？", "东江航运经理何远说，水位已降。"),
        ("何远是哪一年当主任的？", "何远去年当了主任。"),
        ("泳池几点关门？", "泳池晚上9点关门。"),
        ("泳池几点关门？", "开放时间：8:00—21:00。"),
        ("校门几点开？", "校门在早上天亮时打开。"),
        ("主任提了几点意见？", "主任提了三条意见。"),
        ("外墙保温做多厚？", "外墙保温板厚6厘米。"),
        ("东江大桥有多长？", "东江大桥长3公里，投资3亿元。"),
        ("2024年茶叶产量是多少吨？", "2024年茶叶产量300吨，2023年200吨。"),
        ("2024年上半年谁当了主任？", "2024年6月何远当了主任。"),
        ("县里计划建成多少座大桥？", "县里计划建成12座大桥。"),
        ("县里有多少座大桥？", "县里计划建成12座大桥。"),
        ("现在有多少座大桥？", "县里有11座大桥，计划建成12座。"),
        ("谁是东江航运的董事长？", "东江航运董事长何远说。"),
        ("《东江谣》是谁写的？", "《东江谣》由何远作词。"),
        ("县里要建几座大桥？", "县里提出建12座大桥的用意何在？"),
        ("续租要提前多久说？", "租客续租的，应在期满前45日书面提出。"),
        ("结果多久能出来？", "结果七个工作日内贴出。"),
        ("铜箍要多少钱？", "铜箍最好，一只桶的要一百八。"),
        ("办卡要多少钱？", "实体卡工本费十元。"),
        ("周日的大荤是什么？", "星期天，大荤：鲈鱼，汤：蛋汤。"),
        ("周三开门吗？", "周一至周五，开门。"),
        ("周一的例会改到了哪天？", "周三，例会照开。"),
        ("学校现任校长是谁？", "首任校长是何远，现任校长是李岚。"),
        ("学校首任校长是谁？", "何远是首任校长。"),
    ],
)
def test_what_may_answer_is_let_through(question: str, text: str) -> None:
    assert why_not(question, text) == ""


def test_an_amount_is_of_the_time_named_before_it_in_the_paragraph() -> None:
    question, text = "2024年茶叶产量是多少吨？", "茶叶产量300吨。"
    assert why_not(question, text, before="2023年风调雨顺。") == "没有2024年的说法"
    assert why_not(question, text, before="2024年风调雨顺。") == ""
    # A plan's years say nothing of each.
    assert why_not(question, text, before="2021—2023年的规划完成了。") == ""


SPLIT = "石门县和云雾县各有多少座茶厂？"


@pytest.mark.parametrize(
    ("text", "before", "why"),
    [
        ("已建成茶厂30座。", "云雾县重视加工。", "那一段说的不是「石门县」"),
        ("石门县已建成茶厂30座。", "", ""),
        ("已建成茶厂30座。", "石门县重视加工。", ""),
    ],
)
def test_a_part_is_answered_where_what_it_is_of_is_named(text: str, before: str, why: str) -> None:
    (first, _) = understand(SPLIT).parts
    assert clash(first, sentence(text, before)) == why


@pytest.mark.parametrize(
    ("text", "before", "may"),
    [
        ("石门县有茶厂30座。", "", False),
        ("现有茶厂30座。", "云雾县重视加工。", False),
        ("全市有茶厂300座，其中石门县30座。", "", True),
        ("目前有茶厂300座。", "", True),
    ],
)
def test_a_part_is_no_answer_where_the_whole_is_asked_for(
    text: str, before: str, may: bool
) -> None:
    assert (why_not("全市一共有多少座茶厂？", text, before) == "") == may


def test_all_that_a_place_of_its_own_has_is_asked_of_that_place() -> None:
    assert why_not("石门县一共放出去多少钱？", "石门县局已放贷款8亿元。") == ""
    assert why_not("石门县一共有多少座茶厂？", "石门县有茶厂30座。") == ""
    before = "江边有一个开发区，吸引了20家企业。"  # a part, but not of what is asked
    told = "今年一季度，万州区开工项目11个，总投资39亿元。"
    assert why_not("万州一季度开工的项目总共投了多少钱？", told, before) == ""


@pytest.mark.parametrize(
    ("text", "held"), [("P3，扬程100.5m", True), ("P30，扬程80m", False), ("XP3，扬程80m", False)]
)
def test_a_letter_with_a_number_names_a_thing_without_the_word_for_it(
    text: str, held: bool
) -> None:
    assert names_name(text, "P3水泵") is held


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("石门县2024年产茶多少吨？", "说的是「云雾县」，不是「石门县」"),
        ("云雾县2024年产茶多少吨？", ""),
        ("云雾2024年产茶多少吨？", ""),
        ("茶叶总产量是多少吨？", ""),
    ],
)
def test_what_is_told_of_that_county_is_told_of_the_one_it_points_at(
    question: str, why: str
) -> None:
    before = "在云雾县，茶厂的加工能力逐年提高。"
    assert why_not(question, "2024年，该县产茶820吨。", before) == why


@pytest.mark.parametrize(
    ("question", "text", "before", "may"),
    [
        ("江津一共产茶多少吨？", "全年产茶820吨。", "江津区重视加工。", True),
        ("江津一共产茶多少吨？", "全年产茶820吨。", "云雾县重视加工。", False),
        ("华为总共卖了多少吨茶？", "在云雾县，华为卖了82吨茶。", "", True),
        ("全市一共产茶多少吨？", "产茶要达到820吨。", "要支持部分区县建茶厂。", True),
        ("全市一共产茶多少吨？", "产茶要达到820吨。", "规划印发。云雾县先行。各地跟上。", True),
        ("全市一共产茶多少吨？", "产茶820吨。", "云雾县茶多。山高雾重。水也好。", False),
    ],
)
def test_of_whom_an_amount_is_is_said_right_before_it_or_where_the_paragraph_begins(
    question: str, text: str, before: str, may: bool
) -> None:
    assert (why_not(question, text, before) == "") == may


@pytest.mark.parametrize(
    ("text", "why"), [("电费每度1.05元。", ""), ("江津区的电费每度1.05元。", "石门县")]
)
def test_what_an_article_begins_with_is_what_its_lines_are_of(text: str, why: str) -> None:
    (first, _) = understand("石门县甲号库和丙号库各收多少电费？").parts
    one = sentence(f"{text}", id="a")
    whole = f"订立石门县甲号库合同。\n合同期三年。\n{text}"
    at = whole.index(text)
    blocks = (
        Block("paragraph", 0, 11),
        Block("paragraph", 12, 18),
        Block("paragraph", at, len(whole)),
    )
    article = replace(one.article, text=whole, blocks=blocks)
    line = replace(one, article=article, start=at, end=len(whole), block=blocks[-1])
    assert why in clash(first, line)
    assert bool(clash(first, line)) == bool(why)


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        ("江州大学", "江州邮电大学教授何远说。", False),
        ("江州大学", "何远毕业于江州大学。", True),
        ("江州工业集团", "江州机械工业集团去年盈利。", True),
    ],
)
def test_a_university_is_none_of_the_others_of_its_town(name: str, text: str, held: bool) -> None:
    assert names_name(text, name) is held
