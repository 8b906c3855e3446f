"""What a row would change: what its source says now beside what it said before and what the hub has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.imports.fates import Became, Fate, became
from node.imports.models import ImportRow, ImportRun
from node.imports.values import Remark
from node.listings.content import Content, Difference, facts, with_values
from node.listings.models import Listing
from node.listings.private_contact import TOLD_BY
from node.listings.service import find
from schemas.messages import N_

ASKS_ANOTHER = N_("The list names someone else to ask than we do. Ours was left as it is.")

_FIELDS = {
    "places": ("areas",),
    "municipality": ("areas",),
    "latitude": ("areas",),
    "website": ("contact.website",),
    "email": ("contact.email",),
    "telephone": ("contact.telephone",),
}
"""The facts that a meaning of a column tells, where they are not called the same."""


@dataclass(frozen=True)
class Change(Difference):
    """A field that a row changes. ``contested``: also changed here, so a coordinator decides."""

    contested: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is to be done with a row: the state and the action of `ImportRow`, and what it would change."""

    state: str
    action: str = ""
    listing: Listing | None = None
    """The listing that this source knows by its own id; None for an initiative that is new here."""
    now: Became | None = None
    """Where that initiative is kept now."""
    changes: tuple[Change, ...] = ()
    contact: dict[str, str] = field(default_factory=dict)
    """What is new of whom the coordinator asks."""
    remarks: tuple[Remark, ...] = ()


def judge(session: Session, run: ImportRun, row: ImportRow) -> Verdict:
    """What is to be done with a row that could be read, as things are now."""
    listing = find(session, run.source_name, row.external_id)
    if listing is None:
        return Verdict("ready", "create")
    now = became(session, listing)
    if now.fate is Fate.UNDONE:
        return Verdict("ready", "create", listing, now)
    told = (now.remark,) if now.remark else ()
    if now.listing is None:
        return Verdict("same", "", listing, now, remarks=told)
    before = _last_row(session, listing, run)
    changes = _changes(before.content if before else None, row, now, told_fields(run))
    contact, kept = _contact(before, row, now.listing, run.source_name)
    remarks = (*told, Remark(ASKS_ANOTHER)) if kept else told
    if not changes and not contact:
        return Verdict("same", "", listing, now, remarks=remarks)
    action = "propose" if any(each.contested for each in changes) else "change"
    return Verdict("ready", action, listing, now, tuple(changes), contact, remarks)


def told_fields(run: ImportRun) -> set[str]:
    """The facts that the columns of a list tell."""
    told = {each for target in run.mapping.values() for each in _FIELDS.get(target, (target,))}
    if not run.options.get("publish_contact"):
        told -= {"contact.email", "contact.telephone"}
    return told


def applied(content: Content, changes: Iterable[Change]) -> Content:
    """The content with these changes."""
    return with_values(content, {each.field: each.after for each in changes})


def _last_row(session: Session, listing: Listing, run: ImportRun) -> ImportRow | None:
    """What the last list of this source said of an initiative."""
    query = (
        select(ImportRow)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(ImportRow.listing_id == listing.id, ImportRow.run_id < run.id)
        .where(ImportRow.state.in_(("done", "same", "kept")), ImportRun.state == "done")
    )
    return session.scalar(query.order_by(ImportRow.id.desc()).limit(1))


def _changes(said: Content | None, row: ImportRow, now: Became, told: set[str]) -> list[Change]:
    """What changed at the source since its last list, as changes of what the hub has now.

    What the hub changed too is contested. In an entry that stands for several everything is.
    """
    before, after, here = facts(said or {}), facts(row.content or {}), facts(now.content)
    merged, waits = now.fate is Fate.MERGED, now.fate is Fate.WAITS
    changes = []
    for name in dict.fromkeys([*after, *before]):
        ours, theirs = here.get(name), after.get(name)
        is_new = name in told and before.get(name) != theirs != ours
        if not is_new or (said is None and theirs is None):
            continue  # added by hand: what the list does not tell is no change
        by_hand = ours is not None if said is None else ours != before.get(name)
        changes.append(Change(name, ours, theirs, contested=merged or (by_hand and not waits)))
    return [*changes, *_newer_day(row.content or {}, now, told, changes)]


def _newer_day(content: Content, now: Became, told: set[str], changes: list[Change]) -> list[Change]:
    """The day on which the source last checked it, when that is later than ours."""
    here, theirs = (each.get("initiative", {}).get("confirmedOn") for each in (now.content, content))
    if now.fate is Fate.MERGED or "confirmedOn" not in told or not theirs or theirs <= (here or ""):
        return []
    return [Change("confirmedOn", here, theirs, contested=any(each.contested for each in changes))]


def _contact(
    before: ImportRow | None, row: ImportRow, listing: Listing, source_name: str
) -> tuple[dict[str, str], bool]:
    """What is new of whom to ask, and whether something was left out because people changed ours."""
    ours, said = listing.private_contact, before.private_contact if before else {}
    new = {
        name: value
        for name, value in row.private_contact.items()
        if value not in (ours.get(name), said.get(name))
    }
    is_theirs = ours.get(TOLD_BY) == source_name
    taken = {
        name: value for name, value in new.items() if is_theirs or ours.get(name, "") in ("", said.get(name))
    }
    return taken, taken != new


def with_contact(ours: Mapping[str, Any], new: Mapping[str, str], source_name: str) -> dict[str, Any]:
    """Whom the coordinator asks, with what a list says of it."""
    if not new:
        return dict(ours)
    told_by = {TOLD_BY: source_name} if not ours or ours.get(TOLD_BY) == source_name else {}
    return {**ours, **new, **told_by}
