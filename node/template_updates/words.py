"""A difference as people read it: where it is, what each choice gives, and which words are new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from node.activity_templates.answers import show_answer
from node.activity_templates.content import title_of
from node.template_updates.merging import BOTH, OURS, THEIRS, Difference
from node.template_updates.parts import SETS, SINGLE, item_fields
from schemas.indicators import NATIONAL
from schemas.messages import N_
from schemas.objects import Document
from schemas.taxonomies import CHECK_MOMENTS, COST_UNITS, PARAMETER_KINDS, REQUIREMENTS, Vocabulary

PARTS = {
    "summary": N_("In one or two sentences"),
    "sections": N_("Part"),
    "parameters": N_("Question"),
    "roles": N_("Role"),
    "materials": N_("What you need"),
    "costs": N_("Costs"),
    "safeguards": N_("Agreement about safety"),
    "checklist": N_("Check-list"),
    "pictures": N_("Picture"),
    "indicators": N_("What is measured"),
}
"""What a part is called before the name of the item."""
_CODES: dict[str, Vocabulary] = {
    "kind": PARAMETER_KINDS,
    "requirements": REQUIREMENTS,
    "per": COST_UNITS,
    "when": CHECK_MOMENTS,
}
_NAMES = ("label", "name", "alt", "text")
"""What an item is called by, the first that it has."""
_UNSEEN = frozenset({"mediaType", "digest", "width", "height", "title"})
_MOST_NAME = 70
_MOST_COMPARED = 4000
"""Words of two texts together beyond which they are shown without marks: comparing takes too long."""

Piece = tuple[str, str]
"""A stretch of text, and how it stands out: '', 'new' or 'gone'."""


@dataclass(frozen=True)
class Option:
    """One choice, with what it gives."""

    code: str
    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Shown:
    """A difference on a page."""

    difference: Difference
    title: str
    told: str
    """What happened, in one sentence."""
    options: list[Option]
    chosen: str


def show(
    differences: Iterable[Difference], chosen: dict[str, str], contents: list[Document], language: str
) -> list[Shown]:
    """The differences for a page; ``contents`` are looked in for what an order is of."""
    return [_show(each, chosen, contents, language) for each in differences]


def placed(problems: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Messages by the names that a page has; the first of all others stands above the form."""
    known = {name: texts for name, texts in problems.items() if name in set(fields)}
    others = [
        message for name, found in problems.items() if name not in known for message in _messages(found)
    ]
    return known | ({"_schema": others[:1]} if others else {})


def _messages(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [message for inner in found.values() for message in _messages(inner)]
    if isinstance(found, list):
        return [message for inner in found for message in _messages(inner)]
    return [str(found)]


def text_of(part: str, value: Any, language: str) -> str:
    """What one version says there, as plain text; empty where it says nothing."""
    if value is None:
        return ""
    if part in SINGLE:
        return str(value)
    if part in SETS:
        found = NATIONAL.get(value)
        return str(value) if found is None else (found.en if language == "en" else found.nl)
    if part == "sections":
        return str(value["text"])
    lines = [_line(name, value.get(name), language) for name in item_fields(part) if name not in _UNSEEN]
    return "\n".join(line for line in lines if line)


def marked(before: str, after: str) -> list[Piece]:
    """``after`` with what is new in it, and what went from ``before``, word by word."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    if not before or len(old) + len(new) > _MOST_COMPARED:
        return [("", after)]
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    last_old, last_new = len(old) - end, len(new) - end
    middle = _compared(old[start:last_old], new[start:last_new])
    pieces = [("", "".join(new[:start])), *middle, ("", "".join(new[last_new:]))]
    return [piece for piece in pieces if piece[1]]


def _common(one: list[str], other: list[str]) -> int:
    """How many words two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))


