"""Where the figures of decide, in_context and find stand: a step beside each, it goes the other way."""

from __future__ import annotations

import pytest

from index import Hit
from server.evidence import decide, find, in_context
from server.evidence.find import Candidates
from server.evidence.judgement import Judgement
from server.evidence.reading import ReadSentence
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

    def answers(self, _part, read) -> float:  # type: ignore[no-untyped-def]
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
    decide.read_part(part, ranked, FakeReader(), Believes(), decide.SURE)  # type: ignore[arg-type]
    assert Windows.shown == shown


@pytest.mark.parametrize(
    ("bears", "put_in", "much"), [(0.039, True, 0.039), (0.041, True, 0.6), (0.001, False, 0.6)]
)
def test_what_a_talk_put_in_must_be_borne_by_more_than_its_subject(
    bears: float, put_in: bool, much: float
) -> None:
    class Weighs(Believes):
        def answers(self, _part, _read) -> float:  # type: ignore[no-untyped-def]
            return 0.6

    (part,) = understand("谁建的桥？").parts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decide, "says_points", lambda *_: False)
        assert decide._likely(part, [bears], Weighs(), put_in=put_in) == much  # type: ignore[list-item,arg-type]


def likely(question: str, **known: float) -> float:
    """How likely a sentence of which this is known answers, as the shipped weights have it."""
    nothing = {"evidence": 0.0, "inside": 0.0, "sure": 0.0, "counted": 0.0, "here": 0.0}
    said = sentence("大桥长三公里。")
    one = ReadSentence(said, **nothing | known, answer=(0, 0), items=())  # type: ignore[arg-type]
    return Judgement.builtin().answers(understand(question).parts[0], [one])


def test_an_amount_must_be_seen_better_and_reasons_less_well() -> None:
    """A number stands in every second sentence; reasons are told in other words than they are asked for."""
    who = likely("谁修的大桥？", here=-1.0)
    assert likely("大桥有多少盏灯？", here=-1.0) < who < likely("为什么修大桥？", here=-1.0)
    assert likely("大桥有多少盏灯？", here=-1.0, counts=1.0) > who


def test_where_little_of_a_question_is_said_it_is_hardly_answered() -> None:
    question = "谁修的大桥？"
    assert likely(question, told=0.0) < likely(question, told=0.2) < likely(question, told=0.3)
    assert likely(question, told=0.3) == likely(question, told=1.0)


def test_where_another_body_is_spoken_of_the_surest_reader_does_not_answer() -> None:
    assert likely("谁修的大桥？", here=4.0) > 0.9
    assert likely("谁修的大桥？", here=4.0, named=-2.0) < Judgement.builtin().threshold


@pytest.mark.parametrize(("second", "answered"), [(0.26, 1), (0.28, 2)])
def test_a_further_part_needs_less_than_half_of_the_threshold(
    monkeypatch: pytest.MonkeyPatch, second: float, answered: int
) -> None:
    asked = understand("东江大桥有多长？石门县图书馆什么时候开放？")
    assert len(asked.parts) == 2
    odds = zip(asked.parts, (0.9, second), strict=True)
    likely = {form: much for part, much in odds for form in part.forms}
    monkeypatch.setattr(decide, "read_part", lambda part, *_: [likely[part]])
    monkeypatch.setattr(decide, "_told", lambda *_: decide._Told())
    monkeypatch.setattr(decide, "says_points", lambda *_: False)
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
