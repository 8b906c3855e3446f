"""A supervisor with two trivial children, for tests: python -m tests.deploy.little_supervisor FOLDER."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from deploy.child import Child
from deploy.supervisor import Supervisor


def run() -> None:
    """Say something and stay."""
    print("here", flush=True)
    time.sleep(60)


def refuse() -> None:
    """Fail at once."""
    raise RuntimeError(f"cannot start at {time.monotonic()}")


def leave_somebody() -> None:
    """Start another program, which outlives this one and writes to the same place."""
    subprocess.Popen(["sleep", "60"])
    run()


def main() -> int:
    """Run until told to stop."""
    folder = Path(sys.argv[1])
    children = [Child("base", run, ends_last=True), Child("steady", run)]
    if "failing" in sys.argv:
        children.append(Child("failing", refuse))
    if "leaving" in sys.argv:
        children.append(Child("leaving", leave_somebody))
    return Supervisor(children, folder / "processes.json", lambda: True).run()


if __name__ == "__main__":
    raise SystemExit(main())
