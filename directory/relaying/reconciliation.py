"""The weekly reconciliation with each hub: its row, and when it is due.

What is done in it is the matter of `directory.relaying.reconcile`.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.relaying import listings
from federation.database import Base, now
from federation.queue import wake_after_commit
from federation.relations.follows import joined_hubs
from schemas.errors import NotFound

WEEK = timedelta(days=7)
FIRST_WAIT = timedelta(days=1)
"""A hub that many villages join on one day is not compared with by all of them at once."""
PAUSE = timedelta(minutes=1)
"""Between two parts of one reconciliation, and after a failure doubled each time up to six hours."""
LONGEST_PAUSE = timedelta(hours=6)


class Reconciliation(Base):
    """The last comparison of our replica with what one hub lists, and its result."""

    __tablename__ = "reconciliation"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    """When the comparison that is going on began; None between two."""
    finished_at: Mapped[datetime | None]
    """When the last one was completed; the numbers are of that one, or of the one going on."""
    resume_after: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The part of the tree that was finished last."""
    listed: Mapped[int] = mapped_column(default=0, server_default="0")
    """Records that the hub lists."""
    different: Mapped[int] = mapped_column(default=0, server_default="0")
    """Records that it lists and we did not have, or had an older version of."""
    mended: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of these, the ones we have now."""
    unlisted: Mapped[int] = mapped_column(default=0, server_default="0")
    """Records that it listed before and no longer does."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str] = mapped_column(String(500), default="", server_default="")


def reconciliations(session: Session) -> list[Reconciliation]:
    """The comparisons with all our hubs, for people to see."""
    return list(session.scalars(select(Reconciliation).order_by(Reconciliation.hub_uri)))


def ask_reconciliation(session: Session, hub_uri: str) -> Reconciliation:
    """A person wants to compare now. NotFound when we did not join this hub."""
    if hub_uri not in {hub.uri for hub in joined_hubs(session)}:
        raise NotFound(cause=f"{hub_uri} is not a hub of ours")
    row = plan(session, hub_uri)
    row.due_at, row.failures = now(), 0
    wake_after_commit(session, "directory.jobs.reconcile", hub_uri)
    return row


def plan(session: Session, hub_uri: str) -> Reconciliation:
    """The row of a hub; a new one is due some time within a day."""
    row = session.get(Reconciliation, hub_uri)
    if row is None:
        row = Reconciliation(hub_uri=hub_uri, due_at=now() + FIRST_WAIT * _draw(), failures=0)
        session.add(row)
        session.flush()
    return row


def due_hubs(session: Session) -> list[str]:
    """For the sweep: the hubs to compare with now. New hubs get a row, hubs that we left lose theirs."""
    joined = {hub.uri for hub in joined_hubs(session)}
    rows = {row.hub_uri: row for row in reconciliations(session)}
    for hub_uri in rows.keys() - joined:
        listings.forget_hub(session, hub_uri)
        session.delete(rows[hub_uri])
    for hub_uri in sorted(joined - rows.keys()):
        rows[hub_uri] = plan(session, hub_uri)
    return sorted(hub_uri for hub_uri in joined if rows[hub_uri].due_at <= now())


def finish(row: Reconciliation) -> None:
    """The comparison is complete; the next one is in about a week, spread over a day and a half."""
    row.finished_at, row.started_at, row.resume_after = now(), None, ""
    row.due_at = now() + WEEK * (0.9 + 0.2 * _draw())
    row.failures, row.error = 0, ""


def interrupt(row: Reconciliation, error: str = "") -> None:
    """The comparison goes on later: it used up its share of work, or the hub did not answer."""
    row.failures = row.failures + 1 if error else 0
    row.error = error[:500]
    row.due_at = now() + min(PAUSE * 2 ** min(row.failures, 10), LONGEST_PAUSE)


def _draw() -> float:
    return random.random()  # noqa: S311  # spreads load, no secret
