"""The project's own files, as git sees them, and what stands in them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "federation", "directory", "node", "deploy")


def tracked_files() -> list[Path]:
    """Every file of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def modules(*packages: str) -> list[Path]:
    """The Python files of these packages, migrations left out: they are frozen."""
    return sorted(
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in (packages or PACKAGES)
        and "migrations" not in path.parts
    )


@dataclass(frozen=True)
class Function:
    """One function of the project: where it is and how many lines it has."""

    place: str
    lines: int


def functions(*packages: str) -> Iterator[Function]:
    """Every function, with its length as a reader sees it: decorators and docstring left out."""
    for path in modules(*packages):
        for found in ast.walk(ast.parse(path.read_text())):
            if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{path.relative_to(ROOT)}:{found.lineno} {found.name}"
                yield Function(place, _length(found))


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 1
    return (function.end_lineno or function.lineno) - body[0].lineno + 2  # the def line counts as one


def imports_of(path: Path) -> set[str]:
    """The top-level names a module imports."""
    names = set()
    for found in ast.walk(ast.parse(path.read_text())):
        if isinstance(found, ast.Import):
            names |= {alias.name.split(".")[0] for alias in found.names}
        elif isinstance(found, ast.ImportFrom) and not found.level:
            names.add((found.module or "").split(".")[0])
    return names
