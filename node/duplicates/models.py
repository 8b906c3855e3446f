"""The table of duplicates: pairs of entries that may be one initiative, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now
from schemas.errors import Conflict
from schemas.messages import N_


class Duplicate(Base):
    """Two entries that look alike. The address of ``left_uri`` comes first in the alphabet."""

    __tablename__ = "duplicate"
    __table_args__ = (UniqueConstraint("left_uri", "right_uri"), Index(None, "state", "likelihood"))

    id: Mapped[int] = mapped_column(primary_key=True)
    left_uri: Mapped[str] = mapped_column(String(2000))
    right_uri: Mapped[str] = mapped_column(String(2000), index=True)
    likelihood: Mapped[float]
    """0 to 1, when they were last compared; see `directory.matching.scoring`."""
    reasons_for: Mapped[list[str]]
    reasons_against: Mapped[list[str]]
    state: Mapped[str] = mapped_column(String(10), default="open")
    """'open', 'different' (somebody said so: not asked again) or 'merged'."""
    note: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What a merge did, so that it can be undone; see `node.duplicates.merging`."""
    found_at: Mapped[datetime] = mapped_column(default=now)

    def decide(self, state: str, *, by: str, note: str = "") -> None:
        """Close an open pair."""
        if self.state != "open":
            raise Conflict(N_("This pair was decided on before."))
        self.state, self.decided_by, self.decided_at, self.note = state, by, now(), note.strip()[:500]

    def reopen(self) -> None:
        """Make it a question again."""
        self.state, self.decided_by, self.decided_at, self.outcome = "open", "", None, {}
