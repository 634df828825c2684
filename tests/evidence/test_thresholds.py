"""Where the figures of decide, in_context and find stand: a step beside each, it goes the other way."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from index import Hit
from server.evidence import decide, find, in_context
from server.evidence.find import Candidates
from server.evidence.sentences import Sentence
from server.question.talk import Reading
from server.question.understanding import understand
from server.records import Question
from tests.evidence.made import FakeReader, sentence


class Scored:
    """Sentences whose score is given, as the ranking gives them."""

    def __init__(self, sentence: Sentence, score: float, clash: str = "") -> None:
        self.sentence, self.score, self.clash = sentence, score, clash


def hit(one: Sentence, score: float) -> Hit:
    return Hit(one.passage, score, score, 0.0)


# ---- find


@pytest.mark.parametrize(("lead", "first"), [(0.14, "b"), (0.16, "a")])
def test_a_sentence_better_by_one_outweighs_a_lead_of_0_15(lead: float, first: str) -> None:
    a, b = sentence("甲。", id="a"), sentence("乙。", id="b")
    (part,) = understand("桥有多长？").parts
    ranked = {part: [Scored(b, 2.0), Scored(a, 1.0)]}
    found = find._reordered([hit(a, 1.0 + lead), hit(b, 1.0)], ranked)  # type: ignore[arg-type]
    assert found[0].passage.id == f"p{first}"


@pytest.mark.parametrize(("better", "first"), [(4.9, "a"), (5.1, "b")])
def test_a_sentence_that_cannot_answer_must_be_better_by_five(better: float, first: str) -> None:
    a, b = sentence("甲。", id="a"), sentence("乙。", id="b")
    (part,) = understand("桥有多长？").parts
    ranked = {part: [Scored(b, better, "unit"), Scored(a, 0.0)]}
    found = find._reordered([hit(a, 1.0), hit(b, 1.0)], ranked)  # type: ignore[arg-type]
    assert found[0].passage.id == f"p{first}"


# ---- in_context


def settled(monkeypatch: pytest.MonkeyPatch, reading: Reading, **much: float) -> str:
    """What is searched first for a reading whose forms are borne out so much; ``alone`` is one of them."""
    return in_turn(monkeypatch, reading, **much)[0]


def in_turn(monkeypatch: pytest.MonkeyPatch, reading: Reading, **much: float) -> tuple[str, ...]:
    """The same with what is searched when that is refused."""
    monkeypatch.setattr(in_context, "read", lambda *_: reading)
    monkeypatch.setattr(in_context, "_borne_out", lambda candidates: much[candidates])
    monkeypatch.setattr(in_context, "leans", lambda *_: float(much["lean"] > 0.5))

    class Finds:
        def find(self, asked, *_: object, **__: object) -> str:  # type: ignore[no-untyped-def]
            return asked.text

    return in_context.settle(Question("问"), Finds(), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("leans", "asked"), [(0.04, "alone"), (0.06, "rewritten")])
def test_what_surely_stands_alone_is_not_asked_of_the_library(
    monkeypatch: pytest.MonkeyPatch, leans: float, asked: str
) -> None:
    reading = Reading("alone", ("rewritten",), leans)
    assert settled(monkeypatch, reading, rewritten=1.0, lean=1.0) == asked


@pytest.mark.parametrize(("leans", "asked"), [(0.96, "rewritten"), (0.94, "alone")])
def test_what_surely_leans_is_not_asked_of_the_library(
    monkeypatch: pytest.MonkeyPatch, leans: float, asked: str
) -> None:
    reading = Reading("alone", ("rewritten",), leans)
    assert settled(monkeypatch, reading, rewritten=1.0, lean=0.0) == asked


@pytest.mark.parametrize(("second", "asked"), [(1.05, "first"), (1.15, "second")])
def test_a_less_likely_rewriting_must_be_borne_out_better(
    monkeypatch: pytest.MonkeyPatch, second: float, asked: str
) -> None:
    reading = Reading("alone", ("first", "second"), 0.99)
    assert settled(monkeypatch, reading, first=1.0, second=second, lean=1.0) == asked


@pytest.mark.parametrize(
    ("lean", "names", "tried"),
    [
        (0.0, 0.0, ("alone", "rewritten")),
        (1.0, 0.3, ("rewritten", "alone")),
        (1.0, 0.0, ("rewritten",)),  # it says of nobody alone
    ],
)
def test_what_is_in_doubt_is_tried_in_the_other_form_before_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, lean: float, names: float, tried: tuple[str, ...]
) -> None:
    reading = Reading("alone", ("rewritten",), 0.5, {"names": names})
    assert in_turn(monkeypatch, reading, rewritten=1.0, lean=lean) == tried


# ---- decide


class Believes:
    """A judgement by the reader's certainty alone."""

    threshold = 0.6

    def bears(self, one) -> float:  # type: ignore[no-untyped-def]
        return one  # a probability stands for the sentence that has it

    def answers(self, read) -> float:  # type: ignore[no-untyped-def]
        return max(read, default=0.0)


