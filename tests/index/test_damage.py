"""Each file of a library, damaged in each way: it is mended, or said in a line; nothing is answered wrongly."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import CountingEmbedder

from index import (
    EmbeddingError,
    IndexMissing,
    Library,
    LibraryDamaged,
    Retriever,
    YoujuError,
    explained,
    shipped,
)
from index.store import sums
from index.store.lock import writing
from training.sums import lines

ROOT = Path(__file__).parents[2]

#: Every file that a library has, as a pattern: segments of the search by words have made-up names.
FILES = (
    "CURRENT",
    "catalog.sqlite",
    "lock",
    "generations/*/manifest.json",
    "generations/*/vectors.faiss",
    "generations/*/lexical/meta.json",
    "generations/*/lexical/.managed.json",
    "generations/*/lexical/*.fast",
    "generations/*/lexical/*.fieldnorm",
    "generations/*/lexical/*.idx",
    "generations/*/lexical/*.pos",
    "generations/*/lexical/*.store",
    "generations/*/lexical/*.term",
    "generations/*/lexical/*.lock",
)
PLACES = 24
Found = dict[str, list[tuple[str, float]]]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    """A fiftieth of it, in one piece and somewhere."""
    data = bytearray(path.read_bytes())
    chance = random.Random(path.suffix)
    size = max(1, len(data) // 50)
    at = chance.randrange(max(1, len(data) - size))
    data[at : at + size] = chance.randbytes(size)
    path.write_bytes(data)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def removed(path: Path) -> None:
    path.unlink()


def unreadable(path: Path) -> None:
    """Also for root, who may read everything: a link that leads to itself."""
    path.unlink()
    path.symlink_to(path.name)


DAMAGES = (cut, emptied, overwritten, a_folder, removed, unreadable)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of many short articles, an upload and a conversation; nobody damages it."""
    base = tmp_path_factory.mktemp("sound")
    articles = base / "articles"
    articles.mkdir()
    for n in range(PLACES):
        name = chr(0x4E00 + n * 97) + chr(0x5B00 + n * 31)
        text = (
            f"第{n}号站台\n\n第{n}号站台长{n * 37 + 100}米，每天停{n * 3 + 2}趟车，由{name}看管。\n"
        )
        (articles / f"{n:02}.txt").write_text(text, encoding="utf-8")
    with Library(base / "library", embedder=CountingEmbedder()) as library:
        library.update([articles])
        library.add_text("upload.txt", "码头有四座灯塔，最高的一座高31米。".encode())
        library.conversations.save_turn("a" * 32, "码头有几座灯塔？", {"id": "b", "answer": "四座"})
        library.backup(base / "backup")
    return base / "library"


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "library")
    shutil.copy(sound.parent / "backup", tmp_path / "backup")
    return tmp_path / "library"


def found(path: Path) -> Found:
    """What a few questions find, with scores: the same for the same library."""
    embedder = CountingEmbedder()
    with opened(path) as library:
        retriever = Retriever(embedder)
        return {
            query: [
                (hit.passage.source, round(hit.score, 4))
                for hit in retriever.retrieve(library.snapshot(), query, k=10)
            ]
            for query in ("第3号站台长多少米", "第17号站台每天停几趟车", "码头灯塔")
        }


@pytest.fixture(scope="module")
def right(sound: Path) -> Found:
    return found(sound)


def opened(path: Path) -> Library:
    return Library(path, embedder=CountingEmbedder(), lock_timeout_s=0.0)


def faults(path: Path) -> list[str]:
    """The lines of `youju doctor`."""
    with opened(path) as library:
        try:
            return [f"{fault.what}. {fault.hint}" for fault in library.check()]
        except Exception as error:
            return [str(said(error))]


def sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path / "catalog.sqlite")) as db, db:
        db.execute(statement)


def said(error: BaseException) -> YoujuError:
    """The one line that is shown for an error."""
    told = explained(error)
    assert told is not None, f"a traceback: {error!r}"
    assert told.hint
    assert not isinstance(told, IndexMissing), "a library that was lost looks like a new one"
    assert "\n" not in f"{told} {told.hint}"
    return told


def test_the_files_are_all_there_are(sound: Path) -> None:
    files = {path for path in sound.rglob("*") if path.is_file()}
    newest = max(sound.glob("generations/*"))
    files = {p for p in files if "generations" not in p.parts or p.is_relative_to(newest)}
    assert files == {path for pattern in FILES for path in sound.glob(pattern)} & files


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("file", FILES)
def test_damage_is_mended_or_said(
    copy: Path, right: Found, file: str, damage: Callable[[Path], None]
) -> None:
    for path in copy.glob(file):
        damage(path)
    seen = faults(copy)
    try:
        answers = found(copy)
    except Exception as error:
        said(error)
        assert seen
        # What cannot be mended is said again, and a backup helps.
        try:
            with opened(copy) as library:
                library.repair()
        except Exception as error:
            said(error)
    else:
        assert answers == right
    if file != "lock" and faults(copy):
        with opened(copy) as library:
            library.restore(copy.parent / "backup", sure=True)
    assert found(copy) == right
    assert file == "lock" or faults(copy) == []


def test_the_two_generations_damaged_at_once_are_mended(copy: Path, right: Found) -> None:
    shutil.rmtree(copy / "generations")
    assert found(copy) == right


def test_what_is_damaged_in_the_catalogue_and_can_be_made_anew_is(copy: Path, right: Found) -> None:
    sql(copy, "UPDATE vectors SET vector = CAST(x'ffffff7b' || substr(vector, 5) AS BLOB)")
    sql(copy, "UPDATE passages SET spans = '[' WHERE source = '03.txt'")
    sql(copy, "UPDATE articles SET blocks = '[' WHERE source = '04.txt'")
    with pytest.raises(LibraryDamaged, match=r"passage|vector"):
        found(copy)
    assert len(faults(copy)) == 3
    with opened(copy) as library:
        assert library.repair() == []
    assert found(copy) == right


