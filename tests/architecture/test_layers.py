"""Who may import what, and which folders there are."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, imports_of, modules, tracked_files

FOLDERS = {"schemas", "federation", "directory", "node", "deploy", "tests", "docs", ".ci"}
MAY_READ_THE_ENVIRONMENT = {"federation/settings.py"}
BROAD_EXCEPT = {
    # the inbox's job runner keeps a failed message and goes on with the next; the pile before it hands
    # whatever goes wrong with one message to the thread of that message, and to no other
    "federation/receiving/inbox.py",
    "federation/receiving/keeping.py",
    # the readers of pictures raise whatever they like on bytes that are none: one must not stop the rest
    "directory/pictures/encoding.py",
    # whatever went wrong, a connection in the middle of a message is of no use to anybody; it is raised on
    "federation/sending/connections.py",
    # the last stop before a process ends: there is nobody left to raise it to
    "deploy/child.py",
    "deploy/up.py",
}
BROAD = {"Exception", "BaseException"}


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


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it takes whatever comes."""
    return handler.type is None or bool(
        {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)} & BROAD
    )


def test_broad_excepts_stand_only_where_it_is_said_why():
    broad = {
        str(path.relative_to(ROOT))
        for path in modules()
        for found in ast.walk(ast.parse(path.read_text()))
        if isinstance(found, ast.ExceptHandler) and is_broad(found)
    }
    assert broad == BROAD_EXCEPT


@pytest.mark.parametrize("package", ["federation", "directory"])
def test_the_architecture_names_every_folder(package):
    folders = {
        path.relative_to(ROOT).parts[1] for path in modules(package) if len(path.relative_to(ROOT).parts) > 2
    }
    text = (ROOT / "docs" / "architecture.md").read_text()
    assert [name for name in sorted(folders) if f"| `{name}/` |" not in text] == []


def test_the_licence_is_here():
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text()
