"""Cut the power at each write of a library's life, with what was not synced lost: is what was acknowledged there?

    python -m benchmarks.power                # each write, each of four ways to lose; needs strace
    python -m benchmarks.power --images 100   # so many, spread over all
    python -m benchmarks.power --lying        # on a disk that acknowledges syncs that it has not done

A process makes a library, adds, changes and deletes articles, keeps conversations, makes a backup, is handed
a file, and adds and revokes a key, saying so after each. strace records what it writes, syncs and names. From
the record the folder is rebuilt as a disk may hold it when the power goes: of what was written since a file was
last synced, and of the names since their folder was, nothing survives, or all of one kind, or some by chance,
torn at 512 bytes. Then all of it has to be as after the last change that was acknowledged, or after the next
one; the library's own check finds nothing, and takes another article. That the record is whole is known by
rebuilding what the process has left, byte by byte.

On a disk that lies nothing can be promised to be there. What is asked of it is less: all that is read was
once acknowledged, or an error says that it is damaged, or `youju doctor` does.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.disk import Disk, Folder
from benchmarks.tables import table
from benchmarks.traced import opened, traced
from index import Library, YoujuError
from server.upkeep.audit import Audit
from server.upkeep.doctor import lines
from server.upkeep.keys import Keys

LOSSES = ("all unsynced", "unsynced data", "unsynced names", "by chance")
ONE, TWO, OTHER = "甲站有水泵11台。", "乙站有水泵22台。", "乙站有水泵55台。"


class State(NamedTuple):
    """What there is: articles, turns of a conversation, keys, files handed over, lines of the record, a backup."""

    articles: Mapping[str, str] = {}
    turns: int = 0
    keys: tuple[str, ...] = ()
    handed: tuple[bytes, ...] = ()
    recorded: int = 0
    backup: bool = False


def _turn(library: Library) -> None:
    library.conversations.save_turn("c", "有多少台水泵？", {"id": "1", "citations": []})


def _record(library: Library) -> None:
    Audit(library.path).note("anna", "127.0.0.1", "POST", "/sources", 201)


def _hand_over(library: Library) -> None:
    library.incoming.put(library.incoming.begin(1), 1, "c.txt", ONE.encode())


#: What is done, and what is otherwise once it is acknowledged. None: the library is closed and opened again.
STEPS: tuple[tuple[Callable[[Library], object] | None, Mapping[str, Any]], ...] = (
    (lambda library: library.add_text("a.txt", ONE.encode()), {"articles": {"a.txt": ONE}}),
    (_turn, {"turns": 1}),
    (
        lambda library: library.add_text("b.txt", TWO.encode()),
        {"articles": {"a.txt": ONE, "b.txt": TWO}},
    ),
    (None, {}),
    (lambda library: Keys(library.path).add("anna", "ask"), {"keys": ("anna",)}),
    (_record, {"recorded": 1}),
    (
        lambda library: library.add_text("b.txt", OTHER.encode()),
        {"articles": {"a.txt": ONE, "b.txt": OTHER}},
    ),
    (lambda library: library.backup(_backup(library.path)), {"backup": True}),
    (lambda library: library.delete("a.txt"), {"articles": {"b.txt": OTHER}}),
    (lambda library: Keys(library.path).revoke("anna"), {"keys": ()}),
    (_hand_over, {"handed": (ONE.encode(),)}),
    (_turn, {"turns": 2}),
)
#: What there is after none, one, two ... of them.
STATES = tuple(accumulate(STEPS, lambda state, step: state._replace(**step[1]), initial=State()))


def live(path: Path, acknowledge: Callable[[], None]) -> None:
    """The library's life, in the process that is recorded."""
    library = opened(path)
    for step, _ in STEPS:
        if step is None:
            library.close()
            library = opened(path)
        else:
            step(library)
        acknowledge()
    library.close()


def _backup(library: Path) -> Path:
    return library.with_name("backup.sqlite")


# ---- after the power has come back -------------------------------------------------------------


def wrong(root: Path, said: int) -> str:
    """What is wrong after ``said`` steps were acknowledged; empty when nothing is."""
    expected = STATES[said : said + 2]
    try:
        there = _state(root)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if there not in expected:
        return f"{there} is there, not {expected[0]}"
    return _goes_on(root / "library")


def _state(root: Path) -> State:
    with opened(root / "library") as library:
        articles = {i.name: library.source(i.name).text for i in library.sources()}
        turns = len(library.conversations.turns("c")) if library.path.exists() else 0
        group = library.incoming.group(9, 10**6) if library.path.exists() else None
    keys = tuple(key.name for key in Keys(library.path).all())
    handed = tuple(path.read_bytes() for _, _, path in group.files) if group else ()
    backup = _backup(library.path)
    if backup.exists():
        with opened(root / "restored") as restored:
            restored.restore(backup)
            assert restored.source("b.txt").text == OTHER
    record = Audit(library.path).path
    recorded = record.read_bytes().count(b"}\n") if record.exists() else 0
    return State(articles, turns, keys, handed, recorded, backup.exists())


def _goes_on(path: Path) -> str:
    """Whether both legs of the index find what is there, and take more."""
    with opened(path) as library:
        if library.version:
            library.snapshot()
            if faults := library.check():
                return f"not whole: {faults[0].what}"
        library.add_text("z.txt", "丙站有水泵33台。".encode())
        if faults := library.check():
            return f"not whole once it went on: {faults[0].what}"
    return ""


# ---- on a disk that lies -----------------------------------------------------------------------


