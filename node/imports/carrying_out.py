"""Carrying out an import: row by row in batches, each batch a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.imports.checking import applied, changes_of
from node.imports.models import ImportRow, ImportRun
from node.listings import reviewing, service
from node.listings.content import with_values
from node.listings.models import Listing
from node.listings.service import NewListing
from schemas.errors import AppError

BATCH = 50


def carry_out_batch(session: Session, settings: Settings, run: ImportRun) -> bool:
    """Carry out the next rows. False when all were."""
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.state == "ready")
    rows = session.scalars(query.order_by(ImportRow.number).limit(BATCH)).all()
    new = [row for row in rows if row.action == "create" and row.listing_id is None]
    if not (run.options.get("review") or not new or _create_together(session, settings, run, new)):
        new = []
    for row in rows:
        if row.state == "ready":
            _carry_out(session, settings, run, row)
    return bool(rows)


def _create_together(session: Session, settings: Settings, run: ImportRun, rows: Sequence[ImportRow]) -> bool:
    """Add many at once. False when one of them is refused; then none was added."""
    try:
        with session.begin_nested():
            fresh = [_new(run, row) for row in rows]
            listings = service.create_all(session, settings, fresh, by=run.by, run_id=run.id)
    except AppError:
        return False
    for row, listing in zip(rows, listings, strict=True):
        _done(row, listing, before=0)
    return True


def _carry_out(session: Session, settings: Settings, run: ImportRun, row: ImportRow) -> None:
    """Carry out one row; what is refused becomes a bad row with the reason."""
    try:
        with session.begin_nested():
            if row.listing_id is None:
                _add(session, settings, run, row)
            else:
                _change(session, settings, run, row, session.get_one(Listing, row.listing_id))
    except AppError as refused:
        row.state = "bad"
        words = {name: str(word)[:200] for name, word in refused.params.items()}
        row.remarks = [*row.remarks, {"text": refused.detail, "words": words}]
        session.flush()


def _add(session: Session, settings: Settings, run: ImportRun, row: ImportRow) -> None:
    new = _new(run, row)
    if run.options.get("review"):
        listing = reviewing.propose_new(session, new, by=run.by, run_id=run.id)
    else:
        (listing,) = service.create_all(session, settings, [new], by=run.by, run_id=run.id)
    _done(row, listing, before=0)


def _change(session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing) -> None:
    before = listing.revision
    if listing.state == "withdrawn":  # an undone import that comes again
        service.reopen(session, settings, listing, by=run.by)
        before = 0
    content = applied(listing, changes_of(session, run, row, listing))
    told = {"by": run.by, "run_id": run.id, "source": run.source_name}
    if row.action == "propose":
        reviewing.propose(session, listing, content, based_on=listing.revision, **told)  # type: ignore[arg-type]
    else:
        service.change(session, settings, listing, content, based_on=listing.revision, **told)  # type: ignore[arg-type]
    _done(row, listing, before=before)


def _new(run: ImportRun, row: ImportRow) -> NewListing:
    content = with_values(row.content or {}, {"sourceName": run.source_name})
    return NewListing(content, run.source_name, row.external_id)


def _done(row: ImportRow, listing: Listing, *, before: int) -> None:
    row.state, row.listing_id = "done", listing.id
    row.before_revision, row.after_revision = before, listing.revision
    if row.private_contact:
        listing.private_contact = {**listing.private_contact, **row.private_contact}
