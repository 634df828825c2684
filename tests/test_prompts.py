"""Prompts: whole, fenced, within their budget, and the same words in both languages' rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import prompts
from index import Hit, Passage, Span
from prompts import LANGUAGES, NO_ANSWER, VERSION, fence, language_of, render
from server.records import Turn
from server.writers.prompting import Prompt, compose, pack


class Articles:
    def article(self, article_id: str) -> object:
        return type("A", (), {"title": f"标题{article_id}\n\u202e", "published": "2025-01-02"})()


def hit(i: int, text: str) -> Hit:
    return Hit(Passage(f"p{i}", str(i), "s", text, 0, len(text), (Span(0, len(text)),)), 1.0)


HITS = [hit(0, "重庆有18个产业集群。" * 5), hit(1, "长" * 4000), hit(2, "渝北区有376家企业。")]


def made(
    tokens: int = 1500, question: str = "18指什么？", history: tuple[Turn, ...] = ()
) -> Prompt:
    return compose(question, history, HITS, Articles(), tokens=tokens, count=len)  # type: ignore[arg-type]


def test_every_template_is_there_in_every_language() -> None:
    names = {p.name for p in Path(prompts.__file__).parent.glob("*.j2")}
    stems = {name.split(".")[0] for name in names}
    assert names == {f"{stem}.{language}.j2" for stem in stems for language in LANGUAGES}
    assert VERSION


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["answer_system", "answer_user"])
def test_a_missing_value_is_an_error(name: str, language: str) -> None:
    with pytest.raises(UndefinedError):
        render(name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rules_hold_the_phrase_and_no_example_id(language: str) -> None:
    rules = render("answer_system", language, fence="FENCE")
    assert NO_ANSWER[language] in rules
    assert not re.search(r"[\[【(（]\s*\d", rules)


def test_the_language_is_the_question_s() -> None:
    assert (language_of("18指什么？"), language_of("What is 18?")) == ("zh", "en")
    assert "question word=" in made(question="What is 18?").messages[-1].content


def test_passages_are_packed_by_worth_within_the_budget() -> None:
    prompt = made()
    assert [h.passage.id for h in prompt.shown] == ["p0", "p2"]
    assert [h.passage.id for h in pack(HITS[1:], 10, len)] == ["p1"]
    body = prompt.messages[-1].content
    assert body.index("18个产业集群") < body.index("376家")
    assert "标题0" in body
    assert "\u202e" not in body


def test_the_fence_is_new_each_time_and_occurs_nowhere_else() -> None:
    words = {re.search(r'代号="(\w+)"', made().messages[-1].content).group(1) for _ in range(20)}  # type: ignore[union-attr]
    assert len(words) == 20
    seen = iter(["aa", "bb"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("prompts.secrets.token_hex", lambda _: next(seen))
        assert fence(["文章里有aa"]) == "bb"


def test_history_comes_before_the_question_without_its_markers() -> None:
    prompt = made(history=(Turn("问一", "答一[1]。"), Turn("问二", "答二【2】。")))
    assert [m.role for m in prompt.messages] == [
        "system", "user", "assistant", "user", "assistant", "user",
    ]  # fmt: skip
    assert prompt.messages[2].content == "答一。"
    long = made(history=(Turn("早", "字" * 5000), Turn("晚", "短")))
    assert [m.content for m in long.messages[1:-1]] == ["晚", "短"]
