"""Texts checked against the seeds: what is borne out, what is not, and what is cited for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from index import IndexConfig, Library, SourceError
from server.checking.checker import Checker
from server.checking.export import markdown, stretches
from server.checking.files import text_of, text_of_bytes
from server.checking.records import Check, CheckedClaim, check_dict
from server.evidence.find import Search
from server.records import Citation
from server.web.i18n import translate

TRUE = "截至今年2月初，全市从事低空制造的企业有106家。"
FALSE = "截至今年2月初，全市低空制造类企业已有118家。"
FOREIGN = "把五花肉切成三厘米见方的块，冷水下锅焯水。"
DRAFT = f"{TRUE}{FALSE}我觉得很好。{FOREIGN}"


@pytest.fixture(scope="module")
def draft(checker: Checker) -> Check:
    return checker.check(DRAFT)


def only(checker: Checker, text: str) -> CheckedClaim:
    [claim] = checker.check(text).claims
    return claim


def test_each_claim_has_its_verdict(draft: Check) -> None:
    assert [c.verdict for c in draft.claims] == ["full", "contradicted", "opinion", "none"]
    assert draft.counts() == {"full": 1, "partial": 0, "contradicted": 1, "none": 1, "opinion": 1}
    assert draft.flagged == 2


def test_a_contradiction_says_the_articles_value_and_where(draft: Check) -> None:
    claim = draft.claims[1]
    [told] = claim.differing
    assert (told.said, told.value) == ("118家", "106家")
    assert claim.missing == ("118家",)
    cited = next(c for c in draft.citations if c.number == told.citation)
    assert "106家" in cited.quote


def test_every_quote_stands_in_its_source_and_every_number_resolves(
    draft: Check, seeds: Library
) -> None:
    for c in draft.citations:
        assert seeds.source(c.source).text[c.start : c.end] == c.quote
    used = {n for claim in draft.claims for n in claim.citations}
    assert used == {c.number for c in draft.citations}
    assert draft.claims[3].citations == ()


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("“双倍增”行动实施以来，重庆新增了3125家科技型企业。", "3125家", "2.2万家"),  # of another
        ("长安汽车自主品牌新能源汽车今年前8个月销量为93.3万辆。", "93.3万辆", "39.3万辆"),
        ("万州区选聘了74名专家人才到企业担任“科技副总”。", "万州区", "江津区"),
        ("赛力斯上半年卖出31.67万辆以上新能源汽车，同比增长364.23%。", "上半年", "三季度"),
        (
            "郭险峰指出，重庆还没有掌握大数据、人工智能、高端芯片等领域的核心研发技术。",
            "郭险峰",
            "黄庆华",
        ),
    ],
)
def test_what_the_articles_say_instead_is_named(
    checker: Checker, text: str, said: str, value: str
) -> None:
    claim = only(checker, text)
    assert claim.verdict == "contradicted"
    assert (said, value) in [(d.said, d.value) for d in claim.differing]


@pytest.mark.parametrize(
    "text",
    [
        "陈春池介绍，研究院已经研发出100多种MOF材料，申报了180项专利。",  # said in the next sentence
        "邱杰说，公司的机器人关节模组一季度实现产值580万元。",
        "重庆国际生物城规划面积64平方公里，位于巴南区。",  # from two sentences
        "按照重庆的目标，到2027年关键工序数控化率要达到65%。",
    ],
)
def test_other_words_for_the_same_are_borne_out(checker: Checker, text: str) -> None:
    claim = only(checker, text)
    assert (claim.verdict, claim.missing) == ("full", ())
    assert claim.citations


NEARBY = """论坛侧记

论坛在滨河市举行，江津区和万州区派人参加。在论坛上，江津区水利局局长王建国说，全区今年修了55座水窖。万州区水利局局长刘志远则谈到树苗。万州区今年种了300亩核桃，来了12名技术员。

