"""What is answered without a search: small talk, and questions about the library itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import IndexConfig, Library
from server.answer import Answerer
from server.records import Answer, Event, Question
from server.settings import Settings

NEWS = [
    ("桥", "滨河大桥通车", "2024-03-01", "滨河大桥将于9月1日正式通车，桥长1.2公里。"),
    ("馆", "图书馆新馆开放", "2024-05-06", "新馆设有阅览座位1800个，馆外的滨河大桥同日通车。"),
    ("茶", "云雾县的茶叶账本", None, "云雾县茶园面积12.8万亩，去年干茶产量6100吨。"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("aside")
    lines = [dict(zip(("id", "title", "published", "text"), row, strict=True)) for row in NEWS]
    news = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "news.jsonl").write_text(news, encoding="utf-8")
    made = Library(tmp_path_factory.mktemp("library") / "library", IndexConfig(embedder="hash"))
    made.update([folder])
    return made


def ask(library: Library, question: str, **more: tuple[str, ...]) -> Answer:
    return Answerer(library, Settings(), models={}).ask(Question(question, **more))


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("谢谢！", "不客气"),
        ("您好", "只根据库里的文章回答"),
        ("你是谁？", "有据"),
        ("你確定嗎？", "原文"),
        ("？？？", "请把问题写成一句话"),
        ("Thanks a lot!", "You are welcome"),
        ("Who are you?", "I am Youju"),
    ],
)
def test_small_talk_is_answered_kindly_and_out_of_no_article(
    library: Library, said: str, answered: str
) -> None:
    answer = ask(library, said)
    assert answered in answer.answer
    assert (answer.refused, answer.engine, answer.reason) == (True, "small_talk", "")
    assert (answer.citations, answer.claims, answer.hits) == ((), (), ())


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("一共有多少篇文章？", ["3 篇文章"]),
        ("你这里有哪些文件？", ["《滨河大桥通车》", "《图书馆新馆开放》", "news.jsonl#茶"]),
        ("最近的是哪篇？", ["2024-05-06", "《图书馆新馆开放》", "1 篇没有注明日期"]),
        ("最早的文章是哪一篇？", ["2024-03-01", "《滨河大桥通车》"]),
        ("有没有关于茶叶的文章？", ["1 篇", "《云雾县的茶叶账本》"]),
        ("哪些文章提到了滨河大桥？", ["2 篇", "《滨河大桥通车》", "《图书馆新馆开放》"]),
        ("有沒有關於火星的報導？", ["没有找到"]),
        ("How many articles are there?", ["3 articles"]),
        ("What is the latest article?", ["2024-05-06", "“图书馆新馆开放”"]),
    ],
)
def test_the_catalogue_answers_and_says_so(
    library: Library, question: str, told: list[str]
) -> None:
    answer = ask(library, question)
    assert all(words in answer.answer for words in told), answer.answer
    assert (answer.refused, answer.engine) == (False, "catalogue")
    # Nothing in it is quoted from an article, and nothing is said to be.
    assert not answer.citations
    assert {claim.support for claim in answer.claims} == {"none"}
    assert "\n".join(claim.text for claim in answer.claims) == answer.answer


def test_only_the_latest_is_told_as_the_latest(library: Library) -> None:
    assert "《滨河大桥通车》" not in ask(library, "最新的文章是哪篇？").answer


def test_a_scope_limits_the_catalogue_too(library: Library) -> None:
    assert "1 篇文章" in ask(library, "一共有多少篇文章？", sources=("news.jsonl#桥",)).answer
    assert "没有找到" in ask(library, "有没有关于茶叶的文章？", sources=("news.jsonl#桥",)).answer


def test_an_aside_streams_as_an_answer_does(library: Library) -> None:
    events: list[Event] = list(
        Answerer(library, Settings(), models={}).stream(Question("一共有多少篇文章？"))
    )
    assert [event.name for event in events] == ["query", "hits", "delta", "done"]
    assert events[2].data == events[3].data.answer


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as empty:
        answer = ask(empty, "有多少篇文章？")
        assert answer.answer == "库里还没有文章。"
        assert "不客气" in ask(empty, "谢谢").answer
