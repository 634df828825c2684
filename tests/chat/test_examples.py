"""Questions on the empty page: tried before they are shown, without asking any language model."""

from __future__ import annotations

from pathlib import Path

from tiny import FakeModel

from index import Library, load_embedder
from server.answer import Answerer
from server.chat.examples import answered
from server.settings import Settings


def test_no_language_model_is_asked_before_a_reader_asks(tmp_path: Path) -> None:
    text = "软件业快报\n\n今年上半年，渝北区新增软件企业376家，全区软件从业人员超过九万。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    model = FakeModel("有376家。[1]")
    settings = Settings(engine="openai", api_base="http://127.0.0.1:9/v1", model="m")
    with Library(tmp_path / "library", embedder=load_embedder("builtin")) as library:
        library.update([tmp_path / "a.txt"])
        answerer = Answerer(library, settings, models={"openai": model})
        assert answered(library, answerer, "a.txt") == "今年上半年，渝北区新增软件企业有多少家？"
    assert model.messages == []
