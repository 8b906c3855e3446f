"""`omzien lock`: the lock files anew, from pyproject.toml; needs the program `uv`."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from argparse import Namespace
from pathlib import Path

from deploy.refusals import Refused
from deploy.words import ROOT, say
from federation.settings import Settings
from schemas.messages import N_

RUNTIME, TESTS = ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock"
INTEROP = ROOT / "tests" / "interop" / "requirements.lock"
OVERRIDES = "cryptography>=50\n"  # bovine caps it; see pyproject.toml
HEADERS = {
    RUNTIME: "# What Omzien runs on, with all hashes. Made by `omzien lock` from pyproject.toml.\n",
    TESTS: "# What the tests need besides requirements.lock. Made by `omzien lock` from pyproject.toml.\n",
    INTEROP: "# The tools of tests/interop, complete. Made by `omzien lock` from pyproject.toml.\n",
}


def run(_arguments: Namespace, _settings: Settings) -> int:
    """Write the locks; those of the tests keep to the versions of the first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "pyproject.toml", folder)
        (folder / "overrides.txt").write_text(OVERRIDES)
        _compile(folder, RUNTIME, "pyproject.toml")
        shutil.copy(RUNTIME, folder / "runtime.lock")
        _compile(folder, TESTS, "--constraint", "runtime.lock", "--group", "pyproject.toml:test")
        _compile(folder, INTEROP, "--group", "pyproject.toml:interop")
    say(N_("The lock files are new. Run the tests before you commit them."))
    return 0


def _compile(folder: Path, target: Path, *words: str) -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise Refused(N_("The program uv is needed: pip install uv"))
    command = [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    command += [
        "--no-emit-index-url",
        "--no-header",
        "--override",
        "overrides.txt",
        *words,
        "--output-file",
        "out",
    ]
    done = subprocess.run(  # noqa: S603  # our own words
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(N_("The lock could not be made: %(reason)s"), reason=done.stderr.strip()[-800:])
    lines = [line for line in (folder / "out").read_text().splitlines() if "-c runtime.lock" not in line]
    target.write_text(HEADERS[target] + "\n".join(lines) + "\n")
    (folder / "out").unlink()
