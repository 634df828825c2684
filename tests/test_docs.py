"""What the documents say is so: commands, paths, settings, shapes; and both READMEs say the same."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import Seeded

from index import IndexConfig, Library
from index.reading.decode import decode
from server.answer import Answerer
from server.cli import parser
from server.records import Question, answer_dict
from server.web.schemas.answers import AnswerOut, CitationOut, ClaimOut, HitOut
from server.web.schemas.examples import EXAMPLE_ANSWER

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh.md")
DOCUMENTS = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "DECISIONS.md")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"^\| `(YOUJU_\w+)` \| (.*?) \|", re.MULTILINE)
MAPPED = re.compile(r"^\| `([\w./]+)` \|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
FIGURES = re.compile(r"<!-- figures -->(.*?)<!-- /figures -->", re.DOTALL)
EXAMPLE = re.compile(r"<!-- example -->\n```json\n(.*?)```\n<!-- /example -->", re.DOTALL)

#: In two halves, so that this file does not hold what it looks for.
NOT_OURS = [
    "".join(halves)
    for halves in (
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/op", "t/"),
        ("/Use", "rs/"),
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("download.py", "torch.org"),
        ("npm", "js."),
        ("index", "-url http"),
    )
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(name: str) -> Iterator[list[str]]:
    """Each command of the document's shell blocks as words, without its comment."""
    for language, body in FENCE.findall(read(name)):
        if language == "sh":
            for line in body.replace("\\\n", " ").splitlines():
                if words := shlex.split(line, comments=True):
                    yield words


def tracked() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


# ---- what is named exists ----------------------------------------------------------------------


@pytest.mark.parametrize("name", READMES)
def test_every_youju_command_parses(name: str) -> None:
    found = [words[1:] for words in commands(name) if words[0] == "youju"]
    assert {words[0] for words in found} >= {"ask", "search", "list", "eval", "index", "serve"}
    for words in found:
        parser().parse_args(words)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`|=ADDRESS )make ([a-z]+)", read(name), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("name", READMES)
def test_every_mapped_path_exists(name: str) -> None:
    paths = MAPPED.findall(read(name))
    paths = [path for path in paths if not path.startswith("YOUJU_")]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_into_the_repository_leads_somewhere(name: str) -> None:
    targets = [a or b for a, b in LINK.findall(read(name))]
    local = [target for target in targets if not re.match(r"https?:|#", target)]
    if not (ROOT / "docs" / "images").exists():
        local = [target for target in local if not target.startswith("docs/images/")]
    assert [target for target in local if not (ROOT / target.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("name", ["SECURITY.md", "docs/reliability.md"])
def test_every_test_that_a_sentence_is_borne_out_by_exists(name: str) -> None:
    named = re.findall(r"(tests/[\w/]+(?:\.py)?)(?:::(\w+)| -k (\w+))?", read(name))
    assert len(named) > 10
    for path, test, part in named:
        assert (ROOT / path).exists(), path
        if test or part:
            assert re.search(rf"^def {test or 'test_'}", read(path), re.MULTILINE), (path, test)
            assert (test or part) in read(path), (path, part)


def test_every_threat_has_its_test() -> None:
    rows = [line for line in read("SECURITY.md").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    assert [row for row in rows if "`tests/" not in row] == []


def test_every_benchmark_that_is_named_exists() -> None:
    for name in ("CONTRIBUTING.md", "docs/reliability.md", "docs/testing.md"):
        for module in re.findall(r"python -m (benchmarks\.\w+)", read(name)):
            assert (ROOT / f"{module.replace('.', '/')}.py").exists(), (name, module)


def test_every_folder_of_code_is_mapped() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if path.suffix == ".py"}
    folders -= {"docs"}
    mapped = {path.split("/")[0] for path in MAPPED.findall(read("README.md"))}
    assert folders <= mapped


@pytest.mark.parametrize("name", READMES)
def test_the_example_answer_has_the_real_shape(name: str) -> None:
    answer = json.loads(EXAMPLE.findall(read(name))[0])
    assert list(answer) == list(AnswerOut.model_fields)
    for part, model in (("claims", ClaimOut), ("citations", CitationOut), ("hits", HitOut)):
        for item in answer[part]:
            optional = {"page", "boxes"}  # of sources that have pages
            assert list(item) == [name for name in model.model_fields if name not in optional]


