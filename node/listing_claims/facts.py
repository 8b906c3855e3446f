"""The facts of a hub's entry beside those of our own profile: what is the same, and what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from directory.replica.owners import name_of
from directory.replica.records import Record
from node.communities import former
from node.communities.models import get_community
from node.listing_claims.models import SentListingClaim
from node.listings.content import Content, checked, facts
from schemas.errors import InvalidInput
from schemas.messages import N_

OURS, THEIRS, BOTH, AGREED = "ours", "theirs", "both", "agreed"
"""What can be chosen of a fact: what our profile says, what the entry says, the two together; and for
contact data what the entry says, with our consent that everybody sees it."""

CHOICES = (OURS, THEIRS, BOTH, AGREED)

CONSENTED = ("contact.email", "contact.telephone")
"""What may lead to a person: taken over only when the board agrees to it, one by one."""

_OF_THE_ENTRY = ("license", "sourceName", "closedOn")
"""What is said of the entry, and not of the initiative."""
_MOST = {
    "otherNames": 5,
    "themes": 8,
    "targetGroups": 8,
    "languages": 12,
    "accessibility": 13,
    "partners": 20,
    "areas": 40,
    "activities": 40,
}
"""So many a profile may have, as in `schemas.initiatives`; lists that can be joined."""


@dataclass(frozen=True)
class Fact:
    """One fact in the entry and in our profile; None where it says nothing."""

    field: str
    theirs: Any
    ours: Any
    choices: tuple[str, ...]
    """What can be chosen; nothing where there is nothing to choose."""
    chosen: str
    """What is taken when nobody chooses."""
    source: dict[str, Any] | None
    """Where the entry has it from: ``sourceName`` and ``statedOn``."""


def entry_facts(session: Session, listing_uri: str, hub_uri: str) -> dict[str, Any]:
    """What a hub's entry tells now, with who says so and since when; {} when it is not here any more."""
    record = session.get(Record, listing_uri)
    if record is None or record.deleted_at is not None or record.owner_uri != hub_uri:
        return {}
    content = checked(record.document)
    told = content["initiative"]
    return content | {
        "told_by": told.get("sourceName") or name_of(session, hub_uri),
        "told_on": told.get("confirmedOn") or record.updated_at.date().isoformat(),
    }


def known_facts(session: Session, sent: SentListingClaim) -> dict[str, Any]:
    """What the entry tells, or told when it was last here."""
    return entry_facts(session, sent.listing_uri, sent.hub_uri) or sent.entry


def compare(session: Session, entry: dict[str, Any]) -> list[Fact]:
    """Every fact that the entry or our profile tells."""
    if not entry:
        return []
    own = facts(former.told_by(former.profile_of(get_community(session))))
    told = {name: value for name, value in facts(entry).items() if name not in _OF_THE_ENTRY}
    sources = _sources_of(entry)
    names = [name for name in {**told, **own} if name not in _OF_THE_ENTRY]
    return [_fact(name, told.get(name), own, sources) for name in names]


def values_of(found: list[Fact], choices: Mapping[str, str]) -> dict[str, Any]:
    """The new value of each fact that is taken over. Raises InvalidInput with ``fields``."""
    chosen = {each.field: choices.get(each.field, each.chosen) for each in found if each.choices}
    wrong = [each.field for each in found if each.choices and chosen[each.field] not in each.choices]
    if wrong or set(choices) - {each.field for each in found}:
        raise InvalidInput(fields={name: [N_("Choose one of the list.")] for name in wrong or choices})
    values = {
        each.field: joined(each) if chosen[each.field] == BOTH else each.theirs
        for each in found
        if chosen.get(each.field, OURS) != OURS
    }
    if chosen.get("name") == BOTH:
        name = values.pop("name")
        known = next((each.ours or [] for each in found if each.field == "otherNames"), [])
        values["otherNames"] = [*values.get("otherNames", known), name][: _MOST["otherNames"]]
    return values


def sources_of(found: list[Fact], values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Where the facts that were taken over whole come from, by the name of the field on the wire.

    What was joined says the village itself; contact data has one source together.
    """
    whole = {each.field: each for each in found if each.field in values and each.theirs == values[each.field]}
    sources = {name: each.source for name, each in whole.items() if "." not in name and each.source}
    has_own_contact = any(each.field.startswith("contact.") and each.ours for each in found)
    contact = [each.source for name, each in whole.items() if "." in name and each.source]
    if contact and not has_own_contact:
        sources["contact"] = contact[0]
    return {field: {"field": field, **source} for field, source in sources.items()}


def _fact(name: str, theirs: Any, own: Mapping[str, Any], sources: dict[str, dict[str, Any]]) -> Fact:
    ours = own.get(name)
    choices, chosen = _choices(name, theirs, ours, own)
    return Fact(name, theirs, ours, choices, chosen, sources.get(name.partition(".")[0], sources[""]))


def _choices(name: str, theirs: Any, ours: Any, own: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """What can be chosen, and what is taken when nobody does: what our own profile has not."""
    if theirs is None or _is_alike(name, theirs, ours):
        return (), OURS
    if name in CONSENTED:
        return (OURS, AGREED), OURS
    if ours is None:
        return (OURS, THEIRS), THEIRS
    if name == "name":
        known = own.get("otherNames", [])
        may_join = theirs not in known and len(known) < _MOST["otherNames"]
        return ((OURS, BOTH, THEIRS), BOTH) if may_join else ((OURS, THEIRS), OURS)
    may_join = name in _MOST and len(_together(name, ours, theirs)) <= _MOST[name]
    return ((OURS, BOTH, THEIRS) if may_join else (OURS, THEIRS)), OURS


def joined(each: Fact) -> Any:
    """What both say together."""
    return each.theirs if each.field == "name" else _together(each.field, each.ours, each.theirs)


def _together(name: str, ours: list[Any], theirs: list[Any]) -> list[Any]:
    known = {_key(name, value) for value in ours}
    return [*ours, *(value for value in theirs if _key(name, value) not in known)]


def _is_alike(name: str, theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, list) and isinstance(ours, list):
        return {_key(name, value) for value in theirs} == {_key(name, value) for value in ours}
    return bool(theirs == ours)


def _key(name: str, value: Any) -> Any:
    """A place is the same place, whatever else is told of it."""
    return value["placeId"] if name == "areas" else value


def _sources_of(entry: Content) -> dict[str, dict[str, Any]]:
    """Where each field comes from; under "" what holds for a field of which the entry does not say it."""
    said = {each["field"]: each for each in entry["initiative"].get("sources", [])}
    given = {
        field: {"sourceName": each["sourceName"], "statedOn": each["statedOn"]}
        for field, each in said.items()
    }
    return {"": {"sourceName": entry["told_by"][:200], "statedOn": entry["told_on"]}, **given}
