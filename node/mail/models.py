"""The table of mail that leaves this node."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class MailMessage(Base):
    """One message to one address. The row is the work: a worker may die at any moment."""

    __tablename__ = "mail_message"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    """Plain text; emptied once it is sent."""
    stop_url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Where the recipient says “no more messages” (List-Unsubscribe); a secret, emptied once it is sent."""
    state: Mapped[str] = mapped_column(String(10), default="due")
    """'due', 'sent', 'gave_up' (a person should look) or 'aside' (a person did)."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    is_forgotten: Mapped[bool] = mapped_column(default=False, server_default="0")
    """True for an answer to somebody of whom nothing is kept: the row goes once it was sent or given up."""
