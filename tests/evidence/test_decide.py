"""What the evidence allows, as a reader reads it: answered or refused, by which sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import Seeded

from index import Library, load_embedder
from index.reranking.reader import Window, WindowReading
from server.evidence.decide import MOST, ROUND, Found, decide
from server.evidence.find import Search
from server.evidence.reading import DENIED
from server.question.understanding import normalise, understand
from tests.evidence.made import FakeReader

BRIDGE = "大桥通车\n\n东江大桥本周通车。大桥全长3.6公里，双向六车道。两岸居民说，过江方便多了。\n"
RULES = (
    "补贴办法\n\n申请补贴要交三样材料。一是身份证复印件。二是购车发票。三是行驶证。\n\n"
    "补贴按季度发放，逾期不补。\n"
)
Decides = Callable[[str, FakeReader], Found]


@pytest.fixture
def decided(tmp_path: Path) -> Decides:
    """Decides over a library of a few short articles, and many that say nothing of it."""
    texts = {"bridge.txt": BRIDGE, "rules.txt": RULES}
    for n in range(2 * MOST):
        texts[f"{n}.txt"] = (
            f"消息{n}\n\n东江大桥旁的{n}号公园昨天开放。公园离大桥很近，门票免费。\n"
        )
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    library = Library(tmp_path / "library", embedder=load_embedder("builtin"))
    library.update([tmp_path / name for name in texts])

    def ask(question: str, reader: FakeReader) -> Found:
        asked = understand(question)
        return decide(asked, Search(library).find(asked, k=20), reader)

    return ask


def test_the_sentence_in_which_the_reader_sees_the_answer_is_chosen(decided: Decides) -> None:
    found = decided("东江大桥全长多少公里？", FakeReader("3.6公里"))
    (part,) = found.parts
    best = part.sentences[0]
    assert best.sentence.text == "大桥全长3.6公里，双向六车道。"
    assert best.sentence.text[slice(*best.answer)] == "3.6公里"
    assert found.confidence > 0.5
    assert found.refusal == ""


def test_what_the_reader_sees_nowhere_is_refused_with_a_reason(decided: Decides) -> None:
    found = decided("东江大桥全长多少公里？", FakeReader("9.9公里"))
    assert found.parts == ()
    assert found.refusal
    assert found.confidence < 0.5


def test_sentences_that_answer_together_come_in_the_order_of_the_text(decided: Decides) -> None:
    found = decided("申请补贴要交哪些材料？", FakeReader("购车发票", "身份证复印件", "行驶证"))
    texts = [one.sentence.text for one in found.parts[0].sentences]
    assert texts == ["一是身份证复印件。", "二是购车发票。", "三是行驶证。"]


def test_reading_ends_when_the_answer_is_sure_and_goes_on_while_it_is_not(
    decided: Decides,
) -> None:
    sure, unsure = FakeReader("3.6公里"), FakeReader("9.9公里")
    decided("东江大桥全长多少公里？", sure)
    decided("东江大桥全长多少公里？", unsure)
    assert len(sure.shown) == ROUND
    assert ROUND < len(unsure.shown) <= MOST + 2  # and the likeliest sentence alone


def test_an_amount_in_another_unit_does_not_stand_in_for_the_one_asked_for(
    decided: Decides,
) -> None:
    found = decided("东江大桥是双向几个车道？", FakeReader("六车道", "3.6公里", sure=0.6))
    (part,) = found.parts
    assert [one.sentence.text for one in part.sentences] == ["大桥全长3.6公里，双向六车道。"]


def test_where_another_sentence_may_answer_it_is_shown_too_but_nothing_twice(
    tmp_path: Path,
) -> None:
    texts = (
        "快讯\n\n东江大桥昨天正式通车。\n",
        "转载\n\n东江大桥昨天正式通车。各网站转载了消息。\n",
        "回顾\n\n东江大桥曾于去年试通车，当时只许公交车通行。\n",
    )
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.txt").write_text(text, encoding="utf-8")
    with Library(tmp_path / "library", embedder=load_embedder("builtin")) as library:
        library.update([tmp_path / f"{n}.txt" for n in range(len(texts))])
        asked = understand("东江大桥什么时候通车？")
        candidates = Search(library).find(asked)
        (part,) = decide(asked, candidates, FakeReader("昨天", "去年", sure=0.5)).parts
        (bet,) = decide(asked, candidates, FakeReader("昨天")).parts
    assert len(bet.sentences) == 1
    assert sorted(one.sentence.text[slice(*one.answer)] for one in part.sentences) == [
        "去年",
        "昨天",
    ]


def test_another_value_is_seen_though_reading_ended_before_it(tmp_path: Path) -> None:
    texts = {
        "a.txt": "港口年报\n\n东江港累计建成12座码头。\n",
        "b.txt": "港口见闻\n\n走进码头，吊车不停。东江港累计建成15座码头，忙得很。\n",
    }
    found = _over(tmp_path, texts, "东江港建成多少座码头？", FakeReader("12座", "15座"))
    assert {value.fact.text for value in found.parts[0].differing} == {"12座", "15座"}


def test_what_two_days_say_in_the_same_words_is_told_of_both(tmp_path: Path) -> None:
    days = {"2022-10-12": "麦子丰收，仓里堆满了", "2023-10-15": "稻子卖到了外省"}
    lines = [
        f'{{"id": "{day}", "title": "{title}", "published": "{day}", "text": "{title}。昨日，东江镇开了庆功会。"}}'
        for day, title in days.items()
    ]
    found = _over(
        tmp_path, {"a.jsonl": "\n".join(lines)}, "东江镇哪天开了庆功会？", FakeReader("昨日")
    )
    told = {one.sentence.article.published for one in found.parts[0].sentences}
    assert told == set(days)


def test_where_accounts_are_asked_for_each_article_gives_its_own(tmp_path: Path) -> None:
    texts = {
        "a.txt": "厂区见闻\n\n东江车厂里，数千台机器忙碌着。\n",
        "b.txt": "车厂速写\n\n东江车厂的1000多台机器一起开动。\n",
    }
    reader = FakeReader("数千台", "1000多台")
    found = _over(tmp_path, texts, "东江车厂有多少台机器？不同文章怎么写的", reader)
    assert {one.sentence.article.source for one in found.parts[0].sentences} == {"a.txt", "b.txt"}


@pytest.mark.parametrize(
    "question",
    [
        "请概括《东江：一条河的路》一文的主要内容",
        "《东江：一条河的路》这篇报道讲了什么，用几句话说说",
        "总结一下“东江：一条河的路”这篇文章的核心意思",
        "讲东江那条河的那篇文章主要讲了什么？",
    ],
)
def test_the_gist_is_that_of_the_article_that_is_meant(tmp_path: Path, question: str) -> None:
    texts = {
        "a.txt": "东江：一条河的路\n\n二十年来，东江由浊变清，两岸建起了步道和公园。\n",
        "b.txt": "山城的茶\n\n春茶开采，山城的茶农起早贪黑，新茶卖到了全国各地。\n",
    }
    found = _over(tmp_path, texts, question, FakeReader())
    assert {one.sentence.article.source for one in found.parts[0].sentences} == {"a.txt"}


def _over(folder: Path, texts: dict[str, str], question: str, reader: FakeReader) -> Found:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(folder / "library", embedder=load_embedder("builtin")) as library:
        library.update([folder / name for name in texts])
        asked = understand(normalise(question))
        return decide(asked, Search(library).find(asked), reader)


class Distracted(FakeReader):
    """Doubts that a window answers which holds more than what it looks for."""

    doubts = -3.0  # log odds

    def _read(self, text: str) -> WindowReading:
        known = super()._read(text)
        return known if text.count("。") < 2 else replace(known, here=self.doubts)


def test_before_all_is_refused_the_likeliest_sentence_is_read_alone(decided: Decides) -> None:
    reader = Distracted("3.6公里")
    found = decided("东江大桥全长多少公里？", reader)
    assert found.parts[0].sentences[0].sentence.text == "大桥全长3.6公里，双向六车道。"
    assert [window.title for window in reader.shown[-2:]] == ["大桥通车", ""]


def test_parts_are_answered_from_their_own_articles(
    tmp_path: Path,
) -> None:
    texts = {
        "a.txt": "滤网价目\n\n滤网每片89元，两片装打九折。\n",
        "b.txt": "客服须知\n\n净化器客服电话只在工作日有人接。\n",
    }
    question = "滤网多少钱？净化器客服电话周末有人接吗？"
    found = _over(tmp_path, texts, question, FakeReader("89元", "只在工作日"))
    assert [(one.part.label, one.sentences[0].sentence.article.source) for one in found.parts] == [
        ("滤网多少钱", "a.txt"),
        ("净化器客服电话周末有人接吗", "b.txt"),
    ]


def test_alone_no_sentence_overrules_a_window_that_surely_does_not_answer(decided: Decides) -> None:
    reader = Distracted("3.6公里")
    reader.doubts = -6.0
    assert decided("东江大桥全长多少公里？", reader).refusal


def test_what_leans_on_a_part_that_nothing_tells_of_is_not_answered_alone(tmp_path: Path) -> None:
    texts = {
        "a.txt": "补收通知\n\n差额由班主任补收。\n",
        "b.txt": "租房合同\n\n房屋在云栖苑小区。\n",
    }
    question = "云栖苑的中介费收了多少，补收差额的是谁？"
    assert _over(tmp_path, texts, question, OnlyBare("班主任")).refusal


class OnlyBare(FakeReader):
    """Finds nothing for a question that names a place."""

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        named = "云栖苑" in question
        return (FakeReader("无") if named else super()).read(question, windows)


def test_what_a_form_without_the_subject_finds_in_another_article_counts_for_less(
    tmp_path: Path,
) -> None:
    """「至少几天」 behind a question on a contract is of the contract."""

    class Torn(FakeReader):
        def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
            sure = 0.9 if question == STRAYS else 0.7
            mine = FakeReader("五天", sure=sure / 2)
            other = FakeReader("三天", sure=sure) if question == STRAYS else FakeReader("无")
            first = FakeReader("两名村民") if "几个人" in question else mine
            return [
                (other if "须知" in window.title else first).read(question, [window])[0]
                for window in windows
            ]

    texts = {
        "a.txt": "维护合同\n\n乙方每年培训两名村民。培训至少五天。\n",
        "b.txt": "就诊须知\n\n请至少提前三天读完。\n",
    }
    found = _over(tmp_path, texts, f"维护合同规定每年教几个人，{STRAYS}？", Torn())
    assert {one.sentences[0].sentence.article.source for one in found.parts} == {"a.txt"}


STRAYS = "至少几天"


class Doubts(FakeReader):
    """Sees no answer anywhere, and is so sure of that."""

    def __init__(self, here: float) -> None:
        super().__init__()
        self.here = here

    def _read(self, text: str) -> WindowReading:
        return replace(super()._read(text), here=self.here)


def test_a_row_that_is_shown_whole_says_whether_too(tmp_path: Path) -> None:
    texts = {
        "a.md": "# 器材登记\n\n| 编号 | 器材名称 | 归还状况 |\n| --- | --- | --- |\n"
        "| J1 | 折叠幕布 | 完好 |\n| J2 | 航拍飞机 | 待修 |\n"
    }
    found = _over(tmp_path, texts, "航拍飞机坏了吗，归还状况是什么？", Doubts(DENIED + 0.1))
    assert [part.part.label for part in found.parts] == ["归还状况是什么"]
    assert found.missing == ()


@pytest.mark.parametrize(("here", "read_off"), [(DENIED + 0.1, True), (DENIED - 0.1, False)])
def test_a_row_of_which_the_reader_is_sure_that_it_does_not_answer_is_none(
    tmp_path: Path, here: float, read_off: bool
) -> None:
    texts = {
        "a.md": "# 器材登记\n\n| 编号 | 器材名称 | 归还状况 |\n| --- | --- | --- |\n"
        "| J1 | 折叠幕布 | 完好 |\n| J2 | 航拍飞机 | 待修 |\n"
    }

    found = _over(tmp_path, texts, "航拍飞机的归还状况是什么？", Doubts(here))
    told = [one.settled for part in found.parts for one in part.sentences]
    assert any(told) == read_off


def test_what_was_changed_since_is_shown_behind_what_was_said_first(tmp_path: Path) -> None:
    texts = {
        "a.txt": "研学通知\n\n研学当天请家长在校门东侧接孩子。\n",
        "b.txt": "调整通知\n\n研学接孩子的地点由校门东侧改为北门停车场。\n",
    }

    found = _over(tmp_path, texts, "研学当天家长在哪里接孩子？", FakeReader("在校门东侧"))
    (part,) = found.parts
    assert [one.sentence.article.source for one in part.sentences] == ["a.txt", "b.txt"]


def test_parts_that_no_sentence_bears_are_refused_with_a_reason(decided: Decides) -> None:
    """Though their windows look like an answer: a refusal without a word helps nobody."""

    class Windowed(FakeReader):
        def _read(self, text: str) -> WindowReading:
            return replace(FakeReader("无")._read(text), here=3.0)

    found = decided("东江大桥全长多少公里？谁设计了东江大桥？", Windowed())
    assert found.parts == ()
    assert found.refusal
    assert found.confidence < 0.43


@pytest.mark.parametrize(
    "question",
    [
        "红烧肉怎么做？",
        "怎么学游泳？",
        "如何减肥？",
        "咖啡和茶哪个更提神？",
        "头发掉得厉害该怎么办？",
    ],
)
def test_what_no_article_speaks_of_is_refused_however_general_it_is(
    tmp_path: Path, seeded: Seeded, question: str
) -> None:
    with Library(seeded(tmp_path / "library", "builtin")) as library:
        asked = understand(question)
        found = decide(asked, Search(library).find(asked))
    assert found.parts == ()
    assert found.refusal


def test_what_a_talk_is_about_makes_no_answer_of_what_no_article_speaks_of(
    tmp_path: Path, seeded: Seeded
) -> None:
    with Library(seeded(tmp_path / "library", "builtin")) as library:
        asked = understand("重庆红烧肉怎么做？")
        found = decide(asked, Search(library).find(asked), put_in=True)
    assert found.parts == ()


def test_what_counts_the_very_thing_is_an_answer_that_the_reader_may_doubt(tmp_path: Path) -> None:
    """It doubts a number that stands before its noun in passing; the words leave no doubt."""

    class Doubting(FakeReader):
        def _read(self, text: str) -> WindowReading:
            return replace(FakeReader("12座", sure=0.3)._read(text), here=-3.4)

    texts = {
        "a.txt": "河上\n\n全县的12座漫水桥都在修。\n",
        "b.txt": "山上\n\n全县有12座凉亭。\n",
    }
    found = _over(tmp_path, texts, "全县有多少座漫水桥？", Doubting())
    (best, *_) = found.parts[0].sentences
    assert best.sentence.article.source == "a.txt"
    assert best.sentence.text[slice(*best.answer)] == "12座"
    assert _over(tmp_path, texts, "全县有多少座石拱桥？", Doubting()).refusal
