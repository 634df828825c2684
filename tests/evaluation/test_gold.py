"""The gold questions over the seeds: minimums that answers must keep, and the judge itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Seeded

from index import IndexConfig, Library
from server.answer import Answerer
from server.evaluation.gold import GoldError, load_gold
from server.evaluation.metrics import figures
from server.evaluation.report import EvalReport, evaluate
from server.records import Answer, Citation, Claim, Question
from server.text.comparison import locate, squash

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "tests" / "gold" / "seeds_dev.jsonl"

MINIMUMS = {
    "evidence_recall@1": 0.78,
    "evidence_recall@5": 0.96,
    "answer_correct": 0.78,
    "citation_precision": 0.80,
    "citation_recall": 0.79,
    "quote_integrity": 1.0,
}
MAXIMUMS = {"over_refusal": 0.10, "under_refusal": 0.30, "answer_chars": 120}


@pytest.fixture(scope="module")
def seeds(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = seeded(tmp_path_factory.mktemp("seeds"), "static")
    with Library(folder, IndexConfig(embedder="static")) as library:
        yield library


@pytest.fixture(scope="module")
def report(seeds: Library) -> EvalReport:
    return evaluate(GOLD, Answerer(seeds), seeds)


@pytest.mark.parametrize("metric", MINIMUMS)
def test_gold_questions_reach(report: EvalReport, metric: str) -> None:
    figure = report.overall[metric]
    assert figure is not None
    assert figure >= MINIMUMS[metric]


@pytest.mark.parametrize("metric", MAXIMUMS)
def test_gold_questions_stay_below(report: EvalReport, metric: str) -> None:
    figure = report.overall[metric]
    assert figure is not None
    assert figure <= MAXIMUMS[metric]


def test_every_marker_resolves_and_nothing_uncited_is_listed(report: EvalReport) -> None:
    for outcome in report.outcomes:
        answer = outcome.answer
        listed = [c.number for c in answer.citations]
        used = {n for claim in answer.claims for n in claim.citations}
        assert listed == list(range(1, len(listed) + 1))
        assert used == set(listed)
        assert not (answer.refused and listed)


def test_copying_the_page_is_reported_beside_the_answers(report: EvalReport) -> None:
    control = report.as_json()["control"]
    assert control["answer_chars"] > 160
    assert set(control) == set(report.overall)


def test_english_questions_have_a_row_of_their_own(report: EvalReport) -> None:
    assert "english" in report.by_type
    apart = [o for o in report.outcomes if o.gold.type != "english"]
    assert report.overall["answer_correct"] == figures(apart)["answer_correct"]
    assert "english" in report.table()
    assert "and english" in report.table()


def test_every_figure_but_the_times_has_its_standard_error(report: EvalReport) -> None:
    timed = {"latency_ms_p50", "latency_ms_p99"}
    for spread in (report.spread, *report.as_json()["spread_by_type"].values()):
        assert {name for name in timed if spread[name] is not None} == set()
    assert {name for name, value in report.spread.items() if value is None} == timed
    # the standard error of a mean of yes and no, sqrt(p (1 - p) / n), is what the draws come to
    asked = [o for o in report.outcomes if o.gold.type != "english" and o.gold.answerable]
    share = report.overall["answer_correct"]
    assert share is not None
    expected = (share * (1 - share) / len(asked)) ** 0.5
    assert report.spread["answer_correct"] == pytest.approx(expected, rel=0.25)


class Names:
    """An answerer whose claim names its subject from another place, cited beside the evidence."""

    def __init__(self, library: Library, claim: str, quotes: list[str]) -> None:
        self._library, self._claim, self._quotes = library, claim, quotes

    def ask(self, question: Question) -> Answer:
        source = self._library.source(SEED)
        citations = []
        for n, quote in enumerate(self._quotes, start=1):
            at = source.text.index(quote)
            end = at + len(quote)
            citations.append(Citation(n, SEED, "", "", None, "", at, end, quote, source.sha256))
        claim = Claim(self._claim, tuple(range(1, len(citations) + 1)))
        return Answer(
            "", "", question.text, question.text, self._claim,
            claims=(claim,), citations=tuple(citations),
        )  # fmt: skip


SEED = "001_b42a6147c1b8e56e.txt"


@pytest.mark.parametrize(
    ("claim", "precision"),
    [
        ("〔重庆邮电大学〕92以上。[1][2]", 1.0),  # the second only names the subject
        ("92以上。[1][2]", 0.5),  # nothing says what the second is for
    ],
)
def test_a_citation_that_names_the_subject_is_no_miss(
    tmp_path: Path, seeds: Library, claim: str, precision: float
) -> None:
    place = {"file": SEED, "quote": "制造业质量竞争力指数提高至92以上"}
    record = QUESTION | {"answers": [["92"]], "evidence": [[place]]}
    says = Names(seeds, claim, ["92以上", "重庆邮电大学体育学院"])
    report = evaluate(_gold_file(tmp_path, record), says, seeds)
    assert report.overall["citation_precision"] == precision


def test_the_evidence_of_every_gold_question_stands_in_the_seeds(seeds: Library) -> None:
    for gold in load_gold(GOLD):
        for alternatives in gold.evidence:
            for evidence in alternatives:
                assert locate(evidence.quote, seeds.source(evidence.source).text)


def _gold_file(tmp_path: Path, *records: object) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    return path


class Says:
    """An answerer that always gives the same answer."""

    def __init__(self, answer: str, refused: bool = False) -> None:
        self._answer, self._refused = answer, refused

    def ask(self, question: Question) -> Answer:
        return Answer("", "", question.text, question.text, self._answer, refused=self._refused)


QUESTION = {
    "id": "q1",
    "type": "fact",
    "question": "有多少家？",
    "answers": [["1,096家", "一千家"], ["增长10%"]],
    "evidence": [],
}


@pytest.mark.parametrize(
    ("answer", "correct"),
    [
        ("有１０９６家，增长 10%。[1]", 1.0),
        ("有1096家。", 0.0),
        ("", 0.0),
    ],
)
def test_an_answer_is_correct_when_every_part_has_an_alias(
    tmp_path: Path, seeds: Library, answer: str, correct: float
) -> None:
    report = evaluate(_gold_file(tmp_path, QUESTION), Says(answer), seeds)
    assert report.overall["answer_correct"] == correct


def test_refusals_are_counted_both_ways(tmp_path: Path, seeds: Library) -> None:
    path = _gold_file(tmp_path, QUESTION, QUESTION | {"id": "q2", "answers": []})
    refusing = evaluate(path, Says("没有", refused=True), seeds).overall
    answering = evaluate(path, Says("有"), seeds).overall
    assert (refusing["over_refusal"], refusing["under_refusal"]) == (1.0, 0.0)
    assert (answering["over_refusal"], answering["under_refusal"]) == (0.0, 1.0)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "q1"}', '{"id":1,"type":"t","question":"q"}'])
def test_a_broken_gold_file_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(QUESTION) + "\n" + line + "\n", "utf-8")
    with pytest.raises(GoldError, match=r"gold\.jsonl:2"):
        load_gold(path)


def test_quotes_are_found_whatever_their_spaces_and_widths() -> None:
    source = "共有 １,０９６ 家，\n\n增长。"
    span = locate("1096家，增长", source)
    assert span is not None
    assert squash(source[span.start : span.end]) == squash("1096家，增长")
    assert locate("没有的话", source) is None
