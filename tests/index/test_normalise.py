"""Cleaning: what a reader sees, and the way back to every source character."""

from __future__ import annotations

import string
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.pages.clean import MAPPED, clean, reads

SPACE = {" ", "\n"}


def assert_faithful(source: str) -> str:
    """Every clean character is its source character, or that one's documented replacement."""
    result = clean(source)
    assert result.offsets.dtype == np.int32
    assert len(result.text) == len(result.offsets)
    assert (np.diff(result.offsets) > 0).all()
    for char, at in zip(result.text, result.offsets.tolist(), strict=True):
        origin = source[at]
        read = MAPPED.get(ord(origin), origin)
        assert char == read or (char in SPACE and read in SPACE) or (origin, char) in NUMERIC
    return result.text


NUMERIC = {("．", "."), ("－", "-")}

LINES = st.lists(
    st.text(
        alphabet="天地人和上下左右东西，。、；：“”（）0123456789％　 ABcd⋯…！？\n", max_size=40
    ),
    max_size=25,
)


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(deadline=None)
def test_any_text_is_cleaned_without_losing_the_way_back(source: str) -> None:
    assert_faithful(source)


@given(LINES, st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\u2028"]))
@settings(deadline=None)
def test_newspaper_like_texts_keep_the_way_back(lines: list[str], separator: str) -> None:
    assert_faithful(separator.join(lines))


@given(st.text(alphabet="天地人和，。（）08 ", min_size=1, max_size=30))
@settings(deadline=None)
def test_doubled_lines_keep_the_way_back(text: str) -> None:
    assert_faithful("".join(char * 2 for char in text))
    assert_faithful(text + text)


def test_lone_surrogates_controls_and_marks_are_dropped() -> None:
    assert assert_faithful("\ufeff天\ud800气\x00预\u200b报\x07") == "天气预报"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("装 备 制 造 等 领 域", "装备制造等领域"),
        ("每 35 秒就下线一台", "每35秒就下线一台"),
        ("增长 6.4% ，位 列第一", "增长6.4%，位列第一"),
        ("全球首个 Micro LED 电影屏", "全球首个Micro LED电影屏"),
        ("He said “well done” to me", "He said “well done” to me"),
        ("ＧＤＰ增长８．３％，约１０－２０万", "GDP增长8.3%，约10-20万"),
        ("多元 ⋯⋯今年", "多元……今年"),
        ("你好，世界！（“好”）；是：否？", "你好，世界！（“好”）；是：否？"),
        ("\u00a0\u3000天气\u00a0晴朗", "天气晴朗"),
        ("⼈⼯智能", "人工智能"),
        ("第一段。  第二段开始。", "第一段。\n第二段开始。"),
        ("他 说 。 我 不 信", "他说。我不信"),
        ("   \n \n", ""),
        ("", ""),
    ],
)
def test_what_a_reader_sees(source: str, expected: str) -> None:
    assert assert_faithful(source) == expected


PARAGRAPHS = [
    "今年春天，海边的小城迎来了第一批候鸟，观鸟爱好者从各地赶来，在滩涂边架起望远镜，记录它们停留的日子。",
    "当地林业站站长说，过去三年里湿地面积扩大了两成，鸟类的数量也随之翻了一番，其中包括十多种少见的水鸟。",
    "为了不打扰它们，保护区在观测季里限制游客人数，每天只放行三百人，并且请志愿者在路口讲解注意事项。",
]


def wrapped(paragraphs: list[str], width: int, joint: str, indent: str = "") -> str:
    lines = []
    for paragraph in paragraphs:
        text = indent + paragraph
        lines += [text[i : i + width] for i in range(0, len(text), width)]
    return joint.join(lines)


@pytest.mark.parametrize("width", [14, 17, 18, 23, 31])
@pytest.mark.parametrize("joint", ["\n", "\n\n", "\r\n"])
def test_hard_wrapped_lines_become_paragraphs_again(width: int, joint: str) -> None:
    text = assert_faithful(wrapped(PARAGRAPHS, width, joint, indent="　　"))
    assert text.replace("\n", "") == "".join(PARAGRAPHS)
    # No sentence is torn; where a paragraph ends in a full line its end cannot be seen.
    assert all(line.endswith("。") for line in text.split("\n"))


def test_a_blank_line_ends_a_wrapped_paragraph() -> None:
    source = "\n\n".join(wrapped([paragraph], 18, "\n") for paragraph in PARAGRAPHS)
    assert assert_faithful(source).split("\n") == PARAGRAPHS


def test_headings_between_wrapped_paragraphs_stay_alone() -> None:
    source = "\n\n".join(
        [wrapped([PARAGRAPHS[0]], 18, "\n\n"), "候鸟归来", wrapped([PARAGRAPHS[1]], 18, "\n\n")]
    )
    assert assert_faithful(source).split("\n") == [PARAGRAPHS[0], "候鸟归来", PARAGRAPHS[1]]


