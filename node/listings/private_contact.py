"""Whom the coordinator asks: how two people's changes of it come together. It never leaves this node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from node.listings.content import Difference

PARTS = ("name", "email", "telephone")
TOLD_BY = "source"
"""Beside the parts: the imported list that told all of them. What people change has none."""


@dataclass(frozen=True)
class MergedContact:
    """Two people's changes together."""

    contact: dict[str, str]
    """All changes; where both changed a part, mine."""
    theirs: list[Difference]
    """What the other changed meanwhile."""
    contested: frozenset[str]
    """The parts that both changed, to different values, named as in `theirs`."""


def merge_contact(
    base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> MergedContact:
    """Bring my changes and theirs together; both began with ``base``."""
    contact, changed, contested = {}, [], set()
    for part in PARTS:
        was, my, their = (told.get(part, "") for told in (base, mine, theirs))
        field = f"private.{part}"
        contact[part] = their if my == was else my
        if their != was:
            changed.append(Difference(field, was, their))
            if my not in (was, their):
                contested.add(field)
    kept = {part: value for part, value in contact.items() if value}
    is_theirs = TOLD_BY in theirs and all(theirs.get(part, "") == contact[part] for part in PARTS)
    told_by = {TOLD_BY: theirs[TOLD_BY]} if is_theirs else {}
    return MergedContact(kept | told_by, changed, frozenset(contested))


def joined(stays: Mapping[str, str], goes: Mapping[str, str]) -> dict[str, str]:
    """The contact of two entries that become one: what the one that stays does not know, the other tells."""
    if stays.get("name") and goes.get("name") and stays["name"] != goes["name"]:
        return dict(stays)  # the telephone number of one person is not that of another
    both = {**goes, **stays}
    if both not in (goes, stays) and stays.get(TOLD_BY) != goes.get(TOLD_BY):
        both.pop(TOLD_BY, None)  # no list told all of it
    return both
