"""Which texts show torn columns: only in those does anything move."""

from __future__ import annotations

from test_articles import BIRDS, BREAD, SEEDS, articles, blocks, page

from index.pages.blocks import layout
from index.pages.mend import _is_even, is_torn
from index.reading import read
from index.records import Source


def torn(text: str) -> bool:
    return is_torn(layout(Source("a", text, "")).pieces)


def test_the_newspaper_pages_among_the_seeds_are_torn_and_the_others_are_not() -> None:
    found = []
    for path in SEEDS:
        (source,) = read(path, name=path.name)
        assert isinstance(source, Source)
        found.append(is_torn(layout(source).pieces))
    # 000 has no tear at all; 004 is wrapped columns in their right order.
    assert found == [False, True, True, True, False]


def test_two_words_cut_in_two_show_a_torn_page() -> None:
    birds, bread = BIRDS[1].index("数量") + 1, BREAD[1].index("孩子") + 1
    end = "(作者单位：海边林业站)"
    one = [BIRDS[0], BIRDS[1][:birds], BREAD[0]]
    assert torn(
        page(*one, BREAD[1][:bread], BIRDS[1][birds:], BIRDS[2], end, BREAD[1][bread:], BREAD[2])
    )
    # One may be chance.
    assert not torn(page(*one, BREAD[1], BIRDS[1][birds:], BIRDS[2], end, BREAD[2]))


def test_nothing_moves_in_a_text_whose_lines_all_stop_in_mid_sentence() -> None:
    text = "\n".join(line[i : i + 17] for line in BIRDS + BREAD for i in range(0, len(line), 17))
    shuffled = "\n".join(sorted(text.split("\n")))
    found = "\n".join(article.text for article in articles(shuffled))
    assert not torn(shuffled)
    assert found == shuffled


def test_neighbours_that_share_no_word_are_left_apart() -> None:
    open_end = "东门设三个临时停车区，南门不设，请各位业主按照物业的"
    (only,) = articles(
        page("停车安排", BIRDS[0], open_end, "范围是环城北路以北，学府街以南。", BIRDS[2])
    )
    assert open_end in blocks(only, "paragraph", "heading")


def test_one_word_cut_in_two_is_chance() -> None:
    birds, end = BIRDS[1].index("数量") + 1, "(作者单位：海边林业站)"
    lines = [BIRDS[0], BIRDS[1][:birds], BREAD[0], BREAD[1], end, BIRDS[1][birds:], BIRDS[2]]
    assert not torn(page(*lines))
    bread = BREAD[2].index("名录") + 1
    assert torn(page(*lines, BREAD[2][:bread], end, BREAD[2][bread:] + BREAD[0]))


def test_captions_may_stand_between_two_halves_and_so_many_only() -> None:
    at = BIRDS[1].index("数量") + 1

    def joined(captions: int) -> bool:
        between = ["图为湿地里停留的水鸟。赵一山摄"] * captions
        text = page("候鸟归来", BIRDS[0], BIRDS[1][:at], *between, BIRDS[1][at:], *BIRDS[2:])
        (only,) = articles(text)
        return BIRDS[1] in blocks(only, "paragraph")

    assert joined(6)
    assert not joined(7)


def test_of_a_torn_text_most_paragraphs_end_well_and_lists_do_not_count() -> None:
    def even(open_ends: int, ended: int, *others: str) -> bool:
        lines = [BIRDS[1][:30]] * open_ends + [BIRDS[0]] * ended
        return _is_even(layout(Source("a", page("候鸟归来", *lines, *others), "")).pieces)

    assert even(2, 3)
    assert not even(3, 3)
    assert not even(0, 3)
    assert even(
        2, 3, "东门，从今天起南门不设", "西门，从今天起临时开放", "北门，从今天起照常开放"
    )  # too short for prose
