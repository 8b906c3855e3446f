"""Undoing an import: what it added goes, what it changed is as before; later work of people stays."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.imports.models import ImportRow, ImportRun
from node.listings import reviewing, service
from node.listings.content import differences, facts, merge, with_values
from node.listings.models import Listing, ListingRevision
from node.listings.revisions import revision_of
from schemas.messages import N_

BATCH = 50
CHANGED_SINCE = N_("Somebody changed this after the import. It stays as it is.")


def undo_batch(session: Session, settings: Settings, run: ImportRun) -> bool:
    """Undo the next rows, the last first. False when all were looked at."""
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.state == "done")
    rows = session.scalars(query.order_by(ImportRow.number.desc()).limit(BATCH)).all()
    for row in rows:
        listing = session.get(Listing, row.listing_id) if row.listing_id else None
        if listing is None or _undo(session, settings, run, row, listing):
            row.state = "undone"
        else:
            row.state = "kept"
            row.remarks = [*row.remarks, {"text": CHANGED_SINCE, "words": {}}]
        session.flush()
    return bool(rows)


def _undo(session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing) -> bool:
    """True when nothing of the run is left in the listing."""
    for proposal in _proposals(session, run, listing):
        reviewing.reject(session, listing, proposal, by=run.by, decision=run.file_name)
    if not listing.is_public or row.action == "propose":
        return True
    if row.before_revision == 0:
        return _take_out(session, settings, run, row, listing)
    _put_back(session, settings, run, row, listing)
    return True


def _take_out(session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing) -> bool:
    made = revision_of(session, listing, row.after_revision or 1)
    if differences(made.content, listing.content):
        return False
    service.withdraw(session, settings, listing, by=run.by, run_id=run.id, action="undone")
    return True


def _put_back(session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing) -> None:
    """Take the run's own changes out again; a field that somebody changed since stays as it is."""
    after = revision_of(session, listing, row.after_revision or 1)
    before = revision_of(session, listing, row.before_revision or 1)
    merged = merge(after.content, before.content, listing.content)
    current = facts(listing.content)
    content = with_values(merged.content, {field: current.get(field) for field in merged.contested})
    service.change(session, settings, listing, content, by=run.by, based_on=listing.revision, run_id=run.id)


def _proposals(session: Session, run: ImportRun, listing: Listing) -> list[ListingRevision]:
    return [each for each in reviewing.proposals(session, listing) if each.run_id == run.id]
