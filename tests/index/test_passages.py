"""Sentences and passages: what is embedded, and where it stands in the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.pages.articles import split
from index.pages.passages import passages, sentences
from index.records import Article, Source

TEXTS = st.one_of(
    st.text(alphabet=st.characters(), max_size=400),
    st.text(alphabet="天地人和，。；！？…“”（）\n 0123456789.ab", max_size=900),
)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def article(text: str, format: str = "txt") -> Article:
    (only,) = split(Source("a", text, "", format=format))
    return only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增长8.1%。明年见！", ["增长8.1%。", "明年见！"]),
        ("“好！”他说。", ["“好！”", "他说。"]),
        ("“好！”，他说。", ["“好！”，他说。"]),
        ("（资料图片。）下文", ["（资料图片。）", "下文"]),
        ("成立……近年来，发展", ["成立……", "近年来，发展"]),
        ("见http://a.b/c?d=1，版本No.5。", ["见http://a.b/c?d=1，版本No.5。"]),
        ("See No. 5 on p. 3. It is fine.", ["See No. 5 on p. 3.", "It is fine."]),
        (
            "He met Dr. Lee of Youju Co. Ltd. in May. It rained.",
            ["He met Dr. Lee of Youju Co. Ltd. in May.", "It rained."],
        ),
        ("短句；不分开。", ["短句；不分开。"]),
        ("标题\n正文", ["标题", "正文"]),
        ("真的？！是的。", ["真的？！", "是的。"]),
        ("标题\n的确如此", ["标题", "的确如此"]),
        ("成立…近年来", ["成立…近年来"]),
        ("Go ! Now", ["Go ! Now"]),
        ("See Dr. Li. It rained.", ["See Dr. Li.", "It rained."]),
        ("It rained.  “So what”", ["It rained.", "“So what”"]),
        ("It rained. 下雨了。", ["It rained.", "下雨了。"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize("stop", "。！？")
@pytest.mark.parametrize("closing", "”’\"'』」）)】")
def test_what_closes_belongs_to_its_sentence(stop: str, closing: str) -> None:
    assert cut(f"下雨{stop}{closing}晴了。") == [f"下雨{stop}{closing}", "晴了。"]


@pytest.mark.parametrize("stop", "!?")
@pytest.mark.parametrize("behind", " \n”’\"')）」』晴")
def test_an_english_stop_ends_a_sentence_where_a_word_does(stop: str, behind: str) -> None:
    assert len(cut(f"Rain{stop}{behind}晴了。")) == 2
    assert len(cut(f"Rain{stop}a{behind}晴了。")) == (2 if behind == "\n" else 1)


@pytest.mark.parametrize("closing", "”’\"')")
def test_an_english_full_stop_may_stand_behind_what_closes(closing: str) -> None:
    assert len(cut(f"Rain{closing}. Sun")) == 2


@pytest.mark.parametrize("mark", "，、；：,;》〉的")
def test_a_quotation_goes_on_with_its_sentence(mark: str) -> None:
    assert len(cut(f"“好！”{mark}他说。")) == 1


@pytest.mark.parametrize(
    "word",
    [
        "J",
        "No",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "vs",
        "Co",
        "Ltd",
        "Inc",
        "St",
        "Prof",
        "etc",
        "e.g",
        "i.e",
    ],
)
def test_an_abbreviation_ends_no_sentence(word: str) -> None:
    assert len(cut(f"We met {word}. Lee in May.")) == 1


def test_only_a_long_sentence_is_split_at_semicolons() -> None:
    part = "这一部分说明了同一件事情的一个方面，" * 3 + "到此为止"
    assert cut(f"{part}；{part}；{part}。") == [f"{part}；", f"{part}；", f"{part}。"]
    just = "天" * 59 + "；" + "地" * 60
    assert (len(cut(just)), len(cut(just + "。"))) == (1, 2)
    for closing in "”’』」）":
        assert cut(f"{part}；{closing}{part * 2}。") == [f"{part}；{closing}", f"{part * 2}。"]


@given(TEXTS)
@settings(deadline=None)
def test_sentences_hold_every_character_once(text: str) -> None:
    bounds = sentences(text)
    inside = "".join(text[start:end] for start, end in bounds)
    assert "".join(inside.split()) == "".join(text.split())
    assert all(a < b for a, b in bounds)
    assert all(b <= c for (_, b), (c, _) in pairwise(bounds))


@given(TEXTS, st.integers(20, 400), st.integers(0, 3))
@settings(deadline=None)
def test_passages_cover_the_article_and_lie_in_the_source(
    text: str, chars: int, overlap: int
) -> None:
    for one in split(Source("a", text, "")):
        covered: set[int] = set()
        for passage in passages(one, chars=chars, overlap_sentences=overlap):
            assert passage.text == one.text[passage.start : passage.end]
            assert passage.text.strip() == passage.text != ""
            assert len(passage.text) <= 1.25 * chars + 1
            assert passage.spans
            assert all(0 <= s.start < s.end <= len(text) for s in passage.spans)
            assert len(passage.span) == max(len(s) for s in passage.spans)
            covered.update(range(passage.start, passage.end))
        assert all(i in covered or c.isspace() for i, c in enumerate(one.text))


SENTENCE = "湿地面积在三年里扩大了两成，鸟类的数量也翻了一番。"


def test_whole_sentences_are_packed_and_the_last_one_is_repeated() -> None:
    found = passages(article(SENTENCE * 30))
    assert all(p.text.endswith("。") and len(p.text) == 250 for p in found[:-1])
    for before, after in pairwise(found):
        assert before.end - len(SENTENCE) == after.start
    alone = passages(article(SENTENCE * 30), overlap_sentences=0)
    assert "".join(p.text for p in alone) == SENTENCE * 30


def test_a_heading_opens_a_passage_and_is_given() -> None:
    one = article(f"# 候鸟\n\n{SENTENCE}\n\n## 归来\n\n{SENTENCE}\n\n## 守护\n\n{SENTENCE}", "md")
    first, second, third = passages(one)
    assert (first.heading, second.heading, third.heading) == ("", "归来", "守护")
    assert second.text == f"归来\n{SENTENCE}"
    assert first.text == f"候鸟\n{SENTENCE}"


def test_headings_in_a_row_are_given_together_and_open_one_passage() -> None:
    one = article(f"# 候鸟\n\n## 归来\n\n### 春天\n\n{SENTENCE}\n\n{SENTENCE}", "md")
    (only,) = passages(one)
    assert only.heading == "归来 春天"


@pytest.mark.parametrize(
    ("sizes", "packed"),
    [
        ([50, 50], [100]),
        ([50, 51], [50, 51]),
        ([49, 76], [125]),  # rather more than a passage of less than half
        ([49, 77], [49, 77]),
    ],
)
def test_how_much_a_passage_takes_in(sizes: list[int], packed: list[int]) -> None:
    assert lengths(sizes, 0) == packed


@pytest.mark.parametrize(
    ("sizes", "overlap", "packed"),
    [
        ([50, 50, 40], 1, [100, 90]),
        ([49, 51, 40], 1, [100, 40]),  # it would fill half
        ([60, 40, 40], 1, [100, 80]),
        ([50, 50, 60], 1, [100, 60]),  # the next one would not fit
        ([20, 20, 20, 20, 20, 20], 6, [100, 60]),
    ],
)
def test_how_much_is_repeated(sizes: list[int], overlap: int, packed: list[int]) -> None:
    assert lengths(sizes, overlap) == packed


def lengths(sizes: list[int], overlap: int) -> list[int]:
    """Those of the passages of about 100 characters of sentences of these lengths."""
    one = article("".join("天" * (size - 1) + "。" for size in sizes))
    return [len(p.text) for p in passages(one, chars=100, overlap_sentences=overlap)]


@pytest.mark.parametrize("mark", "，、：；,;—")
def test_where_a_very_long_sentence_is_cut(mark: str) -> None:
    def parts(text: str) -> list[str]:
        return [p.text for p in passages(article(text), chars=50, overlap_sentences=0)]

    sky, end = "天" * 30, "地" * 50
    for behind in ("", mark, *"”’』」）"):
        assert parts(f"{sky}{mark}{behind}{end}") == [f"{sky}{mark}{behind}", end]
    assert parts("天" * 20 + mark + end)[0] == "天" * 20 + mark + "地" * 29  # too early
    assert parts("天" * 120) == ["天" * 50, "天" * 50, "天" * 20]


def test_a_very_long_sentence_is_cut_at_commas() -> None:
    clause = "天上的云一朵接着一朵飘过去，"
    found = passages(article(clause * 60 + "完了。"), chars=100, overlap_sentences=0)
    assert all(p.text.endswith(("，", "。")) and len(p.text) <= 125 for p in found)


def test_ids_depend_on_source_and_text_alone() -> None:
    one, again = article(SENTENCE * 30), article(SENTENCE * 30)
    ids = [p.id for p in passages(one)]
    assert ids == [p.id for p in passages(again)]
    assert len(set(ids)) == len(ids)
    assert all(len(key) == 16 for key in ids)
    (other,) = split(Source("b", SENTENCE * 30, ""))
    assert not set(ids) & {p.id for p in passages(other)}


def test_a_very_long_sentence_without_a_comma_is_cut_between_words() -> None:
    whole = article("seeds " * 30 + "grow.")
    assert all(p.text.split(" ")[-1] in {"seeds", "grow."} for p in passages(whole, chars=50))
