from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import analysis
from index.analysis import fold, pairs, query_terms, simplify, terms
from index.background import Background, background, pack, unpack
from index.store.base import Row
from index.store.lexical import LexicalIndex, LexicalWriter
from training.background import frequent


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("增长8.1%", "8.1"),
        ("达2.2万件", "2.2万"),
        ("共1,096家", "1096"),
        ("共１，０９６家", "1"),
        ("“33618”体系", "33618"),
        ("M7和5G", "m7"),
        ("M7和5G", "5g"),
        ("航天eVTOL首飞", "evtol"),
        ("能耗0.12", "0.12"),
        ("GPT-4发布", "gpt-4"),
        ("GPT-4发布", "gpt"),
        ("重慶產業", "重庆"),
        ("ＡＩ產業", "ai"),
        ("18个", "18个"),
    ],
)
def test_numbers_codes_and_words_are_kept_whole(text: str, kept: str) -> None:
    assert kept in terms(text)


def test_a_pair_does_not_cross_punctuation() -> None:
    assert "庆企" not in terms("重庆，企业")
    assert "ab" not in terms("a，b")
    assert "1820" not in terms("18，200")


def test_fold_knows_width_case_and_traditional_characters() -> None:
    assert fold("ＡＩ產業與機場") == "ai产业与机场"


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("都市計畫", "都市计划"),  # 畫 alone is 画
        ("畫家", "画家"),
        ("瞭解", "了解"),
        ("瞭望", "瞭望"),
        ("乾燥", "干燥"),
        ("乾隆", "乾隆"),
        ("反覆", "反复"),
    ],
)
def test_a_traditional_word_has_the_terms_of_the_simplified_one(
    traditional: str, simplified: str
) -> None:
    assert terms(traditional) == terms(simplified)


@given(st.text(alphabet="計畫瞭解藉此反覆乾隆坤慶麼甚後於鍾書𠮷\ud800\0aＡ，\n", max_size=40))
def test_simplifying_keeps_positions(text: str) -> None:
    simple = simplify(text)
    assert len(simple) == len(text)
    assert [c for c in simple if c in "aＡ，\n\0\ud800"] == [
        c for c in text if c in "aＡ，\n\0\ud800"
    ]


def test_a_longer_phrase_would_not_move_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    def longer(text: str) -> str:
        return text.replace("計畫案", "计划").replace("畫", "画").replace("計", "计")

    monkeypatch.setattr(analysis, "_to_simplified", lambda: longer)
    assert simplify("的計畫案。") == "的计画案。"


@given(st.text(max_size=80))
def test_any_text_has_terms_without_white_space(text: str) -> None:
    assert all(term and not any(map(str.isspace, term)) for term in terms(text))
    assert all(weight > 0 for weight in query_terms(text).values())


@given(st.text(alphabet="重庆18个，。 aB.", max_size=30))
def test_a_text_finds_itself(text: str) -> None:
    assert set(query_terms(text)) == set(terms(text))


def test_words_that_ask_count_less() -> None:
    weights = query_terms("请问重庆有多少家企业？")
    assert max(weights["多少"], weights["请问"], weights["有多"]) < weights["企业"]
    assert weights["业"] < weights["企业"]


def test_background_knows_rare_from_common() -> None:
    table = background()
    assert table.idf("的") < table.idf("重庆") < table.idf("从未见过")
    assert table.share("从未见过") == 1


def test_background_survives_packing() -> None:
    table = unpack(pack(1000, [("甲", 1000), ("乙", 10), ("丙丁", 2)]))
    exact = Background(1000, {"甲": 100, "乙": 33, "丙丁": 10})
    assert len(table) == 3
    assert table.idf("乙") == pytest.approx(exact.idf("乙"))
    assert table.idf("甲") < 0.01
    assert len(unpack(pack(10, []))) == 0


def test_frequent_terms_are_counted_by_text() -> None:
    texts = ["机场的机场", "机场", "企业"]
    assert dict(frequent(texts, 2))["机场"] == 2
    assert "企业" not in dict(frequent(texts, 2))


def row(key: int, source: str, file: str, text: str, heading: str) -> Row:
    return Row(key, source, file, text, heading, np.zeros(1, dtype=np.float32))


