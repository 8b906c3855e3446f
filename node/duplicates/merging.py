"""Bringing two entries together, field by field, and taking that back.

One of the two stays. The other must be a listing of this hub: it is withdrawn everywhere and names the
entry that took its place. An entry of a node, or of another hub, keeps its own words: it can stay, not go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from federation.settings import Settings
from node.duplicates.models import Duplicate
from node.duplicates.service import Shown, forget_about, show
from node.follow_ups.service import move_all, move_back
from node.listings import service as listings
from node.listings.adoption import may_be_listed, open_listing
from node.listings.consent import in_force, newly_published, together
from node.listings.content import differences, facts, with_values
from node.listings.models import Listing
from node.listings.private_contact import joined
from node.listings.revisions import revision_of
from node.listings.words import FIELDS
from schemas.errors import Conflict, InvalidInput
from schemas.messages import N_

BOTH = "both"
"""The choice to keep the values of both, for a field that is a list."""
_MOST = {"areas": 40, "themes": 8, "targetGroups": 8, "otherNames": 5, "partners": 20, "activities": 40}


@dataclass(frozen=True)
class Field:
    """One field in both entries; None where it says nothing."""

    name: str
    stays: Any
    goes: Any

    @property
    def is_same(self) -> bool:
        """True when there is nothing to choose."""
        return bool(self.stays == self.goes)

    @property
    def choices(self) -> tuple[str, ...]:
        """What a person may choose: one, the other, or both."""
        lists = isinstance(self.stays, list) and isinstance(self.goes, list)
        return ("stays", "goes", BOTH) if lists else ("stays", "goes")

    @property
    def usual(self) -> str:
        """The choice that loses nothing, as far as there is one."""
        if self.stays is None or self.stays == "":
            return "goes"
        if self.name == "summary" and len(str(self.goes or "")) > len(self.stays):
            return "goes"
        return BOTH if BOTH in self.choices else "stays"

    def value(self, choice: str) -> Any:
        """The value that a choice gives."""
        if choice == "goes":
            return self.goes
        if choice != BOTH:
            return self.stays
        together = [*self.stays, *(each for each in self.goes if each not in self.stays)]
        return together[: _MOST.get(self.name, len(together))]


@dataclass(frozen=True)
class Plan:
    """Which of the two stays, and the fields to choose from; none when its own owner decides on them."""

    stays: Entry
    goes: Entry
    fields: list[Field]
    can_turn: bool
    """True when the other one could stay instead."""


def plan_merge(session: Session, duplicate: Duplicate, stays_uri: str = "") -> Plan:
    """What a merge would be. Raises Conflict when neither entry is ours to withdraw, or one is gone."""
    left, right = _both(show(session, duplicate))
    ours = [entry for entry in (left, right) if may_be_listed(session, entry)]
    if not ours:
        raise Conflict(
            N_("Neither of these entries is kept here. Ask the hub that keeps one, or report it to them.")
        )
    stays = next((entry for entry in (left, right) if entry.uri == stays_uri), None) or _usual(left, right)
    goes = right if stays is left else left
    if goes not in ours:
        stays, goes = goes, stays
    can_turn = len(ours) == 2
    return Plan(stays, goes, _fields(session, stays, goes) if can_turn else [], can_turn)


def merge(
    session: Session,
    settings: Settings,
    duplicate: Duplicate,
    choices: Mapping[str, str],
    *,
    stays_uri: str,
    by: str,
) -> Listing:
    """Let one entry stay, with the chosen values, and withdraw the other; returns the withdrawn listing.

    ``choices`` maps a field to 'stays', 'goes' or 'both'; what is not named keeps its usual choice.
    """
    plan = plan_merge(session, duplicate, stays_uri)
    duplicate.decide("merged", by=by)
    outcome: dict[str, Any] = {"stays": plan.stays.uri, "goes": plan.goes.uri}
    absorbed = open_listing(session, plan.goes.key)
    if plan.can_turn:
        outcome |= _change_stayer(session, settings, plan, choices, absorbed, by=by)
    note = f"→ {plan.stays.name}"
    listings.withdraw(session, settings, absorbed, by=by, note=note, successor_uri=plan.stays.uri)
    notes = move_all(session, plan.goes.uri, plan.stays.uri)
    duplicate.outcome = {**outcome, "listing": absorbed.id, "notes": notes}
    forget_about(session, plan.goes.uri)
    session.flush()
    return absorbed


def undo_merge(session: Session, settings: Settings, duplicate: Duplicate, *, by: str) -> None:
    """Show the withdrawn entry again, and give back the values that the other one took from it.

    A value that somebody changed since stays as it is now. The entry comes back under a new address,
    because one that was withdrawn stays so in the network.
    """
    if duplicate.state != "merged":
        raise Conflict(N_("There is nothing to undo here."))
    outcome = duplicate.outcome
    absorbed = session.get(Listing, outcome["listing"])
    if absorbed is None or absorbed.state != "withdrawn":
        raise Conflict(N_("The other entry was changed in the meantime; this cannot be undone any more."))
    listings.reopen(session, settings, absorbed, by=by)
    move_back(session, outcome.get("notes", []), outcome["stays"], absorbed.uri)
    stays = session.get(Listing, outcome.get("stayer", 0))
    if stays is not None and stays.is_public:
        _give_back(session, settings, stays, outcome, by=by)
        stays.private_contact = _without(stays, absorbed, outcome.get("contact", []))
    uris = sorted((outcome["stays"], absorbed.uri))
    duplicate.reopen()
    duplicate.left_uri, duplicate.right_uri = uris
    session.flush()


def _both(shown: Shown) -> tuple[Entry, Entry]:
    if shown.left is None or shown.right is None:
        raise Conflict(N_("One of these entries is not in the directory any more."))
    return shown.left, shown.right


def _usual(left: Entry, right: Entry) -> Entry:
    """A node speaks for itself; else who was confirmed last, else who tells more."""
    return max((left, right), key=lambda entry: (entry.has_node, str(entry.confirmed_on or ""), _told(entry)))


def _told(entry: Entry) -> int:
    told = (entry.summary, entry.website, entry.email, entry.telephone, entry.kvk_number, entry.founded_on)
    return sum(bool(each) for each in told) + len(entry.themes)


def _fields(session: Session, stays: Entry, goes: Entry) -> list[Field]:
    """All fields that at least one of them tells, in the order of the form."""
    ours, theirs = (facts(open_listing(session, entry.key).content) for entry in (stays, goes))
    told = {*ours, *theirs} - {"closedOn", "confirmedOn", "license"}
    return [Field(name, ours.get(name), theirs.get(name)) for name in sorted(told, key=_place)]


def _place(name: str) -> tuple[int, str]:
    order = list(FIELDS)
    return (order.index(name) if name in FIELDS else len(order), name)


def _change_stayer(
    session: Session,
    settings: Settings,
    plan: Plan,
    choices: Mapping[str, str],
    absorbed: Listing,
    *,
    by: str,
) -> dict[str, Any]:
    """Give the entry that stays the chosen values; what is needed to take that back, without the values."""
    listing = open_listing(session, plan.stays.key)
    before = listing.revision
    told_before, agreed = listing.content, listing.contact_consent
    content = with_values(told_before, _chosen(plan, choices))
    note = f"← {plan.goes.name}"
    revision = listings.change(session, settings, listing, content, by=by, note=note, based_on=before)
    if newly_published(told_before, listing.content):  # of the other one, with the consent for it
        agreed = together(agreed, absorbed.contact_consent)
        revision.consent = listing.contact_consent = in_force(listing.content, agreed, {})
    contact = joined(listing.private_contact, absorbed.private_contact)
    taken = sorted(contact.keys() - listing.private_contact.keys())
    listing.private_contact = contact
    return {"stayer": listing.id, "before": before, "after": revision.number, "contact": taken}


def _chosen(plan: Plan, choices: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in plan.fields:
        choice = choices.get(field.name, field.usual)
        if choice not in field.choices:
            raise InvalidInput(fields={field.name: [N_("Choose one of the list.")]})
        if not field.is_same:
            values[field.name] = field.value(choice)
    goes = next((field.goes for field in plan.fields if field.name == "name"), None)
    return values | _other_names(plan, values, goes)


def _other_names(plan: Plan, values: Mapping[str, Any], name: Any) -> dict[str, Any]:
    """The name that is not chosen stays findable among the other names."""
    names = {field.name: field for field in plan.fields}
    if "name" not in values or names["name"].is_same:
        return {}
    dropped = name if values["name"] != name else names["name"].stays
    known = values.get("otherNames", names["otherNames"].stays if "otherNames" in names else None) or []
    return {"otherNames": list(dict.fromkeys([*known, dropped]))[: _MOST["otherNames"]]}


def _without(stays: Listing, absorbed: Listing, taken: Sequence[str]) -> dict[str, str]:
    """Whom to ask without the parts that came with a merge; what was changed since stays as it is now."""
    ours, theirs = stays.private_contact, absorbed.private_contact
    return {part: ours[part] for part in ours if part not in taken or ours[part] != theirs.get(part)}


def _give_back(
    session: Session, settings: Settings, stays: Listing, outcome: Mapping[str, Any], *, by: str
) -> None:
    before = revision_of(session, stays, outcome["before"])
    after = revision_of(session, stays, outcome["after"])
    current, agreed = facts(stays.content), stays.contact_consent
    given = {
        each.field: each.before
        for each in differences(before.content, after.content)
        if current.get(each.field) == each.after
    }
    content = with_values(stays.content, given)
    revision = listings.change(session, settings, stays, content, by=by, based_on=stays.revision)
    if agreed == after.consent:  # nobody wrote down another one since
        agreed = before.consent
    revision.consent = stays.contact_consent = in_force(stays.content, agreed, {})
