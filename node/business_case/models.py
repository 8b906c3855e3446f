"""A business case of this community: its lines, and how often it was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class BusinessCase(Base):
    """One calculation. It stays in this node; who wants to share it prints it."""

    __tablename__ = "business_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    """As `node.business_case.content.BusinessCaseSchema` writes it."""
    revision: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(default=now)
    put_away_at: Mapped[datetime | None]
    example_data: Mapped[bool] = mapped_column(default=False)

    @property
    def title(self) -> str:
        """What it is about."""
        return str(self.content["title"])