@pytest.mark.parametrize(
    "damage",
    [
        "passages SET text = (SELECT text FROM passages WHERE source = '04.txt') WHERE source",
        "passages SET text = substr(text, 1, 9) WHERE source",
        "passages SET text = x'00' WHERE source",
        "articles SET offsets = x'00' WHERE source",
        "articles SET rest = x'00' WHERE source",
        "sources SET rest = x'00' WHERE name",
        "sources SET chars = 1 WHERE name",
    ],
)
def test_a_text_that_is_damaged_is_said_and_read_again_from_its_file(
    sound: Path, copy: Path, right: Found, damage: str
) -> None:
    sql(copy, f"UPDATE {damage} = '03.txt'")
    assert any("sources are damaged" in line for line in faults(copy))
    with opened(copy) as library:
        library.update([sound.parent / "articles"], rebuild=True)
        assert library.check() == []
    assert found(copy) == right


def test_a_leftover_of_a_kill_is_said_and_removed(copy: Path) -> None:
    (copy / "generations" / "3.tmp").mkdir()
    (copy / "staging.sqlite").write_bytes(b"x")
    assert [line.split(" ")[0] for line in faults(copy)] == ["generations/3.tmp", "staging.sqlite"]
    with opened(copy) as library:
        assert library.repair() == []
    assert not (copy / "staging.sqlite").exists()


def test_a_leftover_of_a_kill_is_gone_once_the_library_is_asked(copy: Path) -> None:
    left = copy / "generations" / "3.tmp"
    left.mkdir()
    (copy / "staging.sqlite").write_bytes(b"x")
    with opened(copy) as library, writing(copy, 0.0):  # somebody writes: it may be theirs
        library.snapshot()
        assert left.exists()
    with opened(copy) as library:
        library.snapshot()
        assert not left.exists()
        assert not (copy / "staging.sqlite").exists()
        assert library.check() == []


def test_damage_that_opening_does_not_see_is_found_and_mended_meanwhile(
    copy: Path, right: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "WHOLE", 0)
    monkeypatch.setattr(sums, "PIECES", 2)
    monkeypatch.setattr(sums, "PIECE", 64)
    with opened(copy) as library:
        library.update([], rebuild=True)  # with the checksums of these samples
        (file,) = (copy / "generations" / str(library.version)).glob("vectors.faiss")
        data = bytearray(file.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 300] = bytes(300)
        file.unlink()
        file.write_bytes(data)
    with opened(copy) as library:
        library.snapshot()
        assert any("vectors.faiss" in fault.what for fault in library.inspect())
        assert library.inspect() == []
        assert library.check() == []
    assert found(copy) == right


def test_a_rebuild_trusts_no_vector(copy: Path, right: Found) -> None:
    """Those of another text are of the right length, and nothing about them looks wrong."""
    sql(copy, "UPDATE vectors SET vector = (SELECT vector FROM vectors ORDER BY hash LIMIT 1)")
    with opened(copy) as library:
        assert library.check() == []
        library.update([], rebuild=True)
    assert found(copy) == right


def test_damage_while_serving_is_mended_and_the_state_before_serves(copy: Path) -> None:
    with opened(copy) as library:
        first = library.snapshot()
        with opened(copy) as other:
            other.add_text("pier.txt", "栈桥长90米。".encode())
        cut(copy / "generations" / str(first.version + 1) / "vectors.faiss")
        assert library.snapshot() is first
        assert library._mending is not None
        library._mending.join(60)
        assert library.snapshot().version == first.version + 2
        assert len(library.snapshot()) == len(first) + 1


def test_a_large_file_is_sampled_so_that_a_fiftieth_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "WHOLE", 0)
    path = tmp_path / "large"
    data = random.Random(0).randbytes(2**21)
    path.write_bytes(data)
    known = sums.sum_of(path)
    assert sums.fault(path, known) == ""
    size = len(data) // 50
    for at in range(0, len(data) - size, size // 3):
        path.write_bytes(data[:at] + bytes(size) + data[at + size :])
        assert sums.fault(path, known)
    # Less than that may lie between the pieces: the whole shows it.
    at = (len(data) - sums.PIECE) // (sums.PIECES - 1) - 1
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert sums.fault(path, known) == ""
    assert sums.fault(path, known, whole=True)


@pytest.mark.parametrize("package", ["index", "server"])
def test_the_models_are_those_that_are_listed(package: str) -> None:
    folder = ROOT / package
    assert list(shipped.faults(folder)) == []
    told = "python -m training.sums lists them anew"
    assert (folder / shipped.SUMS).read_text(encoding="utf-8") == lines(folder), told


def test_a_damaged_model_is_said(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "server" / "question" / "models", tmp_path / "models")
    (tmp_path / shipped.SUMS).write_text(lines(tmp_path), encoding="utf-8")
    (tmp_path / "models" / "subject.json").write_text("{", encoding="utf-8")
    (tmp_path / "models" / "leaning.json").unlink()
    assert [told.split("/")[-1] for told in shipped.faults(tmp_path)] == [
        "leaning.json cannot be read: No such file or directory",
        "subject.json is not what was shipped",
    ]
    with pytest.raises(EmbeddingError, match=r"subject\.json") as caught:
        _load(tmp_path / "models" / "subject.json")
    assert "youju doctor" in caught.value.hint


def _load(path: Path) -> None:
    with shipped.shipped(path):
        json.loads(path.read_text(encoding="utf-8"))
