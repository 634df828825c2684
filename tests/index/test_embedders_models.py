"""Any sentence-transformers model and CrossEncoder, on models that the tests make."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from tiny import causal_model, cross_encoder, sentence_model

from index import EmbeddingError, Hit, Passage, Span, load_embedder
from index.embedding.presets import PRESETS, embedder_of, instructions, reranker_of
from index.embedding.sentence_transformer import SentenceTransformerEmbedder
from index.reranking.reranker import CrossEncoderReranker, load_reranker
from server.settings import Settings
from server.upkeep.opening import open_library
from server.verify.verifier import CrossEncoderVerifier

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("model", "query", "passage"),
    [
        ("BAAI/bge-small-zh-v1.5", "为这个句子", ""),
        ("BAAI/bge-base-en-v1.5", "Represent this", ""),
        ("BAAI/bge-m3", "", ""),
        ("Qwen/Qwen3-Embedding-0.6B", "Instruct: ", ""),
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("/models/e5-base", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", "Instruct: ", ""),
        ("thenlper/gte-large-zh", "", ""),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", "Instruct: ", ""),
        ("moka-ai/m3e-base", "", ""),
        ("some/other", "", ""),
    ],
)
def test_each_family_has_its_instructions(model: str, query: str, passage: str) -> None:
    found = instructions(model)
    assert found.query.startswith(query)
    assert found.passage == passage
    assert bool(found.query) == bool(query)


def test_presets_name_models_whose_sizes_and_licences_are_told() -> None:
    own = ["builtin", "e5", "static"]
    assert list(PRESETS) == [*own, "light", "quality", "multilingual"]
    told = (Path(__file__).parents[2] / "docs" / "bring-your-model.md").read_text(encoding="utf-8")
    for name, preset in PRESETS.items():
        assert f"| `{name}` |" in told
        assert name in own or (preset.embedder in told and preset.reranker in told)
    assert embedder_of("light") == PRESETS["light"].embedder
    assert embedder_of("/my/model") == "/my/model"
    assert (reranker_of("builtin"), load_reranker("")) == ("", None)
    light = load_embedder("light")
    assert isinstance(light, SentenceTransformerEmbedder)
    assert light.name == PRESETS["light"].embedder


def test_a_missing_model_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    reranker = load_reranker("nowhere/no-model")
    assert isinstance(reranker, CrossEncoderReranker)
    for call in (
        lambda: load_embedder("nowhere/no-model").embed(["甲"]),
        lambda: reranker.model.logits([("甲", "乙")]),
    ):
        with pytest.raises(EmbeddingError, match="'nowhere/no-model' was found neither") as error:
            call()
        for way in ("downloaded model folder", "hf download", "YOUJU_"):
            assert way in error.value.hint


def test_a_folder_s_model_embeds_with_its_family_s_words(tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "e5-tiny")
    embedder = load_embedder(str(folder), device="cpu", batch_size=2)
    rows = embedder.embed(["重庆的机场", "机器人", "桥"])
    assert rows.shape == (3, embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(folder), device="cpu")
    asked = embedder.embed_query("机场")  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        asked, plain.encode(["query: 机场"], normalize_embeddings=True)[0], atol=1e-5
    )
    np.testing.assert_allclose(
        rows[2], plain.encode(["passage: 桥"], normalize_embeddings=True)[0], atol=1e-5
    )


def test_a_cross_encoder_reranks_the_first_hits_and_keeps_them_all(tmp_path: Path) -> None:
    reranker = load_reranker(str(cross_encoder(tmp_path / "ce", ["score"])), device="cpu")
    assert isinstance(reranker, CrossEncoderReranker)
    reranker.depth = 3
    hits = [
        Hit(Passage(f"p{i}", "a", "s", f"第{i}段", 0, 3, (Span(0, 3),)), 1 - i / 10)
        for i in range(5)
    ]
    found = reranker.rerank("几段？", hits)
    assert {h.passage.id for h in found[:3]} == {"p0", "p1", "p2"}
    assert [h.passage.id for h in found[3:]] == ["p3", "p4"]
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    assert reranker.rerank("几段？", []) == []


@pytest.mark.parametrize(
    "labels", [["score"], ["no", "yes"], ["contradiction", "entailment", "neutral"]]
)
def test_a_verifier_gives_a_probability(tmp_path: Path, labels: list[str]) -> None:
    verifier = CrossEncoderVerifier(str(cross_encoder(tmp_path / "v", labels)), device="cpu")
    assert 0 < verifier.verify("有18个。", "有18个。") < 1


# ---- a real server ------------------------------------------------------------------------------


def test_answers_through_transformers_serve(tmp_path: Path) -> None:
    """``transformers serve`` with a tiny model: it babbles, nothing of that is shown."""
    from index import IndexConfig, Library
    from server.answer import FELL_BACK, Answerer
    from server.records import Question
    from server.settings import Settings

    folder = causal_model(tmp_path / "causal")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "transformers.cli.transformers",
        "serve",
        "--host",
        "127.0.0.1",
    ]
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        [*command, "--port", str(port), "--device", "cpu"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"}, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        if not _serves(process, port):
            pytest.skip(f"transformers serve does not start here: {_tail(tmp_path / 'log')}")
        library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
        library.update([ROOT / "seeds"])
        settings = Settings(
            engine="openai", api_base=f"http://127.0.0.1:{port}/v1", model=str(folder),
            answer_tokens=24, timeout_s=180,
        )  # fmt: skip
        answer = Answerer(library, settings).ask(Question("重庆“33618”里的18指什么？"))
        assert (answer.engine, answer.refused) == ("extractive", False)
        assert answer.reason == FELL_BACK
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _serves(process: subprocess.Popen[bytes], port: int) -> bool:
    for _ in range(600):
        if process.poll() is not None:
            return False
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health").status_code < 500
        except httpx.TransportError:
            time.sleep(0.5)
    return False


def _tail(path: Path) -> str:
    return (path.read_text(errors="replace").strip().splitlines() or ["no output"])[-1]


def test_the_settings_reach_the_library_s_embedder(tmp_path: Path) -> None:
    folder = sentence_model(tmp_path / "tiny")
    settings = Settings(
        library=tmp_path / "library", embedder=str(folder), device="cpu", batch_size=3
    )
    embedder = open_library(settings, seed=False).embedder
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert (embedder.device, embedder.batch_size) == ("cpu", 3)
    assert len(embedder.embed(["一", "二", "三", "四"])) == 4
