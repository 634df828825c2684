"""Questions on the empty page: tried before they are shown, without asking any language model."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import FakeModel

from index import Library, load_embedder
from server.answer import Answerer
from server.chat.examples import ASKS, about, answered
from server.chat.tries import Tries
from server.settings import Settings


def test_no_language_model_is_asked_before_a_reader_asks(tmp_path: Path) -> None:
    text = "软件业快报\n\n今年上半年，渝北区新增软件企业376家，全区软件从业人员超过九万。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    model = FakeModel("有376家。[1]")
    settings = Settings(engine="openai", api_base="http://127.0.0.1:9/v1", model="m")
    with Library(tmp_path / "library", embedder=load_embedder("builtin")) as library:
        library.update([tmp_path / "a.txt"])
        answerer = Answerer(library, settings, models={"openai": model})
        assert (
            answered(library, Tries().asking(answerer), "a.txt")
            == "今年上半年，渝北区新增软件企业有多少家？"
        )
    assert model.messages == []


def test_an_intention_is_not_asked_about() -> None:
    assert ASKS.match("2025年规模以上工业企业研发投入强度提高至百分之多少？")
    assert not ASKS.match("力争2030年规模以上工业企业研发投入强度提高至百分之多少？")


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("“新星”产业集群 如何赢得未来", "《“新星”产业集群 如何赢得未来》讲了什么？"),
        ("读《海堤》有感", "《读〈海堤〉有感》讲了什么？"),
        ("新星”产业集群 如何赢得未来", None),
        ("（二）灯塔（修缮", None),
        ("-1.3%", None),
        ("The lighthouse", None),
        ("海", None),
        ("很长的标题" * 9, None),
    ],
)
def test_a_title_is_asked_about_whole_or_not_at_all(title: str, question: str | None) -> None:
    assert about(title) == question


def test_an_article_without_amounts_is_asked_about_by_its_title(tmp_path: Path) -> None:
    text = (
        "“灯塔”是怎样亮起来的\n\n“灯塔”由东岸的航标站看守，每到傍晚由值班员点亮，天亮时再熄灭。\n"
    )
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with Library(tmp_path / "library", embedder=load_embedder("builtin")) as library:
        library.update([tmp_path / "a.txt"])
        question = answered(library, Tries().asking(Answerer(library)), "a.txt")
    assert question == "《“灯塔”是怎样亮起来的》讲了什么？"
