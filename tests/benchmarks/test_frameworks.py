"""The comparison with frameworks: which questions are asked, what is found, what is drawn."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.curves import draw
from benchmarks.frameworks import _opened, _questions, table
from benchmarks.systems import NEEDS, PASSAGE_CHARS, SYSTEMS, Youju, passages

ARTICLES = {"a": "南山机场去年旅客吞吐量达到两千万人次。", "b": "全市有机器人企业326家。"}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    rows = [{"id": name, "title": "", "text": text} for name, text in ARTICLES.items()]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_the_library_finds_the_article(articles: Path, tmp_path: Path) -> None:
    Youju().build(articles, tmp_path / "library")
    assert Youju().open(tmp_path / "library")("机器人企业有多少家？")[0] == "b"


def test_only_questions_whose_evidence_is_there_are_asked(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"question": name, "evidence": [[{"file": f"news.jsonl#{name}"}]]} for name in ("a", "x")
    ]
    gold.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [json.loads(line)["question"] for line in _questions(gold, {"a", "b"}, 10)] == ["a"]


def test_passages_are_cut_by_length(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "字" * (PASSAGE_CHARS + 1)}), encoding="utf-8")
    owners, texts = passages(path)
    assert (owners, [len(text) for text in texts]) == (["a", "a"], [PASSAGE_CHARS, 1])


def test_packed_articles_are_read(articles: Path) -> None:
    import lzma

    packed = articles.with_suffix(".jsonl.xz")
    packed.write_bytes(lzma.compress(articles.read_bytes()))
    with _opened(packed) as lines:
        assert len(list(lines)) == len(ARTICLES)


def test_each_system_says_what_it_needs() -> None:
    assert NEEDS.keys() == SYSTEMS.keys()


def test_rows_become_a_table_and_a_picture() -> None:
    assert table(["system", "p50"], [["x", "2"]]).splitlines()[-1] == "| x | 2 |"
    points = [("one", 1000, 2.0), ("one", 10_000, 20.0), ("two", 1000, 4.0)]
    root = ElementTree.fromstring(draw("问题", points))
    lines = [node for node in root if node.tag.endswith("polyline")]
    starts = [float(line.attrib["points"].split()[0].split(",")[1]) for line in lines]
    assert len(lines) == 2
    assert starts[0] > starts[1], "less is further down"
