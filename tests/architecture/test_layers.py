"""Who may import what, and which folders there are."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT, imports_of, modules, tracked_files

FOLDERS = {"schemas", "federation", "directory", "node", "deploy", "tests", "docs", ".ci"}
MAY_READ_THE_ENVIRONMENT = {"federation/settings.py"}
BROAD_EXCEPT = {"deploy/supervisor.py", "deploy/worker.py", "deploy/web.py", "deploy/schedule.py"}


def test_the_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_one_adapter_alone_imports_bovine():
    users = {str(path.relative_to(ROOT)) for path in modules() if "bovine" in imports_of(path)}
    assert users == {"federation/bovine_adapter.py"}


def test_only_the_settings_and_the_commands_read_the_environment():
    readers = set()
    for path in modules():
        for found in ast.walk(ast.parse(path.read_text())):
            reads = isinstance(found, ast.Attribute) and found.attr in {"environ", "getenv"}
            if reads and isinstance(found.value, ast.Name) and found.value.id == "os":
                readers.add(str(path.relative_to(ROOT)))
    strangers = {name for name in readers - MAY_READ_THE_ENVIRONMENT if not name.startswith("deploy/")}
    assert not strangers


def test_the_folders_are_those_of_the_architecture():
    folders = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.parent != ROOT}
    assert folders == FOLDERS


def test_no_file_is_named_after_nothing():
    nothing = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}
    named = [str(path) for path in modules(*FOLDERS) if path.stem in nothing or path.parent.name in nothing]
    assert not named


def test_broad_excepts_stand_only_where_processes_are_kept_alive():
    broad = set()
    for path in modules():
        for found in ast.walk(ast.parse(path.read_text())):
            if isinstance(found, ast.ExceptHandler) and (
                found.type is None or (isinstance(found.type, ast.Name) and found.type.id == "Exception")
            ):
                broad.add(str(path.relative_to(ROOT)))
    # the inbox's job runner keeps a failed message and goes on with the next; the pile before it hands
    # whatever goes wrong with one message to the thread of that message, and to no other
    inbox = {"federation/receiving/inbox.py", "federation/receiving/keeping.py"}
    # the readers of pictures raise whatever they like on bytes that are none: one must not stop the rest
    pictures = {"directory/pictures/encoding.py"}
    assert broad <= BROAD_EXCEPT | inbox | pictures


def test_the_licence_is_here():
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text()
