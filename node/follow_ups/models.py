"""The table of notes and tasks about entries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now
from schemas.errors import Conflict
from schemas.messages import N_


class FollowUp(Base):
    """What a colleague should know, or do, about an entry. It never leaves the node."""

    __tablename__ = "follow_up"
    __table_args__ = (Index(None, "done_at", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_uri: Mapped[str] = mapped_column(String(2000), index=True)
    entry_name: Mapped[str] = mapped_column(String(200))
    """Its name when this was written, so that it can be read after the entry is gone."""
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    """The day on which it should be done; None for a note."""
    by: Mapped[str] = mapped_column(String(200))
    from_outside: Mapped[bool] = mapped_column(default=False)
    """True when the initiative itself wrote it, by the link of a reminder."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    orphaned_at: Mapped[datetime | None]
    """When its entry was found to be gone from the guide; None while that is there."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(String(200), default="")

    @property
    def is_task(self) -> bool:
        """True when something is to be done."""
        return self.due_on is not None

    def finish(self, by: str) -> None:
        """Tick it off."""
        if not self.is_task or self.done_at is not None:
            raise Conflict(N_("This is done already."))
        self.done_at, self.done_by = now(), by

    def reopen(self) -> None:
        """It is not done after all."""
        if self.done_at is None:
            raise Conflict(N_("There is nothing to undo here."))
        self.done_at, self.done_by = None, ""
