"""Closing a period: what is in the table and was not counted is said to be so, in the board's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import base_url, get_identity
from federation.settings import Settings
from node.outcomes.budget import budget_of
from node.outcomes.documents import absence_document
from node.outcomes.figure_table import is_chosen, told_over
from node.outcomes.models import Measurement
from node.outcomes.periods import Counted, Period, Quarter, past_quarters, past_years
from node.outcomes.survey_days import answered_in, results_over, survey_periods
from node.outcomes.table_models import OutcomeAbsence
from node.own_figures.one_way import is_shown
from node.quarters.kept import kept_in
from schemas.errors import Conflict, InvalidInput
from schemas.indicators import NATIONAL_PREFIX, Indicator
from schemas.messages import N_

State = Literal["released", "waits", "counted", "not_counted", "open"]
"""``counted`` is typed in, or answered in a survey, but not put before the board; ``open`` is what nobody
said anything about."""


@dataclass(frozen=True)
class Line:
    """One figure of the table over one period, and how far it is."""

    indicator: Indicator
    state: State
    measurement: Measurement | None

    @property
    def is_missing(self) -> bool:
        """Whether closing says of it that it was not counted."""
        return self.state == "open"


def table_of(session: Session, period: Period) -> list[Line]:
    """The table of a period, in its fixed order."""
    absent = {each.indicator for each in _absences(session, period)}
    kept, results = kept_in(session, period), results_over(session, period)
    answered = {code for result in results for code in answered_in(session, result)}
    kinds = {_kind(period), "survey"} if results else {_kind(period)}
    measured: dict[str, Measurement] = {}
    for each in _measured(session, period):
        if each.is_released or each.indicator not in measured:  # a correction that waits is not told yet
            measured[each.indicator] = each
    found = []
    for indicator in told_over(session, period):
        if indicator.counted in kinds:
            typed = kept.get((indicator.code, indicator.version))
            is_counted = indicator.code in answered or (typed is not None and typed.word.is_counted)
            measurement = measured.get(indicator.code)
            state = _state(measurement, is_counted=is_counted, is_absent=indicator.code in absent)
            found.append(Line(indicator, state, measurement))
    return found


def close(session: Session, settings: Settings, period: Period, *, said_by: int, today: date) -> int:
    """Say of all that is missing that it was not counted, and publish that; how many there were.

    Once said it stays said; the same press again says nothing new. Raises Conflict while the period is not
    over, and while a number waits or a survey has answers that were not told: whoever could close first and
    count later could choose what is told. Raises InvalidInput for days over which nothing is counted here.
    """
    if period.end >= today:
        raise Conflict(N_("This period is not over yet."))
    if period not in {*past_quarters(today), *past_years(today), *survey_periods(session, today)}:
        raise InvalidInput(fields={"period": [N_("Choose a period.")]})
    if not is_chosen(session):
        raise Conflict(N_("First choose which figures your village tells."))
    budget_of(session, period.start.year, lock=True)
    lines = table_of(session, period)
    if any(line.state in ("waits", "counted") and _could_leave(session, line) for line in lines):
        raise Conflict(N_("Numbers of this period wait for a decision of the board. Decide on them first."))
    missing = [line.indicator for line in lines if line.is_missing]
    if missing:
        _say_absent(session, settings, period, missing, said_by)
    return len(missing)


def closable(session: Session, today: date) -> list[Period]:
    """The periods with something of the table missing; none while the board has not chosen one."""
    if not is_chosen(session):
        return []
    periods = shown_periods(session, today)
    return [each for each in periods if any(line.is_missing for line in table_of(session, each))]


def shown_periods(session: Session, today: date) -> list[Period]:
    """The periods that the page of the table has, the newest first."""
    periods = {*past_quarters(today, 4), *past_years(today, 1), *survey_periods(session, today)}
    return sorted(periods, key=lambda each: (each.end, each.start), reverse=True)


def _say_absent(
    session: Session, settings: Settings, period: Period, missing: Sequence[Indicator], said_by: int
) -> None:
    uri = None
    national = [each for each in missing if each.code.startswith(NATIONAL_PREFIX)]
    if national:
        document = absence_document(period, national, f"{base_url(session)}/cijfers/tabel")
        activity = publish_record(session, settings, get_identity(session, "cooperative"), "Create", document)
        uri = activity["object"]["id"]
    for indicator in missing:
        row = OutcomeAbsence(indicator=indicator.code, said_by=said_by, object_uri=uri)
        row.period_start, row.period_end = period.start, period.end
        session.add(row)
    session.flush()


def _could_leave(session: Session, line: Line) -> bool:
    """Whether the board could release it: the budget has room, and our own page does not show it rounded.

    Neither depends on the number, so that it is not told tells nothing.
    """
    if line.measurement is None:
        return True
    spent, allowed = budget_of(session, line.measurement.year).part(line.indicator.topic)
    has_room = spent + line.indicator.epsilon <= allowed + 1e-9
    return has_room and not is_shown(session, line.measurement)


def _kind(period: Period) -> Counted:
    if isinstance(period, Quarter):
        return "quarter"
    return "survey" if "/" in str(period) else "year"


def _state(measurement: Measurement | None, *, is_counted: bool, is_absent: bool) -> State:
    if measurement is not None:
        return "released" if measurement.is_released else "waits"
    if is_absent:
        return "not_counted"
    return "counted" if is_counted else "open"


def _absences(session: Session, period: Period) -> Sequence[OutcomeAbsence]:
    query = select(OutcomeAbsence).where(
        OutcomeAbsence.period_start == period.start, OutcomeAbsence.period_end == period.end
    )
    return session.scalars(query).all()


def _measured(session: Session, period: Period) -> Sequence[Measurement]:
    """Its measurements, the newest edition last."""
    query = select(Measurement).where(
        Measurement.period_start == period.start, Measurement.period_end == period.end
    )
    order = (Measurement.indicator_version, Measurement.edition)
    return session.scalars(query.order_by(*order)).all()
