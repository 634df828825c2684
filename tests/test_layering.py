"""One direction: index imports neither server nor prompts, and rooms import only downwards."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import index
from docs.floors import FLOORS, PICTURE, between_rooms, floor_of, imports, modules, room_of, svg

ROOT = Path(__file__).parents[1]
FORBIDDEN = {
    "index": {"server", "prompts", "training", "youju", "youju_plugins"},
    "prompts": {"server", "index", "training", "youju", "youju_plugins"},
    "server": {"training", "youju", "youju_plugins"},
    "youju": {"training", "prompts", "youju_plugins"},
    "youju_plugins": {"training", "prompts"},
}


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything that a file is made of."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports, wherever in it."""
    found = set()
    for node in nodes(path):
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


#: What only the store knows, by the name a thing has in code or in a string.
STORE_ONLY = {
    "CURRENT",
    "FaissIndex",
    "LexicalIndex",
    "LexicalWriter",
    "LocalBatch",
    "LocalReader",
    "Manifest",
    "catalog.sqlite",
    "execute",
    "executemany",
    "faiss",
    "generation",
    "generations",
    "manifest",
    "sqlite3",
    "tantivy",
}
STORE = ROOT / "index" / "store"


@cache
def names(path: Path) -> set[str]:
    """Every identifier, module and string of a file."""
    found: set[str] = set()
    for node in nodes(path):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
                found |= {name, *name.split(".")}
            case ast.ImportFrom(module=str(name)):
                found |= {name, *name.split(".")}
            case ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
                found.add(name)
    return found


def outside_the_store() -> list[Path]:
    packages = ("index", "server", "prompts")
    files = (path for package in packages for path in (ROOT / package).rglob("*.py"))
    return [path for path in files if not path.is_relative_to(STORE)]


def test_nobody_outside_the_store_knows_what_it_is_made_of() -> None:
    for path in outside_the_store():
        found = names(path)
        assert not found & STORE_ONLY, path
        assert not found & {"index.store.dense", "index.store.lexical"}, path
        # The library alone says which engine there is when nobody says another.
        if path != ROOT / "index" / "library.py":
            assert not found & {"index.store.local", "LocalStore"}, path


def test_the_server_comes_to_the_store_through_the_library() -> None:
    for path in (ROOT / "server").rglob("*.py"):
        found = names(path)
        assert not any(name.startswith("index.store") for name in found), path
        reached = [n.attr for n in nodes(path) if isinstance(n, ast.Attribute)]
        assert "catalogue" not in reached, path


def called(room: Path, method: str) -> set[str]:
    """The files of a room that call a method of this name, by their paths in it."""
    return {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
    }


def test_there_is_one_search() -> None:
    assert called(ROOT / "server", "retrieve") == {"evidence/find.py"}
    assert called(ROOT / "youju", "retrieve") == set()


def test_every_writer_writes_what_was_found_and_nothing_else() -> None:
    writers = ROOT / "server" / "writers"
    given = {
        ast.unparse(node.args)
        for path in writers.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name == "write"
    }
    assert given == {"self, question: Question, found: Found, articles: Articles"}
    taken = {
        alias.name
        for path in writers.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert "Found" in taken
    assert not taken & {"decide", "settle", "Gate"}


def test_every_claim_that_cites_goes_through_the_gate() -> None:
    server = ROOT / "server"
    makes = {
        path.relative_to(server).as_posix()
        for path in server.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Claim"
    }
    # What is said of the library itself cites nothing.
    assert makes == {"answer.py", "verify/gate.py"}


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
