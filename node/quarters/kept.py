"""What is kept of each figure of a period: here, with the board, or released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.outcomes.models import Measurement
from node.outcomes.periods import Period
from node.quarters.models import QuarterAnswer
from node.quarters.words import OPEN, Line, Word, counted

Key = tuple[str, int]
"""An indicator's code and the version of its definition."""


@dataclass(frozen=True)
class Kept:
    """The word that holds for one figure, who said it, and the one before it."""

    word: Word = OPEN
    source: str = "typed"
    said_by: int | None = None
    said_at: datetime | None = None
    before: Word | None = None
    """What it goes back to; None when there is nothing to take back."""
    measurement: Measurement | None = None
    """What the board has; its number is always the one that holds."""

    @property
    def is_released(self) -> bool:
        """True once the network has it: from then on only a correction changes it."""
        return self.measurement is not None and (self.measurement.is_released or self.measurement.edition > 1)


def kept_in(session: Session, period: Period) -> dict[Key, Kept]:
    """What is kept of all figures of one period."""
    answers = select(QuarterAnswer).where(
        QuarterAnswer.period_start == period.start, QuarterAnswer.period_end == period.end
    )
    said: dict[Key, list[QuarterAnswer]] = {}
    for row in session.scalars(answers.order_by(QuarterAnswer.revision)):
        said.setdefault((row.indicator, row.indicator_version), []).append(row)
    measured = measured_in(session, period)
    return {key: _kept(said.get(key, ()), measured.get(key)) for key in said.keys() | measured.keys()}


def kept_of(session: Session, line: Line) -> Kept:
    """What is kept of one figure."""
    return _kept(words_about(session, line), _newest(measured_of(session, line)))


def words_about(session: Session, line: Line) -> Sequence[QuarterAnswer]:
    """All words about a figure that are kept, the one that holds last."""
    query = select(QuarterAnswer).where(
        QuarterAnswer.indicator == line.indicator.code,
        QuarterAnswer.indicator_version == line.indicator.version,
        QuarterAnswer.period_start == line.period.start,
        QuarterAnswer.period_end == line.period.end,
    )
    return session.scalars(query.order_by(QuarterAnswer.revision)).all()


def measured_of(session: Session, line: Line) -> Sequence[Measurement]:
    """The editions of a figure that the board has or released, the first one first."""
    query = select(Measurement).where(
        Measurement.indicator == line.indicator.code,
        Measurement.indicator_version == line.indicator.version,
        Measurement.period_start == line.period.start,
        Measurement.period_end == line.period.end,
    )
    return session.scalars(query.order_by(Measurement.edition)).all()


def measured_in(session: Session, period: Period) -> dict[Key, Measurement]:
    """The last edition of each figure of a period that the board has or released."""
    query = select(Measurement).where(
        Measurement.period_start == period.start, Measurement.period_end == period.end
    )
    rows = session.scalars(query.order_by(Measurement.edition))
    return {(row.indicator, row.indicator_version): row for row in rows}


def word_of(answer: QuarterAnswer) -> Word:
    """A kept row as a word."""
    return Word(answer.state, answer.value, answer.denominator)


def _newest(editions: Iterable[Measurement]) -> Measurement | None:
    return max(editions, key=lambda each: each.edition, default=None)


def _kept(said: Sequence[QuarterAnswer], measurement: Measurement | None) -> Kept:
    """What the board has holds; a program may have given it another number than was said here."""
    words = [word_of(row) for row in said]
    if measurement is not None:
        held = counted(measurement.raw_value, measurement.denominator)
        if not words or words[-1] != held:
            before = words[-1] if words else None
            return Kept(
                held, "program", measurement.prepared_by, measurement.prepared_at, before, measurement
            )
    if not said:
        return Kept(measurement=measurement)
    last, before = said[-1], words[-2] if len(words) > 1 else OPEN
    return Kept(words[-1], last.source, last.said_by, last.said_at, before, measurement)
