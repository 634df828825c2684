"""The youju command, run as users run it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from browsing import Seeded

from index import IndexConfig, Library
from server import cli
from server.cli.progress import progress_bar

ROOT = Path(__file__).parent.parent
SEED = "000_9c7128e140aee367.txt"
ASKED = "重庆“33618”里的18指什么？"
HEAVY = ("torch", "transformers", "sentence_transformers", "fastapi", "uvicorn", "starlette")
HEAVY += ("openai", "mcp")


@pytest.fixture(scope="module")
def folder(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds as the command makes it."""
    return seeded(tmp_path_factory.mktemp("cli") / "library", "builtin")


@pytest.fixture(scope="module")
def light(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without a model, for what comes before any question."""
    return seeded(tmp_path_factory.mktemp("cli") / "light")


def youju(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=os.environ | (env or {}),
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "command", ["", *(command.__name__.rpartition(".")[2] for command in cli.COMMANDS)]
)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.run([command, "--help"] if command else ["--help"])
    assert stop.value.code == 0
    assert "usage: youju" in capsys.readouterr().out


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from server.cli import parser; parser().format_help();"
        f"print([m for m in {(*HEAVY, 'numpy', 'pydantic', 'index')!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["ask"],
        ["serve", "--port", "x"],
        ["search", "x", "--top-k", "0"],
        ["eval", "x", "--min", "recall"],
    ],
    ids=str,
)
def test_bad_usage_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.run(arguments)
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_ask_builds_from_the_seeds_and_cites(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    done = youju("ask", ASKED, "--library", str(folder), env={"YOUJU_EMBEDDER": "static"})
    assert done.returncode == 0, done.stderr
    answer, citations = done.stdout.strip().split("\n\n", 1)
    assert "18个“新星”产业集群" in answer
    assert "[1]" in answer
    assert citations.startswith("[1] ")
    assert f"— {SEED}:" in citations
    name, span = citations.split(" — ")[1].split(" 「")[0].rsplit(":", 1)
    start, end = map(int, span.split("-"))
    assert Library(folder).source(name).text[start:end] in citations
    assert done.stderr.count("\n") <= 2


def test_ask_as_json_without_heavy_imports(folder: Path) -> None:
    code = (
        "import sys; from server.cli import run;"
        f"code = run(['ask', {ASKED!r}, '--json', '--library', {str(folder)!r}]);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    body = json.loads(done.stdout)
    assert body["claims"][0]["citations"] == [1]
    assert done.stderr.strip().endswith("[]")


@pytest.mark.timing
def test_a_cold_question_is_answered_soon(folder: Path) -> None:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert youju("ask", ASKED, "--library", str(folder)).returncode == 0
        took.append(time.perf_counter() - began)
    assert min(took) < 2


def test_search_list_and_delete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "library")
    article = tmp_path / "灯塔.txt"
    article.write_text("东岸的灯塔高四十一米，建于一九〇二年。", encoding="utf-8")

    def told(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert cli.run([*arguments, "--library", folder]) == code
        out, err = capsys.readouterr()
        return out, err

    assert told("index", str(article))[0].split(",")[0] == "added 1"
    assert "unchanged 1" in told("index", str(article))[0]
    hits = json.loads(told("search", "灯塔有多高", "--json")[0])
    assert hits[0]["source"] == "灯塔.txt"
    assert "四十一米" in hits[0]["text"]
    assert "灯塔.txt:0-" in told("search", "灯塔", "--top-k", "1")[0]
    assert [s["id"] for s in json.loads(told("list", "--json")[0])] == ["灯塔.txt"]
    assert told("delete", "灯塔.txt")[0] == "removed 1\n"
    gone = told("delete", "灯塔.txt", code=1)[1]
    assert gone.startswith("youju: ")
    assert gone.count("\n") == 1


def test_skipped_files_are_told_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("好的文章。", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\x00\xff\x00" * 100)
    assert cli.run(["index", str(tmp_path), "--library", str(tmp_path / "library")]) == 1
    out, err = capsys.readouterr()
    assert "b.txt" in err
    assert "added 1" in out
    assert "skipped 1" in out


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of four articles; the command has a library of its own, and other seeds."""
    monkeypatch.setenv("YOUJU_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("YOUJU_EMBEDDER", "hash")
    monkeypatch.setenv("YOUJU_SEEDS", str(tmp_path / "seeds"))
    for name in ("seeds/seed.txt", *(f"in/{n}.txt" for n in "abcd")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name}的桥长1.2公里。", encoding="utf-8")
    return tmp_path / "in"


def test_much_is_removed_only_when_that_is_said(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["index", str(small)]) == 0
    for path in small.iterdir():
        path.unlink()
    assert cli.run(["index", str(small)]) == 1
    told = capsys.readouterr().err
    assert "4 of the library's 4 sources would be removed" in told
    assert "a.txt, b.txt, c.txt, d.txt" in told
    assert "--yes" in told
    assert cli.run(["list"]) == 0
    assert capsys.readouterr().out.count(".txt") == 4
    assert cli.run(["index", str(small), "--yes"]) == 0
    assert "removed 4" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["index"], ["index", "--rebuild"]])
