"""The job of imports: a batch of rows at a time, until all is done; it may die at any moment."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.database import now
from federation.runtime import job_session, runtime
from federation.settings import Settings
from node.imports.carrying_out import carry_out_batch
from node.imports.checking import check_batch
from node.imports.models import BUSY, ImportRow, ImportRun
from node.imports.service import JOB
from node.imports.undoing import undo_batch

JOB_TIME = 240.0  # seconds; then the job makes room for others and is woken again
KEPT_FOR = timedelta(days=90)
"""How long the cells of a list are kept: they may name people."""

_NEXT = {"checking": "checked", "importing": "done", "undoing": "undone"}


def work() -> None:
    """Do what imports ask for, until all is done."""
    until = time.monotonic() + JOB_TIME
    with job_session() as session:
        while time.monotonic() < until:
            has_more = work_batch(session, runtime().settings)
            session.commit()
            if not has_more:
                return
    runtime().queue.wake(JOB)


def work_batch(session: Session, settings: Settings) -> bool:
    """One batch of the oldest import that has work. False when there is none."""
    query = select(ImportRun).where(ImportRun.state.in_(BUSY)).order_by(ImportRun.id).limit(1)
    run = session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if run is None:
        return False
    if run.state == "checking":
        has_more = check_batch(session, run)
    elif run.state == "importing":
        has_more = carry_out_batch(session, settings, run)
    else:
        has_more = undo_batch(session, settings, run)
    if not has_more:
        run.go_to(_NEXT[run.state], only_from=(run.state,))
    session.flush()
    return True


def sweep() -> None:
    """Every minute: find what a lost queue forgot, and forget the cells of old lists."""
    with job_session() as session:
        has_work = session.scalar(select(ImportRun.id).where(ImportRun.state.in_(BUSY)).limit(1))
        forget_old(session)
        session.commit()
    if has_work is not None:
        runtime().queue.wake(JOB)


def forget_old(session: Session) -> None:
    """Drop the cells and the private contact data of lists that were done with long ago."""
    old = select(ImportRun.id).where(ImportRun.at < now() - KEPT_FOR, ImportRun.state.not_in(BUSY))
    rows = update(ImportRow).where(ImportRow.run_id.in_(old), ImportRow.state != "new")
    session.execute(rows.values(cells=[], private_contact={}, state=ImportRow.state))
