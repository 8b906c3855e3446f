"""Undoing an import: what it added goes, what it changed is as before; later work of people stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.imports.checking import say
from node.imports.fates import Became, Fate, became, lineage, since, took_in_another, undone_runs
from node.imports.models import ImportRow, ImportRun
from node.imports.values import Remark
from node.listings import reviewing, service
from node.listings.consent import in_force
from node.listings.content import Content, facts, merge, with_values
from node.listings.models import Listing, ListingRevision
from node.listings.private_contact import PARTS
from node.listings.revisions import lock, revision_of
from schemas.messages import N_

BATCH = 50
CHANGED_SINCE = Remark(N_("Somebody changed this after the import. It stays as it is."))
CONFIRMED_SINCE = Remark(N_("Somebody said after the import that this is all true. It stays as it is."))
MERGED_SINCE = Remark(N_("Another entry was merged into this one. It stays as it is."))


def undo_batch(session: Session, settings: Settings, run: ImportRun) -> bool:
    """Undo the next rows, the last first. False when all were looked at."""
    query = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.state == "done")
    rows = session.scalars(query.order_by(ImportRow.number.desc()).limit(BATCH)).all()
    for row in rows:
        listing = session.get(Listing, row.listing_id) if row.listing_id else None
        left = _undo(session, settings, run, row, listing) if listing is not None else None
        row.state = "kept" if left else "undone"
        say(row, [left] if left else [])
        session.flush()
    return bool(rows)


def _undo(
    session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing
) -> Remark | None:
    """Take out what the row did; else why it stays."""
    lock(session, listing)
    now = became(session, listing)
    if now.listing is None:
        return None if now.fate is Fate.UNDONE else now.remark
    if now.fate is Fate.WAITS:
        left = _take_back(session, run, row, listing, now.waiting)
    else:
        _reject(session, run, listing, now.listing)
        left = _left_by_merge(session, run, listing, now) or _restore(session, settings, run, row, listing)
    if left is None and row.before_revision != 0:
        _ask_as_before(row, now.listing)
    return left


def _take_back(
    session: Session, run: ImportRun, row: ImportRow, listing: Listing, waiting: Sequence[ListingRevision]
) -> Remark | None:
    """Take out a proposal; what it took the place of waits again."""
    if all(each.run_id != run.id for each in waiting):
        return CHANGED_SINCE
    earlier = revision_of(session, listing, row.before_revision) if row.before_revision else None
    if earlier is not None and not undone_runs(session, {earlier.run_id or 0}):
        told: dict[str, Any] = {"by": earlier.by, "note": earlier.note, "run_id": earlier.run_id}
        again = reviewing.propose(session, listing, earlier.content, based_on=listing.revision, **told)
        again.consent = earlier.consent
    _reject(session, run, listing)
    return None


def _left_by_merge(session: Session, run: ImportRun, listing: Listing, now: Became) -> Remark | None:
    """Why a row stays whose initiative is part of another entry now: people put the two together."""
    if now.fate is not Fate.MERGED or now.listing is None:
        return None
    both = [*lineage(session, listing), *lineage(session, now.listing)]
    return MERGED_SINCE if any(each.run_id == run.id for each in both) else None


def _restore(
    session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing
) -> Remark | None:
    """Take the run's own changes out of what the directory shows."""
    own = [each for each in lineage(session, listing) if each.run_id == run.id]
    later = since(session, listing, run)
    if not own or not listing.is_public:
        return CHANGED_SINCE if row.before_revision == 0 and listing.is_public else None
    if any(each.action == "confirmed" for each in later):
        return CONFIRMED_SINCE
    if row.before_revision != 0:
        _put_back(session, settings, run, row, listing)
        return None
    if took_in_another(session, listing):
        return MERGED_SINCE
    if later:
        return CHANGED_SINCE
    service.withdraw(session, settings, listing, by=run.undone_by, run_id=run.id, action="undone")
    return None


def _put_back(session: Session, settings: Settings, run: ImportRun, row: ImportRow, listing: Listing) -> None:
    """Take the run's own changes out, the last first; a field that somebody changed since stays as it is."""
    content, agreed = listing.content, listing.contact_consent
    for each in lineage(session, listing):
        if each.run_id == run.id:
            before = revision_of(session, listing, each.based_on or row.before_revision or 1)
            content = _without(each.content, before.content, content)
            agreed = before.consent if agreed == each.consent else agreed
    told: dict[str, Any] = {"by": run.undone_by, "run_id": run.id}
    revision = service.change(session, settings, listing, content, based_on=listing.revision, **told)
    revision.consent = listing.contact_consent = in_force(listing.content, agreed, {})


def _without(after: Content, before: Content, current: Content) -> Content:
    """The current content without what came in with a version."""
    merged, now_says = merge(after, before, current), facts(current)
    values = {name: now_says.get(name) for name in merged.contested}
    days = [each["initiative"].get("confirmedOn") for each in (before, after, current)]
    return with_values(merged.content, values | {"confirmedOn": days[0] if days[1] == days[2] else days[2]})


def _ask_as_before(row: ImportRow, listing: Listing) -> None:
    """Ask whom we asked before the import, unless somebody changed that since."""
    ours, said, before = listing.private_contact, row.private_contact, row.private_before
    if said and all(ours.get(name) in (before.get(name), said.get(name)) for name in PARTS):
        listing.private_contact = before


def _reject(session: Session, run: ImportRun, *listings: Listing) -> None:
    for listing in dict.fromkeys(listings):
        for proposal in reviewing.proposals(session, listing):
            if proposal.run_id == run.id:
                reviewing.reject(session, listing, proposal, by=run.undone_by, decision=run.file_name)
