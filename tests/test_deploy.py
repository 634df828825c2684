"""deploy/: nginx and Caddy before a real server, the unit as systemd reads it, alerts about figures that there are."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from fakes import ScriptedAnswerer, serving, written

from index import IndexConfig, Library
from server.records import Question
from server.services import Services
from server.settings import Settings
from server.upkeep.audit import NAME as RECORD
from server.web.middleware import SECURITY_HEADERS

DEPLOY = Path(__file__).parents[1] / "deploy"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
CADDY = shutil.which("caddy")
TOKEN = "t" * 32
SIGNED_IN = {"authorization": f"Bearer {TOKEN}"}
#: What Debian's nginx.conf has around its sites, for one who is nobody in particular.
AROUND = """daemon off; pid {0}/pid; error_log {0}/log; worker_processes 1; events {{}}
http {{ access_log off; client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c;
uwsgi_temp_path {0}/d; scgi_temp_path {0}/e; include {0}/site; }}"""


# ---- proxies -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = Library(tmp_path_factory.mktemp("deploy") / "library", IndexConfig(embedder="hash"))
    made.add_text("a.txt", "标题\n\n年旅客吞吐量达到4000万人次。\n".encode())
    return made


@pytest.fixture(scope="module")
def pace() -> ScriptedAnswerer:
    """Answers as slowly as a test lets it."""
    answers = {
        n: written(Question(n), "很长的回答。" * times) for n, times in (("问", 1), ("走", 999))
    }
    return ScriptedAnswerer(answers, threading.Semaphore(0))


def nginx(folder: Path, base: str, port: int) -> list[str | Path]:
    """How nginx is started with deploy/nginx.conf but for certificates and ports."""
    if NGINX is None:
        pytest.skip("there is no nginx")
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"^ *ssl_.*\n", "", site, flags=re.MULTILINE)
    site = site.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    site = site.replace("http://127.0.0.1:8000", base)
    (folder / "site").write_text(site, encoding="utf-8")
    (folder / "conf").write_text(AROUND.format(folder), encoding="utf-8")
    return [NGINX, "-p", folder, "-e", "log", "-c", folder / "conf"]


def caddy(folder: Path, base: str, port: int) -> list[str | Path]:
    """How Caddy is started with deploy/Caddyfile, but for the same."""
    if CADDY is None:
        pytest.skip("there is no caddy")
    site = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    site = site.replace("youju.example {", f"http://youju.example:{port} {{\n\tbind 127.0.0.1", 1)
    site = site.replace("127.0.0.1:8000", base.removeprefix("http://"))
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + site, encoding="utf-8")
    return [CADDY, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]


@pytest.fixture(scope="module", params=[nginx, caddy])
def proxy(
    request: pytest.FixtureRequest,
    library: Library,
    pace: ScriptedAnswerer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """A client of a proxy, which runs with the file for it."""
    settings = Settings(
        library=library.path, token=TOKEN, allowed_hosts="youju.example", upload_limit_mb=1
    )
    folder = tmp_path_factory.mktemp("proxy")
    with serving(settings, pace, library) as base, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = request.param(folder, base, port)
        env = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        running = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        try:
            at = {"base_url": f"http://127.0.0.1:{port}", "timeout": 60}
            transport = httpx.HTTPTransport(retries=8)
            host = {"host": f"youju.example:{port}"}
            with httpx.Client(**at, transport=transport, headers=host) as client:  # type: ignore[arg-type]
                yield client
        finally:
            running.terminate()
            running.wait(30)


def test_a_stream_comes_as_it_is_written(proxy: httpx.Client, pace: ScriptedAnswerer) -> None:
    assert pace.gate is not None
    body = {"question": "问", "stream": True}
    with proxy.stream("POST", "/ask", json=body, headers=SIGNED_IN) as told:
        lines = told.iter_lines()
        for piece in ("很长的", "回答。"):
            pace.gate.release()  # only now is it written, and nothing behind it
            assert next(line for line in lines if '"text"' in line).count(piece) == 1
        assert any("event: done" in line for line in lines)


def test_who_leaves_is_heard_of(proxy: httpx.Client, pace: ScriptedAnswerer) -> None:
    assert pace.gate is not None
    body = {"question": "走", "stream": True}
    with proxy.stream("POST", "/ask", json=body, headers=SIGNED_IN) as told:
        assert next(told.iter_lines())
    for _ in range(600):  # pieces of it go on until nginx has told the server
        pace.gate.release()
        if pace.stopped.wait(0.05):
            break
    assert pace.stopped.is_set()


def test_what_the_server_says_of_safety_comes_through(proxy: httpx.Client) -> None:
    told = proxy.get("/sources", headers=SIGNED_IN)
    assert told.status_code == 200
    assert {n: told.headers.get(n) for n in SECURITY_HEADERS} == SECURITY_HEADERS
    # The proxy's own.
    assert re.fullmatch("[0-9a-f]{32}", told.headers["x-request-id"].replace("-", ""))
    assert proxy.get("/sources").status_code == 401
    other = proxy.get("/healthz", headers={"host": "other.example"})
    assert other.status_code == 421 or not other.content  # Caddy has nothing to say of other sites


def test_the_address_is_the_client_s_own_word_for_nothing(
    proxy: httpx.Client, library: Library
) -> None:
    forged = SIGNED_IN | {"x-forwarded-for": "203.0.113.7"}
    assert proxy.delete("/sources/no.txt", headers=forged).status_code == 404
    assert '"from": "127.0.0.1"' in (library.path / RECORD).read_text(encoding="utf-8")
    assert "203.0.113.7" not in (library.path / RECORD).read_text(encoding="utf-8")


def test_what_is_too_large_is_refused_on_its_way(proxy: httpx.Client) -> None:
    for size in (2, 30):  # by the server, by nginx
        files = {"file": ("a.txt", b"a" * size * 2**20)}
        try:
            assert proxy.post("/sources", files=files, headers=SIGNED_IN).status_code == 413
        except httpx.WriteError:  # it was refused while it was still being sent
            assert size == 30


def test_caddy_takes_its_file() -> None:
    if CADDY is None:
        pytest.skip("there is no caddy")
    command = [CADDY, "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    assert subprocess.run(command, check=False).returncode == 0


# ---- systemd -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["youju.service", "youju-backup.timer"])
def test_systemd_takes_the_unit(tmp_path: Path, name: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd")
    for path in DEPLOY.glob("youju*"):
        unit = path.read_text(encoding="utf-8")
        unit = unit.replace("/srv/youju/.venv/bin/youju", sys.executable)
        (tmp_path / path.name).write_text(unit, encoding="utf-8")
    command = [analyze, "verify", "--man=no", tmp_path / name]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


def test_the_unit_lets_it_write_its_library_alone() -> None:
    unit = (DEPLOY / "youju.service").read_text(encoding="utf-8").splitlines()
    assert {
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "UMask=0077",
    } <= set(unit)
    written = ("StateDirectory=", "ReadWritePaths=", "RuntimeDirectory=", "LogsDirectory=")
    assert [x for x in unit if x.startswith(written)] == ["StateDirectory=youju"]


def test_the_unit_s_settings_are_settings() -> None:
    unit = (DEPLOY / "youju.service").read_text(encoding="utf-8")
    named = set(re.findall(r"YOUJU_(\w+)=", unit))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


# ---- alerts ------------------------------------------------------------------------------------


def test_alerts_are_about_figures_that_there_are(library: Library) -> None:
    services = Services(Settings(library=library.path), opened_library=library)
    told = services.metrics.render()[0].decode()
    told += "youju_connections "  # the application adds it
    groups = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 8
    for rule in rules:
        text = rule["expr"] + rule["annotations"]["summary"]
        for name in re.findall(r"\b(?:youju|process)_\w+", text):
            assert re.search(rf"\b{name.removesuffix('_bucket')}\b", told), name


def test_prometheus_takes_the_alerts() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool")
    command = [promtool, "check", "rules", DEPLOY / "alerts.yaml"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


# ---- the image ---------------------------------------------------------------------------------


def test_the_dockerfile_has_no_fault_that_hadolint_finds() -> None:
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("there is no hadolint")
    command = [hadolint, "--failure-threshold", "warning", DEPLOY.parent / "Dockerfile"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_nightly_copy_is_made_as_the_user_of_the_server_by_commands_that_there_are(
    tmp_path: Path,
) -> None:
    """Run as the unit runs them, over a library, they leave a copy that can be restored."""
    unit = (DEPLOY / "youju-backup.service").read_text(encoding="utf-8").splitlines()
    assert {"DynamicUser=yes", "User=youju", "StateDirectory=youju youju-backup"} <= set(unit)
    starts = [line.partition("=")[2] for line in unit if line.startswith("ExecStart=")]
    article = tmp_path / "a.txt"
    article.write_text("大桥通车\n\n东江大桥全长3.6公里。\n", encoding="utf-8")
    youju = [sys.executable, "-m", "server"]
    env = os.environ | {"YOUJU_LIBRARY": str(tmp_path / "library")}
    copy = tmp_path / "youju.sqlite"
    commands = [["index", str(article)], *(start.split()[1:] for start in starts)]
    commands.append(["restore", str(copy), "--library", str(tmp_path / "fresh")])
    for command in commands:
        told = [part.replace("/var/lib/youju-backup/youju.sqlite", str(copy)) for part in command]
        subprocess.run([*youju, *told], env=env, check=True, capture_output=True)
    assert copy.stat().st_mode & 0o077 == 0
