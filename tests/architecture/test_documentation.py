"""The documentation says what the code has: settings, commands, words and texts."""

from __future__ import annotations

import dataclasses
import re

from deploy.cli import COMMANDS
from federation.database import Base
from federation.settings import Settings
from tests.architecture.sources import ROOT, tracked_files

MACHINE_PATHS = re.compile(r"/(?:work|home|root|Users)/[A-Za-z0-9_.-]+")
LINK = re.compile(r"\]\(([^)#\s]+)")


def test_every_table_is_in_the_glossary():
    import node.models  # noqa: F401  # all tables

    words = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/glossary.md").read_text()))
    assert sorted(set(Base.metadata.tables) - words) == []


def test_every_setting_is_documented():
    page = (ROOT / "docs/settings.md").read_text()
    missing = [f.metadata["env"] for f in dataclasses.fields(Settings) if f.metadata["env"] not in page]
    assert missing == []
    assert [f.name for f in dataclasses.fields(Settings) if f.metadata["help"] not in page] == []


def test_no_setting_is_documented_that_does_not_exist():
    page = (ROOT / "docs/settings.md").read_text()
    named = set(re.findall(r"\bOMZIEN_[A-Z_]+", page))
    assert named <= {f.metadata["env"] for f in dataclasses.fields(Settings)}


def test_every_module_that_a_docstring_names_exists():
    named = re.compile(r"`((?:deploy|directory|federation|node|schemas)(?:\.[a-z_]+)+)")
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in tracked_files()
        if path.suffix == ".py"
        for name in named.findall(path.read_text())
        if not _is_there(name)
    }
    assert sorted(missing) == []


def _is_there(name: str) -> bool:
    """A module, a package, or something in one."""
    place = ROOT / name.replace(".", "/")
    parent = place.parent.with_suffix(".py")
    found = place.exists() or place.with_suffix(".py").exists()
    return found or (parent.exists() and re.search(rf"\b{place.name}\b", parent.read_text()) is not None)


def test_every_command_is_documented():
    pages = "\n".join(path.read_text() for path in tracked_files() if path.suffix == ".md")
    missing = [name for name in COMMANDS if not re.search(rf"(omzien|python -m deploy) {name}\b", pages)]
    assert missing == []


def test_locks_name_no_addresses():
    locks = [p for p in tracked_files() if p.name in {"package-lock.json", "requirements.lock"}]
    assert len(locks) >= 2
    for lock in locks:
        text = lock.read_text()
        assert '"resolved"' not in text, lock
        assert not re.search(r"^(--(extra-)?index-url|-i )", text, re.MULTILINE), lock


def test_no_path_of_a_machine_is_in_the_repository():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match}" for match in MACHINE_PATHS.findall(text)]
    assert found == []


def test_links_between_documents_lead_somewhere():
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    links = [(page, target) for page in pages for target in LINK.findall(page.read_text())]
    own = [(page, target) for page, target in links if "://" not in target and "mailto:" not in target]
    assert [f"{page.name} → {target}" for page, target in own if not (page.parent / target).exists()] == []
