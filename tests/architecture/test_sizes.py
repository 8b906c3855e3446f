"""Short functions, short files, and a first line that says what each is for."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, functions, modules

MOST_LINES_IN_A_FILE = 400  # the aim is 300
MEDIAN_OF_A_FUNCTION = 10
NINETY_FIVE_PERCENT = 40


def test_no_file_is_too_long():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_IN_A_FILE} == {}


def test_functions_are_short():
    found = sorted(functions(), key=lambda function: function.lines)
    lengths = [function.lines for function in found]
    median, p95 = statistics.median(lengths), lengths[int(len(lengths) * 0.95)]
    longest = [f"{function.place}: {function.lines}" for function in found[-5:]]
    print(f"{len(found)} functions, median {median}, 95th percentile {p95}, longest {longest}")
    assert median <= MEDIAN_OF_A_FUNCTION
    assert p95 <= NINETY_FIVE_PERCENT, longest


def test_everything_public_says_what_it_is_for():
    assert [place for path in modules() for place in _undocumented(path)] == []


def _undocumented(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    if tree.body and not ast.get_docstring(tree):
        yield str(path.relative_to(ROOT))
    for holder in [tree, *(found for found in tree.body if isinstance(found, ast.ClassDef))]:
        for found in holder.body:
            if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                public = not found.name.startswith("_") and not getattr(holder, "name", "").startswith("_")
                if public and found.name != "Meta" and not ast.get_docstring(found):
                    yield f"{path.relative_to(ROOT)}:{found.lineno} {found.name}"
