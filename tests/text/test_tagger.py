"""Where jieba keeps what it has made of its dictionary, and what is ours in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.text import tagger, viterbi


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


def test_unknown_words_are_tagged_as_by_jieba_itself() -> None:
    from jieba import posseg
    from jieba.posseg.viterbi import viterbi as of_jieba

    asked: list[str] = []

    def both(word: str, *model: Any) -> tuple[float, list[viterbi.State]]:
        asked.append(word)
        made = viterbi.viterbi(word, *model)
        assert made == of_jieba(word, *model)
        return made

    assert tagger.tagger().viterbi is viterbi.viterbi
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(posseg, "viterbi", both)
        for text in sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))[:2]:
            list(tagger.tagger().cut(text.read_text(encoding="utf-8")[:400]))
        list(tagger.tagger().cut("囧龘丬，埃尔多昂诺维奇说龘"))
    assert len(asked) > 20
