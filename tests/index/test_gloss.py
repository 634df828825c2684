"""An English question in Chinese words."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Library, load_embedder
from index.gloss import Gloss
from index.retrieve import Retriever


@pytest.mark.parametrize(
    ("question", "said", "other"),
    [
        ("How large is the low-altitude economy fund?", "设立低空经济基金", "设立数字经济园区"),
        ("Which universities and research institutes are there?", "高校和科研院所", "企业和工厂"),
        ("What happened in June 2023?", "2023年6月，集群提出", "2023年9月，集群提出"),
        ("Who is Yuan Feng?", "增聘基金经理袁锋", "增聘基金经理刘伟林"),
        ("Is the 5G plant in Chongqing?", "重庆的5G工厂", "重庆的15GB工厂"),
        ("factories that grow", "工厂不断成长", "学校不断减少"),
    ],
)
def test_what_a_question_says_is_known_in_chinese(question: str, said: str, other: str) -> None:
    gloss = Gloss(question)
    assert gloss.share(said) > gloss.share(other)


def test_words_that_stand_together_count_more_than_apart() -> None:
    gloss = Gloss("the output value of the district")
    assert gloss.share("全区产值") > gloss.share("区内产出价值")


@pytest.mark.parametrize("question", ["", "?!", "how is it", "Wie heißt er?"])
def test_what_no_dictionary_has_has_no_words(question: str) -> None:
    gloss = Gloss(question)
    assert gloss.share("设立低空经济基金") == 0.0


def test_the_commoner_words_are_searched_for() -> None:
    weights = Gloss("fund").query()
    assert weights["基金"] > weights["款项"]
    assert len(weights) < 30


def test_a_library_without_an_encoder_is_found_in_english(tmp_path: Path) -> None:
    """The table of words knows Chinese ones alone."""
    articles = {
        "基金.txt": "上月，两江新区设立了20亿元的低空经济基金，支持初创企业。",
        "工厂.txt": "位于璧山的变速器工厂每35秒下线一台产品，工人不到百名。",
        "大学.txt": "这所大学今年招收研究生三千名，其中外国学生两百名。",
    }
    for name, text in articles.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    embedder = load_embedder("static")
    with Library(tmp_path / "library", embedder=embedder) as library:
        library.update([tmp_path / name for name in articles])
        retriever = Retriever(embedder)
        for question, name in [
            ("How large is the fund for the low-altitude economy?", "基金.txt"),
            ("How often does the factory turn out a product?", "工厂.txt"),
            ("How many foreign students does the university admit?", "大学.txt"),
        ]:
            first, *_ = retriever.retrieve(library.snapshot(), question)
            assert first.passage.text == articles[name]
