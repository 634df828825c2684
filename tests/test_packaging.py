"""Installing, building, shipping: the Makefile, the pins, the wheel, the image, CI, pre-commit."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PACKAGES = ("index", "server", "prompts", "youju", "youju_plugins")

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run(
    *command: str | Path, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "YOUJU_", "PYTHON"))}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=kept | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def pins() -> dict[str, str]:
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in (x.split("==") for x in lines)}


# ---- make --------------------------------------------------------------------------------------


@needs_make
def test_make_alone_lists_the_targets() -> None:
    shown = run("make")
    assert shown.returncode == 0
    for target in ("run", "test", "lint", "check", "format", "screenshots", "clean"):
        assert f"make {target} " in shown.stdout


@needs_make
def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    tried = run("make", "test", f"VENV={tmp_path / 'venv'}", "PYTHON=no-such-python")
    assert tried.returncode != 0
    assert "Python 3.11, 3.12 or 3.13" in tried.stderr
    assert "no-such-python" in tried.stderr


@needs_make
def test_make_says_how_to_get_venv(tmp_path: Path) -> None:
    """Debian's python3 comes without ensurepip."""
    bare = tmp_path / "python3"
    bare.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1; esac\nexec {sys.executable} "$@"\n'
    )
    bare.chmod(0o755)
    tried = run("make", "run", f"VENV={tmp_path / 'venv'}", f"PYTHON={bare}")
    assert tried.returncode != 0
    assert "apt install python3-venv" in tried.stderr


def made_venv(folder: Path) -> Path:
    """What make leaves behind, without the packages."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    for stamp in (".python", ".run", ".dev"):
        (folder / stamp).touch()
    return folder


@needs_make
@pytest.mark.parametrize(("target", "does"), [("test", "-m pytest"), ("run", "-m server serve")])
def test_make_installs_once(tmp_path: Path, target: str, does: str) -> None:
    venv = made_venv(tmp_path / "venv")
    planned = run("make", "-n", target, f"VENV={venv}")
    assert does in planned.stdout
    assert "pip" not in planned.stdout


@needs_make
@pytest.mark.parametrize("target", ["test", "run"])
def test_make_installs_again_when_the_pins_change(tmp_path: Path, target: str) -> None:
    venv = made_venv(tmp_path / "venv")
    for stamp in (".python", ".run", ".dev"):
        os.utime(venv / stamp, (0, 0))
    planned = run("make", "-n", target, f"VENV={venv}")
    assert "install --constraint constraints.txt" in planned.stdout


@needs_make
def test_make_keeps_the_environment_it_finds(tmp_path: Path) -> None:
    venv = made_venv(tmp_path / "venv")
    (venv / ".python").unlink()
    assert run("make", f"{venv}/.python", f"VENV={venv}").returncode == 0
    assert (venv / ".dev").exists()


# ---- pins --------------------------------------------------------------------------------------


def test_every_pin_is_exact_and_public() -> None:
    for name, version in pins().items():
        assert Version(version).local is None, (
            f"{name}: a local version is not to be had everywhere"
        )
    assert pins()["torch"] == "2.13.0"


def test_every_dependency_is_pinned_inside_its_range() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    for requirement in map(Requirement, [*project["dependencies"], *chain(*extras)]):
        if requirement.name == "youju":  # all extras in one
            assert requirement.extras == set(project["optional-dependencies"]) - {"dev"}
            continue
        pinned = pins().get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(pinned), f"{requirement} is pinned to {pinned}"


def test_the_lock_has_the_versions_of_the_pins_and_a_hash_of_each_file() -> None:
    blocks = re.findall(
        r"^(\S+)==([^ ;\\]+)(.*(?:\n    .*)+)", read("requirements.lock"), re.MULTILINE
    )
    locked = {canonicalize_name(name): version for name, version, _ in blocks}
    assert {name: pins()[name] for name in locked if name in pins()} == {
        name: version for name, version in locked.items() if name in pins()
    }
    # What is not in the pins is for other machines than those that they were made on.
    others = {
        name for name in locked if name not in pins() and not name.startswith(("nvidia-", "cuda-"))
    }
    assert others <= {"triton", "tzdata", "httpx2-jsfetch"}
    for name, _, rest in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), name
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    assert wanted <= set(locked), "make lock"


def test_what_lists_and_locks_is_a_shell_script() -> None:
    for name in ("lock", "sbom", "constraints", "pin", "base"):
        assert run("sh", "-n", f".ci/{name}").returncode == 0


# ---- the wheel ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_everything_the_packages_hold(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= inside
    assert not [name for name in inside if name.startswith(("tests/", "seeds/", "training/"))]
    assert [name for name in inside if name.endswith("licenses/LICENSE")]


def test_the_wheel_answers_where_there_is_no_repository(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    command = "import server, sys; assert server.__file__.startswith(sys.argv.pop(1)); "
    command += "from server.cli import main; main()"
    asked = run(
        *(sys.executable, "-c", command, site, "ask", "重庆“33618”里的18指什么？"),
        cwd=tmp_path,
        PYTHONPATH=str(site),
        YOUJU_SEEDS=str(ROOT / "seeds"),
        YOUJU_LIBRARY=str(tmp_path / "library"),
    )
    assert asked.returncode == 0, asked.stderr
    assert "[1]" in asked.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_say_that_they_are_typed(wheel: Path, package: str) -> None:
    assert f"{package}/py.typed" in zipfile.ZipFile(wheel).namelist()


# ---- the image ---------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, rest), continued lines joined."""
    lines = [line for line in read("Dockerfile").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest) for word, _, rest in (x.partition(" ") for x in joined.splitlines() if x)]


