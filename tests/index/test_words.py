"""The table's words are those of its tokenizer."""

import json
import unicodedata
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.analysis import nfkc
from index.embedding.load import TABLE
from index.embedding.words import Cutter

FILE = TABLE / "tokenizer.json"
SEEDS = Path(__file__).parents[2] / "seeds"
SCORES = dict(json.loads(FILE.read_text("utf-8"))["model"]["vocab"])
CUTTER = Cutter(FILE)
TOKENIZER = Tokenizer.from_file(str(FILE))


def expected(texts: list[str]) -> list[list[int]]:
    encoded = TOKENIZER.encode_batch(texts, add_special_tokens=False)
    return [one.ids for one in encoded]


def test_the_words_of_articles_are_the_tokenizers() -> None:
    files = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    lines = list(chain.from_iterable(text.splitlines() for text in files))
    assert len(lines) > 100
    for texts in (files, lines):
        assert [words.tolist() for words in CUTTER.cut(texts)] == expected(texts)


@given(st.text(st.sampled_from("重庆市机场工业产业Ａa3.９㎡計畫，。 \n\u0301\u2f08\ud800鿿𠀀")))
def test_the_words_of_any_text_are_as_likely(text: str) -> None:
    """Of two ways to cut that are as likely (22 2, 2 22) each library takes another one."""
    (words,) = CUTTER.cut([text])
    (wanted,) = expected([text.encode("utf-8", "replace").decode()])
    assert "".join(map(CUTTER.word, words)) == "".join(map(CUTTER.word, wanted))
    likely, most = (sum(SCORES[CUTTER.word(word)] for word in found) for found in (words, wanted))
    assert likely == pytest.approx(most, abs=1e-3)


def test_distinct_words_are_the_words_each_once() -> None:
    files = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    texts = ["", "。", "\u0b85", *files]
    for words, each in zip(CUTTER.cut(texts), CUTTER.distinct(texts), strict=True):
        assert each.tolist() == sorted(set(words.tolist()))


def test_nothing_has_no_words() -> None:
    assert CUTTER.cut([]) == []
    assert [words.tolist() for words in CUTTER.cut(["", "。"])] == [[], []]


@given(
    st.text(st.sampled_from("重Ａa，：（）；！？!?…\u0301\u0338℃ｶﾞ가각㎡ﬁ\ud800") | st.characters())
)
def test_text_is_folded_as_the_standard_says(text: str) -> None:
    assert nfkc(text) == unicodedata.normalize("NFKC", text)
