"""Whether a sentence offers the kind of thing that a question asks for."""

from __future__ import annotations

import pytest

from server.evidence.answer_kinds import fits
from server.question.understanding import understand


def fit(question: str, text: str) -> float:
    return fits(understand(question).parts[0], text)


@pytest.mark.parametrize(
    ("question", "offers", "lacks"),
    [
        ("谁负责修桥？", "工程由县交通局局长何远负责。", "工程进展顺利，质量可靠。"),
        ("展览在哪里办？", "展览设在云溪镇文化馆。", "展览办得很热闹。"),
        ("大桥何时通车？", "大桥将于10月通车。", "大桥通车后行车方便。"),
        ("为什么停水？", "由于管道老化，小区停水。", "小区停水，居民排队接水。"),
        ("企业怎样降低成本？", "企业通过集中采购降低成本。", "企业的成本很低。"),
        ("有哪些花开了？", "桃花、杏花、梨花都开了。", "花开得很好。"),
        ("展览设在哪个县？", "展览设在云溪县。", "展览设在学校。"),
        ("哪家公司中了标？", "远航集团中了标。", "中标结果已经公布。"),
        ("桥有多长？", "桥长300米。", "桥重300吨。"),
        ("工期有多少天？", "工期为60日内。", "工期至6月3日。"),
        ("师生的比例是多少？", "师生比为1:12。", "师生共12人。"),
        ("师生的比例是多少？", "师生为一比十二。", "师生共十二人。"),
        ("返乡的比例是多少？", "返乡的占三分之一。", "返乡的有三十人。"),
        ("全镇有多少家工厂？", "全镇有12家工厂。", "镇上有一家工厂做水泵。"),
    ],
)
def test_what_offers_the_kind_asked_for_fits_better(question: str, offers: str, lacks: str) -> None:
    assert fit(question, offers) > fit(question, lacks)


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert fit("云溪镇的展览在哪里办？", "云溪镇的展览办得热闹。") == 0
    assert fit("2024年的展览何时办？", "2024年的展览办得热闹。") == 0


@pytest.mark.parametrize(
    "text",
    [
        "“静水期”是指河水不流的时候。",
        "所谓静水期，就是河水不流的时候。",
        "静水期由枯水期和封冻期组成。",
    ],
)
def test_what_explains_a_word_answers_what_it_means(text: str) -> None:
    assert fit("“静水期”是什么意思？", text) == 1
    assert fit("“静水期”是什么意思？", "静水期里不能行船。") == 0.5


def test_quotation_marks_about_a_part_of_a_word_change_nothing() -> None:
    text = "“静水期”制度，是指枯水时节不行船。"
    assert fit("静水期制度是什么意思？", text) == 1
