"""The launcher and the steps of the installation: clear when something is missing, whole after a stop."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import front_end
from deploy.install import Step
from deploy.words import ROOT
from schemas.errors import NotReady

LAUNCHER = ROOT / "omzien"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The launcher alone, in a folder where nothing is installed."""
    shutil.copy(LAUNCHER, tmp_path)
    (tmp_path / "requirements.lock").write_text("")
    return tmp_path


def run(copy: Path, *words: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the launcher after changing something of the Python under it."""
    start = "runpy.run_path('omzien', run_name='__main__')"
    code = f"import runpy, sys; {before or 'pass'}; sys.argv = {['omzien', *words]!r}; {start}"
    environment = {"PATH": os.environ["PATH"], "LANG": "nl_NL.UTF-8", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def test_help_installs_nothing(copy):
    for words in ([], ["--help"], ["up", "--help"]):
        done = run(copy, *words)
        assert done.returncode == 0
        assert "./omzien demo" in done.stdout
    assert not (copy / ".venv").exists()


def test_help_speaks_english_when_asked(copy):
    assert "software for caring communities" in run(copy, "--language", "en", "--help").stdout
    assert "software voor zorgzame" in run(copy, "--help").stdout


def test_an_old_python_is_told_so(copy):
    done = run(copy, "up", before="sys.version_info = (3, 9, 2)")
    assert done.returncode == 1
    assert "Python 3.11 of nieuwer" in done.stderr
    assert "3.9" in done.stderr


def test_an_old_python_can_read_the_launcher():
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 7))


def test_a_missing_venv_is_told_so(copy):
    done = run(copy, "up", before="sys.executable = '/bin/false'")
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr
    assert not (copy / ".venv").exists()


def test_a_missing_node_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReady, match="apt install nodejs npm"):
        front_end.check_node()


def test_an_old_node_is_told_so(monkeypatch, tmp_path):
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReady) as caught:
        front_end.check_node()
    assert caught.value.params == {"version": "v18.19.0"}


def test_a_changed_file_is_not_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(front_end, "NODE_MODULES", tmp_path)
    monkeypatch.setattr(front_end, "VENDOR", tmp_path / "static" / "vendor")
    monkeypatch.setattr(front_end, "LIST", tmp_path / "vendor.json")
    (tmp_path / "htmx.js").write_text("not what we know")
    (tmp_path / "vendor.json").write_text(json.dumps({"htmx.js": {"from": "htmx.js", "sha256": "0" * 64}}))
    with pytest.raises(NotReady, match="not the one we expect"):
        front_end.copy()
    assert not (tmp_path / "static" / "vendor").exists()
    assert front_end.wrong_files() == ["htmx.js"]


def test_the_installed_files_are_the_ones_we_know():
    assert front_end.wrong_files() == []


def test_a_step_that_was_broken_off_is_done_again(monkeypatch, tmp_path):
    monkeypatch.setattr("deploy.install.STAMPS", tmp_path / "stamps")
    source, output = tmp_path / "source", tmp_path / "output"
    source.write_text("1")

    def half() -> None:
        output.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Step("x", "", [source], output, half).run()
    step = Step("x", "", [source], output, lambda: output.write_text("whole") and None)
    assert not step.is_current()
    step.run()
    assert step.is_current()
    source.write_text("2")
    assert not step.is_current()