@pytest.mark.parametrize("name", READMES)
def test_the_example_citation_checks_out(name: str) -> None:
    answer = json.loads(EXAMPLE.findall(read(name))[0])
    assert answer["citations"]
    for citation in answer["citations"]:
        data = (ROOT / "seeds" / citation["source"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == citation["sha256"]
        assert decode(data)[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['number']}]" in answer["answer"]


def test_the_examples_are_what_youju_answers(seeded: Seeded, tmp_path: Path) -> None:
    library = Library(seeded(tmp_path / "library", "static"), IndexConfig(embedder="static"))
    given = [json.loads(EXAMPLE.findall(read(name))[0]) for name in READMES]
    for example in (*given, EXAMPLE_ANSWER):
        now = answer_dict(Answerer(library).ask(Question(example["question"])))
        for kept in (
            "query",
            "answer",
            "refused",
            "claims",
            "citations",
            "conflicts",
            "suggestions",
        ):
            assert now[kept] == example[kept], kept
        assert now["hits"][0]["passage_id"] == example["hits"][0]["passage_id"]
        assert now["hits"][0]["spans"] == example["hits"][0]["spans"]


# ---- the two READMEs ---------------------------------------------------------------------------


def test_both_readmes_open_with_the_picture_and_the_two_commands() -> None:
    for name in READMES:
        text = read(name)
        opening = text[: text.index("\n## ")]
        assert opening.index("docs/images/cited-desktop-light-zh.webp") < opening.index("make run")
        assert "docs/images/cited-desktop-dark-zh.webp" in opening
        assert opening.index("make run") < opening.index("make test")


def test_both_readmes_have_the_same_sections() -> None:
    one, other = (re.findall(r"^#+ ", read(name), re.MULTILINE) for name in READMES)
    assert one == other


def test_both_readmes_have_the_same_commands() -> None:
    one, other = (list(commands(name)) for name in READMES)
    assert one == other


def test_both_readmes_have_the_same_settings_and_map() -> None:
    one, other = (SETTING.findall(read(name)) for name in READMES)
    assert one == other
    one, other = (MAPPED.findall(read(name)) for name in READMES)
    assert one == other


def test_both_readmes_have_the_same_figures() -> None:
    one, other = (re.findall(r"\d[\d.,]*", FIGURES.findall(read(name))[0]) for name in READMES)
    assert one == other


def test_both_readmes_have_the_same_example_and_pictures() -> None:
    one, other = (EXAMPLE.findall(read(name)) for name in READMES)
    assert one == other
    one, other = (re.findall(r"docs/images/[\w.-]+", read(name)) for name in READMES)
    assert one == other


def test_the_chinese_readme_is_chinese() -> None:
    prose = FENCE.sub("", read("README.zh.md"))
    paragraphs = [p for p in prose.split("\n\n") if re.match(r"[*\w]", p)]
    for paragraph in paragraphs:
        assert re.search(r"[一-鿿]", paragraph) or len(paragraph) < 40, paragraph


# ---- everything that is tracked ----------------------------------------------------------------


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT)
        if name.parts[0] == "seeds" or name == Path("tests/test_docs.py"):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {words}" for words in NOT_OURS if words in text]
    assert found == []


def test_the_licence_is_apache_2() -> None:
    text = read("LICENSE")
    assert text.split()[:5] == ["Apache", "License", "Version", "2.0,", "January"]
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in read("pyproject.toml")


def test_the_changelog_has_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", h) for h in headings[1:])
    kinds = set(re.findall(r"^### (.+)$", read("CHANGELOG.md"), re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_decision_is_whole() -> None:
    entries = re.split(r"^## ", read("DECISIONS.md"), flags=re.MULTILINE)[1:]
    dates = [entry[:10] for entry in entries]
    assert dates == sorted(dates)
    for entry in entries:
        assert re.match(r"\d{4}-\d\d-\d\d · \S", entry), entry.splitlines()[0]
        places = [entry.find(f"**{p}.**") for p in ("Context", "Choice", "Rejected", "Consequence")]
        assert -1 not in places, entry.splitlines()[0]
        assert places == sorted(places), entry.splitlines()[0]


def test_there_is_a_picture_of_every_state_and_together_they_are_small() -> None:
    pytest.importorskip("playwright", reason="Playwright is not installed")
    from docs.screenshots import ALSO, IMAGES, LOOKS, STATES

    wanted = {
        f"{state}-{'-'.join(look)}.webp"
        for state in STATES
        for look in (*LOOKS, *ALSO.get(state, ()))
    }
    there = {path.name: path.stat().st_size for path in IMAGES.glob("*.webp")}
    assert set(there) == wanted, "python -m docs.screenshots takes them anew"
    assert sum(there.values()) < 3_000_000


def test_each_threat_names_a_test_that_there_is() -> None:
    text = read("SECURITY.md")
    threats = [line for line in text.split("|---|---|---|\n")[1].splitlines() if line[:1] == "|"]
    assert len(threats) > 20
    assert [line for line in threats if "::test_" not in line] == []
    assert "\n\n|" not in text.split("|---|---|---|\n")[1]  # a table that is cut in two
    assert missing_tests(text) == []


def test_each_line_of_the_reliability_table_has_a_command_that_there_is() -> None:
    text = read("docs/reliability.md")
    rows = text.split("|---|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    assert len(rows) > 25
    for row in rows:
        _, tried, failed, command = (cell.strip() for cell in row.strip("|").rsplit("|", 3))
        assert re.search(r"\w", tried), row
        assert re.search(r"0$", failed), row  # what failed at first has been mended
        assert re.search(r"`(pytest tests/|python -m benchmarks\.)", command), row
    assert missing_tests(text) == []
    modules = set(re.findall(r"python -m benchmarks\.(\w+)", text))
    assert [name for name in modules if not (ROOT / f"benchmarks/{name}.py").exists()] == []
    for file, word in re.findall(r"pytest (tests/[\w/.]+) -k (\w+)", text):
        assert re.search(rf"def test_\w*{word}", read(file)), (file, word)


def missing_tests(text: str) -> list[tuple[str, str]]:
    """The files of tests that a document names, with the tests in them, and that are not there."""
    named = re.findall(r"(tests/[\w/]+\.py|tests/\w+\b(?!/|\.py))(?:::(\w+))?", text)
    assert len(named) > 15
    return [
        (file, test)
        for file, test in named
        if not (ROOT / file).exists() or (test and f"def {test}(" not in read(file))
    ]
