"""The built-in models: the files that were shipped, where they are from, and what is said of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.shipped import SUMS, digest, faults, listed

ROOT = Path(__file__).parents[2]
PACKAGES = (ROOT / "index", ROOT / "server")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda one: one.name)
def test_each_file_of_a_model_is_what_its_sum_says_and_where_it_is_from_stands_beside(
    package: Path,
) -> None:
    assert len(listed(package)) > 3
    assert list(faults(package)) == []
    models = [one for one in package.rglob("*") if one.suffix in (".onnx", ".safetensors")]
    assert {one.relative_to(package).as_posix() for one in models} <= set(listed(package))
    for model in models:
        assert (model.parent / "README.md").exists()


def test_one_that_was_exchanged_or_is_gone_is_told(tmp_path: Path) -> None:
    model = tmp_path / "models" / "model.onnx"
    model.parent.mkdir()
    model.write_bytes(b"shipped")
    (tmp_path / SUMS).write_text(f"{digest(model)}  models/model.onnx\n", encoding="utf-8")
    assert list(faults(tmp_path)) == []
    model.write_bytes(b"another")
    assert list(faults(tmp_path)) == [f"{tmp_path.name}/models/model.onnx is not what was shipped"]
    model.unlink()
    assert len(list(faults(tmp_path))) == 1
