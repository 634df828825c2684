"""The same answers whatever the format: documents printed as PDF, Word files and sheets, and asked.

    python -m benchmarks.formats --documents 12 --questions 30

The first documents of ``training/written/documents/`` that are Markdown are read as they are, and again
printed: in turn by a browser as PDF, by python-docx, and by openpyxl as sheets. The questions
written for them are asked of both libraries. An answer is right when it holds what the gold says, and
equal when both libraries give the same words.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import docx
import openpyxl

from index import Library
from server.answer import Answerer
from server.records import Question
from server.settings import Settings

WRITTEN = Path(__file__).parents[1] / "training" / "written"
FORMS = ("pdf", "docx", "xlsx")
STYLE = """<!doctype html><meta charset=utf-8><style>@page{size:A4;margin:20mm}
body{font:10.5pt/1.6 'Noto Serif CJK SC'} h1{font-size:18pt} h2{font-size:13pt} h3{font-size:12pt}
table{border-collapse:collapse} td{border:1px solid;padding:2px 6px}</style>"""

#: A heading's text and level, a paragraph with level 0, or a table's rows.
Part = tuple[int, str] | list[list[str]]


def parts_of(text: str) -> Iterator[Part]:
    """The parts of a Markdown file without its marks."""
    table: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not all(re.fullmatch(":?-+:?", cell) for cell in cells):
                table.append(cells)
            continue
        if table:
            yield table
            table = []
        mark = re.match(r"#{1,6} ", line)
        said = re.sub(r"\*\*|__|`|^[>*-] ", "", line[mark.end() if mark else 0 :]).strip()
        if said:
            yield (len(mark[0]) - 1 if mark else 0), said


def page(parts: Sequence[Part]) -> str:
    body = []
    for part in parts:
        if isinstance(part, list):
            rows = ("".join(f"<td>{escape(cell)}" for cell in row) for row in part)
            body.append(f"<table>{''.join(f'<tr>{row}' for row in rows)}</table>")
        else:
            level, text = part
            tag = f"h{level}" if level else "p"
            body.append(f"<{tag}>{escape(text)}</{tag}>")
    return STYLE + "".join(body)


def word(parts: Sequence[Part]) -> bytes:
    file = docx.Document()
    for part in parts:
        if isinstance(part, list):
            table = file.add_table(len(part), max(map(len, part)))
            for cells, row in zip(table.rows, part, strict=True):
                for cell, text in zip(cells.cells, row, strict=False):
                    cell.text = text
        elif part[0]:
            file.add_heading(part[1], part[0])
        else:
            file.add_paragraph(part[1])
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def sheet(parts: Sequence[Part]) -> bytes:
    book = openpyxl.Workbook()
    for part in parts:
        if isinstance(part, list):
            book.active.append([])
            for row in part:
                book.active.append(row)
            book.active.append([])
        else:
            book.active.append([part[1]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def printed(documents: Sequence[Path], folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for number, path in enumerate(documents):
            parts = list(parts_of(path.read_text(encoding="utf-8")))
            form = FORMS[number % len(FORMS)]
            if form == "pdf":
                tab = browser.new_page()
                tab.set_content(page(parts))
                data = tab.pdf(prefer_css_page_size=True)
                tab.close()
            else:
                data = word(parts) if form == "docx" else sheet(parts)
            (folder / f"{path.stem}.{form}").write_bytes(data)
        browser.close()


def questions(documents: Sequence[Path], count: int) -> list[dict[str, Any]]:
    """Those that have an answer, as many of each document as of any other."""
    names = {path.name for path in documents}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in sorted(names)}
    for path in sorted(WRITTEN.glob("docs_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            files = {place["file"] for part in row["evidence"] for place in part}
            if row["answers"] and len(files) == 1 and files <= names and not row.get("history"):
                found[files.pop()].append(row)
    turns = (
        rows[i]
        for i in range(max(map(len, found.values())))
        for rows in found.values()
        if i < len(rows)
    )
    return [row for row, _ in zip(turns, range(count), strict=False)]


def squeezed(text: str) -> str:
    return re.sub(r"[\s,，]|\[\d+\]", "", unicodedata.normalize("NFKC", text))


def right(row: dict[str, Any], answer: str) -> bool:
    return all(any(squeezed(a) in squeezed(answer) for a in part) for part in row["answers"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--questions", type=int, default=30)
    how = parser.parse_args(arguments)
    documents = sorted((WRITTEN / "documents").glob("*.md"))[: how.documents]
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(temporary) / name for name in ("plain", "printed")]
        for folder in folders:
            folder.mkdir()
        for path in documents:
            shutil.copy(path, folders[0])
        printed(documents, folders[1])
        answers = []
        asked = questions(documents, how.questions)
        for folder in folders:
            with Library(folder.with_suffix(".library")) as library:
                report = library.update([folder])
                for skipped in report.skipped:
                    print(f"skipped {skipped.path}: {skipped.reason}", file=sys.stderr)
                answerer = Answerer(library, Settings())
                answers.append([answerer.ask(Question(row["question"])).answer for row in asked])
    equal = [squeezed(a) == squeezed(b) for a, b in zip(*answers, strict=True)]
    good = [
        [right(row, said) for row, said in zip(asked, all_of, strict=True)] for all_of in answers
    ]
    for row, plain, other, same in zip(asked, *answers, equal, strict=True):
        if not same:
            print(f"{row['question']}\n  plain    {plain}\n  printed  {other}")
    n = len(asked)
    print(
        f"{n} questions: right in plain text {sum(good[0])}, printed {sum(good[1])}; equal {sum(equal)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
