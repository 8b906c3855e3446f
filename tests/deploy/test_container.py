"""The container and service files: they parse, run the launcher's own commands, and give no rights away."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from deploy.cli import COMMANDS
from deploy.words import ROOT

CONTAINER = ROOT / "deploy" / "container"
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def instructions() -> list[tuple[str, str]]:
    lines = (CONTAINER / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in kept]


def test_images_are_pinned():
    compose = (CONTAINER / "compose.yaml").read_text()
    images = [value.split()[0] for name, value in instructions() if name == "FROM"]
    images += re.findall(r"^\s*image: (\S+)", compose, re.MULTILINE)
    assert len(images) >= 6
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


def test_the_last_stage_runs_without_rights_and_is_watched():
    names = [name for name, _value in instructions()]
    last = instructions()[len(names) - 1 - names[::-1].index("FROM") :]
    assert dict(last)["USER"] == "omzien"
    assert "/healthz" in dict(last)["HEALTHCHECK"]
    assert dict(last)["ENTRYPOINT"].endswith('"-m", "deploy"]')
    assert dict(last)["CMD"] == '["up"]'


def test_python_is_installed_from_the_lock_alone():
    steps = [value for name, value in instructions() if name == "RUN" and "pip" in value]
    assert steps
    assert all("--no-deps --require-hashes -r requirements.lock" in step for step in steps)


def test_compose_runs_commands_that_exist():
    compose = (CONTAINER / "compose.yaml").read_text()
    commands = re.findall(r'^    command: \["([a-z-]+)"\]', compose, re.MULTILINE)
    assert set(commands) == {"migrate", "web", "worker", "schedule"}
    assert set(commands) <= set(COMMANDS)


def test_every_service_is_named_healthy_and_without_root():
    compose = (CONTAINER / "compose.yaml").read_text()
    services = re.split(
        r"^  (?=\w+:$)", compose.partition("\nservices:\n")[2].partition("\nvolumes:")[0], flags=re.M
    )
    by_name = {part.split(":")[0]: part for part in services if part.strip()}
    assert set(by_name) == {"migrate", "web", "worker", "schedule", "valkey", "postgres", "caddy"}
    shared = compose.partition("\nservices:")[0]
    assert 'user: "10001:10001"' in shared
    for name, part in by_name.items():
        assert "user:" in part or "*omzien" in part, name
        assert "healthcheck:" in part or "*omzien" in part, name
        assert "privileged" not in part.replace("unprivileged", "").replace("no-new-privileges", ""), name


def test_the_proxy_passes_to_the_web_server():
    caddyfile = (CONTAINER / "Caddyfile").read_text()
    assert caddyfile.count("{") == caddyfile.count("}")
    assert "reverse_proxy web:8080" in caddyfile


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_run_commands_that_exist_as_a_user_of_their_own(unit: Path):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(unit.read_text())
    service = parser["Service"]
    assert service["ExecStart"].split()[-1] in COMMANDS
    assert service["User"] == "omzien"
    assert service["NoNewPrivileges"] == "true"
    assert service["UMask"] == "0077"
