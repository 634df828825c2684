"""What other articles tell of the same thing otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Library
from server.answer import Answerer
from server.evidence.accounts import Twice, differ, nearest, values, values_offered
from server.evidence.asked_anew import asked_anew
from server.evidence.ranking import Ranked
from server.evidence.reading import ReadSentence, read_off
from server.question.accounts import offered
from server.question.understanding import understand
from server.records import Answer, Question
from server.settings import Settings
from tests.evidence.made import sentence

FIRE = """# 柳湾镇建材市场起火

本报讯 昨日下午，柳湾镇建材市场发生火灾。现场的护士告诉记者，火灾共造成3人受伤，都是市场的搬运工。过火面积约600平方米。
火在下午五点扑灭。
"""
REPORT = """# 关于柳湾镇建材市场火灾的调查情况通报

经查，柳湾镇建材市场火灾系电线老化引起。经逐一核对就诊记录，共有9人受伤，无人死亡。过火面积为600平方米。
"""
RED = """# 红枫路游泳馆收费说明

红枫路游泳馆对市民开放。成人单次票每张35元，学生凭证半价。储物柜免费使用。
"""
BLUE = """# 蓝湾路游泳馆收费说明

蓝湾路游泳馆对市民开放。成人单次票每张52元，学生凭证半价。储物柜每次2元。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Two reports of one fire, and two pools that are not the same."""
    texts = tmp_path_factory.mktemp("texts")
    for name, text in (("fire", FIRE), ("report", REPORT), ("red", RED), ("blue", BLUE)):
        (texts / f"{name}.md").write_text(text, encoding="utf-8")
    library = Library(tmp_path_factory.mktemp("library"))
    library.update([texts])
    return library


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("湖滨绿道总投资多少？", {"2.9亿元", "2.6亿元"}),
        ("湖滨绿道什么时候开放？", {"5月20日", "4月8日"}),
        ("湖滨绿道全长多少公里？", set()),  # in that they agree
    ],
)
def test_a_corrected_reprint_is_told_beside_what_it_corrects(
    tmp_path: Path, question: str, found: set[str]
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    old = "湖滨绿道快要建成\n\n湖滨绿道将于4月8日开放，全长12公里，总投资2.6亿元。\n"
    (texts / "old.txt").write_text(old, encoding="utf-8")
    new = old.replace("4月8日", "5月20日").replace("2.6", "2.9")
    (texts / "new.txt").write_text(new, encoding="utf-8")
    with Library(tmp_path / "library") as library:
        library.update([texts])
        answer = told(library, question)
    assert {value.value for one in answer.conflicts for value in one.values} == found


def told(library: Library, question: str) -> Answer:
    *_, done = Answerer(library, Settings()).stream(Question(question))
    answer = done.data
    assert isinstance(answer, Answer)
    return answer


def test_two_reports_of_one_event_are_both_told(folder: Library) -> None:
    answer = told(folder, "柳湾镇建材市场那场火伤了多少人？")
    (conflict,) = answer.conflicts
    assert {value.value for value in conflict.values} == {"3人", "9人"}
    assert "3人受伤" in answer.answer
    assert "9人受伤" in answer.answer


def test_it_is_said_which_report_tells_what(folder: Library) -> None:
    differing = told(folder, "柳湾镇建材市场那场火伤了多少人？")
    agreed = told(folder, "柳湾镇建材市场的过火面积是多少？")
    assert {claim.label for claim in differing.claims} == {
        "《柳湾镇建材市场起火》",
        "《关于柳湾镇建材市场火灾的调查情况通报》",
    }
    assert not any(claim.label for claim in agreed.claims)


def test_in_what_they_agree_there_is_no_conflict(folder: Library) -> None:
    assert told(folder, "柳湾镇建材市场过火面积多大？").conflicts == ()


def test_what_a_look_alike_tells_is_not_told(folder: Library) -> None:
    answer = told(folder, "红枫路游泳馆成人票多少钱？")
    assert answer.conflicts == ()
    assert "35元" in answer.answer
    assert "52元" not in answer.answer


def test_what_a_sibling_tells_is_not_told_though_it_speaks_of_the_one_that_is_asked_for(
    tmp_path: Path,
) -> None:
    east = "# 河东游泳馆入场规则\n\n每场结束前30分钟停止入场。深水区水深1.8米。\n"
    west = (
        "# 河西游泳馆入场规则\n\n每场结束前45分钟停止入场。深水区水深2.1米。\n\n"
        "河东游泳馆发放的年卡在本馆也能用。\n"
    )
    for name, text in (("east", east), ("west", west)):
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    with Library(tmp_path / "library") as library:
        library.update([tmp_path / "east.md", tmp_path / "west.md"])
        answer = told(library, "河东游泳馆每场结束前多久停止入场？")
    assert "30分钟" in answer.answer
    assert "45分钟" not in answer.answer


def test_which_of_two_amounts_holds_is_answered_by_both(folder: Library) -> None:
    answer = told(folder, "柳湾镇建材市场的火，受伤的到底是3人还是9人？")
    assert {value.value for (conflict,) in [answer.conflicts] for value in conflict.values} == {
        "3人",
        "9人",
    }


@pytest.mark.parametrize(
    ("question", "texts", "found"),
    [
        ("展品到底是80件还是95件？", ["展品有95件。", "馆里展品80件。"], ["80件", "95件"]),
        ("展品到底是80件还是95件？", ["展品有95件。", "展品很多。"], ["95件"]),
        ("展品到底是80还是95？", ["展品有95件。", "馆里展品80件。"], ["80件", "95件"]),
        ("展览定在5月3日还是5月5日？", ["展览5月5日开幕。"], ["5日"]),
        ("展品有多少件？", ["展品有95件。"], []),
        ("名额到底是60还是80？", ["一等奖80元。", "名额80人。", "名额60人。"], ["60人", "80人"]),
        ("名额到底是24个还是20个？", ["名额二十四人。", "只能坐20人。"], ["二十四人", "20人"]),
    ],
)
def test_the_amounts_that_a_question_offers_are_looked_for(
    question: str, texts: list[str], found: list[str]
) -> None:
    (part,) = understand(question).parts
    ranked = [Ranked(sentence(text, id=str(n)), (), 0.0) for n, text in enumerate(texts)]
    told = values_offered(part, offered(question), ranked)
    assert [value.fact.text for value in told] == found


def answering(text: str, amount: str, id: str) -> ReadSentence:
    """A sentence in which the reader sees an amount for the answer."""
    at = text.index(amount)
    return read_off(sentence(text, id=id), (at, at + len(amount)))


MANY = answering("山塘村现有梨园600亩，农户210户。", "600亩", "a")


@pytest.mark.parametrize(
    ("text", "amount", "found"),
    [
        ("山塘村梨园的规模达到720亩。", "720亩", ["600亩", "720亩"]),  # in other words
        ("山塘村梨园的规模达到600亩。", "600亩", []),
        ("山塘村梨园力争达到720亩。", "720亩", []),  # aimed at
        ("山塘村梨园年产720吨。", "720吨", []),  # something else
    ],
)
def test_two_articles_answer_with_different_amounts(
    text: str, amount: str, found: list[str]
) -> None:
    (part,) = understand("山塘村有多少亩梨园？").parts
    told = values(part, MANY, [answering(text, amount, "b")])
    assert [value.fact.text for value in told] == found


def test_an_amount_is_that_of_the_clause_that_says_what_is_asked() -> None:
    (part,) = understand("电子厂那天一共多少人住院？").parts
    one = answering("患者人数核定为83人，其中11人住院治疗。", "83人", "a")
    other = answering("名单上的员工一共41人，其中6人住院。", "41人", "b")
    assert [value.fact.text for value in values(part, one, [other])] == ["11人", "6人"]


def test_what_is_of_two_years_does_not_differ() -> None:
    (part,) = understand("山塘村产梨多少吨？").parts
    one = answering("2023年，山塘村产梨80吨。", "80吨", "a")
    assert values(part, one, [answering("2024年，山塘村产梨95吨。", "95吨", "b")]) == ()


@pytest.mark.parametrize(
    ("text", "day", "found"),
    [
        ("研学日期改为4月18日。", "4月18日", ["4月11日", "4月18日"]),
        ("研学定在4月11日上午。", "4月11日", []),
        ("学校2025年起每年组织研学。", "2025年", []),  # a year is no other day
    ],
)
def test_two_articles_answer_with_different_days(text: str, day: str, found: list[str]) -> None:
    (part,) = understand("研学哪天去？").parts
    told = values(part, answering("研学定于4月11日。", "4月11日", "a"), [answering(text, day, "b")])
    assert [value.fact.text for value in told] == found


@pytest.mark.parametrize(
    ("text", "day", "found"),
    [
        ("自2024年9月1日起，山塘村梨园租金为每亩240元。", "240元", ["180元", "240元"]),
        ("山塘村梨园租金从2024年9月1日开始每亩240元。", "240元", ["180元", "240元"]),
    ],
)
def test_a_day_from_which_an_amount_holds_makes_it_no_other_thing(
    text: str, day: str, found: list[str]
) -> None:
    (part,) = understand("山塘村梨园的租金是多少？").parts
    one = answering("自2022年3月1日起山塘村梨园租金为每亩180元。", "180元", "a")
    told = values(part, one, [answering(text, day, "b")])
    assert [value.fact.text for value in told] == found


@pytest.mark.parametrize(
    ("question", "mine", "theirs", "how"),
    [
        ("火是几点报的警？", "23时40分", "23时26分", "words"),  # the hour alone is the same
        ("火是几点报的警？", "23时40分", "23:40", ""),
        ("报销单几天内交？", "15个工作日内", "10个工作日内", "words"),
        ("新厂招多少人？", "1800个", "950人", "words"),  # counted otherwise
        ("新厂招多少人？", "950个", "950人", ""),
        ("文体中心哪天闭馆？", "每周一", "每周二", "words"),
        ("报销单几天内交？", "30个自然日内", "15个工作日内", "words"),
        ("什么时候复工？", "2024年4月20日", "2024年5月中旬", "amount"),
        (
            "油费一公里报多少？",
            "1.2元",
            "由1.2元调整为1.5元",
            "words",
        ),  # what it says takes its place
    ],
)
def test_what_is_told_otherwise_need_not_be_one_amount(
    question: str, mine: str, theirs: str, how: str
) -> None:
    (part,) = understand(question).parts
    one, other = (answering(f"说的是{text}。", text, text) for text in (mine, theirs))
    assert differ(part, one, other) == how


@pytest.mark.parametrize(
    ("question", "one", "other", "how"),
    [
        # What is asked for stands in the condition, and what follows from it is the same.
        (
            "减产多少才少交钱？",
            ("经镇里核实当年减产五成以上的，减收三分之一。", "减收三分之一"),
            ("放宽：经镇里核实当年减产三成以上的，即可减收三分之一。", "减收三分之一"),
            "words",
        ),
        # Who is named in both has another part in one of them.
        (
            "清淤的钱谁掏？",
            ("清淤由承包方出钱，村委会只找挖机。", "承包方"),
            ("清淤费用由村委会承担。", "村委会"),
            "words",
        ),
        ("清淤的钱谁掏？", ("清淤由村委会出钱。", "村委会"), ("钱由村委会承担。", "村委会"), ""),
    ],
)
def test_what_stands_beside_the_answer_may_differ(
    question: str, one: tuple[str, str], other: tuple[str, str], how: str
) -> None:
    (part,) = understand(question).parts
    assert differ(part, answering(*one, "a"), answering(*other, "b")) == how


@pytest.mark.parametrize(
    ("question", "text", "amount", "anew"),
    [
        (
            "伤了几个人？",
            "据介绍，当晚共有26人被送往医院，其中两名儿童。",
            "26人",
            "据介绍，当晚共有多少人被送往医院，",
        ),
        ("等了多久？", "从停车到上车共1小时40分钟。", "40分钟", "从停车到上车共多少分钟。"),
        ("哪天走？", "出发日期定在4月12日，早上集合。", "4月12日", "出发日期定在什么时候，"),
        ("谁批准？", "请假由年级主任批准。", "年级主任", "请假由谁批准。"),
        ("为什么没摘完？", "没能采完，是因为雇不到人。", "雇不到人", "没能采完，是因为什么原因。"),
    ],
)
def test_what_a_sentence_answers_is_asked_in_its_words(
    question: str, text: str, amount: str, anew: str
) -> None:
    (part,) = understand(question).parts
    assert asked_anew(part, answering(text, amount, "a")).text == anew


def test_of_what_an_article_may_answer_with_that_counts_which_is_worded_alike() -> None:
    (part,) = understand("衣服几天能拿回来？").parts
    best = answering("普通衣物送洗后5天可取。", "5天", "a")
    other = answering("衣物洗好后请在60天之内取走。", "60天", "b")
    alike = answering("普通衣物送洗后3天可取。", "3天", "c")
    known = [Twice(one, one, bears=0.5, anew=0.5) for one in (other, alike)]
    assert nearest(part, best, known) is known[1]
    surer = Twice(other, other, bears=0.5, anew=0.9)
    assert nearest(part, best, [surer, known[1]]) is surer  # by what the best one answers
