"""What an HTML page shows: tags off, entities read, its surroundings left out, tables as statements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.reading.dates import published_date
from index.reading.html_body import text_of
from index.reading.html_tree import HIDDEN, Leaf, Node, Page, parse
from index.reading.shown import Plain, Shown
from index.reading.tables import Cell, write_rows

__all__ = ["HIDDEN", "read_html", "write_html"]

#: Meta tags that say when a page was published, the surest first.
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate",
    "publish_time", "publish-date", "og:release_date", "weibo:article:create_at", "dcterms.issued",
    "dc.date.issued", "dc.date", "date", "sailthru.date", "parsely-pub-date",
)  # fmt: skip
#: A cell that is longer, or holds more lines, is no table's but the layout's.
_CELL_CHARS, _CELL_LINES = 150, 6
_DATED_CHARS = 120


def read_html(text: str) -> Plain:
    """A page; its title and date are those that it says of itself."""
    page = parse(text)
    out = Shown(text)
    leaves = text_of(page)
    _write(out, leaves)
    return out.plain(page.title, published=_published(page))


def write_html(out: Shown, start: int, end: int) -> None:
    """A piece of HTML in another text: all of it that is shown."""
    _write(out, [leaf for leaf in parse(out.source, start, end).leaves if leaf.chars])


def _write(out: Shown, leaves: Sequence[Leaf]) -> None:
    tables = _tables(leaves)
    written: set[Node] = set()
    for leaf in leaves:
        table = _table_of(leaf)
        if table is None or table not in tables:
            out.line(leaf.start, leaf.level)
            out.put(leaf.text, leaf.places)
        elif table not in written:
            written.add(table)
            write_rows(list(_rows(table, tables[table])), out)


# ---- tables


def _table_of(leaf: Leaf) -> Node | None:
    """The table in a cell of which a leaf stands."""
    return leaf.node.cell.table if leaf.node.cell is not None else None


def _tables(leaves: Sequence[Leaf]) -> dict[Node, dict[Node, list[Leaf]]]:
    """The tables that hold data and no layout, with the leaves of each cell."""
    found: dict[Node, dict[Node, list[Leaf]]] = {}
    for leaf in leaves:
        table, cell = _table_of(leaf), leaf.node.cell
        if table is not None and cell is not None:
            found.setdefault(table, {}).setdefault(cell, []).append(leaf)
    return {table: cells for table, cells in found.items() if _holds_data(table, cells)}


def _holds_data(table: Node, cells: dict[Node, list[Leaf]]) -> bool:
    rows = [row for row in table.cells if sum(cell in cells for cell in row) >= 2]
    if table.nested or table.role == "presentation" or len(rows) < 2:
        return False
    sizes = [sum(leaf.chars for leaf in inside) for inside in cells.values()]
    lines = [sum(1 + leaf.text.count("\n") for leaf in inside) for inside in cells.values()]
    headed = any(leaf.level for inside in cells.values() for leaf in inside)
    return not headed and max(sizes) <= _CELL_CHARS and max(lines) <= _CELL_LINES


def _rows(table: Node, cells: dict[Node, list[Leaf]]) -> Iterator[list[Cell]]:
    for row in table.cells:
        yield [_cell(node, cells.get(node, [])) for node in row]


def _cell(node: Node, leaves: Sequence[Leaf]) -> Cell:
    head = node.tag == "th" or any(above.tag == "thead" for above in node.above())
    cell = Cell(head=head, columns=node.columns, rows=node.rows)
    for leaf in leaves:
        if cell.text:
            cell.add(" ", [leaf.start])
        cell.add(leaf.text, leaf.places)
    return cell


# ---- dates


def _published(page: Page) -> str | None:
    """The date in meta tags, in JSON-LD or in ``<time>``; a page of several times has none there."""
    said = dict(reversed(page.meta))
    for name in _PUBLISHED:
        if found := published_date(said.get(name, "")):
            return found
    for data in page.data:
        if found := _in_json(data):
            return found
    times = {date for value in page.times if (date := published_date(value))}
    return times.pop() if len(times) == 1 else None


_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')


def _in_json(data: str) -> str | None:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        match = _JSON_DATE.search(data)  # many pages break lines inside strings
        return published_date(match[1]) if match else None
    for item in _items(values):
        if isinstance(item.get("datePublished"), str) and (
            found := published_date(item["datePublished"])
        ):
            return found
    return None


def _items(values: Any) -> Iterator[dict[str, Any]]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, dict):
            yield value
            yield from _items(value.get("@graph", []))
