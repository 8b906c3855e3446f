"""Who agreed that an e-mail address or telephone number is public, and when: kept here, never on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from node.gatherings.service import local_today
from node.listings.content import Content, facts
from schemas.errors import InvalidInput
from schemas.messages import N_

PUBLISHED = ("contact.email", "contact.telephone")
"""The facts by which somebody can be reached; a website is no contact data of a person."""
MOST_LETTERS = 200
NEEDED = N_("Say who agreed that this e-mail address or telephone number is public, or leave it out.")
NOT_YET = N_("This day is still to come.")


@dataclass(frozen=True)
class Consent:
    """``by`` is who agreed: a name, or a role such as the board."""

    by: str
    on: date
    noted_by: str = ""

    def __post_init__(self) -> None:
        """Raise InvalidInput for consent that is still to be given."""
        if self.on > local_today():
            raise InvalidInput(fields={"consent_on": [NOT_YET]})

    def as_row(self) -> dict[str, str]:
        """As `Listing.contact_consent` keeps it."""
        return {"by": self.by, "on": self.on.isoformat(), "noted_by": self.noted_by}


def check_consent(before: Content, after: Content, consent: Consent | None) -> None:
    """Raise InvalidInput for contact data that is to become public while nobody is said to have agreed."""
    if consent is None and newly_published(before, after):
        raise InvalidInput(fields={"consent": [NEEDED]})


def newly_published(before: Content, after: Content) -> list[str]:
    """The contact data that is to become public, and was not."""
    old, new = facts(before), facts(after)
    return [field for field in PUBLISHED if new.get(field) and new.get(field) != old.get(field)]


def in_force(content: Content, told: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The consent that belongs to a content: what is ``told`` with it, else the one of ``before``."""
    said = facts(content)
    if not any(said.get(field) for field in PUBLISHED):
        return {}
    is_same = all(told.get(key) == before.get(key) for key in ("by", "on"))
    return dict(before if is_same or not told else told)


def agreed_on(consent: Mapping[str, Any]) -> date | None:
    """The day of a consent as it is kept, or None."""
    return date.fromisoformat(consent["on"]) if consent.get("on") else None


def together(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The consent for the contact data of two entries in one."""
    if not one or not other or one == other:
        return dict(one or other)
    names = {key: "; ".join(dict.fromkeys([one[key], other[key]])) for key in ("by", "noted_by")}
    return {**names, "by": names["by"][: 2 * MOST_LETTERS], "on": max(one["on"], other["on"])}
