from __future__ import annotations

import os
import subprocess
import sys
import threading
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import EmbeddingError, HashEmbedder, load_embedder
from index.embedding.embedder import Embedder, embed_query, unit_rows
from index.embedding.sentence_transformer import SentenceTransformerEmbedder


@pytest.fixture(params=["hash", "builtin"])
def any_embedder(request: pytest.FixtureRequest) -> Embedder:
    return load_embedder(request.param)


def test_rows_are_unit_float32_of_the_dimension(any_embedder: Embedder) -> None:
    rows = any_embedder.embed(["重庆的机场", "机器人企业有326家"])
    assert rows.dtype == np.float32
    assert rows.shape == (2, any_embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_text_is_no_row_and_an_empty_text_is_finite(any_embedder: Embedder) -> None:
    assert any_embedder.embed([]).shape == (0, any_embedder.dimension)
    assert np.isfinite(any_embedder.embed(["", "  "])).all()


def test_a_text_has_one_vector_whatever_its_batch(any_embedder: Embedder) -> None:
    texts = ["重庆", "一段长一些的文字，里面有数字18和eVTOL。", "😀"]
    together = any_embedder.embed(texts)
    alone = np.stack([any_embedder.embed([text])[0] for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_like_texts_are_nearer_than_unlike_ones(any_embedder: Embedder) -> None:
    query = embed_query(any_embedder, "机器人企业有多少家")
    near, far = any_embedder.embed(["机器人企业达到326家", "森林覆盖率达到55%"])
    assert query @ near > query @ far


def test_hashed_vectors_can_be_worked_out() -> None:
    embedder = HashEmbedder(64, sizes=(1,))
    ab, a, b = embedder.embed(["甲乙", "甲", "乙"])
    np.testing.assert_allclose(ab, unit_rows((a + b)[None])[0], atol=1e-6)
    assert set(np.unique(np.abs(a))) == {np.float32(1 / 8)}


def test_missing_weights_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("index.embedding.load.TABLE", tmp_path)
    with pytest.raises(EmbeddingError, match="weights"):
        load_embedder("builtin")


def test_hash_dimension_is_a_multiple_of_8() -> None:
    with pytest.raises(ValueError, match="multiple of 8"):
        HashEmbedder(30)


class _Model:
    """What SentenceTransformer offers, with vectors one can work out."""

    loads = 0

    def __init__(self, *_: Any, **__: Any) -> None:
        type(self).loads += 1

    def get_embedding_dimension(self) -> int:
        return 2

    def encode_query(self, texts: Sequence[str], **_: Any) -> Any:
        return np.array([[3.0, 4.0]] * len(texts))

    def encode_document(self, texts: Sequence[str], **_: Any) -> Any:
        return np.array([[len(text), 0.0] for text in texts])


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> type[_Model]:
    module = types.ModuleType("sentence_transformers")
    module.SentenceTransformer = _Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    monkeypatch.setattr(_Model, "loads", 0)
    return _Model


@pytest.mark.usefixtures("model")
def test_queries_and_documents_go_their_own_ways() -> None:
    embedder = load_embedder("some/model")
    np.testing.assert_allclose(embedder.embed(["甲", "乙丙"]), [[1, 0], [1, 0]])
    np.testing.assert_allclose(embed_query(embedder, "甲"), [0.6, 0.8])
    assert embedder.dimension == 2


def test_a_model_loads_once_for_many_threads(model: type[_Model]) -> None:
    embedder = load_embedder("some/model")
    threads = [threading.Thread(target=embedder.embed, args=(["甲"],)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert model.loads == 1


def test_a_failing_model_is_an_embedding_error(
    model: type[_Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(model, "encode_document", fail)
    with pytest.raises(EmbeddingError, match="some/model"):
        load_embedder("some/model").embed(["甲"])


def test_a_missing_model_says_what_was_sought_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = types.ModuleType("sentence_transformers")

    def missing(*_: Any, **__: Any) -> None:
        raise OSError("not in the cache\nand more")

    module.SentenceTransformer = missing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    with pytest.raises(EmbeddingError, match=r"no/such-model.*not in the cache$") as caught:
        SentenceTransformerEmbedder("no/such-model").embed(["甲"])
    for way in ("folder", "hf download no/such-model", "YOUJU_EMBEDDER=builtin"):
        assert way in caught.value.hint


COLD = """
import sys, time
started = time.perf_counter()
import index
heavy = {"torch", "sentence_transformers", "transformers", "jieba", "faiss"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
library = index.Library(sys.argv[1])
hits = index.Retriever(library.embedder).retrieve(library.snapshot(), "机器人企业有多少家？")
assert "326家" in hits[0].passage.text
heavy.remove("faiss")
assert not heavy & set(sys.modules), heavy & set(sys.modules)
library.close()
print(time.perf_counter() - started)
"""


def test_a_cold_query_imports_nothing_heavy(tmp_path: Path, folder: Path) -> None:
    assert _cold_query_s(tmp_path, folder) > 0


@pytest.mark.timing
def test_a_cold_query_takes_less_than_a_second(tmp_path: Path, folder: Path) -> None:
    assert min(_cold_query_s(tmp_path, folder) for _ in range(3)) < 1


def _cold_query_s(tmp_path: Path, folder: Path) -> float:
    """How long a new process takes from its start to the hits."""
    from index import Library

    with Library(tmp_path / "library") as library:
        library.update([folder])
    done = subprocess.run(
        [sys.executable, "-c", COLD, str(tmp_path / "library")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_the_built_in_table_is_loaded_once() -> None:
    assert load_embedder("builtin") is load_embedder("builtin")