@pytest.mark.parametrize(("bears", "first"), [(0.49, "pa"), (0.51, "pb")])
def test_a_passage_goes_first_when_a_sentence_in_it_is_likelier_than_not(
    monkeypatch: pytest.MonkeyPatch, bears: float, first: str
) -> None:
    a, b = sentence("甲。", id="a"), sentence("乙。", id="b")
    (part,) = understand("桥有多长？").parts
    monkeypatch.setattr(decide, "_holds", lambda passage, _: passage.id == "pb")
    found = decide.read_first([hit(a, 1.0), hit(b, 0.5)], {part: [bears]}, Believes())  # type: ignore[list-item,arg-type]
    assert found[0].passage.id == first


class Windows:
    """A reading of which each window gives a sentence so sure."""

    sure = 0.0
    shown = 0

    def __init__(self, *_: object) -> None:
        self.sentences: list[float] = []
        Windows.shown = 0

    def more(self, count: int) -> bool:
        Windows.shown += count
        self.sentences.append(Windows.sure)
        return True


@pytest.mark.parametrize(
    ("text", "sure", "shown"),
    [
        ("桥长三公里。", 0.49, decide.MOST),
        ("桥长三公里。", 0.51, decide.ROUND),
        ("The bridge is three kilometres long.", 0.69, decide.MOST_ABROAD),
        ("The bridge is three kilometres long.", 0.71, decide.ROUND),
    ],
)
def test_reading_ends_with_a_sentence_that_is_sure_enough(
    monkeypatch: pytest.MonkeyPatch, text: str, sure: float, shown: int
) -> None:
    """Where question and articles share no words it goes on for longer, and must be surer."""
    (part,) = understand("桥有多长？").parts
    monkeypatch.setattr(decide, "Reading", Windows)
    monkeypatch.setattr(decide, "alone", lambda _part, one, _reader: one)
    monkeypatch.setattr(Windows, "sure", sure)
    ranked = [Scored(sentence(text), 1.0)]
    decide._read(part, ranked, FakeReader(), Believes(), decide.SURE)  # type: ignore[arg-type]
    assert Windows.shown == shown


@pytest.mark.parametrize(("bears", "surely"), [(0.19, False), (0.21, True)])
def test_a_sentence_that_bears_it_is_an_answer_whatever_else_is_weighed(
    bears: float, surely: bool
) -> None:
    (part,) = understand("哪天开的会？").parts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decide, "says_points", lambda *_: False)
        assert decide._surely(part, [bears], Believes()) is surely  # type: ignore[list-item,arg-type]


@pytest.mark.parametrize(
    ("bears", "counted", "answers", "put_in", "likely"),
    [
        (0.024, 9.0, 0.6, False, 0.024),  # the reader sees nothing
        (0.026, 9.0, 0.6, False, 0.6),
        (0.069, 6.4, 0.6, False, 0.069),  # it sees little, and the words nothing
        (0.069, 6.6, 0.6, False, 0.6),
        (0.071, 6.4, 0.6, False, 0.6),
        (0.024, 9.0, 0.71, False, 0.71),  # its window surely answers
        (0.099, 9.9, 0.6, True, 0.099),  # a talk put in what is found whatever is asked
        (0.099, 10.1, 0.6, True, 0.6),
        (0.101, 9.9, 0.6, True, 0.6),
    ],
)
def test_what_neither_the_reader_nor_the_words_see_is_no_answer(
    bears: float, counted: float, answers: float, put_in: bool, likely: float
) -> None:
    class Weighs(Believes):
        def bears(self, one) -> float:  # type: ignore[no-untyped-def]
            return float(one.bears)

        def answers(self, _read) -> float:  # type: ignore[no-untyped-def]
            return answers

    one = SimpleNamespace(bears=bears, counted=counted)
    (part,) = understand("谁建的桥？").parts
    assert decide._likely(part, [one], Weighs(), put_in=put_in) == likely  # type: ignore[list-item,arg-type]


@pytest.mark.parametrize(
    ("question", "needed"), [("桥有多长？", decide.AMOUNT), ("桥为什么长？", 0.4)]
)
def test_an_amount_must_be_likelier_than_other_answers(question: str, needed: float) -> None:
    judgement = Believes()
    judgement.threshold = 0.4
    assert decide._needed(understand(question), judgement) == needed  # type: ignore[arg-type]


@pytest.mark.parametrize(("second", "answered"), [(0.26, 1), (0.28, 2)])
def test_a_further_part_needs_less_than_half_of_the_threshold(
    monkeypatch: pytest.MonkeyPatch, second: float, answered: int
) -> None:
    asked = understand("东江大桥有多长？石门县图书馆什么时候开放？")
    assert len(asked.parts) == 2
    odds = zip(asked.parts, (0.9, second), strict=True)
    likely = {form: much for part, much in odds for form in part.forms}
    monkeypatch.setattr(decide, "_read", lambda part, *_: [likely[part]])
    monkeypatch.setattr(decide, "_told", lambda *_: ())
    monkeypatch.setattr(decide, "_surely", lambda *_: False)
    monkeypatch.setattr(decide, "told_apart", lambda read, _: read)
    monkeypatch.setattr(decide, "read_first", lambda hits, *_: hits)
    chosen = type("Chosen", (), {"sentences": (), "listed": False})
    monkeypatch.setattr(decide, "choose", lambda *_, **__: chosen)
    monkeypatch.setattr(decide.Judgement, "builtin", classmethod(lambda _: Believes()))
    forms = [form for part in asked.parts for form in part.forms]
    candidates = Candidates((), (), {form: [] for form in forms})
    found = decide.decide(asked, candidates, FakeReader())
    assert len(found.parts) == answered
    assert found.refusal == ""
