"""Feed what nobody meant to the parts that read: is it read or refused, and does what is promised hold?

    python -m benchmarks.fuzz                            # 200,000 inputs
    python -m benchmarks.fuzz --inputs 5000 --only markers --seed 2
    python -m benchmarks.fuzz --atheris --inputs 20000   # guided by coverage; `pip install atheris`

Each target takes bytes and raises where a promise is broken: an exception that is no refusal, text that
cannot be written down, a span that is not in its source, a sentence that depends on how it was cut,
a name that leads out of its folder. The first input that does is printed. `tests/test_fuzz.py` tries
some of each, by hypothesis, which shrinks what it finds.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import traceback
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import NoReturn

from benchmarks.tables import table
from index import Skipped, Source, SourceError
from index.pages.articles import split
from index.pages.clean import reads
from index.pages.passages import passages
from index.reading.apart.worker import answer
from index.reading.decode import decode
from index.reading.files import read
from index.update import clean_name
from server.checking.claims import given_sentences
from server.evaluation.gold import GoldError, load_gold
from server.question.understanding import understand
from server.verify.markers import MarkedSentence, Splitter, Unthinking

Target = Callable[[bytes], None]

#: What text is made of here: words, what reads as markup, marker, list or table, and what nobody sees.
WORDS = (
    "重庆市", "1.5万人", "2024年3月", "，", "。", "？", "：", "、", "“", "”", "（", "）", " ", "\n",
    "\n\n", "\t", "\r\n", "　", "[1]", "【2】", "［３］", "[1-3]", "①", "(2)", "^1", "<sup>4</sup>", "[",
    "】", "<think>", "</think>", "# ", "- ", "一、", "1. ", "| a | b |\n|---|---|\n", "**", "`", "```\n",
    "<b>", "</p>", "<table><tr><td>", "<!--", "&amp;", "&#x4e00;", "](http://x)", "---\ntitle: x\n---\n",
    "\u202e", "\u200f", "\u200b", "\ufeff", "\u0000", "\x1b[31m", "\x7f", "\ud7ff", "\uffff", "\U0010ffff",
    "e\u0301", "🇨🇳", "ﬁ", "Ⅻ", "㎡", "记者 ", "来源：", "图1 ", "{", '{"question": ', "}", '"', "\\", "/",
    "..", ".txt", "CON", "%2e", "a" * 80, "的" * 300,
)  # fmt: skip


def text_of(data: bytes) -> str:
    """Bytes as text of WORDS where they begin with an even one, else as they stand."""
    if data[:1] and data[0] % 2 == 0:
        return "".join(WORDS[byte % len(WORDS)] for byte in data[1:])
    return data[1:].decode("utf-8", "ignore")


# ---- targets -----------------------------------------------------------------------------------


def decoding(data: bytes) -> None:
    """Bytes of a text file become text that can be written down, or are refused."""
    for format in ("txt", "html", "markdown"):
        try:
            decode(data, format).encode("utf-8")
        except SourceError:
            continue


def splitting(data: bytes) -> None:
    """Each character of an article, and so each quote of a passage, is one of its source."""
    text = text_of(data)
    for format in ("txt", "markdown", "html"):
        for article in split(Source("a", text, "0", format=format)):
            # Between two pieces stands a space or a line's end that need not be of the source.
            said = [i for i, char in enumerate(article.text) if not char.isspace()]
            assert reads(text, "".join(article.text[i] for i in said), article.offsets[said])
            for passage in passages(article):
                assert passage.text.strip()
                for span in passage.spans:
                    assert 0 <= span.start < span.end <= len(text)


def markers(data: bytes) -> None:
    """A model's words mean the same however its stream is cut."""
    text, dice = text_of(data), random.Random(data)
    assert _split([text]) == _split(_cut(text, dice))


def _split(chunks: list[str]) -> list[MarkedSentence]:
    unthinking, splitter = Unthinking(), Splitter()
    found = [one for chunk in chunks for one in splitter.feed(unthinking.feed(chunk))]
    return found + splitter.feed(unthinking.close()) + splitter.close()


def _cut(text: str, dice: random.Random) -> list[str]:
    at = sorted(dice.choices(range(len(text) + 1), k=dice.randint(0, 6)))
    return [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)]


def asking(data: bytes) -> None:
    """A question has parts, whatever it is made of."""
    assert understand(text_of(data)).parts


