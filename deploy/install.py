"""What the launcher leaves to us: front-end files, translations and places, each only when needed.

The stamp of a step is written last, so that a stop half-way is repaired by the next start.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.words import ROOT, say, speak_again
from schemas.messages import N_

STAMPS = Path(sys.prefix) / "stamps"
PACKAGES = [ROOT / "package.json", ROOT / "package-lock.json"]


@dataclass(frozen=True)
class Step:
    """One thing to make: from which files, what shows that it is there, and how."""

    name: str
    title: str
    """What is said while it runs; nothing for what takes a moment."""
    inputs: list[Path]
    output: Path
    work: Callable[[], None]

    def is_current(self) -> bool:
        """True when it was made from the present inputs and is still there."""
        return self.output.exists() and _read(STAMPS / self.name) == self._digest()

    def run(self) -> None:
        """Do the work and remember for which inputs."""
        (STAMPS / self.name).unlink(missing_ok=True)
        self.work()
        STAMPS.mkdir(parents=True, exist_ok=True)
        (STAMPS / self.name).write_text(self._digest())

    def _digest(self) -> str:
        each = [hashlib.sha256(path.read_bytes()).digest() for path in self.inputs]
        return hashlib.sha256(b"".join(each)).hexdigest()


def install(*, quietly: bool = False) -> None:
    """Bring everything up to date. Raises NotReady when a step cannot be done."""
    if all(step.is_current() for step in steps()):
        return
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # one at a time; whoever waited finds it done
        for step in steps():
            if not step.is_current():
                if not quietly and step.title:
                    say(step.title)
                step.run()
    finally:
        os.close(folder)


def steps() -> list[Step]:
    """The steps, in order; translations first, because the others speak."""
    folder = ROOT / "deploy"
    languages = sorted((ROOT / "node" / "translations").glob("*/LC_MESSAGES/*.po"))
    geography = ROOT / "directory" / "geography"
    sources = [geography / name for name in ("places.py", "places_source.py")]
    vendor = ROOT / "node" / "static" / "vendor"
    wanted = [*PACKAGES, folder / "vendor.json", folder / "front_end.py"]
    places = [ROOT / "requirements.lock", *sources]
    return [
        Step("translations", "", languages, languages[0].with_suffix(".mo"), _translations),
        Step("front-end", N_("Files for the web pages …"), wanted, vendor, _front_end),
        Step("places", N_("The places of the Netherlands …"), places, geography / "places.json", _places),
    ]


def _translations() -> None:
    from deploy.translations import compile_all  # noqa: PLC0415  # Babel is slow to import

    compile_all()
    speak_again()


def _front_end() -> None:
    from deploy import front_end  # noqa: PLC0415

    if not front_end.has_packages():
        front_end.install_packages()
    front_end.copy()


def _places() -> None:
    from directory.geography.places import build  # noqa: PLC0415

    build()


def _read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""