def the(word: str) -> list[str]:
    return [rest.strip() for name, rest in instructions() if name == word]


def test_the_image_is_slim_and_not_root() -> None:
    assert re.fullmatch(r"BASE=python:3\.12-slim@sha256:[0-9a-f]{64}", the("ARG")[0])
    assert all(base.startswith("${BASE}") for base in the("FROM"))
    assert the("USER") == ["youju"]
    last = max(i for i, (word, _) in enumerate(instructions()) if word in ("RUN", "COPY"))
    assert last < [word for word, _ in instructions()].index("USER")


def test_the_image_checks_its_health_without_curl() -> None:
    (check,) = the("HEALTHCHECK")
    assert "/healthz" in check
    assert not re.search("curl|wget", read("Dockerfile"))
    words = re.search(r"CMD (\[.*\])$", check)
    assert words
    python, option, code = json.loads(words[1])
    assert (python, option) == ("python", "-c")
    compile(code, "healthcheck", "exec")


def test_the_image_keeps_its_library_in_a_volume_and_serves_the_seeds() -> None:
    environment = " ".join(the("ENV"))
    assert the("VOLUME") == ["/library"]
    assert "YOUJU_LIBRARY=/library" in environment
    assert "YOUJU_SEEDS=/app/seeds" in environment
    assert "seeds seeds" in the("COPY")
    assert the("CMD") == ['["youju", "serve", "--host", "0.0.0.0"]']


def test_the_image_installs_its_dependencies_before_the_code() -> None:
    steps = [f"{word} {rest}" for word, rest in instructions()]
    pins = next(i for i, step in enumerate(steps) if "--constraint constraints.txt" in step)
    assert pins < steps.index("COPY index index") < steps.index("COPY server server")
    assert "--no-deps" in steps[steps.index("COPY prompts prompts") + 1]


def test_the_image_is_given_what_it_copies() -> None:
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    copied = {s for c in the("COPY") if "--from" not in c for s in c.split()[:-1]}
    assert copied <= let_in
    assert all((ROOT / name).exists() for name in copied)
    assert read(".dockerignore").splitlines()[1] == "*"


@pytest.mark.parametrize("tool", ["skopeo", "docker"])
def test_the_base_image_is_pinned_by_what_the_registry_says(tmp_path: Path, tool: str) -> None:
    """The registry is a script here; nothing is written down that is no digest."""
    for folder in ("here/.ci", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    script = tmp_path / "here" / ".ci" / "pin"
    shutil.copy(ROOT / ".ci" / "pin", script)
    for needed in ("sh", "sed", "expr", "cat", "rm", "dirname"):
        (tmp_path / "bin" / needed).symlink_to(str(shutil.which(needed)))
    dockerfile, registry = tmp_path / "here" / "Dockerfile", tmp_path / "bin" / tool
    dockerfile.write_text(before := read("Dockerfile"))

    def pin(says: str) -> int:
        registry.write_text(f"#!/bin/sh\n{says}\n")
        registry.chmod(0o755)
        environment = {"PATH": str(tmp_path / "bin")}
        return subprocess.run(["sh", script], env=environment, capture_output=True).returncode

    digest, later = f"sha256:{'a1' * 32}", f"sha256:{'b2' * 32}"
    assert pin("echo 'not found' >&2; exit 1") != 0
    assert pin("echo latest") != 0
    assert dockerfile.read_text() == before
    for told in (digest, later):  # one that is pinned is pinned anew
        assert pin(f"echo {told}") == 0
        changed = dockerfile.read_text().splitlines()
        assert f"ARG BASE=python:3.12-slim@{told}" in changed
        assert len(changed) == len(before.splitlines())


# ---- CI and pre-commit -------------------------------------------------------------------------


def test_ci_runs_the_readmes_test_command() -> None:
    assert re.search(r"^make test\b", read(".ci/run"), re.MULTILINE)
    assert re.search(r"^make lint\b", read(".ci/run"), re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert run("bash", "-n", ".ci/run").returncode == 0


def test_pre_commit_needs_no_network() -> None:
    config = read(".pre-commit-config.yaml")
    assert re.findall(r"repo: (.*)", config) == ["local"]
    assert set(re.findall(r"language: (.*)", config)) == {"system"}
    for tool in ("ruff check", "ruff format", "mypy"):
        assert f"entry: .venv/bin/python -m {tool}" in config
