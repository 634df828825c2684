"""Where jieba keeps what it has made of its dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.text import tagger


def test_the_cache_of_words_is_nobody_else_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    own = tagger._own_folder()
    assert own == tmp_path / "youju"
    assert own.stat().st_mode & 0o077 == 0
    own.chmod(0o777)  # anybody may have put a file there
    other = tagger._own_folder()
    assert other != own
    assert other.stat().st_mode & 0o077 == 0
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # no folder can be made there
    assert tagger._own_folder().is_dir()


def test_jieba_looks_nowhere_else() -> None:
    import jieba

    tagger.tagger()
    assert Path(jieba.dt.tmp_dir).stat().st_mode & 0o022 == 0
