"""Questions that nobody asked: tried behind those that are, and shown when the library answers them well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import ScriptedAnswerer, citation_of, written

from index import IndexConfig, Library
from server.chat.suggested import Suggested
from server.chat.tries import Ask, Attended, Tries
from server.records import Answer, Claim, Event, Question, answer_dict

TEXT = (
    "# 灯塔街道\n\n南京灯塔街道去年改造老旧小区12个。南京全市新增绿地面积36公顷。广州码头新增停车泊位480个。"
    "厦门海堤步道去年新增长椅60张。产品返修率同时下降5.3%。\n"
)
ASKED = "南京灯塔街道去年改造老旧小区有多少个？"


@pytest.fixture
def tries() -> Iterator[Tries]:
    one = Tries()
    yield one
    one.close()


def done(tries: Tries, answerer: ScriptedAnswerer) -> None:
    """Until all that was put before is done."""
    last = threading.Event()
    tries.put(answerer, lambda _: last.set())
    assert last.wait(20)


def test_what_nobody_asked_waits_while_a_reader_asks(tries: Tries) -> None:
    answerer = ScriptedAnswerer({"试": written(Question("试"), "答。")})
    told: list[Answer] = []
    with tries.waiting():
        tries.put(answerer, lambda ask: told.append(ask("试")))
        with tries.waiting():
            pass
        assert not answerer.asked
        assert not told
    done(tries, answerer)
    assert [answer.answer for answer in told] == ["答。"]


def test_a_try_begins_anew_when_a_reader_asks_meanwhile(tries: Tries) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(ScriptedAnswerer):
        def stream(self, question: Question) -> Iterator[Event]:
            for event in super().stream(question):
                yield event
                if event.name == "hits" and not go_on.is_set():
                    begun.set()
                    assert go_on.wait(20)

    answerer = Slow({"试": written(Question("试"), "答。"), "问": written(Question("问"), "答。")})
    tries.put(answerer, lambda ask: ask("试") and None)
    assert begun.wait(20)
    reader = Attended(answerer, tries).stream(Question("问"))
    next(reader)
    go_on.set()
    assert answerer.stopped.wait(20)
    assert [event.name for event in reader][-1] == "done"
    done(tries, answerer)
    assert [question.text for question in answerer.asked] == ["试", "问", "试"]


def test_one_that_fails_stops_no_other_and_closing_stops_all(tries: Tries) -> None:
    answerer = ScriptedAnswerer({"试": written(Question("试"), "答。")})
    tries.put(answerer, lambda ask: ask("没有这一问") and None)
    done(tries, answerer)
    reached, closed = threading.Event(), threading.Event()

    def endless(ask: Ask) -> None:
        try:
            while ask("试"):
                reached.set()
        finally:
            closed.set()

    tries.put(answerer, endless)
    assert reached.wait(20)
    tries.close()
    assert closed.is_set()
    tries.put(answerer, lambda _: pytest.fail("it is closed"))


def test_only_what_is_answered_well_is_suggested(tmp_path: Path, tries: Tries) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    library.add_text("灯塔.md", TEXT.encode())
    library.add_text("别处.md", "# 别处\n\n别处的事，别处写。\n".encode())
    cited = citation_of(library, "灯塔.md", "南京灯塔街道去年改造老旧小区12个。")
    elsewhere = citation_of(library, "别处.md", "别处的事，别处写。")
    good = "广州码头新增停车泊位有多少个？"
    weak, beside = "南京全市新增绿地面积有多少公顷？", "厦门海堤步道去年新增长椅有多少张？"
    partly = (Claim("一半。", (1,), "partial"),)
    answers: dict[str, Answer | Exception] = {
        good: written(Question(good), "480个。", (cited,)),
        weak: written(Question(weak), "一半。", (cited,), claims=partly),
        beside: written(Question(beside), "别处。", (elsewhere,)),
    }
    gist = "《灯塔街道》讲了什么？"
    answers[gist] = written(Question(gist), "没有说。", refused=True, claims=())
    answerer = ScriptedAnswerer(answers)
    suggested = Suggested(tries)
    answer = answer_dict(written(Question(ASKED), "12个。", (cited,)))
    assert suggested.after(library, answerer, answer) is None
    done(tries, answerer)
    assert suggested.after(library, answerer, answer) == (good,)
    assert {question.text for question in answerer.asked} == set(answers), "and not what was asked"

    refused = written(Question("火星？"), "没有。", refused=True, suggestions=(good, weak))
    refusal = answer_dict(replace(refused, id="r"))
    suggested.after(library, answerer, refusal)
    done(tries, answerer)
    assert suggested.after(library, answerer, refusal) == (good,)

    library.add_text("又一篇.md", "# 又一篇\n\n今天有风。\n".encode())
    assert suggested.after(library, answerer, answer) is None, "worked out anew"


def test_english_questions_are_followed_by_english_ones(tmp_path: Path, tries: Tries) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    library.add_text("灯塔.md", TEXT.encode())
    library.add_text("harbour.md", b"# The harbour at night\n\nIt is lit by forty lamps.\n")
    street, harbour = (
        f"What is the article 《{title}》 about?" for title in ("灯塔街道", "The harbour at night")
    )
    cited = citation_of(library, "灯塔.md", "南京灯塔街道去年改造老旧小区12个。")
    lamps = citation_of(library, "harbour.md", "It is lit by forty lamps.")
    answerer = ScriptedAnswerer(
        {
            street: written(Question(street), "“12个。”", (cited,)),
            harbour: written(Question(harbour), "40.", (lamps,)),
        }
    )
    suggested = Suggested(tries)

    def told(question: str) -> dict[str, Any]:
        return answer_dict(written(Question(question), "“12个。”", (cited,)))

    def after(answer: dict[str, Any]) -> tuple[str, ...] | None:
        suggested.after(library, answerer, answer)
        done(tries, answerer)
        return suggested.after(library, answerer, answer)

    assert after(told("How many were rebuilt?")) == (street,)
    assert after(told(street)) == (), "what an article says as a whole was just told"
    refused = answer_dict(written(Question("Who built it?"), "", refused=True, claims=()))
    assert after(refused | {"hits": [{"source": "harbour.md"}]}) == (harbour,)


def test_after_a_refusal_only_what_reads_well_is_suggested(tmp_path: Path, tries: Tries) -> None:
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    library.add_text("灯塔.md", TEXT.encode())
    good, vague = "广州码头新增停车泊位有多少个？", "布局解决了多少个关键技术问题？"
    cited = citation_of(library, "灯塔.md", "广州码头新增停车泊位480个。")
    answerer = ScriptedAnswerer(
        {q: written(Question(q), "480个。", (cited,)) for q in (good, vague)}
    )
    refused = written(Question("火星？"), "没有。", refused=True, suggestions=(vague, good))
    suggested = Suggested(tries)
    suggested.after(library, answerer, answer_dict(refused))
    done(tries, answerer)
    assert suggested.after(library, answerer, answer_dict(refused)) == (good,)
