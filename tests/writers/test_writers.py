"""Writers: any OpenAI-compatible server, any causal model; failing, slow and left alone."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest
from tiny import FakeModel, Script, causal_model, chat_server

from index import AnswerError, GenerationError, GenerationTimeout
from server.settings import Settings
from server.verify.markers import Unthinking
from server.writers.language_model import Stopped, flow
from server.writers.openai import OpenAIWriter
from server.writers.prompting import Message, estimate_tokens
from server.writers.registry import load_models
from server.writers.transformers import TransformersWriter

ASKED = [Message("system", "规则"), Message("user", "问题")]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)


def said(writer: object, timeout_s: float = 20, stop: threading.Event | None = None) -> str:
    pieces = flow(writer, ASKED, timeout_s=timeout_s, stop=stop or threading.Event())  # type: ignore[arg-type]
    return "".join(pieces)


# ---- servers -----------------------------------------------------------------------------------


def test_a_server_is_asked_in_openai_s_way() -> None:
    script = Script(["重庆", "有18个。"])
    with chat_server(script) as base:
        assert said(OpenAIWriter(base, "m", key="geheim", answer_tokens=7)) == "重庆有18个。"
    headers, body = script.requests[0]
    assert headers["authorization"] == "Bearer geheim"
    assert body["model"] == "m"
    assert body["stream"] is True
    assert body["max_tokens"] == 7
    assert body["messages"][0] == {"role": "system", "content": "规则"}


def test_nothing_is_sent_that_the_environment_holds_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", "geheim")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: geheim\nAuthorization: geheim")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    script = Script(503, ["好。"])
    with chat_server(script) as base:
        assert said(OpenAIWriter(base, "m")) == "好。"
    for headers, _ in script.requests:
        assert "authorization" not in headers
        assert "geheim" not in str(headers)
        assert not [name for name in headers if "-os" in name or "runtime" in name]


def test_a_server_that_does_not_stream_is_understood() -> None:
    with chat_server(Script("重庆有18个。")) as base:
        assert said(OpenAIWriter(base, "m")) == "重庆有18个。"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(status: int) -> None:
    script = Script(status, status, ["好。"])
    with chat_server(script) as base:
        assert said(OpenAIWriter(base, "m")) == "好。"
    assert len(script.requests) == 3


def test_a_server_says_when_to_try_again() -> None:
    script = Script(429, ["好。"], retry_after="0.4")
    began = time.perf_counter()
    with chat_server(script) as base:
        assert said(OpenAIWriter(base, "m")) == "好。"
    assert time.perf_counter() - began >= 0.4


def test_tries_end() -> None:
    script = Script(503)
    with chat_server(script) as base, pytest.raises(GenerationError, match="503"):
        said(OpenAIWriter(base, "m"))
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    ("status", "hint"), [(307, "log"), (401, "YOUJU_API_KEY"), (404, "YOUJU_MODEL")]
)
def test_what_will_not_pass_is_said_at_once_without_the_key(
    status: int, hint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    script = Script(status)
    with chat_server(script) as base, pytest.raises(GenerationError) as error:
        said(OpenAIWriter(base, "m", key="sk-geheim"))
    assert len(script.requests) == 1
    assert hint in error.value.hint
    assert "sk-geheim" not in str(error.value) + caplog.text


@pytest.mark.parametrize("piece", ["BROKEN", "ERROR", "ODD"])
def test_a_stream_that_breaks_is_no_second_try(piece: str) -> None:
    script = Script(["甲。", piece, "乙。"])
    got: list[str] = []
    with chat_server(script) as base, pytest.raises(GenerationError):
        got.extend(flow(OpenAIWriter(base, "m"), ASKED, timeout_s=20, stop=threading.Event()))
    assert got == ["甲。"]
    assert len(script.requests) == 1


def test_a_stream_that_ends_early_is_all_there_is() -> None:
    script = Script(["甲。", "CUT", "乙。"])
    with chat_server(script) as base:
        assert said(OpenAIWriter(base, "m")) == "甲。"
    assert len(script.requests) == 1


def test_nobody_there() -> None:
    with pytest.raises(GenerationError, match="no server answers") as error:
        said(OpenAIWriter("http://127.0.0.1:9/v1", "m"))
    assert "YOUJU_API_BASE" in error.value.hint


def test_a_silent_server_times_out() -> None:
    silent = Script(["甲"], gate=threading.Semaphore(0))
    with (
        chat_server(silent) as base,
        pytest.raises(GenerationTimeout, match=r"0\.5 seconds"),
    ):
        said(OpenAIWriter(base, "m"), timeout_s=0.5)


def test_stopping_closes_the_connection() -> None:
    assert _closed_after_s() < 20


@pytest.mark.timing
def test_stopping_closes_the_connection_within_a_second() -> None:
    assert _closed_after_s() < 1


def _closed_after_s() -> float:
    """How long a server still finds its client there that has stopped."""
    script = Script(["甲"] * 1000, gate=threading.Semaphore(1))
    stop = threading.Event()
    with chat_server(script) as base:
        pieces = flow(OpenAIWriter(base, "m"), ASKED, timeout_s=30, stop=stop)
        assert next(pieces) == "甲"
        began = time.perf_counter()
        stop.set()
        with pytest.raises(Stopped):
            next(pieces)
        assert script.left.wait(20)
        return time.perf_counter() - began


# ---- flow --------------------------------------------------------------------------------------


def test_closing_the_iterator_stops_the_model() -> None:
    model = FakeModel("甲" * 100)
    model.gate = threading.Semaphore(1)
    pieces = flow(model, ASKED, timeout_s=20, stop=threading.Event())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert model.stopped.wait(20)


@pytest.mark.timing
def test_a_piece_is_passed_on_at_once() -> None:
    given: list[float] = []

    class Clock(FakeModel):
        def speak(self, _messages, emit, _stop) -> None:  # type: ignore[no-untyped-def]
            for _ in range(20):
                time.sleep(0.005)
                given.append(time.perf_counter())
                emit("甲")

    late = [
        time.perf_counter() - given[i]
        for i, _ in enumerate(flow(Clock(""), ASKED, timeout_s=20, stop=threading.Event()))
    ]
    assert sorted(late)[len(late) // 2] < 0.03


def test_any_other_error_of_a_model_is_a_generation_error() -> None:
    def broken(_: object) -> str:
        raise RuntimeError("CUDA out of memory")

    with pytest.raises(GenerationError, match="RuntimeError"):
        said(FakeModel(broken))


# ---- models of this machine --------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return causal_model(tmp_path_factory.mktemp("causal"))


def test_a_causal_model_streams_up_to_its_limit(folder: Path) -> None:
    writer = TransformersWriter(str(folder), device="cpu", answer_tokens=24)
    assert writer.count("abc") == 3
    assert 0 < len(said(writer, timeout_s=120).encode()) <= 24 * 4


def test_a_causal_model_stops_when_nobody_waits(folder: Path) -> None:
    writer = TransformersWriter(str(folder), device="cpu", answer_tokens=16_000)  # minutes of them
    stop = threading.Event()
    pieces = flow(writer, ASKED, timeout_s=120, stop=stop)
    next(pieces)
    stop.set()
    with pytest.raises(Stopped):
        list(pieces)
    assert writer._writing.acquire(timeout=20)  # free again once the generation has ended


def test_a_model_that_is_not_there_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(GenerationError, match="'nowhere/no-model'") as error:
        said(TransformersWriter("nowhere/no-model"), timeout_s=120)
    for way in ("folder", "hf download", "YOUJU_ENGINE"):
        assert way in error.value.hint


def test_thoughts_are_dropped_wherever_the_pieces_are_cut() -> None:
    text = "<think>要不要说19个？</think>有18个。<think>嗯</think>完。"
    for size in range(1, 12):
        one = Unthinking()
        shown = "".join(one.feed(text[i : i + size]) for i in range(0, len(text), size))
        assert shown + one.close() == "有18个。完。"
    assert Unthinking(thinking=True).feed("先想。</think>答。") == "答。"
    assert Unthinking().feed("3<5且a<b。") == "3<5且a<b。"


# ---- the registry ------------------------------------------------------------------------------


def test_writers_by_settings() -> None:
    assert load_models(Settings()) == {}
    both = Settings(engine="openai", api_base="http://x/v1", model="m", api_key="k")
    assert list(load_models(both)) == ["openai"]
    assert list(load_models(Settings(engine="transformers", model="m"))) == ["transformers"]
    with pytest.raises(AnswerError) as error:
        load_models(Settings(engine="openai"))
    assert "YOUJU_API_BASE" in error.value.hint
    assert "k" not in repr(both.api_key)


def test_the_estimate_of_tokens_errs_on_the_safe_side() -> None:
    assert estimate_tokens("重庆有18个产业集群") >= 11
    assert estimate_tokens("the quick brown fox") >= 5