def test_wrapped_english_gets_its_spaces_back() -> None:
    source = (
        "The harbour was quiet in the morning, and the\nfishing boats came back one after the\n"
        "other, low in the water. The old keeper of\nthe light counted them, as he had done every\n"
        "day, and wrote the number down."
    )
    assert "the fishing boats came back one after the other, low" in assert_faithful(source)


@pytest.mark.parametrize(
    "source",
    [
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
        "本市今起供暖试运行\n地铁新线周末开通\n图书馆延长开放时间\n老城区道路分段施工",
        "第一条 总则\n第二条 适用范围\n第三条 名词解释",
    ],
)
def test_verse_and_lists_keep_their_lines(source: str) -> None:
    assert assert_faithful(source).count("\n") == source.count("\n")


def doubled(*runs: str) -> str:
    return "".join(run * 2 for run in runs)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (doubled("图为湖边的新图书馆", "。"), "图为湖边的新图书馆。"),
        (doubled("（", "资料图片", "）"), "（资料图片）"),
        (doubled("湖边的图书馆"), "湖边的图书馆"),
        (doubled("资料", "图", "。"), "资料图。"),
        *[
            (doubled("资料", mark, "图片"), f"资料{mark}图片")
            for mark in "，。、；：！？（）《》“”"
        ],
        (doubled("渔港", "7", "号码头上的装卸工人"), "渔港7号码头上的装卸工人"),
        ("图为甲地新桥图为甲地新桥。。 （（资料图片资料图片））", "图为甲地新桥。（资料图片）"),
        (
            "图为正在吊装的海上风图为正在吊装的海上风\n\n电电 33 号机组号机组。。",
            "图为正在吊装的海上风电3号机组。",
        ),
    ],
)
def test_doubled_captions_are_read_once(source: str, expected: str) -> None:
    assert assert_faithful(source).replace("\n", "") == expected


@pytest.mark.parametrize(
    "source",
    [
        "天天向上",
        "5555",
        "研究研究",
        "哈哈哈哈哈哈哈哈",
        "试试看看",
        "好好学习，天天向上。",
        "他们研究研究再说。",
        "2222 3333",
        "渔港开了，渔船都来了渔港开了，渔船都来了",  # a text that was put in twice
        "渔港新码头开放。渔港新码头开放。",
        *[f"渔港开了{mark}渔船都来了" * 2 for mark in "，。、；：！？,;."],
        *[f"渔港新码头开放{mark}" * 2 for mark in "，。、；：！？,;."],
        "好，好，渔港的新码头渔港的新码头",
        "湖边图书馆湖边图书馆",  # may be a cry
        "哈" * 12,
        "哈" * 8 + "！！",
        "天地天地人和人和",
        "好好，，学学天天",
        "资料资料。。",
        "天地地天",
        "天天地人人地",
        "新建的Micro LED厂房新建的Micro LED厂房",  # where words are spaced, places are not told
    ],
)
def test_ordinary_repetition_is_left_alone(source: str) -> None:
    assert assert_faithful(source) == source


def test_a_long_line_of_repetition_takes_no_time() -> None:
    for source in ("的" * 100_000, "啊啊" * 50_000, "，\n" * 20_000, " " * 100_000, "\n" * 100_000):
        assert_faithful_fast(source)


def assert_faithful_fast(source: str) -> None:
    result = clean(source)
    assert len(result.text) == len(result.offsets)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("甲乙" + " " * 8 + "丙丁", "甲乙\n丙丁"),  # a layout's
        ("甲乙" + " " * 7 + "丙丁", "甲乙丙丁"),
        ("Word “好”。", "Word“好”。"),  # a mark of both languages is of that behind it
        ("said “yes” again", "said “yes” again"),
        ("“ Hello there ”", "“Hello there”"),
        ("甲乙 \n丙", "甲乙\n丙"),  # at a line's end
        ("。 甲乙", "。甲乙"),  # a stop that ends nothing
        ("他说：“好。 ”我不信", "他说：“好。”我不信"),
        ("他 说 。 我们不信", "他说。我们不信"),  # in a line whose characters are spaced out
        ("他说。 我 们 不 信", "他说。我们不信"),
        ("1 8 0 0 个 项 目 来", "1 8 0 0个项目来"),  # too few to be one
        ("1 8 0 0 个 项 目 来 了", "1800个项目来了"),
        ("1 8 0 0 个 项 目 来 我们 他们", "1800个项目来我们他们"),  # four words of five
        ("1 8 0 0 个 项 目 大家 我们 他们", "1 8 0 0个项目大家我们他们"),
        ("3 . 5 % 增 长 来 了 1 , 2 元", "3.5%增长来了1,2元"),
        ("1 8  2 0 个 项 目 来 了", "18 20个项目来了"),
        ("甲 乙 丙 丁 戊 己 12 8 庚", "甲乙丙丁戊己12 8庚"),
        ("甲 乙 丙 丁 戊 己 8 12 庚", "甲乙丙丁戊己8 12庚"),
        ("A B C D E F G H I J", "A B C D E F G H I J"),
        ("three   words", "three words"),
        ("10％．甲", "10%．甲"),
        ("甲．1", "甲．1"),
        ("1．甲", "1．甲"),
        ("．1", "．1"),
        *[(f"甲{mark} B", f"甲{mark}B") for mark in "“”‘’…—·"],
        *[(f"A {wide} B", f"A{wide}B") for wide in "ㄅ一\ufa0e︰！\U00020000→"],
        *[(f"甲乙{stop} 丙丁", f"甲乙{stop}\n丙丁") for stop in "。！？"],
        *[(f"甲乙。{mark}） 丙丁", f"甲乙。{mark}）\n丙丁") for mark in "”’）"],
        *[(f"甲乙。 {mark}丙丁", f"甲乙。{mark}丙丁") for mark in "，、；：。！？”’）》"],
    ],
)
def test_spaces_part_what_a_reader_sees_apart(source: str, text: str) -> None:
    assert clean(source).text == text


