"""The table of saved views: selections of the guide that coordinators come back to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from federation.database import Base, now


class SavedView(Base):
    """A selection of the guide under a name; the team shares them."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    parameters: Mapped[dict[str, Any]]
    """As in the address of the guide, see `node.guide.selection`."""
    by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)
