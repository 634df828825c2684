"""What a library holds, whole, to be compared with another one."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

WORDS = "机场旅客吞吐量达到企业产值增长比例工厂森林覆盖机器人产业园区"


def some_news(path: Path, count: int) -> Path:
    """That many articles, each another one, in one file."""
    records = [{"id": f"n{i}", "title": f"第{i}篇", "text": _text(i)} for i in range(count)]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def _text(number: int) -> str:
    sentences = [WORDS[i % 20 :] + WORDS[: (i * number) % 25] + "。" for i in range(30)]
    return "".join(sentences[number % 7 :])


def content_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a catalogue, less when it was added."""
    db = sqlite3.connect(file)
    tables = ("sources", "articles", "passages", "vectors")
    content = {
        table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables
    }
    content["sources"] = [row[:-1] for row in content["sources"]]
    db.close()
    return content
