"""What this village counted before for the same figure, brought to what it would be now."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.outcomes.models import Measurement

MOST_PERIODS = 12
_SAME_LENGTH = timedelta(days=20)


def earlier_values(session: Session, measurement: Measurement) -> list[float]:
    """The numbers of the periods before this one, oldest first; only by the same definition.

    Where the number is so many of so many people, an earlier one is scaled to as many people as now.
    Periods of another length (a year beside a quarter) are not compared.
    """
    rows = session.scalars(
        select(Measurement)
        .where(
            Measurement.indicator == measurement.indicator,
            Measurement.indicator_version == measurement.indicator_version,
            Measurement.period_start < measurement.period_start,
            Measurement.example_data.is_(bool(measurement.example_data)),
        )
        .order_by(Measurement.period_start.desc(), Measurement.id)
        .limit(4 * MOST_PERIODS)
    )
    found: dict[date, float] = {}
    for row in rows:
        if _is_as_long(row, measurement) and (scale := _scale(row, measurement)) is not None:
            found[row.period_start] = row.raw_value * scale
    return [found[start] for start in sorted(found)][-MOST_PERIODS:]


def _is_as_long(one: Measurement, other: Measurement) -> bool:
    difference = (one.period_end - one.period_start) - (other.period_end - other.period_start)
    return abs(difference) < _SAME_LENGTH


def _scale(earlier: Measurement, present: Measurement) -> float | None:
    """By what an earlier number is multiplied; None when the two cannot be compared."""
    before, here = people_asked(earlier), people_asked(present)
    if before is None and here is None:
        return 1.0
    return here / before if before and here else None


def people_asked(measurement: Measurement) -> int | None:
    """The public number of people that a share or mean is taken over; None for a plain count."""
    asked: int | None = getattr(measurement, "denominator", None)
    return asked