def test_without_a_path_a_library_of_ones_own_gets_no_seeds(
    small: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.run(["index", str(small)]) == 0
    assert cli.run(arguments) == 0
    assert "added 0, changed 0, removed 0, unchanged 4" in capsys.readouterr().out
    assert cli.run(["list"]) == 0
    assert "seed.txt" not in capsys.readouterr().out


def test_indexing_says_which_embedder_serves_and_why(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["index", str(small), "--embedder", "builtin"]) == 0
    assert re.search(r"^embedder: e5-\S+ \(.*up to 1,500 passages", capsys.readouterr().out, re.M)
    assert cli.run(["index", str(small), "--embedder", "static"]) == 0
    assert re.search(r"^embedder: youju-\S+ \(as was asked for\)", capsys.readouterr().out, re.M)


@pytest.mark.parametrize("arguments", [["index"], ["index", "--rebuild"]])
def test_without_a_path_an_empty_library_gets_the_seeds(
    small: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert small.is_dir()
    assert cli.run(arguments) == 0
    assert "added 1," in capsys.readouterr().out


def test_without_a_path_the_folders_are_looked_at_again(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["index", str(small)]) == 0
    (small / "a.txt").write_text("桥长1.5公里。", encoding="utf-8")
    assert cli.run(["index"]) == 0
    assert "changed 1, removed 0, unchanged 3" in capsys.readouterr().out
    small.rename(small.with_name("elsewhere"))
    assert cli.run(["index"]) == 1
    told = capsys.readouterr()
    assert f"skipped {small}: it is not there" in told.err
    assert "removed 0" in told.out
    assert cli.run(["list"]) == 0
    assert capsys.readouterr().out.count(".txt") == 4


def test_failures_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = ["--library", str(tmp_path / "library")]
    monkeypatch.setenv("YOUJU_SEEDS", str(tmp_path / "none"))
    for arguments in (
        ["ask", "有吗？"],
        ["ask", "  "],
        ["index", str(tmp_path / "missing")],
        ["eval", str(tmp_path / "missing.jsonl")],
    ):
        assert cli.run([*arguments, *library]) == 1
        assert capsys.readouterr().err.strip().splitlines()[-1].startswith("youju: ")
    done = youju("list", *library, env={"YOUJU_TOP_K": "0"})  # as a process
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("youju: ")
    assert "Traceback" not in done.stderr


def test_doctor_backup_and_restore(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["index", str(small)]) == 0
    saved = small.with_name("saved")
    assert cli.run(["backup", str(saved)]) == 0
    capsys.readouterr()
    assert cli.run(["doctor"]) == 0
    assert capsys.readouterr().out.startswith("Nothing is wrong: 4 sources")
    library = Path(os.environ["YOUJU_LIBRARY"])
    (vectors,) = library.glob("generations/*/vectors.faiss")
    vectors.write_bytes(vectors.read_bytes()[:-1])
    assert cli.run(["doctor"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert re.match(
        r"generations/1/vectors.faiss has \d+ bytes, not \d+\. `youju doctor --repair`", line
    )
    assert cli.run(["doctor", "--repair"]) == 0
    (library / "catalog.sqlite").unlink()
    capsys.readouterr()
    for command in (["doctor"], ["list"], ["index", str(small)], ["search", "桥"]):
        assert cli.run(command) == 1
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert "youju restore FILE" in told
    assert cli.run(["restore", str(saved)]) == 0
    assert cli.run(["doctor"]) == 0
    assert cli.run(["restore", str(saved)]) == 1
    assert "--yes" in capsys.readouterr().err


def test_eval_measures_and_holds_to_bounds(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (ROOT / "tests/gold/seeds_dev.jsonl").read_text(encoding="utf-8").splitlines()
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(lines[:3]) + "\n", encoding="utf-8")
    out = tmp_path / "reports" / "out.json"  # a folder that is not there yet
    common = ["eval", str(gold), "--library", str(folder)]
    assert cli.run([*common, "--json", str(out), "--min", "quote_integrity=1"]) == 0
    assert "overall" in capsys.readouterr().out
    assert len(json.loads(out.read_text(encoding="utf-8"))["questions"]) == 3
    low = ["--min", "quote_integrity=1.1", "--max", "answer_chars=1"]
    assert cli.run([*common, *low]) == 1
    told = capsys.readouterr().err
    assert "quote_integrity" in told
    assert "answer_chars" in told
    assert cli.run([*common, "--min", "no_such=1"]) == 2


def test_serve_builds_serves_and_stops(tmp_path: Path) -> None:
    port = _free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "server",
            "serve",
            "--port",
            str(port),
            "--library",
            str(tmp_path / "l"),
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"YOUJU_EMBEDDER": "static"},
    )
    try:
        assert _comes_up(f"http://127.0.0.1:{port}/readyz")
        assert len(httpx.get(f"http://127.0.0.1:{port}/sources").json()["sources"]) == 5
    finally:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}" in told
    assert ASKED not in told
    assert "token" not in told
    assert process.returncode == 0


def test_serving_others_tells_the_token_once(light: Path) -> None:
    told = [_served(light, "--host", "0.0.0.0") for _ in range(2)]
    token = (light / "token").read_text(encoding="utf-8").strip()
    assert re.search(rf"http://127\.0\.0\.1:\d+/sign-in\?token={token}\n", told[0])
    assert token not in told[1]
    assert all(str(light / "token") in text for text in told)
    given = _served(light, "--host", "0.0.0.0", YOUJU_TOKEN="geheim")
    assert "geheim" not in given + told[1]
    assert "token" not in given


def _served(folder: Path, *options: str, **environment: str) -> str:
    """What a server says on standard error that was there and has been stopped."""
    port = _free_port()
    command = [sys.executable, "-m", "server", "serve", "--port", str(port), *options]
    process = subprocess.Popen(
        [*command, "--library", str(folder)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"YOUJU_EMBEDDER": "hash"} | environment,
    )
    try:
        assert _comes_up(f"http://127.0.0.1:{port}/readyz")
    finally:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    return told


def test_a_port_in_use_is_a_failure_in_one_line(light: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        serve = ("serve", "--library", str(light), "--embedder", "hash", "--port")
        done = youju(*serve, str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "--port" in done.stderr


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _comes_up(url: str) -> bool:
    for _ in range(900):
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            time.sleep(0.1)
    return False


def test_a_folder_with_files_of_before_2007_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text("灯塔高四十一米，每晚七点亮灯。\n", encoding="utf-8")
    (articles / "b.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    library = ["--library", str(tmp_path / "library"), "--embedder", "static"]
    assert cli.run(["index", str(articles), *library]) == 0
    assert "b.doc" in capsys.readouterr().err
    assert cli.run(["index", str(articles / "b.doc"), *library]) == 1


def test_progress_is_shown_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert progress_bar() is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar = progress_bar()
    assert bar is not None
    bar("read", 1, 2)
    bar("embed", 512, None)
    told = capsys.readouterr().err
    assert "reading [############............] 1/2" in told
    assert "embedding 512" in told


def test_progress_tells_its_pace_and_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    times = iter((0.0, 0.0, 1.0, 4.0, 4.0, 4.0, 14.0))
    bar = progress_bar(lambda: next(times))
    assert bar is not None
    for stage, done, total in (("read", 100, 1000), ("read", 200, 1000), ("read", 500, 1000)):
        bar(stage, done, total)
    bar("index", 0, None)
    bar("index", 20_000, None)
    told = capsys.readouterr().err.split("\r\x1b[K")
    assert told[2].endswith("] 200/1,000")
    assert told[3].endswith("] 500/1,000, 100/s, 0:05 left")
    assert told[5] == "indexing 20,000, 2,000/s"


def test_check_tells_what_is_not_borne_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("专家进企业\n\n江津区选聘了74名专家到企业。\n", encoding="utf-8")
    library = Library(tmp_path / "library", IndexConfig(embedder="hash"))
    library.update([article])
    library.close()
    draft = tmp_path / "draft.txt"
    draft.write_text("江津区选聘了47名专家到企业。\n谢谢！\n", encoding="utf-8")
    flags = [str(draft), "--library", str(tmp_path / "library")]
    assert cli.run(["check", *flags, "--strict"]) == 1
    assert "文章说“74名”[1]" in capsys.readouterr().out
    assert cli.run(["check", *flags, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["claims"]
    assert [claim["verdict"] for claim in told] == ["contradicted", "opinion"]
    assert cli.run(["check", str(tmp_path / "no.txt"), *flags[1:]]) == 1
    assert capsys.readouterr().err.startswith("youju: ")
