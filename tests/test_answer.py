"""The pipeline over a real library: the invariants of the design, one by one, for any writer."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from browsing import Seeded
from tiny import FakeModel, Script, chat_server

from index import AnswerError, Article, IndexConfig, Library, Snapshot, SourceNotFound
from index.store.remainder import pack_source
from prompts import NO_ANSWER
from server.answer import CUT_SHORT, FELL_BACK, UNBORNE, Answerer
from server.records import Answer, Event, Question, Turn
from server.settings import Settings
from server.text.facts import missing
from server.verify.frames import unframed
from server.writers.language_model import Stopped
from server.writers.prompting import Message

SEEDS = Path(__file__).parent.parent / "seeds"
ASKED = "重庆“33618”里的18指什么？"
SAID = (
    "<think>先看资料</think>“18”是指培育壮大合成材料、AI及机器人等18个“新星”产业集群【7】。"
    "2023年6月，重庆提出打造“33618”现代制造业集群体系。(1)一共有19个产业集群[1]。"
    "2025年，重庆低空制造业产值达102亿元[1-3]。“18”是指培育壮大合成材料、AI及机器人等18个“新星”产业集群[1]。"
)


@pytest.fixture(scope="module")
def library(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = seeded(tmp_path_factory.mktemp("answer") / "library")
    return Library(folder, IndexConfig(embedder="hash"))


def answerer(library: Library, says: str | Callable[[Sequence[Message]], str]) -> Answerer:
    return Answerer(library, Settings(), models={"fake": FakeModel(says)})


def check(library: Library, answer: Answer) -> None:
    """Invariants 1 to 3."""
    for citation in answer.citations:
        source = library.source(citation.source)
        assert source.text[citation.start : citation.end] == citation.quote != ""
        assert citation.sha256 == source.sha256
    numbers = [int(n) for n in re.findall(r"\[(\d+)\]", answer.answer)]
    assert list(dict.fromkeys(numbers)) == [c.number for c in answer.citations]
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    quotes = {c.number: c.quote for c in answer.citations}
    for claim in answer.claims:
        assert bool(claim.citations) == (claim.support != "none")
        if claim.support == "full":
            told = unframed(claim.text)  # "The article says:" is no word of the article
            assert not missing(told, ["".join(quotes[n] for n in claim.citations)])
    if answer.refused:
        assert not answer.citations
        assert not answer.claims


@pytest.mark.parametrize("engine", ["", "fake"])
@pytest.mark.parametrize(
    "question", [ASKED, "2025年重庆低空制造业产值多少？", "火星上有几座城市？", "What is 33618?"]
)
def test_quotes_are_verbatim_and_numbers_resolve(
    library: Library, engine: str, question: str
) -> None:
    check(library, answerer(library, SAID).ask(Question(question, engine=engine)))


def test_a_model_s_answer_is_cut_to_what_the_articles_say(library: Library) -> None:
    answer = answerer(library, SAID).ask(Question(ASKED, engine="fake"))
    assert "19个" not in answer.answer
    assert "先看" not in answer.answer
    assert "18个“新星”产业集群。[1]" in answer.answer
    assert answer.answer.count("培育壮大") == 1
    assert (answer.engine, answer.refused, answer.reason) == ("fake", False, "")


@pytest.mark.parametrize("engine", ["", "fake"])
def test_the_stream_says_what_the_answer_says(library: Library, engine: str) -> None:
    events = list(answerer(library, SAID).stream(Question(ASKED, engine=engine)))
    done = events[-1].data
    assert [e.name for e in events[:2]] == ["query", "hits"]
    assert "".join(e.data for e in events if e.name == "delta") == done.answer
    assert tuple(e.data for e in events if e.name == "citation") == done.citations
    known: set[int] = set()
    for event in events:
        known |= {event.data.number} if event.name == "citation" else set()
        if event.name == "delta":
            assert {int(n) for n in re.findall(r"\[(\d+)\]", event.data)} <= known


def test_nothing_old_is_cited_after_a_change_or_a_deletion(tmp_path: Path) -> None:
    seeds = tmp_path / "articles"
    seeds.mkdir()
    file = seeds / "a.txt"
    file.write_text("软件业快报\n\n渝北区新增软件企业376家。\n", encoding="utf-8")
    made = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    made.update([seeds])
    asks = answerer(made, "渝北区新增软件企业376家。[1]渝北区新增软件企业380家。[1]")
    question = Question("渝北区新增软件企业多少家？", engine="fake")
    assert asks.ask(question).claims[0].text == "渝北区新增软件企业376家。"
    file.write_text("软件业快报\n\n渝北区新增软件企业380家。\n", encoding="utf-8")
    made.update([seeds])
    answer = asks.ask(question)
    assert [c.text for c in answer.claims] == ["渝北区新增软件企业380家。"]
    assert answer.citations[0].sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    made.delete("a.txt")
    (seeds / "a.txt").unlink()
    (seeds / "b.txt").write_text("天气\n\n明天有雨，气温9度。\n", encoding="utf-8")
    made.update([seeds])
    for engine in ("", "fake"):
        later = asks.ask(Question(question.text, engine=engine))
        assert all(c.source == "b.txt" for c in later.citations)
        assert "376" not in later.answer + "380".join(c.quote for c in later.citations)


# ---- refusing and falling back -----------------------------------------------------------------


class Changing(Library):
    """A library that gets another text once, right behind ``moment``."""

    moment = ""

    def happened(self, moment: str) -> None:
        if moment == self.moment:
            self.moment = ""
            self.add_text("桥.txt", "滨河大桥\n\n滨河大桥桥长1.5公里。\n".encode())

    def snapshot(self) -> Snapshot:
        found = super().snapshot()
        self.happened("snapshot")
        return found


@pytest.fixture
def changing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Changing:
    made = Changing(tmp_path / "library", IndexConfig(embedder="hash"))
    made.add_text("桥.txt", "滨河大桥\n\n滨河大桥桥长1.2公里。\n".encode())
    article = Snapshot.article

    def watched(snapshot: Snapshot, article_id: str) -> Article:
        made.happened("article")  # its passages are found, its text is not read yet
        return article(snapshot, article_id)

    monkeypatch.setattr(Snapshot, "article", watched)
    return made


@pytest.mark.parametrize("moment", ["snapshot", "article"])
def test_an_article_that_changes_meanwhile_is_answered_from_as_it_is_now(
    changing: Changing, moment: str
) -> None:
    asks = Answerer(changing, Settings())
    changing.moment = moment
    answer = asks.ask(Question("滨河大桥桥长多少公里？"))
    assert changing.moment == ""
    assert "1.5公里" in answer.answer
    check(changing, answer)


@pytest.mark.parametrize("moment", ["snapshot", "article"])
def test_a_stream_begins_anew_before_a_word_is_said(changing: Changing, moment: str) -> None:
    asks = Answerer(changing, Settings())
    changing.moment = moment
    events = list(asks.stream(Question("滨河大桥桥长多少公里？")))
    names = [event.name for event in events]
    assert names.count("query") == names.count("done") == 1
    assert "1.2公里" not in "".join(str(e.data) for e in events if e.name in ("delta", "done"))
    assert "1.5公里" in "".join(str(e.data) for e in events if e.name == "delta")


def test_a_source_that_never_settles_is_an_error_in_the_end(
    changing: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> Article:
        raise SourceNotFound("it has changed")

    monkeypatch.setattr(Snapshot, "article", gone)
    with pytest.raises(SourceNotFound):
        Answerer(changing, Settings()).ask(Question("滨河大桥桥长多少公里？"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_phrase_for_no_answer_is_a_refusal(library: Library, language: str) -> None:
    question = {"zh": ASKED, "en": "What is the 18 of 33618 in 重庆?"}[language]
    answer = answerer(library, NO_ANSWER[language]).ask(Question(question, engine="fake"))
    assert answer.refused
    assert answer.answer in NO_ANSWER.values()
    check(library, answer)


def test_words_without_support_give_the_articles_own_sentences(library: Library) -> None:
    answer = answerer(library, "月球上有三个机场[1]。").ask(Question(ASKED, engine="fake"))
    assert (answer.engine, answer.refused, answer.reason) == ("extractive", False, FELL_BACK)
    assert "月球" not in answer.answer
    check(library, answer)


def test_a_model_that_fails_midway_keeps_what_was_checked(library: Library) -> None:
    class Broken(FakeModel):
        def speak(self, _messages, emit, _stop) -> None:  # type: ignore[no-untyped-def]
            emit("2023年6月，重庆提出打造“33618”现代制造业集群体系。[1]其中")
            raise RuntimeError("out of memory")

    answer = Answerer(library, Settings(), models={"fake": Broken("")}).ask(
        Question(ASKED, engine="fake")
    )
    assert (answer.engine, answer.reason, len(answer.claims)) == ("fake", CUT_SHORT, 1)


@pytest.mark.parametrize("step", [500, ["BROKEN"], ["字"]])
def test_a_server_that_fails_or_is_too_slow_gives_the_extractive_answer(
    library: Library, step: int | list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    slow = threading.Semaphore(0) if step == ["字"] else None
    with chat_server(Script(step, gate=slow)) as base:
        settings = Settings(engine="openai", api_base=base, model="m", timeout_s=2)
        answer = Answerer(library, settings).ask(Question(ASKED))
    assert (answer.engine, answer.refused, answer.reason) == ("extractive", False, FELL_BACK)


def test_a_server_s_answer_is_cited(library: Library) -> None:
    with chat_server(Script([SAID[i : i + 5] for i in range(0, len(SAID), 5)])) as base:
        settings = Settings(engine="openai", api_base=base, model="m")
        asks = Answerer(library, settings)
        answer = asks.ask(Question(ASKED))
        plain = asks.ask(Question(ASKED, engine="extractive"))
    assert asks.engines == ("openai", "extractive")
    assert (answer.engine, plain.engine) == ("openai", "extractive")
    check(library, answer)


def test_stopping_ends_a_silent_model(library: Library) -> None:
    question = Question(ASKED, engine="fake")

    def silent(_: Sequence[Message]) -> str:
        threading.Timer(0.1, question.stop.set).start()  # not before it is asked
        return "字" * 50

    model = FakeModel(silent)
    model.gate = threading.Semaphore(0)
    asks = Answerer(library, Settings(), models={"fake": model})
    with pytest.raises(Stopped):
        asks.ask(question)
    assert model.stopped.wait(20)


def test_an_unknown_engine_is_an_error(library: Library) -> None:
    with pytest.raises(AnswerError, match="no-such"):
        answerer(library, "").ask(Question(ASKED, engine="no-such"))


def test_history_reaches_the_model(library: Library) -> None:
    model = FakeModel(NO_ANSWER["zh"])
    asks = Answerer(library, Settings(), models={"fake": model})
    asks.ask(Question("那18呢？", history=(Turn("33618是什么？", "是体系[1]。"),), engine="fake"))
    assert [m.content for m in model.messages[0][1:3]] == ["33618是什么？", "是体系。"]


def test_events_come_while_the_model_speaks(library: Library) -> None:
    model = FakeModel(SAID, size=1)
    model.gate = threading.Semaphore(90)  # enough for the first sentence
    stream = Answerer(library, Settings(), models={"fake": model}).stream(
        Question(ASKED, engine="fake")
    )
    seen: list[Event] = []
    for event in stream:
        seen.append(event)
        if event.name == "delta":
            break
    assert seen[-1].data.endswith("[1]")
    stream.close()  # type: ignore[attr-defined]
    assert model.stopped.wait(20)


# ---- one decision for every writer -------------------------------------------------------------


def test_what_is_refused_is_refused_whoever_writes(library: Library) -> None:
    model = FakeModel("重庆有18个产业集群。[1]")
    asks = Answerer(library, Settings(), models={"fake": model})
    question = "火星上有几座城市？"
    plain, written = (asks.ask(Question(question, engine=e)) for e in ("", "fake"))
    assert written.refused
    assert (written.reason, written.suggestions) == (plain.reason, plain.suggestions)
    assert model.messages == []  # nobody asks a model what the articles do not say


def test_confidence_and_conflicts_do_not_depend_on_the_writer(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("规划\n\n本市有7个“朝阳”产业集群。\n", encoding="utf-8")
    (folder / "b.txt").write_text("成效\n\n本市有18个“朝阳”产业集群。\n", encoding="utf-8")
    made = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    made.update([folder])
    asks = answerer(made, "本市有18个“朝阳”产业集群。[1]")
    question = "“朝阳”产业集群究竟是7个还是18个？"
    plain, written = (asks.ask(Question(question, engine=e)) for e in ("", "fake"))
    assert written.engine == "fake"
    assert written.confidence == plain.confidence
    for answer in (plain, written):
        check(made, answer)
        cited = {c.number: c.quote for c in answer.citations}
        (conflict,) = answer.conflicts
        assert {v.value for v in conflict.values} == {"7个", "18个"}
        assert all(v.value in cited[v.citation] for v in conflict.values)
    # What the model left out is told in the article's own words.
    assert written.claims[0].text == "本市有18个“朝阳”产业集群。"
    assert "本市有7个“朝阳”产业集群。" in written.answer


def test_near_sentences_that_do_not_pass_the_gate_are_a_refusal_with_its_reason(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.verify.gate.support", lambda *_: "none")
    answer = answerer(library, "").ask(Question(ASKED))
    assert (answer.refused, answer.reason) == (True, UNBORNE["zh"])


@pytest.mark.parametrize("question", ["“33618”是什么？", "什么是33618？", "33618是什么意思？"])
def test_a_word_is_explained_by_the_sentence_that_says_what_it_means(
    library: Library, question: str
) -> None:
    answer = answerer(library, "").ask(Question(question))
    assert "3个主导产业集群" in answer.claims[0].text


def test_a_word_that_no_sentence_holds_is_not_explained(library: Library) -> None:
    answer = answerer(library, "").ask(Question("成渝氢走廊是什么？"))
    assert answer.refused
    assert "「成渝氢走廊」" in answer.reason


def test_a_refusal_always_says_why(tmp_path: Path) -> None:
    articles = tmp_path / "a"
    articles.mkdir()
    text = "昨日雨情\n\n据观测，青石站昨日降雨量为45毫米，影响面积约3平方公里。\n"
    (articles / "雨情.txt").write_text(text, encoding="utf-8")
    with Library(tmp_path / "library", IndexConfig(embedder="hash")) as library:
        library.update([articles])
        (article,) = library.articles_of("雨情.txt")
        other = pack_source(text.replace("45", "54"), [(article.text, article.offsets)])
        with sqlite3.connect(library.path / "catalog.sqlite") as db:
            db.execute("UPDATE sources SET rest = ?", (other,))
        db.close()
        answer = Answerer(library, Settings()).ask(Question("青石站昨日降雨量是多少？"))
    assert answer.refused
    assert answer.reason == UNBORNE["zh"]


@pytest.mark.parametrize(("today", "query"), [(2026, "重庆低空制造业2025年产值多少？"), (2030, "")])
def test_last_year_is_that_of_today_where_an_article_names_the_year(
    library: Library, monkeypatch: pytest.MonkeyPatch, today: int, query: str
) -> None:
    class Day(date):
        @classmethod
        def today(cls) -> date:
            return date(today, 3, 1)

    monkeypatch.setattr("server.answer.date", Day)
    answer = Answerer(library, Settings()).ask(Question("重庆低空制造业去年产值多少？"))
    assert answer.refused is not bool(query)
    assert not query or (answer.query == query and "102亿元" in answer.answer)
