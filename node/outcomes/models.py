"""A measurement with its raw number, which never leaves; its release; and the yearly budget."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from federation.database import Base, now
from node.indicators.service import definition_of
from schemas.errors import Conflict
from schemas.indicators import NATIONAL, Indicator
from schemas.messages import N_

_SLACK = 1e-9  # of adding up fractions


class Measurement(Base):
    """What was counted for one indicator in one quarter. ``raw_value`` stays in this table."""

    __tablename__ = "measurement"
    __table_args__ = (UniqueConstraint("indicator", "indicator_version", "period_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(80))
    indicator_version: Mapped[int]
    period_start: Mapped[date]
    period_end: Mapped[date]
    raw_value: Mapped[int]
    prepared_by: Mapped[int]
    """The account that counted and asks the board."""
    prepared_at: Mapped[datetime] = mapped_column(default=now)
    example_data: Mapped[bool] = mapped_column(default=False)

    release: Mapped[OutcomeRelease | None] = relationship(back_populates="measurement", lazy="joined")

    @property
    def definition(self) -> Indicator:
        """The indicator it counts, by the version of its definition that held then."""
        session = object_session(self)
        if session is None:
            return NATIONAL[self.indicator]
        return definition_of(session, self.indicator, self.indicator_version)

    @property
    def quarter(self) -> int:
        """1 to 4."""
        return (self.period_start.month + 2) // 3

    @property
    def year(self) -> int:
        """The year whose budget a release of it spends."""
        return self.period_start.year

    @property
    def is_released(self) -> bool:
        """True once the board approved it; from then on it cannot change."""
        return self.release is not None

    def count_again(self, raw_value: int, prepared_by: int) -> None:
        """Correct the number before the board has approved it."""
        if self.is_released:
            raise Conflict(N_("This figure was already released and cannot change any more."))
        self.raw_value, self.prepared_by, self.prepared_at = raw_value, prepared_by, now()


class OutcomeRelease(Base):
    """The one noisy value of a measurement: drawn once, stored, never drawn again."""

    __tablename__ = "outcome_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurement.id"), unique=True)
    value: Mapped[int]
    error_bar: Mapped[int]
    epsilon: Mapped[float]
    sensitivity: Mapped[int]
    guarantee: Mapped[str] = mapped_column(String(1000))
    approved_by: Mapped[int]
    approved_at: Mapped[datetime] = mapped_column(default=now)
    object_uri: Mapped[str | None] = mapped_column(String(2000), unique=True)

    measurement: Mapped[Measurement] = relationship(back_populates="release", lazy="joined")


class PrivacyBudget(Base):
    """What one year's releases have cost per person: ε, with its limit."""

    __tablename__ = "privacy_budget"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    allowed: Mapped[float]
    spent: Mapped[float]

    def spend(self, epsilon: float) -> None:
        """Take ``epsilon`` from the year, or refuse."""
        if self.spent + epsilon > self.allowed + _SLACK:
            message = N_(
                "The privacy budget of %(year)s is spent. Nothing more about that year can be shared."
            )
            raise Conflict(message, year=self.year)
        self.spent += epsilon