def test_every_space_is_a_space() -> None:
    for code in (*range(0x2000, 0x200B), 0x09, 0x1F, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000):
        assert clean(f"甲{chr(code)}乙 and{chr(code)}so").text == "甲乙and so", hex(code)


def test_what_is_written_wide_is_written_narrow() -> None:
    wide = [
        chr(0xFF00 + ord(c) - 0x20)
        for c in string.ascii_letters + string.digits + "%+=&@#$*/_^`|\\"
    ]
    narrow = string.ascii_letters + string.digits + "%+=&@#$*/_^`|\\"
    assert clean("".join(wide)).text == narrow
    assert clean("，。！？（）：；").text == "，。！？（）：；"


@pytest.mark.parametrize(
    ("form", "char"),
    [
        ("⼀", "一"),
        ("⿕", "龠"),
        ("⺟", "母"),
        ("\uf900", "豈"),
        ("\ufad9", "龎"),
        ("\U0002f800", "丽"),
        ("\U0002fa1d", "\U0002a600"),
    ],
)
def test_a_form_that_a_pdf_leaves_is_its_character(form: str, char: str) -> None:
    assert clean(form).text == char


@pytest.mark.parametrize("code", [ord(c) for c in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"])
def test_every_end_of_a_line_is_one(code: int) -> None:
    assert clean(f"甲。{chr(code)}乙").text == "甲。\n乙"


def test_nothing_invisible_stays() -> None:
    some = map(chr, (*range(0x20000), *range(0xE0000, 0xE0100)))
    found = [c for c in some if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    text = "".join(c for c in found if ord(c) not in MAPPED and c != "\n")
    assert clean(f"甲{text}乙").text == "甲乙"


def test_a_line_that_is_known_to_stand_alone_does_whatever_is_dropped_before_it() -> None:
    rows = [PARAGRAPHS[0][i : i + 12] for i in range(0, len(PARAGRAPHS[0]), 12)]
    text = "\u200b" + "\n".join(rows)
    assert clean(text).text == PARAGRAPHS[0]
    for number in (2, 3):
        alone = text.index(rows[number])
        lines = clean(text, apart={alone}).text.split("\n")
        assert rows[number] in lines
        assert "".join(rows[:number]) in lines


def test_a_line_that_may_be_doubled_is_so_beside_one_that_surely_is() -> None:
    sure = doubled("图为湖边的新图书馆", "。")
    assert clean(f"{sure}\n甲地甲地").text == "图为湖边的新图书馆。\n甲地"
    assert clean(f"甲地甲地\n{sure}").text == "甲地图为湖边的新图书馆。"
    assert clean("甲地甲地").text == "甲地甲地"
    assert clean(f"{sure}\n乙地\n甲地甲地").text.endswith("甲地甲地")  # not beside it
    assert clean(f"{sure}\n55").text.endswith("55")  # may be a number


def test_no_caption_is_longer_than_a_paragraph() -> None:
    caption = "图为" + "".join(chr(0x4E00 + n) for n in range(147))
    assert clean(doubled(caption, "。")).text == f"{caption}。"
    assert clean(doubled(f"{caption}龥", "。")).text == doubled(f"{caption}龥", "。")


@pytest.mark.parametrize(
    ("source", "char", "shown"),
    [
        ("甲", "甲", True), ("甲", "乙", False), ("Ａ", "A", True), ("．", ".", True), ("－", "-", True),
        ("\t", " ", True), ("\n", " ", True), ("<br>", "\n", True), ("甲", " ", False),
        ("|", "，", True), ("|", "：", True), ("&lt", "<", True), ("&hellip;", "…", True),
        ("&CounterClockwiseContourIntegral;", "∳", True),
        ("甲", "，", False), ("|", "。", False),
        ("&amp;", "&", True), ("&lt;", ">", False), ("&#65345;", "a", True), ("&nbsp;", " ", False),
        ("<sup>4</sup>", "^", True), ("<SUP>4</SUP>", "^", True), ("<sub>4</sub>", "^", False), ("甲", "^", False),
    ],
)  # fmt: skip
def test_a_character_reads_as_its_place_in_the_source_shows_it(
    source: str, char: str, shown: bool
) -> None:
    assert reads(source, char, np.array([0], dtype=np.int32)) is shown
    assert not reads(source, char, np.array([len(source)], dtype=np.int32))
