"""`pytest --youju-gold FILE` and the fixtures, in runs of pytest of their own."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
from conftest import ARTICLES, three_articles

from index import IndexConfig
from youju import Library, ask, check
from youju.testing import (
    assert_borne_out,
    assert_cited,
    assert_flagged,
    assert_refused,
    assert_says,
    assert_verbatim,
)
from youju_plugins import for_pytest

pytest_plugins = "pytester"

ROOT = Path(__file__).parents[2]
#: It is imported already, by this module.
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
ASKED = "重庆江北国际机场T3B航站楼有多少个登机口？"
RIGHT = {
    "id": "gates",
    "type": "number",
    "question": ASKED,
    "answers": [["108个", "一百零八个"]],
    "evidence": [[{"file": "airport.txt", "quote": "共有108个登机口"}]],
}
REFUSED = {
    "id": "chef", "type": "unanswerable", "question": "红烧肉怎么做？", "answers": [], "evidence": []
}  # fmt: skip
WRONG = RIGHT | {"id": "wrong", "answers": [["109个"]]}
ELSEWHERE = RIGHT | {
    "id": "elsewhere",
    "evidence": [[{"file": "forest.md", "quote": "新建公园102个"}]],
}
ANSWERED = REFUSED | {"id": "answered", "question": ASKED}
FOLLOWED = RIGHT | {
    "id": "followed",
    "question": "它有多少个登机口？",
    "history": [{"q": "江北国际机场的年旅客吞吐量是多少？", "a": "4000万人次。"}],
}


@pytest.fixture(scope="module", autouse=True)
def _everything_is_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A run in this process takes the modules away that it imported; compiled ones bear that badly."""
    folder = three_articles(tmp_path_factory.mktemp("first"))
    with Library(folder / "library", IndexConfig(embedder="hash")) as library:
        library.update([folder / name for name in ARTICLES])
        for asked in (RIGHT, REFUSED):
            ask(str(asked["question"]), library)
        check("全市森林覆盖率达到55.06%。新建公园999个。", library)
    importlib.import_module("youju_plugins.gold_items")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with three articles and pytest's settings for them."""
    monkeypatch.setenv("YOUJU_EMBEDDER", "hash")
    three_articles(pytester.path / "articles")
    pytester.makeini("[pytest]\nyouju_articles = articles\n")
    return pytester


def run(project: pytest.Pytester, *words: str) -> pytest.RunResult:
    """In this process, so that the models are loaded once; the plugin as its entry point gives it."""
    return project.runpytest_inprocess("-p", "no:youju", "-p", for_pytest.__name__, *QUIET, *words)


def gold(project: pytest.Pytester, *questions: object) -> str:
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    (project.path / "gold.jsonl").write_text(lines, encoding="utf-8")
    return "gold.jsonl"


@pytest.mark.parametrize("group", ["pytest11", "llm"])
def test_the_entry_points_lead_somewhere_that_loads_nothing(group: str) -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    module = points[group]["youju"]
    if group == "pytest11":
        assert importlib.import_module(module) is for_pytest
    first = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8").split("\n\n\n")[0]
    used, _, _ = first.partition("if TYPE_CHECKING:")
    assert not [name for name in ("youju", "index", "server") if f"\nfrom {name}" in used]


def test_each_question_is_a_test_that_says_what_is_wrong(project: pytest.Pytester) -> None:
    file = gold(project, RIGHT, REFUSED, FOLLOWED, WRONG, ELSEWHERE, ANSWERED)
    done = run(project, "--youju-gold", file, "-v")
    done.assert_outcomes(passed=3, failed=3)
    done.stdout.fnmatch_lines(["gold.jsonl::gates PASSED*", "gold.jsonl::wrong FAILED*"])
    text = done.stdout.str()
    assert f"wrong: {ASKED}" in text
    for line in ("does not say: 109个", "found, but not cited: 新建公园102个", "[1] airport.txt:"):
        assert line in text
    assert "answered, where the articles do not say" in text
    assert "Traceback" not in text
    assert 'File "' not in text


def test_questions_are_chosen_as_tests_are(project: pytest.Pytester) -> None:
    project.makepyfile("def test_mine(): pass")
    file = gold(project, RIGHT, REFUSED, WRONG)
    for words, passed in (
        ((), 3),
        (("-m", "youju_gold"), 2),
        (("-k", "unanswerable"), 1),
        (("gold.jsonl::gates",), 1),
        (("gold.jsonl",), 2),
    ):
        done = run(project, "--youju-gold", file, "--deselect", "gold.jsonl::wrong", *words)
        assert done.parseoutcomes()["passed"] == passed, words
    assert run(project).parseoutcomes() == {"passed": 1}


