"""The job of an import: a batch of rows at a time, until all is done; it may die at any moment.

Each import has a job of its own, so that one which cannot go on holds up no other.
"""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.database import now
from federation.runtime import job_session, runtime
from federation.settings import Settings
from node.imports.approving import approve_batch
from node.imports.carrying_out import carry_out_batch
from node.imports.checking import check_batch
from node.imports.models import BUSY, UNUSED, ImportRow, ImportRun
from node.imports.service import JOB
from node.imports.undoing import undo_batch
from node.listings.models import Listing
from node.listings.retention import without_people

JOB_TIME = 240.0  # seconds; then the job makes room for others and is woken again
KEPT_FOR = timedelta(days=90)
"""How long a list is kept as it came: it may name people."""

_NEXT = {"checking": "checked", "importing": "done", "approving": "done", "undoing": "undone"}


def work(run_id: str) -> None:
    """Do what an import asks for, until all is done."""
    until = time.monotonic() + JOB_TIME
    with job_session() as session:
        while time.monotonic() < until:
            has_more = work_batch(session, runtime().settings, int(run_id))
            session.commit()
            if not has_more:
                return
    runtime().queue.wake(JOB, run_id)


def work_batch(session: Session, settings: Settings, run_id: int) -> bool:
    """One batch of an import. False when it has no work, or another worker is at it."""
    query = select(ImportRun).where(ImportRun.id == run_id, ImportRun.state.in_(BUSY))
    run = session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if run is None:
        return False
    if run.state == "checking":
        has_more = check_batch(session, run)
    elif run.state == "importing":
        has_more = carry_out_batch(session, settings, run)
    elif run.state == "approving":
        has_more = approve_batch(session, settings, run)
    else:
        has_more = undo_batch(session, settings, run)
    if not has_more:
        run.go_to(_NEXT[run.state], only_from=(run.state,))
    session.flush()
    return True


def sweep() -> None:
    """Every minute: find what a lost queue forgot, and forget old lists."""
    with job_session() as session:
        forget_old(session)
        busy = session.scalars(
            select(ImportRun.id).where(ImportRun.state.in_(BUSY)).order_by(ImportRun.id)
        ).all()
        session.commit()
    for run_id in busy:
        runtime().queue.wake(JOB, str(run_id))


def forget_old(session: Session) -> None:
    """Drop old lists that were never carried out, and of the others what may name people."""
    is_old = ImportRun.at < now() - KEPT_FOR
    session.execute(delete(ImportRun).where(is_old, ImportRun.state.in_(UNUSED)))
    query = select(ImportRun).where(is_old, ImportRun.forgotten_at.is_(None))
    for run in session.scalars(query.with_for_update(skip_locked=True)).all():
        rows = update(ImportRow).where(ImportRow.run_id == run.id)
        session.execute(rows.values(cells=[], private_contact={}, private_before={}, remarks=[]))
        run.forgotten_at = now()
    session.flush()


def forget() -> None:
    """Every hour: forget with an entry that went long ago what lists told of its people."""
    with job_session() as session:
        forget_contacts(session)
        session.commit()


def forget_contacts(session: Session) -> int:
    """Drop e-mail and telephone from the rows of entries that have none left; returns of how many rows."""
    said = [ImportRow.content["initiative", "contact", name].as_string() for name in ("email", "telephone")]
    tells = or_(*(each.is_not(None) for each in said))
    query = select(ImportRow).join(Listing, Listing.id == ImportRow.listing_id)
    rows = session.scalars(query.where(Listing.contact_deleted_at.is_not(None), tells)).all()
    for row in rows:
        row.content = without_people(row.content or {})
    session.flush()
    return len(rows)
