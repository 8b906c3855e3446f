"""A measurement with its raw number, which never leaves; its release; and the yearly budget."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from federation.database import Base, now
from node.indicators.service import definition_of
from node.outcomes.periods import Period, period_of
from schemas.errors import Conflict
from schemas.indicators import WELLBEING_BUDGET, Indicator
from schemas.messages import N_
from schemas.survey_indicators import CATALOGUE

_SLACK = 1e-9  # of adding up fractions
_SPENT = (
    N_("The privacy budget of %(year)s is spent. Nothing more about that year can be shared."),
    N_(
        "The privacy budget of %(year)s for health and wellbeing is spent. "
        "Nothing more of that kind about that year can be shared."
    ),
)


class Measurement(Base):
    """What was counted for one indicator over one period. ``raw_value`` stays in this table."""

    __tablename__ = "measurement"
    __table_args__ = (
        UniqueConstraint(
            "indicator",
            "indicator_version",
            "period_start",
            "period_end",
            "edition",
            name="uq_measurement_edition",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(80))
    indicator_version: Mapped[int]
    period_start: Mapped[date]
    period_end: Mapped[date]
    raw_value: Mapped[int]
    denominator: Mapped[int | None]
    """The public number it is read beside: how many answered, or live here. It travels as it is."""
    edition: Mapped[int] = mapped_column(default=1, server_default="1")
    """1, and one more with each correction of what was released."""
    correction_reason: Mapped[str | None] = mapped_column(String(40))
    """Why this one replaces the edition before: a code of `schemas.indicators.CORRECTION_REASONS`."""
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
            return CATALOGUE[self.indicator]
        return definition_of(session, self.indicator, self.indicator_version)

    @property
    def period(self) -> Period:
        """The quarter, year or days."""
        return period_of(self.period_start, self.period_end)

    @property
    def year(self) -> int:
        """The year whose budget a release of it spends."""
        return self.period_start.year

    @property
    def is_released(self) -> bool:
        """True once the board approved it; from then on it cannot change."""
        return self.release is not None

    @property
    def seen_as(self) -> str:
        """Which counting the board looks at when it decides. It holds no number, so a page may carry it."""
        return f"{self.prepared_at:%Y%m%d%H%M%S%f}-{self.prepared_by}"

    def count_again(self, raw_value: int, denominator: int | None, prepared_by: int) -> None:
        """Correct the number before the board has approved it."""
        if self.is_released:
            raise Conflict(N_("This figure was already released and cannot change any more."))
        self.raw_value, self.denominator = raw_value, denominator
        self.prepared_by, self.prepared_at = prepared_by, now()


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

    @property
    def indicator(self) -> str:
        """Whose code it is released by."""
        return self.measurement.indicator

    @property
    def denominator(self) -> int | None:
        """The public number it is read beside."""
        return self.measurement.denominator


class PrivacyBudget(Base):
    """What one year's releases have cost per person: ε, with its limit; health and wellbeing apart."""

    __tablename__ = "privacy_budget"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    allowed: Mapped[float]
    spent: Mapped[float]
    """On taking part."""
    wellbeing_allowed: Mapped[float] = mapped_column(default=WELLBEING_BUDGET, server_default="1.0")
    wellbeing_spent: Mapped[float] = mapped_column(default=0.0, server_default="0")

    def part(self, topic: str) -> tuple[float, float]:
        """What is spent and what is allowed for a topic."""
        if topic == "wellbeing":
            return self.wellbeing_spent, self.wellbeing_allowed
        return self.spent, self.allowed

    def spend(self, topic: str, epsilon: float) -> None:
        """Take ``epsilon`` from the year, or refuse."""
        spent, allowed = self.part(topic)
        if spent + epsilon > allowed + _SLACK:
            raise Conflict(_SPENT[topic == "wellbeing"], year=self.year)
        if topic == "wellbeing":
            self.wellbeing_spent = spent + epsilon
        else:
            self.spent = spent + epsilon
