"""The floors of the house, measured from the imports: what `docs/ARCHITECTURE.md` shows.

    python -m docs.floors          # draw docs/images/floors.svg anew

`FLOORS` is the plan, from top to bottom; a room imports only from rooms below it. The test suite
holds the code to the plan and the picture to the code.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "floors.svg"

#: Rooms by floor, the top one first. A room is a folder or a file; those of one floor know
#: nothing of each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("server.__main__",),
    ("server.cli",),
    ("server.app", "server.mcp"),
    ("server.web",),
    ("server.services",),
    ("server.upkeep",),
    ("server.chat", "server.evaluation", "server.citing"),
    ("server.answer", "server.checking", "server.lookup"),
    ("server.writers",),
    ("server.verify",),
    ("server.evidence",),
    ("server.question",),
    ("server.text", "server.admission"),
    ("server.records", "server.settings", "server.errors", "server.addresses"),
    ("server.stages",),
    ("prompts", "index"),
)
#: What is seen of a room in the picture.
PURPOSE: Mapping[str, str] = {
    "server.cli": "the command youju",
    "server.app": "the application",
    "server.mcp": "tools of MCP",
    "server.web": "page and API",
    "server.services": "what the routes work with",
    "server.upkeep": "open, index again, undo, count",
    "server.chat": "conversations",
    "server.evaluation": "gold file to figures",
    "server.citing": "formats of others",
    "server.answer": "the whole line",
    "server.checking": "a text, claim by claim",
    "server.lookup": "found, not asked",
    "server.writers": "decision to drafts",
    "server.verify": "drafts to checked claims",
    "server.evidence": "question to decision",
    "server.question": "what is asked",
    "server.text": "numbers, names, clauses",
    "server.admission": "whose turn it is",
    "server.records": "the words as data",
    "server.settings": "YOUJU_*",
    "server.errors": "problems",
    "server.addresses": "where it opens",
    "server.stages": "how long each stage takes, and may",
    "prompts": "templates",
    "index": "files to hits",
}


class Import(NamedTuple):
    """One module imports another, both by their dotted names."""

    importer: str
    imported: str


@cache
def modules(package: str) -> Mapping[str, Path]:
    """The modules of a package by dotted name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports() -> tuple[Import, ...]:
    """Every import between modules of `server`, `prompts` and `index`; type-only ones aside."""
    known = {name for package in ("server", "prompts", "index") for name in modules(package)}
    return tuple(
        Import(name, target)
        for package in ("server", "prompts", "index")
        for name, path in modules(package).items()
        for target in _imported(ast.parse(path.read_text(encoding="utf-8")), known)
        if target != name
    )


def _imported(node: ast.AST, known: set[str]) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            if whole in known:
                yield whole
            elif node.module in known:
                yield node.module
    for child in ast.iter_child_nodes(node):
        yield from _imported(child, known)


def room_of(module: str) -> str:
    """The room that a module is in; empty when it is in none of the plan's."""
    rooms = [room for floor in FLOORS for room in floor]
    return next((r for r in rooms if module == r or module.startswith(f"{r}.")), "")


def floor_of(room: str) -> int:
    """The floor of a room, 0 at the top."""
    return next(i for i, floor in enumerate(FLOORS) if room in floor)


def between_rooms() -> Counter[tuple[str, str]]:
    """How many imports lead from one room to another."""
    pairs = ((room_of(i.importer), room_of(i.imported)) for i in imports())
    return Counter((a, b) for a, b in pairs if a and b and a != b)


# ---- the picture -------------------------------------------------------------------------------

WIDTH, HEIGHT, GAP, LEFT, MARGIN = 520, 44, 10, 20, 250


def svg() -> str:
    """The floors as boxes, and down the side an arc for each pair of rooms, wide as it is used."""
    shown = [floor for floor in FLOORS if floor != ("server.__main__",)]
    at = {
        room: (LEFT + n * (WIDTH + GAP) / len(floor), i * (HEIGHT + GAP) + GAP, len(floor))
        for i, floor in enumerate(shown)
        for n, room in enumerate(floor)
    }
    height = len(shown) * (HEIGHT + GAP) + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + MARGIN} {height}" '
        'font-family="sans-serif" role="img" aria-label="Rooms by floor; imports lead downwards">',
        f'<rect width="{LEFT + WIDTH + MARGIN}" height="{height}" fill="#fbf9f4"/>',
    ]
    for (upper, lower), count in sorted(between_rooms().items()):
        if upper in at and lower in at:
            parts.append(_arc(at[upper][1], at[lower][1], count))
    parts += [_box(room, *place) for room, place in at.items()]
    return "\n".join([*parts, "</svg>", ""])


def _arc(above: float, below: float, count: int) -> str:
    x, y1, y2 = LEFT + WIDTH, above + HEIGHT / 2, below + HEIGHT / 2
    reach = x + min(MARGIN - 10, 24 + (below - above) * 0.32)
    width = 0.6 + count**0.5 * 0.7
    return (
        f'<path d="M{x} {y1:.0f} C{reach:.0f} {y1:.0f} {reach:.0f} {y2:.0f} {x} {y2:.0f}" '
        f'fill="none" stroke="#b5442e" stroke-opacity=".45" stroke-width="{width:.1f}"/>'
    )


def _box(room: str, x: float, y: float, of: int) -> str:
    width = (WIDTH - GAP * (of - 1)) / of
    name = room.removeprefix("server.")
    size = sum(m == room or m.startswith(f"{room}.") for m in modules(room.split(".")[0]))
    files = "" if size == 1 else f"{size} modules"
    return (
        f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="{HEIGHT}" rx="3" fill="#fff" '
        f'stroke="#8a8377"/><text x="{x + 12:.0f}" y="{y + 19}" font-size="15" fill="#26221c">'
        f'{name}</text><text x="{x + 12:.0f}" y="{y + 35}" font-size="11" fill="#6b6458">'
        f"{PURPOSE[room]}</text>"
        f'<text x="{x + width - 12:.0f}" y="{y + 19}" font-size="11" text-anchor="end" '
        f'fill="#6b6458">{files}</text>'
    )


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
