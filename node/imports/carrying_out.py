"""Carrying out an import: row by row in batches, each batch a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.imports.checking import say
from node.imports.comparing import Verdict, applied, judge, with_contact
from node.imports.fates import Became, Fate
from node.imports.models import ImportRow, ImportRun
from node.imports.values import Remark
from node.listings import reviewing, service
from node.listings.consent import Consent, newly_published
from node.listings.content import Content, with_values
from node.listings.models import Listing
from node.listings.revisions import lock
from node.listings.service import NewListing, find
from schemas.errors import AppError, Conflict
from schemas.messages import N_

BATCH = 50
MEANWHILE = N_("Something else happened to this one after the list was compared. Bring the list again.")


def carry_out_batch(session: Session, settings: Settings, run: ImportRun) -> bool:
    """Carry out the next rows. False when all were."""
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.state == "ready")
    rows = session.scalars(query.order_by(ImportRow.number).limit(BATCH)).all()
    new = [row for row in rows if row.action == "create" and row.listing_id is None]
    if new and not run.options.get("review"):
        _create_together(session, settings, run, new)
    for row in rows:
        if row.state == "ready":
            _carry_out(session, settings, run, row)
    return bool(rows)


def _create_together(session: Session, settings: Settings, run: ImportRun, rows: Sequence[ImportRow]) -> None:
    """Add many at once; when one of them is refused none is, and each is tried by itself."""
    try:
        with session.begin_nested():
            fresh = [_new(run, row) for row in rows]
            listings = service.create_all(session, settings, fresh, by=run.started_by, run_id=run.id)
    except AppError:
        return
    for row, listing in zip(rows, listings, strict=True):
        _done(run, row, listing, before=0, contact=row.private_contact)


def _carry_out(session: Session, settings: Settings, run: ImportRun, row: ImportRow) -> None:
    """Carry out one row; what is refused becomes a bad row with the reason."""
    try:
        with session.begin_nested():
            _do(session, settings, run, row)
    except AppError as refused:
        row.state = "bad"
        say(row, [Remark(refused.detail, {name: str(word)[:200] for name, word in refused.params.items()})])
        session.flush()


def _do(session: Session, settings: Settings, run: ImportRun, row: ImportRow) -> None:
    """Carry out a row as things are now: much may have happened since the list was compared."""
    known = find(session, run.source_name, row.external_id)
    if known is not None:
        lock(session, known)
    verdict = judge(session, run, row)
    if verdict.state != "ready":
        row.state = verdict.state
        say(row, verdict.remarks)
    elif (verdict.action == "create") != (row.action == "create"):
        row.state = "same"  # nobody agreed to this: they saw another plan
        say(row, [Remark(MEANWHILE)])
    elif verdict.listing is None:
        _add(session, settings, run, row)
    elif verdict.action == "create":
        _bring_back(session, settings, run, row, verdict.listing)
    else:
        _change(session, settings, run, row, verdict)


def _add(session: Session, settings: Settings, run: ImportRun, row: ImportRow) -> None:
    new = _new(run, row)
    if run.options.get("review"):
        listing = reviewing.propose_new(session, new, by=run.started_by, run_id=run.id)
    else:
        (listing,) = service.create_all(session, settings, [new], by=run.started_by, run_id=run.id)
    _done(run, row, listing, before=0, contact=row.private_contact)


def _bring_back(
    session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing
) -> None:
    """What the undoing of an import took out comes again in a list: it says what the list says."""
    content = _new(run, row).content
    told = _told_by(run, listing.content, content)
    if run.options.get("review"):
        reviewing.propose_back(session, listing, content, **told)
    else:
        service.reopen(session, settings, listing, by=run.started_by, run_id=run.id)
        service.change(session, settings, listing, content, based_on=listing.revision, **told)
    listing.private_contact = {}
    _done(run, row, listing, before=0, contact=row.private_contact)


def _change(session: Session, settings: Settings, run: ImportRun, row: ImportRow, verdict: Verdict) -> None:
    """Publish what nobody else changed; what was changed here too waits for a coordinator."""
    now, changes = verdict.now, verdict.changes
    if now is None or now.listing is None:
        raise Conflict(MEANWHILE)
    listing, before = now.listing, now.listing.last_revision
    free = [each for each in changes if not each.contested]
    contested = [each for each in changes if each.contested]
    if now.fate is Fate.WAITS:
        before = _propose_instead(session, now, listing, applied(now.content, free), run)
    elif free:
        content = applied(listing.content, free)
        told = _told_by(run, listing.content, content)
        service.change(session, settings, listing, content, based_on=listing.revision, **told)
    if contested:
        content = applied(listing.content, contested)
        told = _told_by(run, listing.content, content)
        reviewing.propose(session, listing, content, based_on=listing.revision, **told)
    row.action = "propose" if contested else "change"
    _done(run, row, listing, before=before, contact=verdict.contact)


def _propose_instead(
    session: Session, now: Became, listing: Listing, content: Content, run: ImportRun
) -> int:
    """Let a newer proposal take the place of the one that waits; the number of that one."""
    earlier = now.waiting[-1]
    told = _told_by(run, listing.content, content)
    reviewing.propose(session, listing, content, based_on=listing.revision, **told)
    reviewing.reject(session, listing, earlier, by=run.started_by, decision=run.file_name)
    return earlier.number


def _new(run: ImportRun, row: ImportRow) -> NewListing:
    content = with_values(row.content or {}, {"sourceName": run.source_name})
    return NewListing(content, run.source_name, row.external_id, _told_by(run, {}, content)["consent"])


def _told_by(run: ImportRun, before: Content, after: Content) -> dict[str, Any]:
    """Who says it. Of contact data that becomes public the list says that the initiatives agreed."""
    is_new = newly_published(before, after)
    consent = Consent(run.source_name, run.at.date(), run.started_by) if is_new else None
    return {"by": run.started_by, "run_id": run.id, "source": run.source_name, "consent": consent}


def _done(
    run: ImportRun, row: ImportRow, listing: Listing, *, before: int, contact: Mapping[str, str]
) -> None:
    """Remember on the row what it did, so that it can be undone."""
    if row.listing_id is None:
        row.listing_id = listing.id
    row.state, row.before_revision, row.after_revision = "done", before, listing.last_revision
    row.private_before = listing.private_contact
    listing.private_contact = with_contact(listing.private_contact, contact, run.source_name)
