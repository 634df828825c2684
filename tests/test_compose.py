"""docs/compose.yaml, as far as it can be looked at without a daemon."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.settings import Settings

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docs" / "compose.yaml"
GIVEN = {"POSTGRES_PASSWORD": "secret", "YOUJU_TOKEN": "t" * 32}

SERVERS = ("one", "two")
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def filled(text: str) -> str:
    """Variables as Compose fills them in; what must be given is given."""

    def value(match: re.Match[str]) -> str:
        name, kind, default = match.groups()
        assert kind == "-" or name in GIVEN, name
        return GIVEN.get(name, default)

    return _VARIABLE.sub(value, text)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(filled(FILE.read_text(encoding="utf-8")))
    return loaded


def test_every_name_that_is_used_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {*SERVERS, "postgres", "milvus"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert {one["source"] for one in service.get("configs", ())} <= set(compose["configs"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert {name for name in named if "/" not in name} <= set(compose["volumes"])


def test_nothing_is_reached_from_outside(compose: dict[str, Any]) -> None:
    ports = [port for s in compose["services"].values() for port in s.get("ports", ())]
    assert len(ports) == len(SERVERS)
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_is_waited_for_says_whether_it_is_healthy(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name in service.get("depends_on", {}):
            assert "healthcheck" in compose["services"][name] or name in SERVERS


def test_both_servers_have_the_same_settings_and_these_are_settings(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (compose["services"][name]["environment"] for name in SERVERS)
    assert one == two
    for name, value in one.items():
        assert name.removeprefix("YOUJU_").lower() in Settings.model_fields
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert "@postgres/" in settings.database.get_secret_value()
    assert "//milvus:" in settings.store.get_secret_value()


def test_the_image_takes_the_packages(compose: dict[str, Any]) -> None:
    built = compose["services"]["one"]["build"]
    assert (FILE.parent / built["context"]).resolve() == ROOT
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert all(f"ARG {name}" in dockerfile for name in built["args"])
    extras = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f'"{package}>=' in extras for package in built["args"]["PACKAGES"].split())


def test_compose_itself_takes_it() -> None:
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("there is no docker compose")
    command = [docker, "compose", "-f", str(FILE), "config", "--quiet"]
    done = subprocess.run(command, env=GIVEN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