def judged(root: Path, said: int) -> str:
    """``as acknowledged``, ``older and whole``, ``told to be damaged``; anything else is wrong."""
    library, readings = root / "library", (_articles, _turns, _keys, _restored)
    there, damaged = {}, False
    for read, name in zip(readings, ("articles", "turns", "keys", "backup"), strict=True):
        try:
            there[name] = read(root)
        except YoujuError:
            damaged = True
        except Exception as error:
            if not _doctor(library):
                return f"{name}: {type(error).__name__}: {error}"
            damaged = True
    never = [n for n, value in there.items() if value not in [getattr(s, n) for s in STATES]]
    if damaged or never:
        return "told to be damaged" if damaged or _doctor(library) else f"{never} never was"
    kept = (all(getattr(s, n) == value for n, value in there.items()) for s in STATES[said:][:2])
    return "as acknowledged" if any(kept) else "older and whole"


def _articles(root: Path) -> dict[str, str]:
    with opened(root / "library") as library:
        found = {i.name: library.source(i.name).text for i in library.sources()}
        if library.version:
            library.snapshot()
        return found


def _turns(root: Path) -> int:
    with opened(root / "library") as library:
        return len(library.conversations.turns("c")) if library.path.exists() else 0


def _keys(root: Path) -> tuple[str, ...]:
    return tuple(key.name for key in Keys(root / "library").all())


def _restored(root: Path) -> bool:
    if not _backup(root / "library").exists():
        return False
    with opened(root / "restored") as restored:
        restored.restore(_backup(root / "library"))
        return restored.source("b.txt").text == OTHER


def _doctor(library: Path) -> bool:
    """Whether it says that something is wrong."""
    try:
        with opened(library) as found:
            return any(lines(found))
    except YoujuError:
        return True


def lying(images: int) -> tuple[Counter[str], list[str]]:
    """What became of the library behind as many writes, evenly, of lives on disks that lie now and then."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        root, image = Path(folder) / "root", Path(folder) / "image"
        root.mkdir()
        disk = recorded(root, Path(folder) / "log")
        writes = sum(1 for _ in disk.writes())
        step = max(1, len(SHARES) * writes // images) if images else 1
        for share in SHARES:
            dice = random.Random(f"{share}")
            disk.lies = lambda dice=dice, share=share: dice.random() < share  # type: ignore[misc]
            for n, said in enumerate(disk.writes()):
                if n % step == 0:
                    disk.root.lose(image, keep=lambda _, dice=dice: dice.random() < 0.5)  # type: ignore[misc]
                    found[told := judged(image, said)] += 1
                    if told not in HONEST:
                        print(
                            f"{share:.0%} of the syncs, write {n} ({disk.last}): {told}", flush=True
                        )
                    shutil.rmtree(image)
    return found, [told for told in found if told not in HONEST]


#: How many of its syncs such a disk has not done, and what may become of a library on it.
SHARES = (0.1, 0.5, 1.0)
HONEST = ("as acknowledged", "older and whole", "told to be damaged")


# ---- running -----------------------------------------------------------------------------------


def recorded(root: Path, log: Path) -> Disk:
    """A disk that will go through what the process has done in ``root``."""
    disk = Disk(root, log)
    said, accident = traced(live, root / "library", disk.options)
    assert said == len(STEPS), accident
    for _ in disk.writes():
        pass
    assert disk.root.rebuilt() == Folder.read(root).rebuilt(), "the record is not whole"
    return disk


def sweep(images: int) -> tuple[Counter[str], list[str]]:
    """How many of each loss were tried, and a line for each that left something wrong."""
    tried: Counter[str] = Counter()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        root, image = Path(folder) / "root", Path(folder) / "image"
        root.mkdir()
        disk = recorded(root, Path(folder) / "log")
        for n, loss, said in _places(disk, images):
            disk.root.lose(image, keep=_kept(loss, random.Random(n)))
            if told := wrong(image, said):
                found.append(f"{loss} lost behind write {n} ({disk.last}): {told}")
                print(found[-1], flush=True)
            tried[loss] += 1
            shutil.rmtree(image)
    return tried, found


def _places(disk: Disk, images: int) -> Iterator[tuple[int, str, int]]:
    """Each loss behind each write, or so many of them, evenly; and how many steps were acknowledged."""
    every = sum(1 for _ in disk.writes()) * len(LOSSES)
    step, at = max(1, every // images) | 1 if images else 1, 0  # odd: each loss has its share
    for n, said in enumerate(disk.writes()):
        for loss in LOSSES:
            if at % step == 0:
                yield n, loss, said
            at += 1


def _kept(loss: str, dice: random.Random) -> Callable[[str], bool]:
    """Whether one change that was not synced survives, by its kind: ``data`` or ``names``."""
    match loss:
        case "all unsynced":
            return lambda _: False
        case "by chance":
            return lambda _: dice.random() < 0.5
    return lambda kind: not loss.endswith(kind)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--images", type=int, default=0)
    parser.add_argument("--lying", action="store_true")
    options = parser.parse_args()
    if options.lying:
        became, unsaid = lying(options.images)
        print(table(["what became of it", "images"], [[t, str(n)] for t, n in became.items()]))
        return len(unsaid)
    tried, found = sweep(options.images)
    rows = [
        [loss, str(tried[loss]), str(sum(f.startswith(loss) for f in found))] for loss in LOSSES
    ]
    print(table(["lost", "tried", "failed"], rows))
    return len(found)


if __name__ == "__main__":
    raise SystemExit(main())
