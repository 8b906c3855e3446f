"""Deliveries: one row per activity and inbox. The row is the job.

A worker claims rows for a minute and commits (`federation.sending.claiming`), posts without holding a
transaction (`federation.sending.drain`), then records what came of it (`federation.sending.recording`);
a claim whose worker died runs out by itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now


class Delivery(Base):
    """One activity on its way to one inbox."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "inbox", "object_uri"),
        Index(None, "host", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_uri: Mapped[str] = mapped_column(ForeignKey("published_activity.uri"), index=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identity.id"))
    recipient_uri: Mapped[str | None] = mapped_column(String(2000))
    """The receiving actor while its inbox is not known yet: it is looked up before posting."""
    inbox: Mapped[str] = mapped_column(String(2000), default="")
    host: Mapped[str] = mapped_column(String(255))
    object_uri: Mapped[str | None] = mapped_column(String(2000))
    """Deliveries about one object to one inbox keep their order."""
    state: Mapped[str] = mapped_column(String(10), default="due")
    """'due', 'done', 'gave_up', or 'discarded' by a person."""
    reason_code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why it was given up: 'expired', 'inbox_gone', 'refused' or 'unreachable'; 'suspended' when we did;
    'readdressed' when it is done because others went in its place."""
    decided_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Who discarded it."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    claimed_until: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


def forget_old_deliveries(session: Session, before: datetime) -> None:
    """For the sweep: drop finished deliveries from before an instant."""
    old = (Delivery.state != "due", Delivery.finished_at < before)
    session.execute(delete(Delivery).where(*old))
