"""Questions about the library itself are told from questions to the articles."""

from __future__ import annotations

import pytest

from server.question.about_library import LibraryQuestion, about_library
from server.question.understanding import normalise


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("一共有多少篇文章？", "count"),
        ("你这里现在有几份资料", "count"),
        ("文库裡總共有多少份文件？", "count"),
        ("How many articles are there?", "count"),
        ("有哪些文件", "list"),
        ("库里都有什么？", "list"),
        ("列出所有文章的标题", "list"),
        ("What documents do you have?", "list"),
        ("最近的是哪篇？", "latest"),
        ("最新的一篇报道是什么时候的？", "latest"),
        ("哪篇文章最新？", "latest"),
        ("What is the newest article?", "latest"),
        ("最早的文章是哪一篇？", "earliest"),
        ("Which document is the oldest?", "earliest"),
    ],
)
def test_what_asks_about_the_library_is_known(question: str, kind: str) -> None:
    asked = about_library(normalise(question))
    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("有没有关于氢能的文章？", "氢能"),
        ("有沒有跟茶葉有關的報導？", "茶叶"),
        ("哪些文章提到了赛力斯？", "赛力斯"),
        ("有多少篇文章提到低空经济？", "低空经济"),
        ("讲养老的文章有哪些？", "养老"),
        ("Are there any articles about hydrogen?", "hydrogen"),
    ],
)
def test_what_articles_are_sought_about_is_known(question: str, topic: str) -> None:
    assert about_library(normalise(question)) == LibraryQuestion("about", topic)


@pytest.mark.parametrize(
    "question",
    [
        "有多少家企业？",
        "一共有多少人？",
        "最近的医院在哪里？",
        "最新的政策是什么？",
        "有哪些困难？",
        "多少文件被泄露了？",
        "这篇文章采访了多少人？",
        "文章里说的“三网融合”是什么？",
        "博物馆有多少文献？",
        "哪篇文章说重庆有19家整车企业？",
        "How many articles does the treaty have and when was it signed?",
    ],
)
def test_what_asks_the_articles_is_left_to_them(question: str) -> None:
    assert about_library(normalise(question)) is None