ROWS = [
    row(1, "a.txt", "a.txt", "重庆机场有108个登机口", "机场"),
    row(2, "b.jsonl#1", "b.jsonl", "机器人企业达到326家", "产业"),
    row(3, "b.jsonl#2", "b.jsonl", "重庆机器人产业", "产业"),
]


def write(
    folder: Path,
    *,
    rows: Iterable[Row],
    removed: Iterable[int] = (),
    previous: Path | None = None,
) -> None:
    writer = LexicalWriter(folder, previous)
    writer.remove(removed)
    writer.add(rows)
    writer.close()


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    write(tmp_path / "one", rows=ROWS)
    return LexicalIndex(tmp_path / "one")


def test_search_ranks_and_scores_agree(index: LexicalIndex) -> None:
    weights = dict.fromkeys(terms("重庆机器人"), 1.0)
    found = index.search(weights, 10)
    assert found[0][0] == 3
    scores = index.scores(weights, [1, 2, 3, 99])
    assert scores.pop(99) == 0
    assert scores == pytest.approx(dict(found))
    assert found[0][1] < index.attainable(weights) * 1.5


def test_weights_are_linear(index: LexicalIndex) -> None:
    (_, once), *_ = index.search({"登机": 1.0}, 1)
    (_, twice), *_ = index.search({"登机": 2.0}, 1)
    assert twice == pytest.approx(2 * once)


def test_search_within_sources_and_files(index: LexicalIndex) -> None:
    weights = {"重庆": 1.0, "机器": 1.0}
    assert {key for key, _ in index.search(weights, 10, ["a.txt"])} == {1}
    assert {key for key, _ in index.search(weights, 10, ["b.jsonl"])} == {2, 3}
    assert {key for key, _ in index.search(weights, 10, ["b.jsonl#2", "a.txt"])} == {1, 3}
    assert index.search(weights, 10, ["none.txt"]) == []
    assert index.keys_of(["b.jsonl"]) == {2, 3}
    assert index.keys_of(["b.jsonl#2", "a.txt", "none.txt"]) == {1, 3}


def test_nothing_is_found_without_terms(index: LexicalIndex) -> None:
    assert index.search({}, 10) == []
    assert index.search({"不存在": 1.0}, 10) == []
    assert index.keys_of(["none.txt"]) == set()
    assert index.scores({}, [1]) == {1: 0.0}
    assert index.attainable({}) == 0


def test_titles_and_headings_are_searched(index: LexicalIndex) -> None:
    assert {key for key, _ in index.search({"产业": 1.0}, 10)} == {2, 3}


def test_growing_leaves_the_previous_index_alone(tmp_path: Path, index: LexicalIndex) -> None:
    new = [row(2, "b.jsonl#1", "b.jsonl", "机器人企业达到400家", ""), row(4, "d", "d", "森林", "")]
    write(tmp_path / "two", rows=new, removed=[2, 3], previous=tmp_path / "one")
    grown = LexicalIndex(tmp_path / "two")
    assert len(grown) == 3
    assert {key for key, _ in grown.search({"机器": 1.0}, 10)} == {2}
    assert grown.search({"326": 1.0}, 10) == []
    for old in (index, LexicalIndex(tmp_path / "one")):
        assert len(old) == 3
        assert {key for key, _ in old.search({"机器": 1.0}, 10)} == {2, 3}


def test_growing_copies_where_links_are_refused(
    tmp_path: Path, index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr("os.link", refuse)
    write(tmp_path / "two", rows=[], previous=tmp_path / "one")
    assert len(LexicalIndex(tmp_path / "two")) == len(index)


@pytest.mark.parametrize(
    "text", ["成渝氢走廊开通", "在2025年成渝氢走廊A段", "（成渝氢走廊）", "成渝氫走廊"]
)
def test_a_text_has_all_pairs_of_a_word_that_stands_in_it(text: str) -> None:
    assert pairs("成渝氢走廊") == ["成渝", "渝氢", "氢走", "走廊"]
    assert set(pairs("成渝氢走廊")) <= set(terms(text))
    assert pairs("M7") == pairs("廊") == []