天津队弃权。上海队以3分27秒20夺得冠军，北京队获得第二名，重庆队获得第三名。
"""


@pytest.fixture(scope="module")
def nearby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checker]:
    """Over an article whose names stand side by side, so that each of them is found close by."""
    folder = tmp_path_factory.mktemp("nearby")
    (folder / "a.txt").write_text(NEARBY, encoding="utf-8")
    with Library(folder / "library", IndexConfig(embedder="hash")) as library:
        library.update([folder / "a.txt"])
        yield Checker(library, Search(library))


def assert_contradicted(checker: Checker, text: str, said: str, value: str) -> None:
    claim = only(checker, text)
    assert claim.verdict == "contradicted"
    assert (said, value) in [(d.said, d.value) for d in claim.differing]


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        (
            "刘志远说，全区今年修了55座水窖。",
            "刘志远",
            "王建国",
        ),  # a clause stands before the speaker
        ("天津队以3分27秒20夺得冠军。", "天津队", "上海队"),  # the whole name, of several
        ("万州区今年种了300亩核桃，来了一名技术员。", "一名", "12名"),
    ],
)
def test_another_name_or_count_of_the_same_paragraph_is_contradicted(
    nearby: Checker, text: str, said: str, value: str
) -> None:
    assert_contradicted(nearby, text, said, value)


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("夺得冠军的是北京队。", "北京队", "上海队"),
        ("今年种了300亩核桃、来了12名技术员的是江津区。", "江津区", "万州区"),
    ],
)
def test_a_name_that_the_reader_knows_better_is_contradicted_in_other_words(
    nearby: Checker, text: str, said: str, value: str
) -> None:
    assert_contradicted(nearby, text, said, value)


@pytest.mark.parametrize(
    "text",
    [
        "王建国说，全区今年修了55座水窖。",
        "万州区今年种了300亩核桃，来了12名技术员。",
        "万州区是其中一个区，今年种了300亩核桃。",
    ],
)
def test_the_right_name_of_the_paragraph_is_borne_out(nearby: Checker, text: str) -> None:
    assert only(nearby, text).differing == ()


def test_what_is_denied_is_contradicted_by_the_sentence(checker: Checker) -> None:
    claim = only(
        checker, "黄庆华指出，重庆已经掌握大数据、人工智能、高端芯片等领域的核心研发技术。"
    )
    assert claim.verdict == "contradicted"
    assert "尚未掌握" in claim.differing[0].value


def test_another_noun_in_its_place_is_missing(checker: Checker) -> None:
    claim = only(checker, "新时代渝商培养计划重点培养45岁以下的优秀年轻公务员。")
    assert (claim.verdict, claim.missing) == ("partial", ("公务员",))


def test_an_opinion_of_the_articles_is_borne_out_and_ones_own_is_left_alone(
    checker: Checker,
) -> None:
    assert only(checker, "各地应当树立长期理念。").verdict == "full"
    assert only(checker, "大家都应当少吃一点红烧肉。").aside == "opinion"


def test_of_another_language_the_figures_are_compared(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "低空经济\n\n2025年，全市低空制造业产值达102亿元，同比增长22.9%。\n"
    (folder / "a.txt").write_text(text, encoding="utf-8")
    library = Library(tmp_path / "library", IndexConfig(embedder="e5"))
    library.update([folder])
    checker = Checker(library, Search(library))
    right = only(checker, "In 2025 output reached 10.2 billion yuan, up 22.9 percent.")
    assert (right.verdict, right.foreign, right.missing) == ("partial", True, ())
    wrong = only(checker, "In 2025 output reached 12.2 billion yuan, up 22.9 percent.")
    assert wrong.missing == ("12.2 billion",)
    assert only(checker, "The mayor likes trains.").verdict == "none"
    library.close()


def test_a_stream_cites_before_it_tells_and_says_how_far_it_is(
    checker: Checker, draft: Check
) -> None:
    steps = list(checker.stream(DRAFT))
    assert isinstance(steps[-1].data, Check)
    assert steps[-1].data.claims == draft.claims
    known: set[int] = set()
    for step in steps:
        if isinstance(step.data, Citation):
            known.add(step.data.number)
        elif isinstance(step.data, CheckedClaim):
            assert set(step.data.citations) <= known
    assert [(s.at, s.total) for s in steps if s.name == "claim"] == [(n, 4) for n in range(1, 5)]


def test_who_leaves_ends_the_check(checker: Checker) -> None:
    stop = Event()
    steps = checker.stream(DRAFT + "再来一句。", stop=stop)
    next(steps)
    stop.set()
    assert all(step.name != "done" for step in steps)


def test_the_same_text_is_not_checked_again_until_the_library_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("企业\n\n全市低空制造类企业达106家。\n", encoding="utf-8")
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    library.update([file])
    checker = Checker(library, Search(library))
    text = "全市低空制造类企业达106家。"
    first = checker.check(text)
    assert checker.check(text) is first
    file.write_text("企业\n\n全市低空制造类企业达118家。\n", encoding="utf-8")
    library.update([file])
    assert first.claims[0].verdict == "full"
    assert checker.check(text).claims[0].verdict == "contradicted"
    library.close()


def test_only_the_sources_that_are_named_are_asked(checker: Checker) -> None:
    elsewhere = checker.check(TRUE, sources=["004_1e7ae3f02ce5cf70.txt"])
    assert elsewhere.claims[0].verdict != "full"


def test_the_stretches_are_the_text(draft: Check) -> None:
    found = stretches(draft)
    assert "".join(text for text, _, _ in found) == DRAFT
    assert [claim.verdict for _, claim, _ in found if claim] == [c.verdict for c in draft.claims]


def test_markdown_has_the_marks_the_quotes_and_the_value(draft: Check) -> None:
    text = markdown(draft, lambda key, **values: translate("zh", key, **values))
    assert f"**{FALSE}**[1]" in text
    assert f"{TRUE}[1]" in text
    assert "这里写“118家”，文章说“106家” [1]" in text
    assert "000_9c7128e140aee367.txt:" in text


def test_json_is_what_the_api_promises(draft: Check) -> None:
    out = check_dict(draft)
    assert set(out) == {"claims", "citations", "counts", "timings_ms"}
    for claim in out["claims"]:
        assert DRAFT[claim["start"] : claim["end"]] == claim["text"]


def test_files_of_any_format_are_read(tmp_path: Path) -> None:
    path = tmp_path / "draft.html"
    path.write_text("<p>全市有<b>106</b>家企业。</p>", encoding="utf-8")
    text, format = text_of(path)
    assert format == "html"
    assert "106" in text
    assert text_of_bytes("全市有106家。".encode("gb18030"), "a.txt")[0] == "全市有106家。"
    with pytest.raises(SourceError):
        text_of_bytes(b"\x00\x01\x02" * 50, "a.txt")
    with pytest.raises(SourceError, match="no reader"):
        text_of_bytes(b"x", "a.exe")
