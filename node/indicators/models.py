"""A village's own indicators, version by version: what an older number meant stays known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class LocalIndicator(Base):
    """One version of an indicator of our own; ``code`` begins with our own host, so it is nobody else's."""

    __tablename__ = "local_indicator"

    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80))
    goal: Mapped[str] = mapped_column(String(160))
    definition: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(80))
    direction: Mapped[str] = mapped_column(String(10))
    numerator: Mapped[str] = mapped_column(String(120))
    denominator: Mapped[str] = mapped_column(String(120))
    instrument: Mapped[str] = mapped_column(String(200))
    measured_by: Mapped[str] = mapped_column(String(20))
    defined_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]
    """Since when nobody counts it any more; on its last version."""

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.code.rpartition("/")[2]
