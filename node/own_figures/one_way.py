"""A figure leaves in one way within a year: with noise, or rounded on our own page (docs/adr/0023)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.indicators.service import releasable
from node.outcomes.budget import budget_of
from node.outcomes.figure_table import lines
from node.outcomes.models import Measurement, PrivacyBudget
from node.own_figures.models import OwnFigure
from schemas.errors import Conflict
from schemas.indicators import Indicator
from schemas.messages import N_


def refuse_if_shown(session: Session, measurement: Measurement) -> None:
    """Conflict when the same was shown rounded in its year, even if it was taken off the page since.

    Call it behind the lock of the year's budget, which whoever shows a figure waits for.
    """
    if is_shown(session, measurement):
        raise Conflict(
            N_(
                "This figure was on our own page, rounded, this year. "
                "Together with a protected figure it would tell too much, so it cannot be released."
            )
        )


def is_shown(session: Session, measurement: Measurement) -> bool:
    """Whether the same was shown rounded in its year."""
    shown = select(OwnFigure.measurement_id).where(OwnFigure.shown_at.is_not(None))
    return _any_related(measurement, _near(session, measurement, shown_in=shown))


def wait_for_releases(session: Session, year: int) -> None:
    """Let nobody release anything until this transaction ends: every release locks the budget of its year.

    Years in their order, and one that is new last, so that two who wait never wait for one another.
    """
    session.execute(select(PrivacyBudget.year).order_by(PrivacyBudget.year).with_for_update())
    budget_of(session, year, lock=True)


def refuse_if_released(session: Session, measurement: Measurement) -> None:
    """Conflict when the same was released with noise in its year."""
    found = (each for each in _near(session, measurement) if each.release is not None)
    if _any_related(measurement, found):
        raise Conflict(
            N_(
                "This figure was released to the network this year. "
                "Our own page shows that protected figure; rounded beside it, it would tell too much."
            )
        )


def refuse_if_chosen(session: Session, measurement: Measurement) -> None:
    """Conflict when the board chose beforehand to tell the same to the network: it is not kept back then.

    Else a board could look at a number first, and show it rounded when it does not like it to travel.
    """
    period, definition = measurement.period, measurement.definition
    chosen = {line.indicator for line in lines(session) if line.holds_for(period) or line.until_on is None}
    if any(is_same_source(definition, each) for each in releasable(session) if each.code in chosen):
        raise Conflict(
            N_(
                "The board chose beforehand to tell this to the network, with noise. "
                "Our page shows it as soon as it is released."
            )
        )


def may_be_shown(session: Session, measurement: Measurement) -> bool:
    """Whether it may be shown rounded: not released, and not chosen for the network."""
    try:
        refuse_if_chosen(session, measurement)
        refuse_if_released(session, measurement)
    except Conflict:
        return False
    return True


def is_same_source(one: Indicator, other: Indicator) -> bool:
    """Whether two indicators are made of the same counting, or of the answers to the same questions."""
    if one.code == other.code or one.numerator == other.numerator:
        return True
    are_asked = one.counted == other.counted == "survey"
    return are_asked and one.instrument_nl == other.instrument_nl


def _any_related(measurement: Measurement, others: Iterable[Measurement]) -> bool:
    definition = measurement.definition
    return any(is_same_source(definition, each.definition) for each in others)


def _near(session: Session, measurement: Measurement, shown_in: object = None) -> list[Measurement]:
    """All measurements of the years of this one, itself among them."""
    first, last = date(measurement.period_start.year, 1, 1), date(measurement.period_end.year, 12, 31)
    query = select(Measurement).where(Measurement.period_start <= last, Measurement.period_end >= first)
    if shown_in is not None:
        query = query.where(Measurement.id.in_(shown_in))  # type: ignore[arg-type]
    return list(session.scalars(query.execution_options(populate_existing=True)))