def claims(data: bytes) -> None:
    """What is checked are stretches of the text as it was given."""
    text = text_of(data)
    for piece in given_sentences(text):
        assert 0 <= piece.start <= piece.end <= len(text)


def gold(data: bytes) -> None:
    """A gold file is read, or refused by the line."""
    with tempfile.NamedTemporaryFile(dir=_shelf()) as file:
        line = {"id": "1", "type": "x", "question": "问", "answers": [], "evidence": []}
        told = json.dumps(line, ensure_ascii=False)
        at, cut = (*data[:2], 0, 0)[:2]  # by bytes of its own: what is guided can change one thing
        at %= len(told)
        Path(file.name).write_bytes((told[:at] + text_of(data[2:]) + told[at + cut % 9 :]).encode())
        try:
            load_gold(Path(file.name))
        except GoldError:
            return


def names(data: bytes) -> None:
    """A name that is kept leads nowhere else, and shows what it is."""
    try:
        name = clean_name(text_of(data))
    except SourceError:
        return
    assert ".." not in PurePosixPath(name).parts
    assert not name.startswith("/")
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)


def files(data: bytes) -> None:
    """A file of any kind, damaged in some places, gives text that can be written down, or a reason."""
    dice = random.Random(data)
    suffix = dice.choice(sorted(samples()))
    spoilt = damaged(samples()[suffix], dice)
    header, _ = answer({"suffix": suffix}, spoilt)
    json.dumps(header).encode("utf-8")
    assert header.get("error") or isinstance(header["parts"], list)
    for part in header.get("parts", ()):
        part["text"].encode("utf-8")


def zips(data: bytes) -> None:
    """A zip of files gives sources whose names say where they are, or a reason for each that it does not."""
    dice = random.Random(data)
    path = _shelf() / "a.zip"
    inner = {text_of(data[i : i + 6]) or "x": b"\xe6\xb1\x89 1" for i in range(0, 24, 6)}
    path.write_bytes(damaged(packed({f"{n}.txt": t for n, t in inner.items()}), dice))
    for found in read(path, name="a.zip", max_bytes=10**6):
        assert isinstance(found, Source | Skipped)


#: Each with its share of the inputs, by what one takes.
TARGETS: Mapping[str, tuple[Target, float]] = {
    "decoding": (decoding, 0.25),
    "splitting": (splitting, 0.05),
    "markers": (markers, 0.1),
    "asking": (asking, 0.005),
    "claims": (claims, 0.015),
    "gold": (gold, 0.3),
    "names": (names, 0.25),
    "files": (files, 0.025),
    "zips": (zips, 0.005),
}


# ---- files to damage ---------------------------------------------------------------------------


@cache
def _shelf() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz"))


