"""A generation folder's description of itself, by which it is known whether it is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from index.config import ANALYSIS, IndexConfig
from index.errors import IndexMismatch, LibraryDamaged
from index.store.base import Plan
from index.store.faults import INDEX_HINT, reading
from index.store.sums import Sum, fault, sum_of

#: Its name in the folder.
NAME = "manifest.json"

#: Version of what a generation folder looks like. Layout 1 had sizes and no checksums, in 2 all vectors
#: were in one file.
LAYOUT = 3
READ = (1, 2, LAYOUT)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made with, and the checksums of its files."""

    generation: int
    embedder: str
    dimension: int
    passages: int
    trained_on: int
    config: IndexConfig
    files: Mapping[str, Sum] = field(default_factory=dict)
    layout: int = LAYOUT
    analysis: int = ANALYSIS

    def save(self, folder: Path, previous: Manifest | None = None) -> None:
        """Write it. Files that ``previous`` lends, by hard links into the folder beside, are not read again."""
        values = {name: getattr(self, name) for name in self.__slots__}
        lent = previous.files if previous else {}
        beside = folder.parent / str(previous.generation) if previous else folder
        sums = {}
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            known = lent[name] if name in lent and _same(beside / name, path) else None
            sums[name] = asdict(known if known and known.sha256 else sum_of(path))
        values |= {"config": self.config.to_dict(), "files": sums}
        values["digest"] = _digest(values)
        text = json.dumps(values, indent=1, ensure_ascii=False)
        (folder / NAME).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, *, whole: bool = False) -> Manifest:
        """Read it, and look whether the folder is as it says; ``whole``: at every byte of large files, too.

        Raises: IndexMismatch, LibraryDamaged.
        """
        where = f"{folder.parent.name}/{folder.name}/{NAME}"
        if not folder.is_dir():
            raise LibraryDamaged(f"{where} is not there", hint=INDEX_HINT)
        with reading(where, INDEX_HINT):
            values: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
            layout = values["layout"]
        if layout not in READ:
            raise IndexMismatch(
                f"{where} has layout {str(layout)[:20]}, this version reads {LAYOUT}",
                hint="Build the library anew: `youju index --rebuild`.",
            )
        with reading(where, INDEX_HINT):
            if layout > 1 and values.pop("digest") != _digest(values):
                raise ValueError("its digest is another")
            values["config"] = IndexConfig.from_dict(values["config"])
            values["files"] = {name: _sum(known) for name, known in values["files"].items()}
            manifest = cls(**values)
        for told in manifest.faults(folder, whole=whole):
            raise LibraryDamaged(told, hint=INDEX_HINT)
        return manifest

    def faults(self, folder: Path, *, whole: bool = False) -> Iterator[str]:
        """A sentence for each file that is not as it was written."""
        for name, known in self.files.items():
            if told := _fault(folder / name, known, whole=whole):
                yield f"{folder.parent.name}/{folder.name}/{name} {told}"

    @property
    def has_sums(self) -> bool:
        return self.layout > 1

    def fits(self, plan: Plan) -> bool:
        """Whether the next generation may grow out of this one."""
        return (
            not plan.rebuild and self.embedder == plan.embedder.name and self._still_trained(plan)
        )

    def _still_trained(self, plan: Plan) -> bool:
        if self.trained_on == 0:
            return plan.size <= plan.config.flat_max
        return self.trained_on / 4 <= plan.size <= self.trained_on * 4


def _digest(values: Mapping[str, Any]) -> str:
    """The sha256 of all that the manifest says."""
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _sum(known: Any) -> Sum:
    """As it stands in a manifest: layout 1 gave the size alone."""
    return Sum(known, "", "") if isinstance(known, int) else Sum(**known)


def _fault(path: Path, known: Sum, *, whole: bool) -> str:
    if known.sha256:
        return fault(path, known, whole=whole)
    there = path.is_file()
    return "" if there and path.stat().st_size == known.size else "is missing or has another size"


def _same(one: Path, other: Path) -> bool:
    return one.exists() and one.samefile(other)


def _files(folder: Path) -> list[Path]:
    return sorted(
        p for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock" and p.name != NAME
    )
