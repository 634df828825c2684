"""Other servers measured: Youju over its own protocol as itself, and shapes that others answer with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes import serving

from index import GenerationError, Library
from server.answer import Answerer
from server.cli import run
from server.evaluation.endpoint import Endpoint
from server.records import Question
from server.settings import Settings

GOLD = {
    "id": "q1",
    "type": "number",
    "question": "重庆江北国际机场T3B航站楼有多少个登机口？",
    "answers": [["108个"]],
    "evidence": [[{"file": "airport.txt", "quote": "T3B航站楼共有108个登机口"}]],
}


@pytest.fixture(scope="module")
def library(shared_library: Library) -> Library:
    return shared_library


def test_youju_over_the_protocol_has_the_figures_of_youju_itself(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.jsonl"
    unknown = GOLD | {"id": "q2", "question": "火星有多少人？", "answers": [], "evidence": []}
    gold.write_text("\n".join(json.dumps(g, ensure_ascii=False) for g in (GOLD, unknown)), "utf-8")
    settings = Settings(library=library.path)
    command = ["eval", str(gold), "--library", str(library.path)]
    names = ("answer_correct", "citation_precision", "citation_recall", "quote_integrity")
    with serving(settings, Answerer(library, settings), library) as base:
        for engine, out in (("", "here.json"), (f"{base}/v1", "there.json")):
            chosen = ["--engine", engine] if engine else []
            assert run([*command, *chosen, "--json", str(tmp_path / out)]) == 0
    capsys.readouterr()
    here, there = (
        json.loads((tmp_path / n).read_text("utf-8")) for n in ("here.json", "there.json")
    )
    for name in (*names, "over_refusal", "under_refusal"):
        assert there["overall"][name] == here["overall"][name], name
    assert there["overall"]["answer_correct"] == 1.0


class Scripted(Endpoint):
    """An endpoint whose server has answered already."""

    def __init__(self, library: Library, done: dict[str, Any], **more: Any) -> None:
        super().__init__("http://127.0.0.1:9/v1", "x", library, **more)
        self.done = done

    def ask(self, question: Question) -> Any:
        return self._answer(question, self.done)


QUOTE = "T3B航站楼共有108个登机口"


@pytest.mark.parametrize(
    ("text", "message", "beside"),
    [
        ("108个。[1]", {}, {"citations": [{"source": "airport.txt", "quote": QUOTE}]}),
        (
            "108个。[ID:1]",
            {
                "reference": {
                    "chunks": [
                        {"document_name": "forest.md", "content": "新建公园102个"},
                        {"document_name": "airport.txt", "content": QUOTE},
                    ]
                }
            },
            {},
        ),
        (
            "108个。[doc1]",
            {"context": {"citations": [{"filename": "data/airport.txt", "content": QUOTE}]}},
            {},
        ),
    ],
)
def test_what_servers_cite_is_found_by_its_words(
    library: Library, text: str, message: dict[str, Any], beside: dict[str, Any]
) -> None:
    done = {"choices": [{"message": {"content": text, **message}}], **beside}
    answer = Scripted(library, done).ask(Question(GOLD["question"]))  # type: ignore[arg-type]
    (cited,) = answer.citations
    assert (cited.source, cited.quote) == ("airport.txt", QUOTE)
    assert library.source("airport.txt").text[cited.start : cited.end] == QUOTE


def test_what_does_not_stand_where_it_is_said_to_is_not_counted(library: Library) -> None:
    made_up = [
        {"source": "forest.md", "quote": QUOTE},
        {"source": "none.txt", "quote": QUOTE},
        {"source": "airport.txt", "quote": "共有999个登机口"},
    ]
    done = {"choices": [{"message": {"content": "999个。[1][2][3]"}}], "citations": made_up}
    assert Scripted(library, done).ask(Question("多少？")).citations == ()


def test_refusals_are_known_by_what_the_server_says(library: Library) -> None:
    done = {"choices": [{"message": {"content": "知识库中未找到您要的答案！"}}]}
    assert not Scripted(library, done).ask(Question("多少？")).refused
    told = Scripted(library, done, refusals=["知识库中未找到"]).ask(Question("多少？"))
    assert told.refused
    assert Scripted(library, {"choices": []}).ask(Question("多少？")).refused


def test_a_server_that_is_not_there_is_named(library: Library) -> None:
    gone = Endpoint("http://127.0.0.1:9/v1", "x", library, timeout_s=2)
    with pytest.raises(GenerationError, match=r"127\.0\.0\.1:9"):
        gone.ask(Question("多少？"))
