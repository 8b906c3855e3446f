"""Every text that residents read has its Dutch, with the same names in it."""

from __future__ import annotations

import io
import re
from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.sources import PACKAGES, ROOT

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")


@cache
def _dutch() -> Catalog:
    path = ROOT / "node/translations/nl/LC_MESSAGES/messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale="nl")


@cache
def _used() -> dict[str, str]:
    used = {}
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package, METHODS, {"**.html": {"silent": "false"}}, KEYWORDS, directory_filter=_is_ours
        )
        for file, line, message, _comments, _context in found:
            # the catalogue files a plural under its singular
            for text in [message] if isinstance(message, str) else message[:1]:
                used[text] = f"{package}/{file}:{line}"
    return used


def _is_ours(folder: str) -> bool:
    return not folder.endswith(("__pycache__", "node_modules", "vendor", "migrations"))


def _translation(message: str) -> str:
    found = _dutch().get(message)
    text = found.string if found else ""
    return text if isinstance(text, str) else " ".join(text)


def test_there_are_texts_to_translate():
    assert len(_used()) > 100


def test_every_text_has_its_dutch():
    assert {text: place for text, place in _used().items() if not _translation(text).strip()} == {}


def test_no_dutch_text_is_left_over():
    dynamic = _titles_of_errors() | _messages_of_schemas()
    leftover = [m.id for m in _dutch() if m.id and isinstance(m.id, str)]
    assert [text for text in leftover if text not in _used() and text not in dynamic] == []


def test_translations_keep_the_names_that_are_filled_in():
    wrong = {}
    for text in _used():
        here, there = set(PLACEHOLDER.findall(text)), set(PLACEHOLDER.findall(_translation(text)))
        if _translation(text) and here != there:
            wrong[text] = _translation(text)
    assert wrong == {}


def test_no_catalogue_entry_is_doubtful():
    assert [message.id for message in _dutch() if message.id and message.fuzzy] == []


def _titles_of_errors() -> set[str]:
    return set(re.findall(r'title = "([^"]+)"', (ROOT / "schemas/errors.py").read_text()))


def _messages_of_schemas() -> set[str]:
    texts = set()
    for path in (ROOT / "schemas").glob("*.py"):
        texts |= set(re.findall(r'"([A-Z][^"]+[.?])"', path.read_text()))
    return texts
