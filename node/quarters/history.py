"""What this village counted before for the same figure, brought to what it would be now."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from node.outcomes.models import Measurement
from node.quarters.models import QuarterAnswer
from node.quarters.words import Word, counted
from schemas.survey_indicators import CATALOGUE

MOST_PERIODS = 12
_SAME_LENGTH = timedelta(days=20)


def earlier_values(session: Session, measurement: Measurement) -> list[float]:
    """The numbers of the periods before this one, oldest first; only by the same definition.

    Of a survey an earlier number is scaled to as many answers as now. Periods of another length (a year
    beside a quarter) are not compared. What the board never got counts too; of corrections the last.
    """
    length = measurement.period_end - measurement.period_start
    words: dict[date, Word] = {}
    said = select(QuarterAnswer).where(*_earlier(QuarterAnswer, measurement))
    for answer in session.scalars(said.order_by(QuarterAnswer.revision)):
        if abs(answer.period_end - answer.period_start - length) < _SAME_LENGTH:
            words[answer.period_start] = Word(answer.state, answer.value, answer.denominator)
    asked = select(Measurement).where(*_earlier(Measurement, measurement))
    for row in session.scalars(asked.order_by(Measurement.edition)):
        if abs(row.period_end - row.period_start - length) < _SAME_LENGTH:
            words[row.period_start] = counted(row.raw_value, row.denominator)
    found = [_comparable(words[start], measurement) for start in sorted(words)]
    return [value for value in found if value is not None][-MOST_PERIODS:]


def is_surveyed(measurement: Measurement) -> bool:
    """True when its denominator is how many answered: then numbers compare only by share."""
    indicator = CATALOGUE.get(measurement.indicator)
    return indicator is not None and indicator.takes_denominator == "required"


def _earlier(
    model: type[QuarterAnswer] | type[Measurement], present: Measurement
) -> list[ColumnElement[bool]]:
    return [
        model.indicator == present.indicator,
        model.indicator_version == present.indicator_version,
        model.period_start < present.period_start,
    ]


def _comparable(word: Word, present: Measurement) -> float | None:
    """An earlier number beside the present one; None when the two cannot be compared."""
    if word.value is None or not is_surveyed(present):
        return word.value
    if not word.denominator or not present.denominator:
        return None
    return word.value * present.denominator / word.denominator
