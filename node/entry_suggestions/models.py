"""The table of proposals from the public form."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class EntrySuggestion(Base):
    """A listing that somebody without an account proposed, and whom to answer."""

    __tablename__ = "entry_suggestion"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), default="")
    """Where the answer goes; emptied with the answer. Nothing else of the person is kept."""
    asked_at: Mapped[datetime] = mapped_column(default=now, index=True)
    answered_at: Mapped[datetime | None]

    def settle(self) -> None:
        """There is nothing more to tell; the address is gone with that."""
        self.email, self.answered_at = "", now()
