"""What lies in people's folders: whatever it is, it is skipped for a reason and the rest is read."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import HashEmbedder, Library, Skipped, SourceError
from index.reading import FoundFile, find_files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names in bytes, links, fifos")


def names(found: Iterator[FoundFile | Skipped]) -> list[str]:
    return [item.name for item in found if isinstance(item, FoundFile)]


def skips(found: Iterator[FoundFile | Skipped]) -> dict[str, str]:
    return {item.path: item.reason for item in found if isinstance(item, Skipped)}


def written(path: Path, text: str = "字。") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def raw(folder: Path, name: bytes) -> bytes:
    """A path whose last part is in these bytes."""
    return os.path.join(os.fsencode(folder), name)  # noqa: PTH118


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder of one's own, without the rights that let root read everything."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        if root:
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if root:
                os.seteuid(0)
            for path, folders, _ in os.walk(folder):  # so that it can be removed
                for name in folders:
                    Path(path, name).chmod(0o777)


def test_files_are_found_sorted_and_without_hidden_ones(tmp_path: Path) -> None:
    listed = ("b.txt", "a.md", "x.pyc", ".c.txt", "sub/deep/d.HTML", ".hidden/e.txt", "sub.txt")
    for name in listed:
        written(tmp_path / name)
    assert names(find_files(tmp_path)) == ["a.md", "b.txt", "sub/deep/d.HTML", "sub.txt"]
    assert skips(find_files(tmp_path)) == {}


def test_a_named_file_must_be_there_and_of_a_known_kind(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        list(find_files(tmp_path / "none.txt"))
    with pytest.raises(SourceError, match=r"a\.exe: .*“\.exe”") as caught:
        list(find_files(written(tmp_path / "a.exe")))
    assert ".txt" in caught.value.hint
    os.mkfifo(tmp_path / "fifo.txt")
    with pytest.raises(SourceError, match="neither"):
        list(find_files(tmp_path / "fifo.txt"))
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(SourceError, match="round"):
        list(find_files(tmp_path / "round"))
    (file,) = find_files(written(tmp_path / "a.txt"))
    assert isinstance(file, FoundFile)
    assert file.name == "a.txt"


# ---- each kind, beside a file that can be read --------------------------------------------------

Make = Callable[[Path], object]


def gbk_file(folder: Path) -> None:
    Path(os.fsdecode(raw(folder, "周报.txt".encode("gbk")))).write_bytes(b"x")


def gbk_folder(folder: Path) -> None:
    Path(os.fsdecode(raw(folder, "一月".encode("gbk")))).mkdir()


def link_to(target: str, name: str = "link.txt") -> Make:
    return lambda folder: (folder / name).symlink_to(target)


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "fifo.txt")


def a_socket(folder: Path) -> None:
    here = os.getcwd()  # noqa: PTH109
    os.chdir(folder)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket.md")
    finally:
        os.chdir(here)


def device(folder: Path) -> None:
    try:
        os.mknod(folder / "null.txt", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")


@pytest.mark.parametrize(
    ("make", "path", "reason"),
    [
        (gbk_file, "\\xd6ܱ\\xa8.txt", "name: "),
        (gbk_folder, "һ\\xd4\\xc2", "name: "),
        (link_to("/etc/hostname"), "link.txt", "link: it leads out of the folder"),
        (link_to("../../outside.txt"), "link.txt", "link: it leads nowhere"),
        (link_to("..", "up"), "up", "link: it leads out of the folder"),
        (link_to("link.txt"), "link.txt", "link: it leads in a circle"),
        (link_to("gone.txt"), "link.txt", "link: it leads nowhere"),
        (link_to("/dev/zero"), "link.txt", "link: it leads out of the folder"),
        (fifo, "fifo.txt", "special: "),
        (a_socket, "socket.md", "special: "),
        (device, "null.txt", "special: "),
    ],
)
def test_what_is_no_file_is_skipped_with_the_reason(
    tmp_path: Path, make: Make, path: str, reason: str
) -> None:
    folder = written(tmp_path / "in" / "a.txt").parent
    make(folder)
    with Library(tmp_path / "library", embedder=HashEmbedder(64)) as library:
        report = library.update([folder])
        assert (report.added, len(report.skipped)) == (1, 1)
        assert report.skipped[0].path == path
        assert report.skipped[0].reason.startswith(reason)
        assert report.skipped[0].reason.isprintable()
        assert library.update([folder]).unchanged == 1


def test_a_name_in_other_bytes_is_guessed_at(tmp_path: Path) -> None:
    gbk_file(tmp_path)
    (skipped,) = (item for item in find_files(tmp_path) if isinstance(item, Skipped))
    assert "“周报.txt”" in skipped.hint


def test_links_within_the_folder_are_read_once(tmp_path: Path) -> None:
    written(tmp_path / "sub" / "a.txt")
    written(tmp_path / ".store" / "v1" / "b.txt")
    (tmp_path / "again.txt").symlink_to("sub/a.txt")
    (tmp_path / "also").symlink_to("sub")
    (tmp_path / "round").symlink_to(".")
    (tmp_path / "b.txt").symlink_to(".store/v1/b.txt")
    (tmp_path / "c.txt").symlink_to(".store/v1/b.txt")
    (tmp_path / "whole").symlink_to("nowhere")  # no name of an article's
    assert names(find_files(tmp_path)) == ["b.txt", "sub/a.txt"]
    assert skips(find_files(tmp_path)) == {}


def test_a_folder_that_is_a_link_is_read(tmp_path: Path) -> None:
    written(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to("real")
    assert names(find_files(tmp_path / "link")) == ["a.txt"]


def test_thousands_of_nested_folders(tmp_path: Path) -> None:
    written(tmp_path / "in" / "a.txt")
    here = os.getcwd()  # noqa: PTH109
    os.chdir(tmp_path / "in")
    try:
        for depth in range(2500):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
            if depth in (1200, 2499):
                Path("deep.txt").write_text("河长两公里。", encoding="utf-8")
    finally:
        os.chdir(here)
    with Library(tmp_path / "library", embedder=HashEmbedder(64)) as library:
        report = library.update([tmp_path / "in"])
        assert report.added == 2
        (skipped,) = report.skipped
        assert skipped.reason == "unreadable: File name too long"
        assert library.update([tmp_path / "in"]).unchanged == 2
    # pytest would clean up by recursion.
    subprocess.run(["rm", "-rf", tmp_path / "in"], check=True)


# ---- what cannot be looked at stays ---------------------------------------------------------------


def test_unreadable_files_and_folders_keep_what_is_known_of_them() -> None:
    with as_nobody() as place:
        folder = place / "in"
        for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt", "n.jsonl", "d.txt"):
            written(folder / name, '{"id": 1, "text": "河长两公里。"}' if "jsonl" in name else name)
        with Library(place / "library", embedder=HashEmbedder(64)) as library:
            assert library.update([folder]).added == 5
            for name in ("sub", "a.txt", "n.jsonl"):
                (folder / name).chmod(0)
            (folder / "d.txt").unlink()
            report = library.update([folder])
            assert {s.path: s.reason for s in report.skipped} == {
                "sub": "unreadable: Permission denied",
                "a.txt": "unreadable: Permission denied",
                "n.jsonl": "unreadable: Permission denied",
            }
            assert (report.removed, library.count()) == (1, 4)
            rebuilt = library.update([folder], rebuild=True)
            assert (rebuilt.removed, len(rebuilt.skipped), library.count()) == (0, 3, 4)


def test_a_folder_that_cannot_be_listed_is_an_error() -> None:
    with as_nobody() as place:
        folder = written(place / "in" / "a.txt").parent
        folder.chmod(0)
        with pytest.raises(SourceError, match="in: Permission denied"):
            list(find_files(folder))


def test_links_and_names_that_went_bad_keep_what_is_known_of_them(
    library: Library, folder: Path
) -> None:
    (folder / "robots.txt").unlink()
    (folder / "robots.txt").symlink_to("/nowhere/robots.txt")
    (folder / "forest.md").unlink()
    os.mkfifo(folder / "forest.md")
    report = library.update([folder])
    assert {s.path: s.kind for s in report.skipped} == {
        "robots.txt": "link",
        "forest.md": "special",
    }
    assert (report.removed, library.count()) == (0, 3)


def test_a_file_that_vanishes_while_others_are_read(library: Library, folder: Path) -> None:
    (folder / "new.txt").write_text("河长两公里。", encoding="utf-8")

    def during(stage: str, done: int, _: int | None) -> None:
        if (stage, done) == ("read", 0):
            (folder / "robots.txt").unlink(missing_ok=True)

    report = library.update([folder], progress=during)
    assert [(s.path, s.kind) for s in report.skipped] == [("robots.txt", "unreadable")]
    assert (report.added, report.removed, library.count()) == (1, 0, 4)
    assert library.update([folder]).removed == 1


def test_a_file_that_becomes_a_folder(library: Library, folder: Path) -> None:
    def during(stage: str, done: int, _: int | None) -> None:
        if (stage, done) == ("read", 0) and (folder / "robots.txt").is_file():
            (folder / "robots.txt").unlink()
            written(folder / "robots.txt" / "inside.txt", "河长两公里。")

    report = library.update([folder], progress=during)
    assert [(s.path, s.kind) for s in report.skipped] == [("robots.txt", "unreadable")]
    assert (report.removed, library.count()) == (0, 3)
    report = library.update([folder])
    assert (report.added, report.removed, report.skipped) == (1, 1, ())
    assert library.source("robots.txt/inside.txt").text == "河长两公里。"


def test_a_text_that_cannot_be_split_stops_no_other(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.pages import articles

    split = articles.split

    def fails(source: object) -> object:
        if getattr(source, "name", "") == "robots.txt":
            raise ZeroDivisionError
        return split(source)  # type: ignore[arg-type]

    monkeypatch.setattr(articles, "split", fails)
    for name in ("robots.txt", "forest.md"):
        (folder / name).write_text("全市机器人企业达到400家。", encoding="utf-8")
    report = library.update([folder])
    assert [(s.path, s.kind) for s in report.skipped] == [("robots.txt", "unsplit")]
    assert (report.changed, report.removed, library.count()) == (1, 0, 3)
    assert "326家" in library.source("robots.txt").text
    monkeypatch.undo()
    assert library.update([folder]).changed == 1
    assert "400家" in library.source("robots.txt").text


def test_two_sources_of_one_name(tmp_path: Path) -> None:
    """A record's name is its file's, # and its id: another file may be called so."""
    folder = tmp_path / "in"
    written(folder / "a.jsonl", '{"id": "b.txt", "text": "河长两公里。"}')
    written(folder / "a.jsonl#b.txt", "桥长三公里。")
    with Library(tmp_path / "library", embedder=HashEmbedder(64)) as library:
        report = library.update([folder])
        assert (report.added, [s.kind for s in report.skipped]) == (1, ["same"])
        assert library.count() == 1
