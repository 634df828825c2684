"""Hard line breaks: what belongs together is put together, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.joins import TEXTS, Style, corpus, false_joins, made, measure, wrap
from index.pages.articles import split
from index.pages.clean import clean
from index.pages.lines import Line
from index.pages.seam import seam
from index.pages.wrap import _Exact, _first_unit, _Fit, _Printed, _widths, joins
from index.records import Source

HERE = Path(__file__).parent


def ordinary() -> list[tuple[str, list[str]]]:
    """The texts that are here, each as its lines: a paragraph, an item, a verse a line."""
    found = []
    for folder in (HERE / "ordinary", HERE.parent / "gold" / "office"):
        for path in sorted(folder.glob("*.txt")):
            lines = [line.strip() for line in path.read_text(encoding="utf-8").split("\n")]
            found.append((path.name, [line for line in lines if line]))
    return found


def test_no_text_is_put_together_that_does_not_belong_together() -> None:
    texts = ordinary()
    outcome = measure(corpus([texts[i % len(texts)] for i in range(TEXTS)]))
    assert outcome.texts == TEXTS
    assert outcome.examples == []
    assert outcome.whole >= 0.8 * outcome.broken


def test_nor_is_any_of_texts_made_of_other_lines_each_time() -> None:
    outcome = measure(corpus(made(70)))
    assert outcome.examples == []
    assert outcome.whole > 0


@pytest.mark.parametrize(("name", "lines"), ordinary(), ids=[name for name, _ in ordinary()])
def test_a_text_that_is_not_wrapped_stays_as_it_is(name: str, lines: list[str]) -> None:
    for newline in ("\n", "\r\n"):
        style = Style(10_000, False, newline, "", False, False, False)
        text = wrap(name, lines, style)
        articles = split(Source(name, text.text, ""))
        assert list(false_joins(text, articles)) == []


PROSE = (
    "澄湖镇今年新修了三条灌溉水渠，总长度超过十二公里，沿线五个村的农田都能用上湖水。"
    "镇里说，明年还要把老水闸换成自动的，村民在手机上就能看到水位。去年大旱，水渠还没有修通，"
    "山脚下的两个村靠拖拉机拉水浇地，每亩多花了将近一百元，不少人家干脆把坡地撂荒了。"
)


@pytest.mark.parametrize("width", [20, 27, 33, 40])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_paragraph_is_whole_again_at_any_width(width: int, newline: str) -> None:
    wrapped = newline.join(PROSE[i : i + width] for i in range(0, len(PROSE), width))
    # A paragraph may be parted behind a sentence, never inside one.
    assert clean(wrapped).text.replace("。\n", "。") == PROSE


SECOND = (
    "渡口的船工说，今年来看候鸟的人比去年多了三成，周末要加开四班船才够用。镇上新修的码头十月完工，"
    "到时候大船也能靠岸，不必再用小船一趟一趟地接人。"
)


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(
    ("indent", "blank", "double"),
    [("", True, False), ("\u3000\u3000", False, False), ("    ", True, False), ("", False, True)],
)
def test_paragraphs_are_whole_again_however_they_are_set(
    columns: bool, keep: bool, indent: str, blank: bool, double: bool
) -> None:
    for width in (24, 31, 40):
        size = 2 * width if columns else width
        style = Style(size, columns, "\n", indent, blank, double, keep)
        text = clean(wrap("a", [PROSE, SECOND], style).text).text
        if double:  # nothing tells a paragraph's end from a sentence's
            assert text.replace("。\n", "。") == PROSE + SECOND
        else:
            assert text.split("\n") == [PROSE, SECOND]


OPEN = "请各位按时到场，路上注意安全，东门可停车"


@pytest.mark.parametrize(
    "line", ["报名时间：三月一日至十五日", "3、带好雨具和水", "本报讯今年雨多"]
)
def test_what_begins_something_else_goes_on_with_no_line(line: str) -> None:
    rows = [PROSE[i : i + len(OPEN)] for i in range(0, len(PROSE), len(OPEN))]
    text = clean("\n".join([*rows, OPEN, line])).text.split("\n")
    assert text[-2:] == [OPEN, line]
    assert len(text) < len(rows)  # it was wrapped


def test_a_form_is_not_taken_for_a_paragraph_although_a_line_is_full() -> None:
    head = "防汛值班安排如下，请各组按时到岗并做好交接班记录，值班电话保持二十四小时畅通。"
    field = "值班地点：镇政府办公楼一层东侧的防汛值班室"
    width = len(field)
    rows = [head[i : i + width] for i in range(0, len(head), width)]
    text = "\n".join([*rows, field, "值班电话：略"])
    assert clean(text).text == f"{head}\n{field}\n值班电话：略"


def test_items_of_one_length_are_no_paragraph() -> None:
    rows = [f"第{n}小组由老师带队负责东门一带的引导" for n in "甲乙丙丁戊己"]
    assert clean("\n".join(rows)).text == "\n".join(rows)


def test_a_line_of_one_section_is_not_gone_on_with_in_another() -> None:
    text = (
        "停车安排，东门设三个临时\n范围：环城北路以北，学府街以南\n"
        "时间：本周六上午，下午照常\n联系：物业服务中心，一层大厅\n"
    )
    (only,) = split(Source("a", text, ""))
    assert only.text == text.strip()


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        ("需要构建技", "术、资本"),
        ("三个临", "时停车场"),
        ("他说", "，明年"),
        ("灌溉技術的普", "及推廣"),
    ],
)
def test_a_cut_shows_in_the_language(tail: str, head: str) -> None:
    assert seam(tail, head) > 2


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        ("市建工集团承建", "雨天顺延至周日"),
        ("市民服务中心二楼", "报名费用"),
        ("pip install", "参数说明"),
    ],
)
def test_an_end_and_a_beginning_show_in_it_too(tail: str, head: str) -> None:
    assert seam(tail, head) < 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("每家门口都停着一条小木船", "船头朝着太阳升起的方向"),  # the last word taken up
        ("粗麻绳十二根，小铁锹一把", "干粮每人带三天的量即可"),  # 一把 of what
        ("阅览室：凭证登记，每人两小时", "雨天照常开放，雷电天气除外。"),  # a field's value
    ],
)
def test_two_lines_of_one_width_that_end_openly_are_two(one: str, other: str) -> None:
    width = len(one)
    rows = [PROSE[i : i + width] for i in range(0, len(PROSE), width)]
    text = clean("\n".join([*rows, one, other])).text
    assert one in text.split("\n")


def test_a_sentence_that_ends_openly_does_not_go_on_in_one_short_word() -> None:
    open_end = "大家商量好了秋天再回来看看老屋，带家属的请提前说"
    for said in ("爸，妈：", "好，就这样定了。", "通过。"):
        (only,) = split(Source("a", f"家书\n{PROSE}\n{open_end}\n{said}\n{PROSE}\n", ""))
        assert open_end in only.text.split("\n")


# -- what is said of a text's lines, told on a column of nine characters


def line(text: str, breaks: int = 1, indent: int = 0, **fields: bool) -> Line:
    return Line(
        0, len(text), breaks, indent, "apart" in fields, text, text, [], "doubled" in fields
    )


class Nine(_Fit):
    """Broken at nine characters."""

    def full(self, i: int) -> bool:
        return self.lines[i].chars >= 9


class PrintedNine(Nine):
    printed = True


def nine(*lines: Line | str) -> Nine:
    return Nine([one if isinstance(one, Line) else line(one) for one in lines])


CUT, REST = "镇上今年修了三条灌", "溉渠都通了水"
#: Nothing tells whether the one goes on in the other.
UNSURE = ("镇上停着一条小木船", "船头朝着太阳")
NEVER = float("-inf")


@pytest.mark.parametrize(
    ("one", "other", "alone"),
    [
        (CUT, REST, False),
        (*UNSURE, False),
        ("（今年新修的水渠）", "水渠的水", True),  # a remark
        (UNSURE[0], "3、带好雨具", True),  # an item
        (UNSURE[0], "时间：三月", True),  # a field
        ("（今年新修的水渠）", "，长三公里", False),  # whatever it looks like, it is cut
    ],
)
def test_what_looks_like_a_beginning(one: str, other: str, alone: bool) -> None:
    assert nine(one, other).alone == [alone]
    assert (nine(one, other).evidence == [NEVER]) == alone


@pytest.mark.parametrize("mark", "，。、；：！？")
def test_a_line_of_two_clauses_reads_like_prose(mark: str) -> None:
    other = line("船头朝着太阳")
    assert nine("镇上停着一条小木船", other).evidence == [0.0]
    assert nine(f"镇上{mark}停着一条小木船", other).evidence == [1.5]


@pytest.mark.parametrize(
    ("one", "other", "strong"),
    [
        (CUT, REST, [0]),
        ("镇上今年修的水渠，", "沿线五个村", [0]),
        (*UNSURE, []),
        ("镇上今年修的水渠：", "，长三公里", []),  # ends a sentence
        ("镇上今年修的水渠，", "时间：三月", []),  # a field
    ],
)
def test_what_surely_goes_on(one: str, other: str, strong: list[int]) -> None:
    assert nine(one, other).strong == strong


def test_lines_of_a_paragraph_are_as_far_apart_and_indented_as_most() -> None:
    text = nine(CUT, line(REST, 2, 1), line(CUT, 2, 1), line(REST, 2, 1), CUT, REST)
    assert (text.breaks, text.indent) == (2, 1)
    assert (nine(*UNSURE).breaks, nine(*UNSURE).indent) == (0, 0)


@pytest.mark.parametrize(
    ("last", "on"),
    [
        (line(REST), True),
        (line(REST, 2), False),
        (line(REST, 1, 1), True),
        (line(REST, 1, 2), False),  # a paragraph's indent
        (line(REST, apart=True), False),
    ],
)
def test_a_line_that_stands_off_begins_a_paragraph(last: Line, on: bool) -> None:
    assert nine(CUT, REST, CUT, REST, CUT, last).joins() == [True, False, True, False, on]
    assert nine("全镇共修了三条灌", REST, CUT, REST).joins()[0] is False  # not full
    # Whatever stands in the paragraph.
    within = nine(CUT, REST, CUT, REST, "停着船。船头朝着东", line(REST, apart=True))
    assert within.joins()[-1] is False


END = "溉渠通了水。"


@pytest.mark.parametrize(
    ("lines", "parted"),
    [
        ([CUT, END, line(CUT, 2), END, line(CUT, 2), END], True),
        ([CUT, END, line(CUT, 1, 2), END, line(CUT, 1, 2), END], True),
        ([CUT, END, line(CUT, 2), END, line(CUT, 1), END], False),
        ([CUT, REST, line(CUT, 2), REST], False),  # nothing ends
        ([CUT, END, line(CUT, 2), REST, CUT, END], True),  # what ends openly shows nothing
        ([CUT, END, line(CUT, 2), "镇上新修的水渠通。", CUT, END], True),  # nor what is full
    ],
)
def test_whether_paragraphs_show(lines: list[Line | str], parted: bool) -> None:
    assert nine(*lines).parted == parted


def test_a_full_line_that_ends_a_sentence_goes_on_where_paragraphs_show() -> None:
    full = "镇上的三条水渠通。"
    assert nine(CUT, END, full, CUT, REST).joins()[2] is False
    assert nine(CUT, END, line(full, 2), CUT, REST).joins()[2] is True
    assert PrintedNine(nine(CUT, END, full, CUT, REST).lines).joins()[2] is True


FULL = "镇上停着一条小木船"
STOP = "船头朝着太阳。"


@pytest.mark.parametrize(
    ("lines", "least"),
    [
        ([FULL, "船头朝着太阳"], 1.5),
        ([FULL, STOP], 0.5),
        ([FULL, FULL, FULL, STOP], 0.5),
        ([FULL, "船头朝着", STOP], 1.5),  # what is behind a line that is not full is not its end
        ([FULL, "船头。朝着太阳"], 0.5),
        (["镇上，停着小木船长", STOP], NEVER),
        (["镇上，停着小木船长", "船头朝着太阳"], 1.5),
        (["停着船。船头朝着东", "船头朝着太阳"], NEVER),
        (["停着船！船头朝着东", "船头朝着太阳"], NEVER),
        (["停着船？船头朝着东", "船头朝着太阳"], NEVER),
        ([FULL, "3、带好雨具。"], -NEVER),
        (["地点：镇上，西渡口", STOP], 1.5),  # a field's value
        (["地点：镇上，" + "船" * 23, STOP], 1.5),
        (["地点：镇上，" + "船" * 24, STOP], NEVER),  # too long for one
    ],
)
def test_what_language_must_say_of_a_cut(lines: list[str], least: float) -> None:
    assert nine(*lines).least(0, 0) == least


def test_it_must_say_less_where_paragraphs_show() -> None:
    text = nine(CUT, END, line(FULL, 2), STOP)
    assert text.parted
    assert text.least(2, 2) == -1.5


def test_what_stands_in_the_paragraph_so_far_counts() -> None:
    assert nine("地点：镇上，西渡口", FULL, STOP).least(1, 1) == 0.5
    assert nine("镇上，停着小木船长", FULL, STOP).least(1, 0) == NEVER
    assert nine("船。船头，都朝着灌", "溉渠里停着的小木船", "船头朝着太阳").joins() == [True, True]


# -- what is joined whatever the width


def test_lines_whose_characters_are_doubled_are_one() -> None:
    def joined(one: Line, other: Line) -> bool:
        return joins([one, other])[0]

    assert joined(line("镇上", doubled=True), line("水渠", doubled=True))
    assert not joined(line("镇上"), line("水渠", doubled=True))
    assert not joined(line("镇上", doubled=True), line("水渠"))
    assert not joined(line("镇上。", doubled=True), line("水渠", doubled=True))
    rows = [PROSE[i : i + 20] for i in range(0, len(PROSE), 20)]
    wrapped = [line("镇上", doubled=True), line("水渠", doubled=True), *map(line, rows)]
    assert joins(wrapped)[:3] == [True, False, True]


@pytest.mark.parametrize("side", [0, 1])
def test_what_stands_apart_or_is_doubled_goes_on_with_no_other(side: int) -> None:
    for what in ("apart", "doubled"):
        pair = [line(CUT), line(REST)]
        pair[side] = line(pair[side].text, **{what: True})
        assert nine(*pair).seams == [NEVER]
    assert nine("今年修了三条灌", REST).seams == [NEVER]  # narrower than any column
    assert nine("三" * 130, REST).seams > [NEVER]
    assert nine("三" * 131, REST).seams == [NEVER]


# -- broken by counting


def cut(text: str, width: int, indent: int = 0) -> list[Line]:
    return [line(text[i : i + width], 1, indent) for i in range(0, len(text), width)]


@pytest.mark.parametrize(
    ("text", "chars", "columns"),
    [
        ("水渠", 1, 2),
        ("3公里", 1, 1),
        ("2023年", 4, 4),
        ("(3) 水渠", 4, 4),
        ("AI水渠", 12, 12),  # whoever breaks English by hand leaves room
        ("agricultural水渠", 12, 12),
        ("agriculturally水渠", 14, 14),
    ],
)
def test_how_wide_the_beginning_of_a_line_is(text: str, chars: int, columns: int) -> None:
    assert (_first_unit(text, False), _first_unit(text, True)) == (chars, columns)


def test_how_wide_a_line_may_have_been() -> None:
    assert _widths(line("水渠3", 1, 2), False) == [3, 5, 7]
    assert _widths(line("水渠3", 1, 2), True) == [5, 7, 9]


def test_a_text_is_broken_at_the_width_of_its_cuts() -> None:
    for indent in (0, 2):
        text = _Exact(cut(PROSE, 20, indent))
        assert (text.wrapped, text.measure, text.widths) == (True, "chars", [20])
    assert _Exact([line(CUT), line(REST)]).wrapped  # one sure cut will do
    assert not _Exact(cut("镇上停着一条小木船船头朝着太阳", 9)).wrapped
    assert not _Exact([*cut(PROSE, 20), line("堤" * 23)]).wrapped  # what is wider was not broken
    assert _Exact([*cut(PROSE, 20), line("堤" * 22)]).wrapped
    assert not _Exact([*cut(PROSE, 20), *cut(SECOND, 27)]).wrapped  # no width in common


def test_a_text_may_have_two_widths() -> None:
    parts = [part for width in (20, 27) for _ in range(3) for part in cut(PROSE + SECOND, width)]
    assert _Exact(parts).widths == [20, 27]


def test_a_text_is_broken_at_columns_where_figures_are_narrow() -> None:
    figures = PROSE.replace("今年", "2023年").replace("三条", "3条").replace("十二", "12")
    rows = wrap("a", [figures], Style(40, True, "\n", "", False, False, False)).text
    text = _Exact([line(row) for row in rows.split("\n")])
    assert (text.wrapped, text.measure, text.widths) == (True, "columns", [40])


def test_a_line_is_full_when_the_next_ones_beginning_would_not_fit() -> None:
    def full(row: str, after: str) -> bool:
        text = _Exact([*cut(PROSE, 20), line(row), line(after)])
        assert text.widths == [20]
        return text.full(len(text.lines) - 2)

    assert full("船" * 20, "水渠")
    assert not full("船" * 19, "水渠")
    assert not full("船" * 21, "水渠")
    assert full("船" * 17, "2023年")
    assert not full("船" * 16, "2023年")
    assert full("船" * 19 + "）。", "水渠")  # no line begins with what closes
    assert full("船" * 20 + "。", "水渠")
    assert not full("船" * 21 + "水", "水渠")


def test_what_closes_a_line_may_hang_over_as_wide_as_it_is() -> None:
    text = _Exact([line("船" * 19 + "。"), line("水渠")])
    assert [text._full_at(0, width, False) for width in (18, 19, 20)] == [False, True, True]
    assert [text._full_at(0, width, True) for width in (37, 38, 41)] == [False, True, True]


# -- printed columns


def printed(*widths: int | str) -> _Printed:
    return _Printed([line("船" * n if isinstance(n, int) else n) for n in widths])


@pytest.mark.parametrize(
    ("widths", "full"),
    [
        ((20, 20, 17, 30), True),
        ((20, 20, 16, 30), False),  # less than nearly as wide as those before it
        ((20, 12, 17, 30), True),
        ((20, 12, 16, 30), False),
        ((30, 12, 12, 16, 30), True),  # two before it count
        (("船" * 19 + "。", "船" * 9 + "。", 12, 30), False),  # and no paragraph's last
        ((20, 20, 15, 20), True),  # an indented first line, by the next
        ((20, 20, 14, 20), False),
        ((30, 30, 25, 20), True),
        ((30, 30, 24, 19), False),  # wider than the next by more than print stretches
        ((20, 20, "船" * 19 + "。", 12), True),
        ((20, 20, "船" * 18 + "。", 12), False),  # a paragraph's last, nearly full
        ((20, 20, "船船" * 9 + "12。", 12), True),  # figures are narrow: 20 less a half
        (("船。", "船。", "船" * 19 + "。", 12), False),  # nothing before it
        ((12, 30, 30, 12, "船" * 8 + "。"), True),  # the last but one, as wide as another near it
        ((12, 30, 30, 12, "船" * 9), False),
        ((14, 30, 30, 12, "船" * 8 + "。"), False),
        (("船" * 11 + "。", 30, 30, 12, "船" * 8 + "。"), False),
    ],
)
def test_whether_a_printed_line_is_full(widths: tuple[int | str, ...], full: bool) -> None:
    assert printed(*widths).full(len(widths) - 2) is full


@pytest.mark.parametrize(
    ("widths", "least"),
    [
        ((20, 20), 1.5),
        ((19, 20), NEVER),  # as much narrower as an indent that got lost
        ((16, 20), NEVER),
        ((15, 20), 1.5),
        (("船" * 9 + "。", 18, 20), NEVER),
        ((20, "船" * 19 + "。", 18, 20), NEVER),  # a full line, too, may end the one before
        ((18, 18, 20), 1.5),  # goes on from a full line, and begins nothing
        ((18, 20, 9, 18, 20), NEVER),
    ],
)
def test_a_printed_paragraph_does_not_begin_with_a_line_that_lost_its_indent(
    widths: tuple[int | str, ...], least: float
) -> None:
    at = len(widths) - 2
    assert printed(*widths).least(at, at) == least


def ragged(text: str) -> list[Line]:
    rows, at = [], 0
    for width in (10, 11, 12, 10, 13) * 9:
        rows.append(text[at : at + width])
        at += width
    return [line(row) for row in rows if row]


def test_lines_of_about_a_width_are_a_printed_column() -> None:
    lines = ragged(PROSE + SECOND)
    assert len(lines) == 18
    assert not _Exact(lines).wrapped
    assert _Printed(lines).wrapped
    assert joins(lines) == [True] * 17
    assert _Printed(lines[:13]).wrapped
    assert not _Printed(lines[:12]).wrapped  # too few to show it
    assert _Printed([*lines, *[line("船")] * 16]).wrapped
    assert not _Printed([*lines, *[line("船")] * 17]).wrapped  # most lines are none of a column
    assert not _Printed([line(UNSURE[0])] * 14).wrapped  # no line goes on in the next


def test_only_full_lines_that_go_on_in_the_paragraph_show_a_printed_column() -> None:
    lines = ragged(PROSE + SECOND)
    apart = [replace(one, breaks=1 + i % 2) for i, one in enumerate(lines)]
    assert not _Printed(apart).wrapped
    long = [
        replace(one, text="渠" * 40 + one.text) if i % 2 else one for i, one in enumerate(lines)
    ]
    assert not _Printed(long).wrapped
