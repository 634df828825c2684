"""The pretrained reader: what its windows hold, and what the shipped model says of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.pages.articles import split
from index.records import Article, Source
from index.reranking.reader import (
    LONGEST,
    MODEL,
    CrossEncoder,
    Window,
    WindowReading,
    around,
    builtin,
    windows,
)

NOTICE = """# 临江镇图书馆搬迁公告

## 一、搬迁安排
临江镇图书馆将于2024年6月3日起闭馆搬迁，预计8月12日在滨河路18号新馆重新开放。搬迁工作由副馆长何素芬负责，馆内藏书共计11.6万册，\
全部运往新馆。闭馆期间，读者可以到城南分馆借还图书，分馆每天开放到晚上8点。

## 二、为什么要搬
老馆建于1987年，屋顶漏水，消防设施也不达标，经鉴定为C级危房。新馆投资2300万元，设有阅览室、少儿区、自习室和多功能厅。

## 三、借阅证
持老证的读者不用换证。遗失借阅证的，带身份证到服务台补办，工本费5元。

| 区域 | 楼层 | 座位 |
|---|---|---|
| 阅览室 | 二楼 | 120 |
| 少儿区 | 一楼 | 60 |
| 自习室 | 三楼 | 200 |
"""


@pytest.fixture(scope="module")
def article() -> Article:
    (made,) = split(Source("notice.md", NOTICE, "", format="md", published="2024-05-20"))
    return made


@pytest.fixture(scope="module")
def cut(article: Article) -> list[Window]:
    return windows(article)


@pytest.fixture(scope="module")
def model() -> CrossEncoder:
    return builtin()


def best(question: str, cut: list[Window], model: CrossEncoder) -> tuple[Window, WindowReading]:
    readings = model.read(question, cut)
    return max(zip(cut, readings, strict=True), key=lambda pair: pair[1].here)


def top(question: str, cut: list[Window], model: CrossEncoder) -> str:
    window, reading = best(question, cut, model)
    start, end, _ = reading.spans(1)[0]
    return window.text[start:end]


# -- windows


def test_windows_hold_every_sentence_and_say_where(article: Article, cut: list[Window]) -> None:
    held = np.zeros(len(article.text), dtype=bool)
    for window in cut:
        place = slice(window.start, window.start + len(window.text))
        assert article.text[place] == window.text
        assert len(window.text) <= LONGEST
        held[place] = True
    title = len(article.title)
    missing = [c for c, seen in zip(article.text[title:], held[title:], strict=True) if not seen]
    assert not "".join(missing).strip()


def test_a_window_knows_title_heading_and_date(cut: list[Window]) -> None:
    assert all(window.title == "临江镇图书馆搬迁公告" for window in cut)
    assert all(window.date == "2024-05-20" for window in cut)
    (fee,) = [w for w in cut if "工本费" in w.text]
    assert "借阅证" in fee.heading + fee.text


def test_a_row_far_below_knows_its_columns() -> None:
    rows = "\n".join(
        f"| 第{i}号楼 | {i} | {100 + i}户 | 朝南 | 二〇二{i % 10}年交付 |" for i in range(40)
    )
    text = f"# 楼盘\n\n| 楼号 | 层数 | 户数 | 朝向 | 交付 |\n|---|---|---|---|---|\n{rows}\n"
    (made,) = split(Source("table.md", text, "", format="md"))
    assert "户数" in windows(made)[-1].text


def test_the_window_around_a_sentence_holds_it(article: Article) -> None:
    at = article.text.index("工本费")
    for lean in (0.0, 0.5, 1.0):
        window = around(article, at, at + 3, lean)
        assert window is not None
        assert window.start <= at < window.start + len(window.text)
    assert around(article, len(article.text) + 5, len(article.text) + 6) is None


def test_an_untitled_article_lends_its_first_words() -> None:
    text = "长河县气象台发布暴雨预警。" + "预计今天夜间到明天白天，县内大部地区有中到大雨。" * 20
    (made,) = split(Source("n1", text, "", format="jsonl"))
    cut = windows(made)
    assert cut[0].title == ""
    assert cut[-1].title.startswith("长河县气象台")


# -- the shipped model

shipped = pytest.mark.skipif(
    not (MODEL / "model.onnx").exists(), reason="no model in this checkout"
)


@shipped
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("新馆什么时候重新开放？", "8月12日"),
        ("谁负责这次搬迁", "何素芬"),
        ("借书证丢了补一张要多少钱", "5元"),
        ("老馆是哪年建的？", "1987年"),
        ("新館投資了多少錢？", "2300万元"),
        ("How many books does the library hold?", "11.6万册"),
    ],
)
def test_the_answer_is_found(
    question: str, answer: str, cut: list[Window], model: CrossEncoder
) -> None:
    window, _ = best(question, cut, model)
    assert answer in window.text
    found = top(question, cut, model)
    assert answer in found
    assert len(found) <= len(answer) + 1, "the answer, and at most one character beside it"


@shipped
@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        ("新馆投资多少钱？", "新馆每年的运营费用是多少？"),
        ("搬迁由谁负责？", "新馆是谁设计的？"),
        ("藏书有多少册？", "有多少读者办了借阅证？"),
    ],
)
def test_a_near_miss_scores_lower(
    asked: str, missed: str, cut: list[Window], model: CrossEncoder
) -> None:
    assert best(asked, cut, model)[1].here > best(missed, cut, model)[1].here + 1


@shipped
def test_another_subject_is_not_here(cut: list[Window], model: CrossEncoder) -> None:
    assert all(r.here < 0 for r in model.read("火星探测器什么时候发射？", cut))


@shipped
def test_every_item_of_a_list_is_inside(cut: list[Window], model: CrossEncoder) -> None:
    window, reading = best("新馆有哪些功能区？", cut, model)
    inside = "".join(window.text[a:b] for a, b, _ in reading.items())
    assert sum(item in inside for item in ("阅览室", "少儿区", "自习室", "多功能厅")) >= 3


@shipped
def test_the_sentence_that_bears_the_answer_is_lit(cut: list[Window], model: CrossEncoder) -> None:
    window, reading = best("老馆为什么要搬？", cut, model)
    at = int(np.argmax(reading.evidence))
    assert window.text.index("老馆建于") <= at < window.text.index("新馆投资")


@shipped
def test_traditional_is_read_as_simplified(cut: list[Window], model: CrossEncoder) -> None:
    one = [r.here for r in model.read("遗失借阅证怎么办？", cut)]
    other = [r.here for r in model.read("遺失借閱證怎麼辦？", cut)]
    assert np.allclose(one, other, atol=0.2)


@shipped
def test_a_reading_is_by_characters_and_hangs_on_nothing_else(
    cut: list[Window], model: CrossEncoder
) -> None:
    question = "自习室有几个座位"
    together = model.read(question, cut)
    for window, reading in zip(cut, together, strict=True):
        assert len(reading.start) == len(reading.inside) == len(window.text)
        (alone,) = model.read(question, [window])
        assert alone.here == reading.here
        spans = reading.spans(3)
        assert all(0 <= a < b <= len(window.text) for a, b, _ in spans)
        assert spans == sorted(spans, key=lambda s: -s.score)
    with ThreadPoolExecutor(4) as pool:
        for again in pool.map(lambda _: model.read(question, cut), range(4)):
            assert [r.here for r in again] == [r.here for r in together]


@shipped
def test_odd_input_is_read_too(model: CrossEncoder) -> None:
    assert model.read("问", []) == []
    for text in ("", " ", "\n", "🙂🙂", "a" * 3000, "中" * 3000):
        (reading,) = model.read("问" * 400, [Window(text)])
        assert len(reading.evidence) == len(text)
        assert np.isfinite(reading.here)
