"""What is shown of what was read: items together, parts apart, the gist of an article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index import Article, Library, load_embedder
from server.answer import Answerer
from server.evidence.choosing import (
    BET,
    EITHER,
    ELSEWHERE,
    TOGETHER,
    _betting,
    _defining,
    _together,
    choose,
    of_its_own,
    told_apart,
)
from server.evidence.decide import decide
from server.evidence.find import Search
from server.evidence.judgement import Judgement
from server.evidence.ranking import Ranked
from server.evidence.reading import Reading, ReadSentence, read_off, unread
from server.question.understanding import understand
from server.records import Answer, Question
from tests.evidence.made import FakeReader, read_by, sentence

RULES = (
    "补贴办法\n\n申请补贴要交以下材料：\n\n1.身份证复印件。\n\n2.购车发票。\n\n3.行驶证。\n\n"
    "补贴按季度发放，逾期不补。\n"
)
BRIDGE = "大桥通车\n\n东江大桥本周通车。\n\n大桥全长3.6公里。\n\n工程总投资9亿元。\n"
TALK = (
    "茶园对谈\n\n记者：今年收成怎么样？\n\n陈建国：我收了20吨绿茶。\n\n记者：您呢？\n\n"
    "李秀英：我收了不到600斤老丛。\n\n陈建国：明年想添设备。\n\n李秀英：我不添。\n"
)
Asks = Callable[[str, FakeReader], Answer]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asks:
    for n, text in enumerate((RULES, BRIDGE, TALK)):
        (tmp_path / f"{n}.txt").write_text(text, encoding="utf-8")
    library = Library(tmp_path / "library", embedder=load_embedder("builtin"))
    library.update([tmp_path / f"{n}.txt" for n in range(3)])

    def answer(question: str, reader: FakeReader) -> Answer:
        read_by(monkeypatch, reader)
        return Answerer(library).ask(Question(question))

    return answer


def test_an_item_that_is_announced_brings_its_siblings_a_line_each(ask: Asks) -> None:
    answer = ask("申请补贴要交哪些材料？", FakeReader("购车发票", "行驶证"))
    assert answer.answer == "1.身份证复印件。[1]\n2.购车发票。[2]\n3.行驶证。[3]"


@pytest.mark.parametrize(
    ("question", "listed"), [("医院怎么开设夜间门诊？", False), ("夜间门诊公告了哪些事项？", True)]
)
def test_a_whole_notice_is_no_list_unless_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str, listed: bool
) -> None:
    lead = "医院开设夜间门诊，现将有关事项公告如下："
    items = "1.时间。晚上六点到九点。\n\n2.地点。门诊楼二楼。\n\n3.挂号。网上也行。\n"
    (tmp_path / "a.txt").write_text(f"公告\n\n{lead}\n\n{items}", encoding="utf-8")
    with Library(tmp_path / "library", embedder=load_embedder("builtin")) as library:
        library.update([tmp_path / "a.txt"])
        read_by(monkeypatch, FakeReader("开设夜间门诊"))
        answer = Answerer(library).ask(Question(question)).answer
    assert ("挂号" in answer) == listed


def test_one_item_alone_answers_what_asks_for_one(ask: Asks) -> None:
    answer = ask("发票指的是什么发票？", FakeReader("购车发票"))
    assert [claim.text for claim in answer.claims] == ["购车发票。"]


def test_parts_are_answered_one_by_one_under_their_own_words(ask: Asks) -> None:
    answer = ask("东江大桥多长，总投资多少钱？", FakeReader("3.6公里", "9亿元"))
    assert answer.answer == (
        "东江大桥多长：大桥全长3.6公里。[1]\n总投资多少钱：工程总投资9亿元。[2]"
    )
    assert [claim.label for claim in answer.claims] == ["东江大桥多长", "总投资多少钱"]


def test_a_part_that_nothing_answers_is_named(ask: Asks) -> None:
    class OnlyLength(FakeReader):
        def read(self, question: str, windows):  # type: ignore[no-untyped-def]
            reader = FakeReader("3.6公里") if "多长" in question else FakeReader("无")
            return reader.read(question, windows)

    answer = ask("东江大桥多长，谁设计的？", OnlyLength())
    assert answer.answer == "大桥全长3.6公里。[1]\n没有说到「谁设计的」。"
    assert not answer.refused


def test_a_part_is_answered_by_what_names_it_where_anything_read_does() -> None:
    one, other = (
        unread(s, s.start, s.end)
        for s in (sentence("石门县茶园87亩。"), sentence("云雾县茶园21亩。", id="b"))
    )
    first, second = understand("石门县和云雾县的茶园面积分别是多少？").parts
    kept = of_its_own({first: [other, one], second: [other]})
    assert kept == {first: [one], second: [other]}
    assert of_its_own({first: [other], second: [one]}) == {first: [other], second: [one]}


def test_the_gist_of_an_article_is_what_it_opens_with(ask: Asks) -> None:
    answer = ask("讲东江大桥的那篇文章讲了什么？", FakeReader("无"))
    assert answer.claims[0].text == "东江大桥本周通车。"


def test_which_article_is_asked_where_none_is_named(ask: Asks) -> None:
    answer = ask("这篇文章讲了什么？", FakeReader("无"))
    assert answer.refused
    assert "哪一篇" in answer.reason


def test_what_one_speaker_says_does_not_answer_for_another(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    with Library(tmp_path / "talks", embedder=load_embedder("builtin")) as library:
        library.update([tmp_path / "talk.txt"])
        asked = understand("李秀英说今年收了多少茶？")
        found = decide(asked, Search(library).find(asked), FakeReader("20吨", "600斤"))
    texts = [one.sentence.text for part in found.parts for one in part.sentences]
    assert texts
    assert not [text for text in texts if "20吨" in text]


def test_what_says_what_a_word_means_goes_before_what_only_uses_it() -> None:
    uses = read_off(sentence("围绕“1+N”体系开展调查。", id="a"), (0, 2))
    means = replace(read_off(sentence("“1+N”体系，包括一个中心。", id="b"), (0, 2)), defines=True)
    assert _defining([uses, means], Judgement.builtin()) == [means, uses]


class Likely:
    """How likely sentences answer, by their words."""

    def __init__(self, **likely: float) -> None:
        self.likely = likely

    def bears(self, one: ReadSentence) -> float:
        return next(p for word, p in self.likely.items() if word in one.sentence.text)


@pytest.mark.parametrize(
    ("id", "share", "told"),
    [
        ("a", TOGETHER, True),
        ("a", TOGETHER - 0.01, False),
        ("b", ELSEWHERE, True),
        ("b", ELSEWHERE - 0.01, False),  # of another article more is asked
    ],
)
def test_what_answers_together_is_as_likely_as_its_place_asks(
    id: str, share: float, told: bool
) -> None:
    first = sentence("码头太旧，靠不了大船。")
    second = sentence("航道淤浅，冬天停航。", before=f"{first.text}去年也停过。", id=id)
    if id == "a":
        first = replace(second, start=0, end=len(first.text))
    best, other = (read_off(one, (0, 4)) for one in (first, second))
    (part,) = understand("渡口为什么停航？").parts
    chosen = _together(part, [best, other], Likely(码头=1.0, 航道=share))  # type: ignore[arg-type]
    assert len(chosen) == 1 + told


@pytest.mark.parametrize(
    ("id", "share", "told"),
    [
        ("a", EITHER, ["渡口冬天停航。", "夏天照开。"]),  # as the paragraph has them
        ("a", EITHER - 0.01, ["夏天照开。"]),
        ("b", EITHER, ["夏天照开。", "渡口冬天停航。"]),
    ],
)
def test_what_may_answer_as_well_stands_where_the_paragraph_has_it(
    id: str, share: float, told: list[str]
) -> None:
    second = sentence("夏天照开。", before="渡口冬天停航。")
    first = replace(second, start=0, end=7)
    if id == "b":
        first = sentence("渡口冬天停航。", id=id)
    best, other = (replace(read_off(one, (0, 2)), settled=False) for one in (second, first))
    (part,) = understand("渡口开到几月？").parts
    sure = BET - 0.01
    chosen = _betting(part, [best, other], Likely(夏天=sure, 冬天=sure * share))  # type: ignore[arg-type]
    assert [one.sentence.text for one in chosen] == told


@pytest.mark.parametrize(
    ("other", "told"), [("楼里有50家软件企业。", 2), ("楼里有50家数字经济企业。", 1)]
)
def test_what_counts_something_wider_is_not_told_beside_what_counts_that(
    other: str, told: int
) -> None:
    (part,) = understand("全区有多少家软件企业？").parts
    texts = ("全区软件企业超过3300家。", other)
    read = [
        replace(read_off(sentence(text, id=str(n)), (0, 2)), settled=False)
        for n, text in enumerate(texts)
    ]
    likely = Known(**dict.fromkeys(texts, BET - 0.01))
    assert len(_betting(part, read, likely)) == told


# ---- what goes on beside the best sentence, and what stands under a heading

NOTICE = (
    "# 停电通知\n\n## 原因\n\n变压器老化。上月烧过一次。备件停产了。\n\n"
    "## 不予办理\n\n- 阁楼、车棚\n- 临时建筑\n- 地下室\n"
)


class Known(Judgement):
    """Sentences bear the answer so likely."""

    def __init__(self, **likely: float) -> None:
        object.__setattr__(self, "likely", likely)

    def bears(self, one: ReadSentence) -> float:
        return float(self.likely[one.sentence.text])  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Article:
    folder = tmp_path_factory.mktemp("notice")
    (folder / "notice.md").write_text(NOTICE, encoding="utf-8")
    with Library(folder / "library", embedder=load_embedder("builtin")) as library:
        library.update([folder / "notice.md"])
        (hit, *_) = Search(library).hits("停电")
        return library.snapshot().article(hit.passage.article)


def shown(article: Article, question: str, **likely: float) -> list[str]:
    """What is shown of the sentences of an article that bear the answer so likely."""
    near = replace(sentence("停电。"), article=article)
    found = {
        text: unread(near, article.text.index(text), article.text.index(text) + len(text))
        for text in likely
    }
    if "阁楼、车棚" in found:
        found["阁楼、车棚"] = replace(found["阁楼、车棚"], items=((0, 2), (3, 5)))
    read = sorted(found.values(), key=lambda one: -likely[one.sentence.text])
    (part,) = understand(question).parts
    return [one.sentence.text for one in choose(part, read, Known(**likely)).sentences]


@pytest.mark.parametrize(
    ("beside", "told"),
    [(0.11, ["变压器老化。", "上月烧过一次。"]), (0.09, ["上月烧过一次。"])],
)
def test_what_stands_beside_the_reason_goes_on_with_it(
    notice: Article, beside: float, told: list[str]
) -> None:
    likely = {"上月烧过一次。": 1.0, "变压器老化。": beside, "地下室": 0.4}
    assert shown(notice, "为什么停电？", **likely) == told


def test_a_heading_is_never_shown_but_what_stands_under_it(notice: Article) -> None:
    beside = shown(notice, "为什么停电？", **{"变压器老化。": 1.0, "原因": 0.9})
    assert beside == ["变压器老化。"]
    assert shown(notice, "为什么停电？", 原因=1.0) == [
        "变压器老化。",
        "上月烧过一次。",
        "备件停产了。",
    ]


@pytest.mark.parametrize(
    ("above", "told"),
    [(0.21, ["阁楼、车棚", "临时建筑", "地下室"]), (0.19, ["阁楼、车棚"])],
)
def test_a_line_that_is_a_list_brings_its_siblings_where_what_heads_them_is_seen(
    notice: Article, above: float, told: list[str]
) -> None:
    likely = {"阁楼、车棚": 1.0, "不予办理": above}
    assert shown(notice, "哪些地方不给办？", **likely) == told


def likely(text: str, answer: str, inside: float, id: str = "a") -> ReadSentence:
    made = sentence(text, id=id)
    at = text.index(answer)
    one = unread(made, made.start, made.end)
    span = (at, at + len(answer))
    return replace(one, answer=span, inside=inside, evidence=0.0, sure=0.0, counted=0.0)


def test_words_that_answer_another_part_are_not_taken_for_this_one() -> None:
    """The rent of the second year is no deposit, though it stands beside that of the first."""
    rent = "首年月租4200元，次年4350元。"
    first, second, third = (
        understand(f"{what}多少钱？").parts[0] for what in ("首年", "次年", "押金")
    )
    deposit = likely("押金8400元。", "8400元", 4.6, id="b")
    ordered = told_apart(
        {
            first: [likely(rent, "4200元", 5.0)],
            second: [likely(rent, "4350元", 4.0)],
            third: [deposit, likely(rent, "4350元", 4.4)],
        },
        Judgement.builtin(),
    )
    assert ordered[third][0] is deposit


def test_two_articles_that_are_sure_of_other_amounts_are_both_shown() -> None:
    (part,) = understand("进入临床的新药有多少个？").parts
    sure = 12.0
    one = likely("在研56个，其中20个进入临床。", "56个", sure)
    for text, shown in (
        ("在研56个，进入临床24个。", 2),
        (
            "园区里处于研究阶段的有56个，另有3个获准上市，20个进入临床。",
            1,
        ),  # says the same, and more
    ):
        other = likely(text, "56个", sure, id="b")
        assert len(choose(part, [one, other], Judgement.builtin()).sentences) == shown


@pytest.mark.parametrize(
    ("question", "told"),
    [("文体中心星期几不开门？", "每周一"), ("文体中心几点开门？", "早上8点")],
)
def test_the_day_of_the_week_answers_where_that_is_asked(question: str, told: str) -> None:
    (part,) = understand(question).parts
    text = "文体中心每周一闭馆检修，其余日子早上8点开门。"
    reading = Reading(part, [Ranked(sentence(text), (), 0.0)], FakeReader("早上8点"))
    reading.more(1)
    (one,) = reading.sentences
    assert one.sentence.text[slice(*one.answer)] == told
