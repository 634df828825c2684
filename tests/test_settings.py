"""Settings: read from YOUJU_* when built, frozen, and all of them in the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import Settings

README = Path(__file__).parent.parent / "README.md"
#: How a row of the README's table looks.
ROW = re.compile(r"^\| `(YOUJU_[A-Z_]+)` \| (.*?) \| (.+) \|$", re.MULTILINE)


def test_reads_the_environment_when_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YOUJU_LIBRARY", str(tmp_path))
    monkeypatch.setenv("YOUJU_TOP_K", "7")
    settings = Settings()
    assert (settings.library, settings.top_k) == (tmp_path, 7)


def test_a_variable_that_is_set_to_nothing_is_as_good_as_unset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("YOUJU_EMBEDDER", "")
    monkeypatch.setenv("YOUJU_PORT", "")
    assert (Settings().embedder, Settings().port) == ("builtin", 8000)


def test_arguments_beat_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_PORT", "1234")
    assert Settings(port=4321).port == 4321


def test_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().top_k = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOP_K", "0"),
        ("TOP_K", "51"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "loud"),
        ("STORE", "http://127.0.0.1"),
    ],
)
def test_bounds(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"YOUJU_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_every_setting_is_in_the_readme() -> None:
    rows = {name: default.strip("`") for name, default, _ in ROW.findall(README.read_text("utf-8"))}
    if not rows:
        pytest.skip("the README has no table of settings yet")
    wanted = {
        f"YOUJU_{name.upper()}": str(field.default) for name, field in Settings.model_fields.items()
    }
    assert rows == wanted


def test_a_shared_catalogue_needs_a_shared_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_DATABASE", "postgresql://youju:geheim@host/youju")
    with pytest.raises(ValidationError, match="YOUJU_STORE"):
        Settings()
    monkeypatch.setenv("YOUJU_STORE", "milvus+http://root:geheim@host:19530")
    assert "geheim" not in repr(Settings())
    monkeypatch.setenv("YOUJU_DATABASE", "mysql://host/youju")
    with pytest.raises(ValidationError, match="postgresql"):
        Settings()
