"""One direction: index imports neither server nor prompts, and rooms import only downwards."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import index
from docs.floors import FLOORS, PICTURE, between_rooms, floor_of, imports, modules, room_of, svg

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "index": {"server", "prompts", "training"},
    "prompts": {"server", "index", "training"},
    "server": {"training"},
}


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_packages_import_in_one_direction(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert not imported(path) & FORBIDDEN[package], path


def test_every_module_of_the_server_has_a_room() -> None:
    assert [name for name in modules("server") if not room_of(name)] == ["server"]


def test_rooms_import_only_downwards() -> None:
    upwards = [(a, b) for a, b in between_rooms() if floor_of(a) >= floor_of(b)]
    assert [pair for pair in upwards if not {*pair} <= set(FLOORS[-1])] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for importer, target in imports():
        graph.setdefault(importer, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_picture_of_the_floors_is_the_code_s() -> None:
    assert PICTURE.read_text(encoding="utf-8") == svg(), "python -m docs.floors draws it anew"


def test_the_public_list_is_sorted_and_true() -> None:
    assert index.__all__ == sorted(index.__all__)
    assert all(hasattr(index, name) for name in index.__all__)


def test_importing_the_index_imports_nothing_heavy() -> None:
    heavy = "{'torch', 'sentence_transformers', 'transformers', 'faiss', 'jieba', 'opencc'}"
    code = f"import sys, index; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