def test_fixtures_ask_the_library_of_the_settings(project: pytest.Pytester) -> None:
    project.makepyfile(
        f"""
        from youju.testing import assert_cited, assert_refused, assert_says

        def test_right(ask, youju_library):
            answer = ask("{ASKED}")
            assert_says(answer, "108个")
            assert_cited(answer, "108个登机口", source="airport.txt")

        def test_wrong(ask):
            assert_refused(ask("{ASKED}", sources=["airport.txt"]))
        """
    )
    done = run(project)
    done.assert_outcomes(passed=1, failed=1)
    assert "answered, and should not have been" in done.stdout.str()


def test_a_library_that_is_there_is_taken(project: pytest.Pytester) -> None:
    path = project.path / "kept"
    with Library(path, IndexConfig(embedder="hash")) as made:
        made.update([project.path / "articles"])
    project.makeini(f"[pytest]\nyouju_library = {path.name}\n")
    file = gold(project, RIGHT)
    run(project, "--youju-gold", file).assert_outcomes(passed=1)
    project.makeini("[pytest]\n")
    run(project, "--youju-gold", file, "--youju-library", "kept").assert_outcomes(passed=1)


def test_what_is_wrong_with_the_set_up_is_told_in_a_line(project: pytest.Pytester) -> None:
    (project.path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    done = run(project, "--youju-gold", "bad.jsonl")
    assert done.ret == pytest.ExitCode.INTERRUPTED
    assert "bad.jsonl:1 is not a gold question" in done.stdout.str()
    missing = run(project, "--youju-gold", "none.jsonl")
    assert missing.ret == pytest.ExitCode.USAGE_ERROR
    file = gold(project, RIGHT)
    project.makeini("[pytest]\n")
    assert "--youju-library" in run(project, "--youju-gold", file).stdout.str()
    empty = run(project, "--youju-gold", file, "--youju-library", "none")
    assert "youju index" in empty.stdout.str()


def test_the_page_is_run(project: pytest.Pytester) -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    fences = dict(re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    assert set(fences) == {"toml", "json", "sh", "python"}  # one of each
    shutil.rmtree(project.path / "articles")
    shutil.copytree(ROOT / "seeds", project.path / "articles")
    (project.path / "tox.ini").unlink()
    for name, body in (
        ("pyproject.toml", fences["toml"]),
        ("gold.jsonl", fences["json"]),
        ("test_page.py", fences["python"]),
    ):
        (project.path / name).write_text(body, encoding="utf-8")
    with Library(project.path / "library", IndexConfig(embedder="hash")) as made:
        made.update([project.path / "articles"])
    for line, passed in zip(fences["sh"].splitlines(), (5, 2, 1, 5), strict=True):
        words = shlex.split(line)
        assert words[0] == "pytest"
        run(project, *words[1:]).assert_outcomes(passed=passed, deselected=4 * (passed == 1))


# ---- the assertions -----------------------------------------------------------------------------


def test_assertions_hold_or_say_what_was_answered(library: Library) -> None:
    answer = ask(ASKED, library)
    assert_says(answer, "108 个", ("登机口", "闸口"))
    assert assert_cited(answer, "108个登机口", source="airport.txt") is answer.citations[0]
    assert_verbatim(answer, library)
    refused = ask("红烧肉怎么做？", library)
    assert_refused(refused)
    for wrong, said in (
        (lambda: assert_says(answer, "109个"), "does not say 109个"),
        (lambda: assert_says(refused, ""), "refused"),
        (lambda: assert_refused(answer), "answered"),
        (lambda: assert_cited(answer, source="forest.md"), "does not cite forest.md"),
        (lambda: assert_cited(refused), "does not cite anything"),
    ):
        with pytest.raises(AssertionError, match=said) as told:
            wrong()
        assert "\nQ: " in str(told.value)


def test_assertions_about_a_text(library: Library) -> None:
    good, bad = "全市森林覆盖率达到55.06%。", "新建公园999个，绿道33公里。"
    checked = check(good + bad, library)
    assert_borne_out(check(good, library))
    assert assert_flagged(checked, "999").text == bad
    assert_verbatim(checked, library)
    with pytest.raises(AssertionError, match="999个: the articles say 102个"):
        assert_borne_out(checked)
    with pytest.raises(AssertionError, match="not flagged: full"):
        assert_flagged(checked, "55.06%")
    with pytest.raises(AssertionError, match="no claim holds"):
        assert_flagged(checked, "没有")
