"""Which texts show torn columns: only in those does anything move."""

from __future__ import annotations

from test_articles import BIRDS, BREAD, SEEDS, articles, blocks, page

from index.pages.blocks import layout
from index.pages.mend import is_torn
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