def packed(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(zipfile.ZipInfo(name[:200]), data)
    return out.getvalue()


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled or moved; of a package, those of one of its files."""
    if data[:2] == b"PK" and dice.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members: dict[str, str | bytes] = {n: package.read(n) for n in package.namelist()}
        if members:
            name = dice.choice(sorted(members))
            members[name] = _spoilt(bytes(members[name]), dice)  # type: ignore[arg-type]
        return packed(members)
    return _spoilt(data, dice)


def _spoilt(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 6)):
        a, b = sorted(dice.randrange(len(data) + 1) for _ in range(2))
        b = min(b, a + 2 ** dice.randint(0, 10))
        match dice.randrange(5):
            case 0:
                data = data[:a] + dice.randbytes(b - a) + data[b:]
            case 1:
                data = data[:a] + data[b:]
            case 2:
                data = data[:b] + data[a:b] * dice.choice((1, 2, 40)) + data[b:]
            case 3:
                data = data[:a] + dice.choice(WORDS).encode("utf-8", "ignore") + data[a:]
            case _:
                data = data[:a] + bytes([dice.choice((0, 255, 60, 48, 57))]) + data[a + 1 :]
    return data


@cache
def samples() -> Mapping[str, bytes]:
    """A small file of each kind that is read apart."""
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>一</h1><p>码头建于1932年。</p></body></html>"
    item = "<item><title>渔港</title><link>http://a.example/</link><description>船55条。</description></item>"
    mail = "From: a@a.example\r\nSubject: =?utf-8?b?5rGJ?=\r\nMIME-Version: 1.0\r\n"
    mail += "Content-Type: text/plain; charset=utf-8\r\n\r\n汉字。\r\n"
    names = "urn:oasis:names:tc:opendocument:xmlns"
    odt = f"<o:document-content xmlns:o='{names}:office:1.0' xmlns:t='{names}:text:1.0'><o:body><o:text>"
    odt += "<t:p>沙袋3200只。</t:p></o:text></o:body></o:document-content>"
    opf = '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml"/>'
    opf += '</manifest><spine><itemref idref="a"/></spine></package>'
    container = '<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'
    return {
        ".pdf": _pdf(),
        ".docx": _docx(),
        ".xlsx": _xlsx(),
        ".pptx": _pptx(),
        ".odt": packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": odt}),
        ".epub": packed({"META-INF/container.xml": container, "c.opf": opf, "a.xhtml": page}),
        ".rtf": rb"{\rtf1\ansi{\b \u27721?\u23383?}\par 1.5\par}",
        ".eml": mail.encode(),
        ".csv": '泵站,台数\n东渠,5\n西渠,"6,0"\n'.encode(),
        ".rss": f"<rss version='2.0'><channel><title>站</title>{item * 3}</channel></rss>".encode(),
        ".warc.gz": _warc(page),
    }


def _pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for line in range(20):
        canvas.drawString(72, 800 - 20 * line, f"Line {line} of a page, 1.5 percent.")
    canvas.save()
    return out.getvalue()


def _docx() -> bytes:
    import docx

    file, out = docx.Document(), io.BytesIO()
    file.add_heading("防汛预案")
    file.add_paragraph("备有沙袋3200只。", style="List Number")
    file.add_table(2, 2).cell(0, 0).text = "泵站"
    file.save(out)
    return out.getvalue()


def _xlsx() -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["泵站", "台数"])
    book.active.append(["东渠", 5])
    book.save(out)
    return out.getvalue()


def _pptx() -> bytes:
    import pptx

    file, out = pptx.Presentation(), io.BytesIO()
    file.slides.add_slide(file.slide_layouts[0]).shapes.title.text = "防汛"
    file.save(out)
    return out.getvalue()


def _warc(page: str) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], "HTTP/1.1")
    body = io.BytesIO(page.encode())
    writer.write_record(
        writer.create_warc_record("http://a.example/", "response", payload=body, http_headers=head)
    )
    return out.getvalue()


# ---- running -----------------------------------------------------------------------------------


def by_dice(target: Target, inputs: int, seed: int) -> bytes | None:
    """Try so many; the first that breaks a promise."""
    dice = random.Random(seed)
    for _ in range(inputs):
        data = dice.randbytes(dice.choice((3, 8, 20, 60, 200)))
        try:
            target(data)
        except Exception:
            traceback.print_exc()
            return data
    return None


def by_atheris(name: str, inputs: int) -> NoReturn:
    """Inputs that reach new code are kept and changed further; the process ends with 0, or with a find."""
    import atheris

    target = TARGETS[name][0]
    for module in [m for m in sys.modules if m.split(".")[0] in ("index", "server", "benchmarks")]:
        del sys.modules[module]
    with atheris.instrument_imports(include=["index", "server"]):
        target = import_module("benchmarks.fuzz").TARGETS[name][0]
    atheris.Setup(["fuzz", f"-runs={inputs}", "-max_len=200", "-timeout=120"], target)
    atheris.Fuzz()
    raise AssertionError("it never returns")


def guided(name: str, inputs: int) -> int:
    """How many of the inputs that atheris makes break a promise: it ends at the first."""
    command = [sys.executable, "-m", "benchmarks.fuzz", "--alone", "--only", name]
    done = subprocess.run(
        [*command, "--inputs", str(inputs)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout[-1500:] + done.stderr[-1500:], file=sys.stderr)
    return int(done.returncode != 0)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=TARGETS, default="")
    parser.add_argument("--atheris", action="store_true", help="guided by coverage")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        by_atheris(options.only, options.inputs)
    print(table(["what", "inputs", "broken", "processor"], []))
    failed = 0
    for name, (target, share) in TARGETS.items():
        if options.only not in ("", name):
            continue
        inputs = options.inputs if options.only else round(options.inputs * share)
        began = time.process_time()
        if options.atheris:
            broken = guided(name, inputs)
        else:
            found = by_dice(target, inputs, options.seed)
            broken = int(found is not None)
            if found is not None:
                print(f"{name}: {found!r}", file=sys.stderr)
        failed += broken
        spent = f"{time.process_time() - began:.0f} s"
        print(f"| {name} | {inputs:,} | {broken} | {spent} |", flush=True)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
