"""Which imports wait for a person, and saying that one was looked at."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from federation.database import now
from node.imports.models import ImportRow, ImportRun
from schemas.errors import Conflict
from schemas.messages import N_


def count_open(session: Session) -> int:
    """How many imports wait for a person."""
    return session.scalar(select(func.count()).select_from(ImportRun).where(_waits())) or 0


def list_open(session: Session) -> Sequence[ImportRun]:
    """The imports that wait for a person, the newest first."""
    return session.scalars(select(ImportRun).where(_waits()).order_by(ImportRun.id.desc())).all()


def settle(session: Session, run: ImportRun) -> None:
    """Somebody looked at the rows that were left out: nothing more has to be done about them here."""
    if run.state != "done":
        raise Conflict(N_("This import is at another step now. Look at it once more."))
    run.seen_at = now()
    session.flush()


def unsettle(session: Session, run: ImportRun) -> None:
    """Keep it among what waits after all."""
    run.seen_at = None
    session.flush()


def _waits() -> ColumnElement[bool]:
    """A list that goes no further by itself, or one that left rows out which nobody looked at."""
    with_bad_rows = select(ImportRow.run_id).where(ImportRow.state == "bad")
    unseen = and_(ImportRun.state == "done", ImportRun.seen_at.is_(None), ImportRun.id.in_(with_bad_rows))
    return or_(ImportRun.state.in_(("mapping", "checked")), unseen)
