"""A figure as it is shown, rounded, on the village's own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import Base, JsonDocument, now
from node.outcomes.models import Measurement
from schemas.errors import Conflict
from schemas.messages import N_


class OwnFigure(Base):
    """One showing of a measurement: asked by one person, decided by another of the board, then it stands."""

    __tablename__ = "own_figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), index=True)
    parts: Mapped[dict[str, int] | None] = mapped_column(JsonDocument)
    """Exact counts by age band, until the board decided; then they are forgotten."""
    prepared_by: Mapped[int]
    prepared_at: Mapped[datetime] = mapped_column(default=now)
    approved_by: Mapped[int | None]
    shown_at: Mapped[datetime | None]
    shown: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """What everybody reads: `node.own_figures.presenting.Presented`, rounded and with what is hidden."""
    taken_back_at: Mapped[datetime | None]

    measurement: Mapped[Measurement] = relationship(lazy="joined")

    @property
    def seen_as(self) -> str:
        """Which number and parts the board looks at when it decides. It holds none of them."""
        return f"{self.measurement.seen_as}-{self.prepared_at:%Y%m%d%H%M%S%f}-{self.prepared_by}"

    def show(self, shown: dict[str, Any], approved_by: int) -> None:
        """Let it stand as it is read; what it was made of is not needed any more."""
        self.shown, self.approved_by, self.shown_at = shown, approved_by, now()
        self.parts = None

    def take_back(self) -> None:
        """Off the page; that it was read cannot be undone, so it is kept."""
        if self.shown_at is None:
            raise Conflict(N_("This figure is not on our page."))
        self.taken_back_at = self.taken_back_at or now()
