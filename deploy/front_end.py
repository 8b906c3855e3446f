"""The front-end files: taken from npm's packages, checked by SHA-256, put where the web server finds them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from deploy.words import ROOT
from schemas.errors import NotReady
from schemas.messages import N_

VENDOR = ROOT / "node" / "static" / "vendor"
NODE_MODULES = ROOT / "node_modules"
LIST = ROOT / "deploy" / "vendor.json"
MINIMUM_NODE = 20


def has_packages() -> bool:
    """True when npm has installed exactly what the lock says, tests' packages included."""
    here = NODE_MODULES / ".package-lock.json"  # npm writes it last
    if not here.is_file():
        return False
    wanted_packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    found = json.loads(here.read_text())["packages"]
    return all(found.get(name, {}).get("integrity") == package["integrity"]
               for name, package in wanted_packages.items() if name)  # fmt: skip


def install_packages() -> None:
    """Install what package-lock.json names; no script of a package runs. Raises NotReady."""
    check_node()
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
    if done.returncode:
        message = N_("The files for the web pages could not be installed: %(reason)s Is there internet?")
        raise NotReady(message, reason=done.stderr.strip()[-600:])


def check_node() -> None:
    """Refuse a Node that is absent or too old. Raises NotReady."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotReady(N_("Node.js and npm are missing. On Debian: apt install nodejs npm"))
    version = subprocess.run(
        ["node", "--version"],  # noqa: S607  # the node that the person installed
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    major = re.match(r"v(\d+)", version)
    if not major or int(major[1]) < MINIMUM_NODE:
        message = N_(
            "Node.js 20 or newer is needed: of Debian 13, or else of NodeSource. This is %(version)s"
        )
        raise NotReady(message, version=version or "?")


def wanted() -> dict[str, dict[str, str]]:
    """The files by name, each with where it comes from and its hash."""
    files: dict[str, dict[str, str]] = json.loads(LIST.read_text())
    return files


def copy() -> None:
    """Put all files in place at once. Raises NotReady when one is not what it should be."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, file in wanted().items():
        content = (NODE_MODULES / file["from"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise NotReady(N_("The file %(name)s is not the one we expect; nothing was installed"), name=name)
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def wrong_files() -> list[str]:
    """The names of files that are missing or changed."""
    return [name for name, file in wanted().items() if _digest(VENDOR / name) != file["sha256"]]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
