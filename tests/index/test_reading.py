"""Files in, source texts out: encodings, bad files, JSON Lines, what is found where."""

from __future__ import annotations

import codecs
import hashlib
import json
from pathlib import Path

import pytest

from index.errors import SourceError
from index.reading import read
from index.records import Skipped, Source

TEXT = "海边的小城迎来了候鸟。\r\n湿地面积扩大了两成。\n"


def read_one(path: Path, **limits: int) -> Source | Skipped:
    (result,) = read(path, name=path.name, **limits)
    return result


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.encode("gb18030"),
    ],
)
def test_every_encoding_gives_the_same_unaltered_text(tmp_path: Path, data: bytes) -> None:
    source = read_one(written(tmp_path, "a.txt", data))
    assert isinstance(source, Source)
    assert source.text == TEXT
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "format"), [("a.txt", "txt"), ("a.MD", "md"), ("a.html", "html"), ("a.htm", "html")]
)
def test_the_suffix_says_the_format(tmp_path: Path, name: str, format: str) -> None:
    source = read_one(written(tmp_path, name, "<p>天气</p>"))
    assert isinstance(source, Source)
    assert (source.format, source.name, source.text) == (format, name, "<p>天气</p>")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"PK\x03\x04\x00\x00", "NUL"),
        (b"\x01\x02\x03\x04a", "control"),
        (b"\xff\xff\xff\xff\x80", "undecodable"),
        ("Käse, Übermut und Größe, naïve Fête; ".encode("latin-1") * 4, "undecodable"),
        (codecs.BOM_UTF16_LE + b"a", "undecodable"),
        (b"x" * 101, "oversize"),
    ],
)
def test_a_bad_file_is_skipped_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    skipped = read_one(written(tmp_path, "bad.txt", data), max_bytes=100)
    if reason != "oversize" and len(data) > 100:
        skipped = read_one(tmp_path / "bad.txt")
    assert isinstance(skipped, Skipped)
    assert skipped.path == "bad.txt"
    assert reason in skipped.reason


def jsonl(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_one_source_a_line(tmp_path: Path) -> None:
    full = {
        "id": "n1",
        "text": "候鸟\u2028归来",
        "title": "题",
        "published": "2023-08-01",
        "url": "http://a.b/c",
    }
    path = written(tmp_path, "news.jsonl", jsonl(full, {"id": 2, "text": "第二篇"}))
    first, second = read(path, name="news.jsonl")
    assert isinstance(first, Source)
    assert isinstance(second, Source)
    assert first.name == "news.jsonl#n1"
    assert (first.text, first.title, first.published, first.url) == tuple(
        full[key] for key in ("text", "title", "published", "url")
    )
    assert first.sha256 == hashlib.sha256(full["text"].encode()).hexdigest()
    assert (second.name, second.title, second.published) == ("news.jsonl#2", "", None)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024年3月5日", "2024-03-05"), ("20240305", "2024-03-05"), ("Mar 5, 2024", "2024-03-05"),
        ("2024-03-05T23:59:00+08:00", "2024-03-05"), ("25/03/2024", "2024-03-25"),
        ("02/03/2024", None), ("昨天", None), (" ", None),
    ],
)  # fmt: skip
def test_the_day_of_a_record_is_read_as_everywhere_else(
    tmp_path: Path, written: str, day: str | None
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "1", "text": "湖水。", "published": written}), "utf-8")
    (source,) = read(path, name="a.jsonl")
    assert isinstance(source, Source)
    assert source.published == day


def test_bad_lines_are_skipped_by_number_and_the_others_go_on(tmp_path: Path) -> None:
    lines = [
        jsonl({"id": "a", "text": "好"}),
        "{broken\n",
        "[1]\n",
        "\n",
        jsonl({"text": "没有编号"}),
        jsonl({"id": "b", "text": 3}),
        jsonl({"id": "c", "text": "  "}),
        jsonl({"id": "a", "text": "又一个"}),
        '{"id": "d", "text": "\\ud800"}\n',
        jsonl({"id": "e\n", "text": "好"}),
        jsonl({"id": "f", "text": "长" * 400}),
        jsonl({"id": "z", "text": "最后"}).rstrip("\n"),
    ]
    path = written(tmp_path, "n.jsonl", "".join(lines))
    results = list(read(path, name="n.jsonl", max_bytes=1000))
    assert [r.name for r in results if isinstance(r, Source)] == ["n.jsonl#a", "n.jsonl#z"]
    reasons = [r.reason for r in results if isinstance(r, Skipped)]
    numbers = [reason.split(":")[0] for reason in reasons]
    assert numbers == [f"line {n}" for n in (2, 3, 5, 6, 7, 8, 9, 10, 11)]
    assert "duplicate" in reasons[5]
    assert "oversize" in reasons[-1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    data = jsonl({"id": "a", "text": "候鸟归来"}, {"id": "b", "text": "湿地"}).encode(encoding)
    results = list(read(written(tmp_path, "n.jsonl", data), name="n.jsonl"))
    assert [r.text for r in results if isinstance(r, Source)] == ["候鸟归来", "湿地"]


def test_an_empty_json_lines_file_is_skipped(tmp_path: Path) -> None:
    assert isinstance(read_one(written(tmp_path, "n.jsonl", "")), Skipped)


def test_a_file_must_be_of_a_known_kind(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"“\.exe”") as caught:
        read(tmp_path / "a.exe", name="a.exe")
    assert ".txt" in caught.value.hint


def test_damage_is_counted_and_said_and_the_rest_is_kept(tmp_path: Path) -> None:
    data = "今年湿地面积扩大了两成，".encode() + b"\xff" + TEXT.encode()
    source, damage = read(written(tmp_path, "a.txt", data), name="a.txt")
    assert isinstance(source, Source)
    assert source.text.endswith(TEXT)
    assert isinstance(damage, Skipped)
    assert damage.kept
    assert "1 character" in damage.reason
