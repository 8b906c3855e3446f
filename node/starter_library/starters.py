"""Reading the starter library: one file per activity, checked like any content of a format.

The words are our own. What they say about Austerlitz is what its sources say (node/example_facts.py);
amounts and numbers are examples, as each text says. A file may end with ``[change]``: the class and
the note with which a hub shares its last version.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from node.activity_templates.content import load_content
from schemas.errors import NotFound
from schemas.messages import N_
from schemas.objects import Document
from schemas.taxonomies import Vocabulary

GROUPS = Vocabulary(
    "starter_group",
    ("together", "Samen doen", "Doing things together"),
    ("helping", "Elkaar helpen", "Helping one another"),
    ("learning", "Samen leren en wonen", "Learning and living together"),
)
"""The order of the page: what is fun comes first, help is one step further."""

_VILLAGE = "{village}"
_BETTER = "De tekst in de startbibliotheek is verbeterd."


@dataclass(frozen=True)
class Starter:
    """One activity of the library; the name in ``content`` has room for a village."""

    key: str
    order: int
    group: str
    theme: str
    content: Document
    change: Document
    """What the last version of the text changed: its class and a note, as they travel."""

    def name_in(self, village: str) -> str:
        """What the activity is called in a village: “Elsendorp Eet”."""
        return str(self.content["name"]).replace(_VILLAGE, village)

    def content_in(self, village: str) -> Document:
        """A fresh copy of the content, named after a village."""
        return load_content({**self.content, "name": self.name_in(village)})


@cache
def starters() -> dict[str, Starter]:
    """All activities of the library by key, in the order in which they are shown."""
    folder = files("node.starter_library") / "activities"
    found = [
        _read(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return {starter.key: starter for starter in sorted(found, key=lambda each: each.order)}


def get_starter(key: str) -> Starter:
    """The activity with this key; NotFound when the library has none."""
    starter = starters().get(key)
    if starter is None:
        raise NotFound(N_("The starter library does not have this activity."), cause=f"starter {key}")
    return starter


def by_group() -> list[tuple[str, list[Starter]]]:
    """The groups in their order, each with its activities."""
    return [(code, [each for each in starters().values() if each.group == code]) for code in GROUPS.codes]


def _read(key: str, data: dict[str, Any]) -> Starter:
    written = data["content"]
    sections = [{"key": name, "text": text.strip()} for name, text in written.pop("sections").items()]
    content = load_content({**written, "sections": sections})
    change = {"changeClass": "improvement", "changeNote": _BETTER, **data.get("change", {})}
    return Starter(key, data["order"], data["group"], data["theme"], content, change)
