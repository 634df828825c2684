"""What a refusal shows of what came near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from index import Library
from server.chat.nearest import nearest


def refused(library: Library, *sources: str, reason: str = "") -> Mapping[str, Any]:
    texts = {name: library.source(name).text for name in sources}
    hits = [{"source": name, "start": 0, "end": len(text)} for name, text in texts.items()]
    return {"refused": True, "query": "北岸的灯塔有多高？", "reason": reason, "hits": hits}


def test_the_sentence_that_shares_most_is_shown(open_library: Callable[..., Library]) -> None:
    library = open_library()
    text = "# 灯塔\n\n东岸的浮标漆成红色。北岸的灯塔去年修缮。潮水每天来。\n"
    library.add_text("灯塔.md", text.encode())
    (near,) = nearest(library, refused(library, "灯塔.md"))
    assert (near.title, near.text) == ("灯塔", "北岸的灯塔去年修缮。")
    assert text[near.span.start : near.span.end] == near.text


def test_the_article_that_the_reason_names_comes_first(
    open_library: Callable[..., Library],
) -> None:
    library = open_library()
    for name in "甲乙丙":
        library.add_text(f"{name}.md", f"# {name}\n\n{name}处的灯塔去年修缮。\n".encode())
    answer = refused(
        library, "甲.md", "乙.md", "丙.md", reason="最接近的段落出自《丙》，没有说到「多高」。"
    )
    assert [near.title for near in nearest(library, answer)] == ["丙", "甲"]


def test_nothing_is_near_to_an_answer_or_gone(open_library: Callable[..., Library]) -> None:
    library = open_library()
    library.add_text("灯塔.md", "# 灯塔\n\n北岸的灯塔去年修缮。\n".encode())
    answer = refused(library, "灯塔.md")
    assert not nearest(library, {**answer, "refused": False})
    library.delete("灯塔.md")
    assert not nearest(library, answer)
