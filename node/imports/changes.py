"""What a row changes, or changed, in the words of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from node.imports.columns import TARGETS
from node.imports.comparing import Change, judge
from node.imports.fates import became
from node.imports.models import ImportRow, ImportRun
from node.listings.content import differences
from node.listings.models import Listing, ListingRevision
from node.listings.private_contact import PARTS
from node.listings.revisions import revision_of
from node.listings.words import shown


def shown_changes(
    session: Session, run: ImportRun, row: ImportRow, listing: Listing | None
) -> list[dict[str, Any]]:
    """Field by field, with ``contested`` where a coordinator decides; of a new initiative nothing."""
    if listing is None or row.action not in {"change", "propose"}:
        return []
    if row.state == "ready":
        verdict = judge(session, run, row)
        ours = verdict.now.listing.private_contact if verdict.now and verdict.now.listing else {}
        return [*_facts(verdict.changes), *_contact(ours, verdict.contact)]
    return [*_facts(_made(session, run, row, listing)), *_contact(row.private_before, row.private_contact)]


def _made(session: Session, run: ImportRun, row: ImportRow, listing: Listing) -> list[Change]:
    """What a row that was carried out published and proposed."""
    target, made = listing, _versions(session, run, row, listing)
    if not made:
        target = became(session, listing).listing or listing
        made = _versions(session, run, row, target)
    changes = []
    for each in made:
        base = each.based_on or row.before_revision
        before = revision_of(session, target, base).content if base else {}
        waited = each.state != "approved" or bool(each.decided_by)
        found = differences(before, each.content)
        changes += [Change(one.field, one.before, one.after, contested=waited) for one in found]
    return changes


def _versions(
    session: Session, run: ImportRun, row: ImportRow, listing: Listing
) -> Sequence[ListingRevision]:
    numbers = ListingRevision.number.between((row.before_revision or 0) + 1, row.after_revision or 0)
    query = select(ListingRevision).where(ListingRevision.listing_id == listing.id, numbers)
    return session.scalars(
        query.where(ListingRevision.run_id == run.id).order_by(ListingRevision.number)
    ).all()


def _facts(changes: Sequence[Change]) -> list[dict[str, Any]]:
    contested = {each.field for each in changes if each.contested}
    return [{**each, "contested": each["field"] in contested} for each in shown(list(changes))]


def _contact(before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, Any]]:
    """Whom the coordinator asks; this never leaves the hub."""
    return [
        {
            "field": f"private_{name}",
            "name": str(_(TARGETS[f"private{name.title()}"])),
            "before": before.get(name, ""),
            "after": after[name],
            "contested": False,
        }
        for name in PARTS
        if name in after and before.get(name) != after[name]
    ]
