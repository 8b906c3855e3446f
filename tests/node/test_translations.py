"""Every text that a person reads has its Dutch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from schemas import errors

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None}
OPTIONS = {"trimmed": "true", "silent": "false", "encoding": "utf-8"}


@pytest.fixture(scope="module")
def dutch() -> Catalog:
    """The Dutch catalogue as it is written."""
    file = ROOT / "node" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(file.read_bytes()), locale="nl")


def texts() -> Iterator[tuple[str, Path]]:
    """Every marked text of the program and where it stands."""
    for package in ("schemas", "federation", "directory", "node", "deploy"):
        for file in sorted((ROOT / package).rglob("*")):
            method = {".py": "python", ".html": "jinja2"}.get(file.suffix)
            if method is None or "vendor" in file.parts:
                continue
            for found in extract_from_file(method, file, KEYWORDS, options=OPTIONS):
                message = found[1][0] if isinstance(found[1], tuple) else found[1]
                yield message, file.relative_to(ROOT)


def test_every_marked_text_has_its_dutch(dutch: Catalog) -> None:
    missing = sorted({f"{file}: {text!r}" for text, file in texts() if not _translation(dutch, text)})
    assert not missing, f"{len(missing)} texts without Dutch:\n" + "\n".join(missing)


def test_every_title_of_an_error_has_its_dutch(dutch: Catalog) -> None:
    pending, titles = [errors.AppError], set()
    while pending:
        kind = pending.pop()
        titles.add(kind.title)
        pending += kind.__subclasses__()
    assert not sorted(title for title in titles if not _translation(dutch, title))


def test_dutch_names_nothing_that_is_not_filled_in(dutch: Catalog) -> None:
    names = re.compile(r"%\((\w+)\)")
    for message in dutch:
        if isinstance(message.id, str) and message.id and message.string:
            assert set(names.findall(message.string)) <= set(names.findall(message.id)), message.id


def _translation(dutch: Catalog, text: str) -> str:
    message = dutch.get(text)
    found = message.string if message else ""
    return (found if isinstance(found, str) else all(found) and found[0]) or ""
