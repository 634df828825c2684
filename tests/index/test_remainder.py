"""A text that is stored once comes back as it was, whatever its parts hold of it."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import IndexConfig, Library
from index.store.packing import pack_text, pack_vector, unpack_text, unpack_vector
from index.store.remainder import pack_article, pack_source, unpack_article, unpack_source

TEXT = "重庆2025年新增企业326家。\n\n其中机器人企业18家！"


@given(st.text(st.characters(codec=None, exclude_categories=[]), max_size=40))
def test_every_text_survives_packing(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


def test_every_character_is_packed_as_itself() -> None:
    for first in range(0, 0x110000, 0x1000):
        text = "".join(map(chr, range(first, first + 0x1000)))
        assert unpack_text(pack_text(text)) == text


def test_a_short_chinese_text_takes_half_of_its_utf8() -> None:
    text = "今年以来，全市持续推进城市建设，已经完成投资三百亿元，其中企业服务项目增长较快。"
    assert len(pack_text(text)) < 0.5 * len(text.encode())


@pytest.mark.parametrize("blob", [b"", b"\x00", b"\x03ab", pack_text(TEXT)[:-3]])
def test_bytes_that_are_no_packed_text_are_refused(blob: bytes) -> None:
    with pytest.raises((ValueError, zlib.error)):
        unpack_text(blob)


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5),
)
def test_an_article_is_its_passages_and_what_lies_between(
    text: str, spans: list[tuple[int, int]]
) -> None:
    cuts = [(start, text[start : start + n]) for start, n in spans if start <= len(text)]
    assert unpack_article(pack_article(text, cuts), cuts) == text


@given(st.data(), st.text(min_size=1, max_size=30))
def test_a_source_is_its_articles_and_what_they_leave_out_or_say_otherwise(
    data: st.DataObject, text: str
) -> None:
    places = st.lists(st.integers(0, len(text) - 1), max_size=30)
    articles = []
    for offsets in data.draw(st.lists(places, max_size=3)):
        said = "".join(data.draw(st.sampled_from([text[at], "\n", "x"])) for at in offsets)
        articles.append((said, np.array(offsets, dtype=np.int32)))
    assert unpack_source(pack_source(text, articles), len(text), articles) == text


def test_what_passages_hold_is_not_held_again() -> None:
    assert len(pack_article(TEXT, [(0, TEXT[:16]), (12, TEXT[12:])])) == 4
    whole = np.arange(len(TEXT), dtype=np.int32)
    assert len(pack_source(TEXT, [(TEXT, whole)])) == 4


def test_another_text_is_not_taken_for_the_one_that_was_packed() -> None:
    blob = pack_article(TEXT, [(0, TEXT[:16])])
    with pytest.raises(ValueError, match="not what was written"):
        unpack_article(blob, [(0, TEXT[:16].replace("326", "623").replace("2025", "2035"))])


def test_a_vector_keeps_its_cosines() -> None:
    rows = np.random.default_rng(1).normal(size=(50, 256)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    back = np.stack([unpack_vector(pack_vector(row)) for row in rows])
    assert np.abs(back @ rows.T - rows @ rows.T).max() < 0.01
    assert len(pack_vector(rows[0])) == 260
    assert not unpack_vector(pack_vector(np.zeros(8, dtype=np.float32))).any()


def test_texts_that_are_there_twice_come_back(tmp_path: Path) -> None:
    """Of passages, and of articles, that are the same word for word the catalogue keeps one."""
    line = "据统计，全市机器人企业达到326家，比去年增加18家，产值超过三百亿元。"
    names = {
        "twice.txt": f"机器人\n\n{(line * 12)}\n\n{line * 12}\n",
        "page.md": f"# 甲\n\n{line}\n\n" * 3,
    }
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
        for name, text in names.items():
            library.add_text(name, text.encode())
            assert library.source(name).text == text
        assert library.check() == []
        with closing(sqlite3.connect(library.path / "catalog.sqlite")) as db:
            ids = [row[0] for row in db.execute("SELECT id FROM passages")]
        assert len(ids) == len(set(ids))
