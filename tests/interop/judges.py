"""Where the independent tools are, and how to run one."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.interop.peer import HERE, node_binary

PYTHON = HERE / ".venv" / "bin" / "python"
PATIENCE = 150  # seconds


def run_python(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the Python of the independent tools in a folder of its own: they leave files there."""
    if not PYTHON.exists():
        raise FileNotFoundError("The tools are not installed; `./omzien test` does that.")
    return _run(PYTHON, *arguments, cwd=cwd)


def run_node(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script of this folder with the Node of the lock."""
    return _run(node_binary(), *arguments, cwd=HERE)


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=False)
