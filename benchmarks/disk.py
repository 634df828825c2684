"""A disk in memory that knows what of it would survive a loss of power, and does what strace has recorded.

A file's writes since its last fsync may be lost, each by itself; so may a folder's names since the last fsync
of the folder. A file that a lost name led to is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: What a disk writes whole.
SECTOR = 512
CALLS = (
    "open,openat,creat,read,pread64,lseek,write,pwrite64,writev,sendfile,copy_file_range,ftruncate,fallocate,"
    "fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,"
    "rmdir,access,faccessat,faccessat2"
)  # fmt: skip
#: What a process that is recorded looks for when a change has been acknowledged to it.
ACKNOWLEDGED = "/acknowledged"
#: Whether a change survives, by its kind: `data` or `names`.
Keep = Callable[[str], bool]
Tree = dict[str, "bytes | Tree"]


@dataclass(eq=False)
class File:
    """``pending`` are writes: where, and what; what is None cuts the file there (or makes it as long)."""

    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, at: int, what: bytes | None) -> None:
        self.pending.append((at, what))
        _apply(self.data, at, what)

    def sync(self) -> None:
        self.synced, self.pending = bytes(self.data), []

    def rebuilt(self) -> bytes:
        return bytes(self.data)

    def lose(self, path: Path, keep: Keep) -> None:
        data = bytearray(self.synced)
        for at, what in self.pending:
            if keep("data"):
                _apply(data, at, _torn(at, what, keep))
        path.write_bytes(data)


def _apply(data: bytearray, at: int, what: bytes | None) -> None:
    if what is None:
        del data[at:]
    data.extend(bytes(max(0, at - len(data))))
    if what is not None:
        data[at : at + len(what)] = what


def _torn(at: int, what: bytes | None, keep: Keep) -> bytes | None:
    """What of a write has reached the disk: all, or up to some sector."""
    while what and len(what) > SECTOR and not keep("data"):
        what = what[: -((at + len(what)) % SECTOR or SECTOR)]
    return what


@dataclass(eq=False)
class Folder:
    """``pending`` are changes of names; one that moves a file between folders is in both."""

    names: dict[str, File | Folder] = field(default_factory=dict)
    synced: dict[str, File | Folder] = field(default_factory=dict)
    pending: list[_Change] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Folder:
        """What lies there, all of it synced."""
        found = cls()
        for one in path.iterdir():
            found.names[one.name] = (
                cls.read(one) if one.is_dir() else File(bytearray(one.read_bytes()))
            )
        found.sync()
        for node in found.names.values():
            node.sync()
        return found

    def change(self, change: _Change) -> None:
        self.pending.append(change)
        change.apply(self, self.names)

    def sync(self) -> None:
        self.synced, self.pending = dict(self.names), []

    def rebuilt(self) -> Tree:
        """Names and contents; not the shared memory of SQLite's, which is no file's content."""
        return {n: node.rebuilt() for n, node in self.names.items() if not n.endswith("-shm")}

    def lose(self, path: Path, keep: Keep) -> None:
        """Write to a path what survives."""
        kept: dict[_Change, bool] = {}
        self._lose(path, keep, lambda change: kept.setdefault(change, keep("names")))

    def _lose(self, path: Path, keep: Keep, keeps: Callable[[_Change], bool]) -> None:
        names = dict(self.synced)
        for change in self.pending:
            if keeps(change):
                change.apply(self, names)
        path.mkdir()
        for name, node in names.items():
            if isinstance(node, Folder):
                node._lose(path / name, keep, keeps)
            elif not name.endswith("-shm"):
                node.lose(path / name, keep)


@dataclass(frozen=True, eq=False)
class _Change:
    """A name leads to something else, or nowhere; of a renaming both names do at once."""

    names: tuple[tuple[Folder, str, File | Folder | None], ...]

    def apply(self, folder: Folder, names: dict[str, File | Folder]) -> None:
        for where, name, node in self.names:
            if where is folder and node is None:
                names.pop(name, None)
            elif where is folder and node is not None:
                names[name] = node


def renamed(*names: tuple[Folder, str, File | Folder | None]) -> _Change:
    """Names that lead to something else from now on, or nowhere, all at once."""
    return _Change(names)


# ---- what strace has recorded ------------------------------------------------------------------

_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_FD = re.compile(r"(\w+)<(.*)>")


def _text(quoted: str) -> bytes:
    return bytes.fromhex(quoted.strip('"').replace("\\x", ""))


def _quoted(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def lines(log: Path) -> Iterator[tuple[str, list[str], int]]:
    """Each call that succeeded, its arguments and what it gave, in the order in which they ended."""
    begun: dict[str, str] = {}
    for line in log.read_text("ascii").splitlines():
        pid = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        if "resumed>" in line:
            line = begun.pop(pid) + line.split("resumed>", 1)[1]
        found = _LINE.match(line)
        if found and (
            int(found[4]) >= 0 or "access" in found[2]
        ):  # which finds nothing, and says so
            yield found[2], found[3].split(", "), int(found[4])


class Disk:
    """``root`` as it is after each write of the record, which ``options`` make strace keep in ``log``.

    Of a sync it is asked whether it ``lies``: then it is acknowledged, and nothing is done.
    """

    def __init__(self, root: Path, log: Path, lies: Callable[[], bool] = lambda: False) -> None:
        self.options = ["-o", str(log), "-y", "-xx", "-s", str(2**24), "-e", f"trace={CALLS}"]
        self._top, self._log = root.resolve(), log
        self.root, self._places = Folder(), dict[str, int]()
        self.lies = lies
        self.last = ""

    def writes(self) -> Iterator[int]:
        """Go through the record: how many steps were acknowledged, after each change of the disk."""
        self.root, self._places, said = Folder(), dict[str, int](), 0
        for call, args, gave in lines(self._log):
            if "access" in call and f'"{_quoted(ACKNOWLEDGED)}"' in args:
                said += 1
            elif self._do(call, args, gave):
                self.last = call
                yield said

    # ---- one call ----------------------------------------------------------------------------

    def _do(self, call: str, args: list[str], gave: int) -> bool:
        """Whether it has changed the disk, or made a change sure."""
        if call in ("open", "openat", "creat"):
            self._places[str(gave)] = 0
            (path,) = self._paths(args)
            return path is not None and self._open(path, args)
        if call == "lseek":
            self._places[args[0].partition("<")[0]] = gave
            return False
        if call.startswith(("rename", "link", "unlink", "mkdir", "rmdir")):
            return self._name(call, self._paths(args))
        node = self._behind(args[0])
        if call in ("fsync", "fdatasync") and node is not None:
            if not self.lies():
                node.sync()
            return True
        return isinstance(node, File) and self._write(node, call, args, gave)

    def _open(self, path: Path, flags: list[str]) -> bool:
        told = " ".join(flags)
        if "O_CREAT" not in told and "O_TRUNC" not in told:
            return False
        folder, last = self._folder(path)
        node = folder.names.get(last)
        if node is None:
            folder.change(renamed((folder, last, File())))
            return True
        if "O_TRUNC" in told and isinstance(node, File) and node.data:
            node.write(0, None)
            return True
        return False

    def _write(self, node: File, call: str, args: list[str], gave: int) -> bool:
        fd = args[0].partition("<")[0]
        at = self._places.get(fd, 0)
        if call == "ftruncate":
            node.write(int(args[1]), None)
        elif call == "pwrite64":
            node.write(int(args[3]), _text(args[1])[:gave])
        elif call == "write":
            node.write(at, _text(args[1])[:gave])
        elif call == "sendfile":
            source, begin = self._behind(args[1]), int(args[2].split("]")[0].strip("["))
            assert isinstance(source, File)
            node.write(at, bytes(source.data[begin : begin + gave]))
        elif call not in ("read", "pread64"):
            raise AssertionError(f"{call} is not known here")
        if call in ("read", "write", "sendfile"):
            self._places[fd] = at + gave
        return call not in ("read", "pread64")

    def _name(self, call: str, paths: list[Path | None]) -> bool:
        """The last path comes to lead to what the first did, or to a new folder; or to nothing."""
        names: list[tuple[Folder, str, File | Folder | None]] = []
        node: File | Folder | None = Folder() if call.startswith("mkdir") else None
        if len(paths) == 2 and paths[0] is not None:
            folder, last = self._folder(paths[0])
            node = folder.names[last]
            names += [(folder, last, None)] if call.startswith("rename") else []
        if paths[-1] is not None:
            names += [(*self._folder(paths[-1]), node)]
        change = renamed(*names)
        for folder in {id(f): f for f, _, _ in names}.values():
            folder.change(change)
        return bool(names)

    # ---- paths -------------------------------------------------------------------------------

    def _paths(self, args: list[str]) -> list[Path | None]:
        """The paths among arguments, each behind the folder that it begins in, if there is one."""
        return [self._path(args[i - 1] if i else "", a) for i, a in enumerate(args) if a[:1] == '"']

    def _path(self, where: str, name: str) -> Path | None:
        """Below the root, from it; None elsewhere."""
        found = _FD.fullmatch(where)
        base = _text(found[2]).decode() if found else ""
        path = Path(base, _text(name).decode())
        return path.relative_to(self._top) if path.is_relative_to(self._top) else None

    def _folder(self, path: Path) -> tuple[Folder, str]:
        folder: File | Folder = self.root
        for name in path.parts[:-1]:
            assert isinstance(folder, Folder)
            folder = folder.names[name]
        assert isinstance(folder, Folder)
        return folder, path.name

    def _behind(self, fd: str) -> File | Folder | None:
        """What an open descriptor leads to; None when it lies elsewhere, or has been removed."""
        found = _FD.fullmatch(fd)
        path = self._path(fd, '""') if found else None
        if path is None:
            return None
        if not path.parts:
            return self.root
        folder, last = self._folder(path)
        return folder.names.get(last)
