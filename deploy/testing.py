"""`omzien check` and `omzien test`: the gates a change passes; CI runs exactly `omzien test`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from deploy import front_end
from deploy.install import Step
from deploy.refusals import Refused
from deploy.words import ROOT, say, show
from federation.settings import Settings
from schemas.messages import N_

BIN = Path(sys.executable).parent
SLOW = "journey or browser or interop or performance or fault"
INTEROP = ROOT / "tests" / "interop"


@dataclass(frozen=True)
class Gate:
    """One thing that must pass."""

    name: str
    command: tuple[str, ...]

    def passes(self) -> bool:
        """Run it; its output is shown."""
        _headline(self.name)
        return subprocess.run(self.command, cwd=ROOT, check=False).returncode == 0  # noqa: S603  # our own words


@dataclass(frozen=True)
class SideBySide:
    """Gates that mostly wait for other processes, and so run at the same time."""

    parts: tuple[Gate, ...]

    @property
    def name(self) -> str:
        """All their names."""
        return " + ".join(part.name for part in self.parts)

    def passes(self) -> bool:
        """Run them; the output of the first is shown as it comes, of each other one when its turn comes."""
        _headline(self.name)
        with ExitStack() as stack:
            shown = [None, *(stack.enter_context(TemporaryFile()) for _part in self.parts[1:])]
            running = [
                stack.enter_context(subprocess.Popen(part.command, cwd=ROOT, stdout=output, stderr=output))  # noqa: S603
                for part, output in zip(self.parts, shown, strict=True)
            ]
            ended = []
            for process, output in zip(running, shown, strict=True):
                ended.append(process.wait() == 0)
                if output is not None:
                    output.seek(0)
                    show(output.read().decode(errors="replace"))
        return all(ended)


def _headline(name: str) -> None:
    show(f"── {name} " + "─" * max(0, 60 - len(name)))


def run(arguments: Namespace, _settings: Settings) -> int:
    """Run the gates; 0 when all pass."""
    if arguments.command == "test":
        prepare()
    started = time.monotonic()
    failed = [gate.name for gate in gates(arguments) if not gate.passes()]
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    show("─" * 64)
    if failed:
        say(N_("Failed: %(names)s (%(minutes)s min %(seconds)s s)"), names=", ".join(failed),
            minutes=minutes, seconds=seconds)  # fmt: skip
        return 1
    say(N_("Everything passed (%(minutes)s min %(seconds)s s)"), minutes=minutes, seconds=seconds)
    return 0


def gates(arguments: Namespace) -> list[Gate | SideBySide]:
    """What must pass, the quickest first."""
    paths = tuple(getattr(arguments, "paths", ()))
    if paths:
        return [_pytest("tests", *paths)]
    quick = ("-n", "2", "-m", f"not ({SLOW})", "tests")
    if arguments.command == "check":
        quick = ("-n", "2", "-m", f"not ({SLOW} or thorough)", "tests")
        return [*static_gates(), _pytest("tests on SQLite", *quick, "-k", "not postgresql")]
    slow = f"({SLOW}) and not performance"
    apart = (
        _pytest("stories of one network", "-m", f"{slow} and shared_network", "tests"),
        _pytest("slow tests", "-m", f"{slow} and not shared_network", "tests"),
    )
    measurements = _pytest("measurements", "-m", "performance", "tests")
    return [*static_gates(), _pytest("tests", *quick), measurements, SideBySide(apart)]


def static_gates() -> list[Gate]:
    """What is seen without running anything."""
    return [
        Gate("ruff check", (str(BIN / "ruff"), "check", ".")),
        Gate("ruff format", (str(BIN / "ruff"), "format", "--check", ".")),
        Gate("mypy", (str(BIN / "mypy"),)),
        Gate("import-linter", (str(BIN / "lint-imports"), "--no-cache")),
    ]


def _pytest(name: str, *words: str) -> Gate:
    return Gate(name, (sys.executable, "-m", "pytest", "-q", *words))


def prepare() -> None:
    """Install what the slow tests need beside Python: Chromium and the peer's packages. Raises Refused."""
    if not shutil.which("chromium"):
        _install_chromium()
    if not front_end.has_packages():
        front_end.install_packages()
    for step in _peers():
        if not step.is_current():
            say(step.title)
            step.run()


def _peers() -> list[Step]:
    """The independent implementations, on Node and on Python."""
    packages = [INTEROP / "package.json", INTEROP / "package-lock.json"]
    lock = [INTEROP / "requirements.lock"]
    title = N_("Packages of the independent servers for the tests …")
    return [
        Step("interop", title, packages, INTEROP / "node_modules", _install_peer),
        Step("interop-python", title, lock, INTEROP / ".venv", _install_python_peers),
    ]


def _install_chromium() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Refused(N_("The tests need the browser Chromium. Install it with: apt install chromium"))
    say(N_("Installing the browser Chromium for the tests …"))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        _must(["apt-get", "-qq", *words], ROOT, quiet)


def _install_peer() -> None:
    _must(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        INTEROP,
        dict(os.environ),
    )


def _install_python_peers() -> None:
    """In an environment of its own: what judges us shares no package with what is judged."""
    environment = INTEROP / ".venv"
    _must([sys.executable, "-m", "venv", "--clear", str(environment)], INTEROP, dict(os.environ))
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
    _must([*pip, "--require-hashes", "-r", "requirements.lock"], INTEROP, dict(os.environ))


def _must(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  # our own words
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = N_("“%(command)s” failed: %(reason)s")
        raise Refused(message, command=" ".join(command), reason=(done.stderr or done.stdout).strip()[-600:])