def _compared(old: list[str], new: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag in {"delete", "replace"}:
            pieces.append(("gone", "".join(old[i1:i2])))
        if tag != "delete":
            pieces.append(("" if tag == "equal" else "new", "".join(new[j1:j2])))
    return pieces


def _show(difference: Difference, chosen: dict[str, str], contents: list[Document], language: str) -> Shown:
    default = "" if difference.needs_choice else THEIRS
    told, labels = _words(difference)
    options = [
        Option(code, labels[code](), _pieces(difference, code, contents, language))
        for code in (OURS, THEIRS, BOTH)
        if code in difference.results
    ]
    return Shown(
        difference,
        title_in(difference, language),
        told,
        options,
        chosen.get(difference.place, default),
    )


def title_in(difference: Difference, language: str) -> str:
    """The part and, within a list, the item."""
    part = str(_(PARTS.get(difference.part, difference.part)))
    if difference.part in SINGLE:
        return part
    if difference.kind == "order":
        return str(_("%(part)s: the order", part=part))
    item = difference.theirs if difference.theirs is not None else difference.ours
    if difference.part in SETS:
        return part
    if difference.part == "sections":
        return title_of(item, language)
    name = next((str(item[field]) for field in _NAMES if item.get(field)), difference.key)
    name = name.split("\n")[0]
    return f"{part}: {name if len(name) <= _MOST_NAME else name[: _MOST_NAME - 1] + '…'}"


def _words(difference: Difference) -> tuple[str, dict[str, Callable[[], str]]]:
    """What happened, and what the choices are called."""
    labels = {
        OURS: lambda: _("Keep ours"),
        THEIRS: lambda: _("Take theirs"),
        BOTH: lambda: _("Keep both"),
    }
    if difference.kind == "removed":
        labels[THEIRS] = lambda: _("Take it out")
        if difference.needs_choice:
            return _("They took this out. You changed it yourselves."), labels
        return _("They took this out."), labels
    if difference.kind == "new":
        labels[OURS] = lambda: _("Leave it out")
        return _("This is new."), labels
    if difference.ours is None:
        labels[OURS] = lambda: _("Leave it out")
        return _("You took this out. They changed it since."), labels
    if difference.needs_choice:
        return _("You both changed this."), labels
    return _("They changed this. You did not."), labels


def _pieces(difference: Difference, code: str, contents: list[Document], language: str) -> list[Piece]:
    """What stands there after this choice; of theirs with marks on what differs from what we know."""
    if difference.kind == "order":
        names = _names(difference.part, contents, language)
        return [("", "\n".join(names.get(key, key) for key in difference.results[code][0]))]
    texts = [text_of(difference.part, item, language) for item in difference.results[code]]
    after = "\n\n".join(texts)
    if code in {OURS, BOTH} or not texts:
        return [("", after)] if after else []
    known = difference.base if difference.needs_choice else difference.ours
    return marked(text_of(difference.part, known, language), after)


def _names(part: str, contents: list[Document], language: str) -> dict[str, str]:
    items = [item for content in contents for item in content.get(part, [])]
    return {item["key"]: text_of(part, item, language).split("\n")[0] for item in items}


def _line(name: str, value: Any, language: str) -> str:
    """One field of an item, in words."""
    if value in (None, "", []):
        return ""
    if name in _CODES:
        codes = value if isinstance(value, list) else [value]
        return ", ".join(_CODES[name].label(code, language) for code in codes)
    if name == "amount" and not isinstance(value, str):
        return f"€ {show_answer(value, 'money')}"
    told = {
        "minimum": lambda: _("At least %(low)s", low=show_answer(value)),
        "maximum": lambda: _("At most %(high)s", high=show_answer(value)),
        "number": lambda: ngettext("%(num)s person", "%(num)s persons", value),
        "value": lambda: _("Answer: %(answer)s", answer=_answer(value)),
    }
    if name in told:
        return str(told[name]())
    return ", ".join(value) if isinstance(value, list) else str(value)


def _answer(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return show_answer(value)
