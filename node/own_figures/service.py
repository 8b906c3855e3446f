"""What people do with figures on our own page: ask, decide, take back, and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from federation.database import now
from node.outcomes.models import Measurement
from node.outcomes.service import lock
from node.own_figures.models import OwnFigure
from node.own_figures.one_way import refuse_if_chosen, refuse_if_released, wait_for_releases
from node.own_figures.presenting import Presented, present
from node.surveys.background import AGE_BANDS
from schemas.errors import Conflict, InvalidInput, NotAllowed, NotFound
from schemas.messages import N_

PARTS = ("0-17", *AGE_BANDS, "unknown")
"""By which a count may be divided: how old people are, if that is known."""
NONE = N_("This figure does not exist.")


def ask(
    session: Session, measurement: Measurement, *, parts: Mapping[str, int] | None = None, asked_by: int
) -> OwnFigure:
    """Ask the board to show a measurement on our own page, perhaps divided by age.

    A band that is not named is nobody; it is hidden like a small one, so that its absence tells nothing.
    Raises InvalidInput when the parts are not the whole, Conflict when it was released this year or chosen
    beforehand for the network.
    """
    lock(session, measurement)
    _check_parts(measurement, parts or {})
    refuse_if_chosen(session, measurement)
    refuse_if_released(session, measurement)
    figure = waiting_for(session, measurement) or OwnFigure(measurement=measurement)
    figure.parts = {band: parts.get(band, 0) for band in PARTS} if parts else None
    figure.prepared_by, figure.prepared_at = asked_by, now()
    session.add(figure)
    session.flush()
    return figure


def decide(session: Session, figure: OwnFigure, *, approved_by: int, seen: str | None = None) -> OwnFigure:
    """Show it, in the board's name. What is shown already stays as it is.

    Raises NotAllowed to who asked, Conflict when it was released, or changed since it was ``seen``.
    """
    _lock(session, figure)
    if figure.shown_at is not None:
        return figure
    measurement = figure.measurement
    if approved_by in (figure.prepared_by, measurement.prepared_by):
        raise NotAllowed(N_("You prepared this figure. Let another board member approve it."))
    if seen is not None and seen != figure.seen_as:
        raise Conflict(N_("The number was changed while you looked at it. Please look again."))
    _check_parts(measurement, figure.parts or {})
    wait_for_releases(session, measurement.year)
    refuse_if_chosen(session, measurement)
    refuse_if_released(session, measurement)
    figure.show(as_presented(figure).stored(), approved_by)
    session.flush()
    return figure


def refuse(session: Session, figure: OwnFigure) -> None:
    """The board says no: the question goes, exact parts and all. Raises Conflict once it was shown."""
    _lock(session, figure)
    if figure.shown_at is not None:
        raise Conflict(N_("This figure was on our own page already. Take it off instead."))
    session.delete(figure)
    session.flush()


def forget_questions(session: Session, measurement: Measurement) -> None:
    """Before a measurement goes: what was asked about it goes too. Raises Conflict when ever shown."""
    figures = session.scalars(select(OwnFigure).where(OwnFigure.measurement_id == measurement.id)).all()
    if any(each.shown_at is not None for each in figures):
        raise Conflict(N_("This figure was on our own page. Change its number instead."))
    for each in figures:
        session.delete(each)
    session.flush()


def take_back(session: Session, figure: OwnFigure) -> None:
    """Take it off our page."""
    figure.take_back()
    session.flush()


def as_presented(figure: OwnFigure) -> Presented:
    """How it is read: as it stands, or as it would stand when the board says yes."""
    if figure.shown is not None:
        return Presented(**figure.shown)
    measurement = figure.measurement
    return present(measurement.definition, measurement.raw_value, measurement.denominator, figure.parts)


def shown_figures(session: Session) -> list[OwnFigure]:
    """What stands on our page: of each figure the last showing, oldest period first."""
    query = (
        select(OwnFigure).where(OwnFigure.shown_at.is_not(None)).order_by(OwnFigure.shown_at, OwnFigure.id)
    )
    last: dict[tuple[Any, ...], OwnFigure] = {}
    for each in session.scalars(query):
        counted = each.measurement
        last[counted.indicator, counted.indicator_version, counted.period_start, counted.period_end] = each
    found = [each for each in last.values() if each.taken_back_at is None]
    return sorted(found, key=lambda each: (each.measurement.indicator, each.measurement.period_start))


def waiting(session: Session) -> Sequence[OwnFigure]:
    """What waits for the board, oldest first."""
    query = select(OwnFigure).where(OwnFigure.shown_at.is_(None)).order_by(OwnFigure.id)
    return session.scalars(query).all()


def waiting_for(session: Session, measurement: Measurement) -> OwnFigure | None:
    """The question about a measurement on which the board did not decide yet."""
    query = select(OwnFigure).where(OwnFigure.measurement_id == measurement.id, OwnFigure.shown_at.is_(None))
    return session.scalars(query.order_by(OwnFigure.id.desc()).limit(1)).first()


def get_figure(session: Session, figure_id: int) -> OwnFigure:
    """One showing. Raises NotFound."""
    figure = session.get(OwnFigure, figure_id)
    if figure is None:
        raise NotFound(NONE, cause=f"own figure {figure_id}")
    return figure


def _lock(session: Session, figure: OwnFigure) -> None:
    """Wait for whoever works on it, and read it as it is then. Raises NotFound when it went meanwhile."""
    try:
        lock(session, figure.measurement)
        session.refresh(figure)
    except InvalidRequestError:
        raise NotFound(NONE) from None


def _check_parts(measurement: Measurement, parts: Mapping[str, int]) -> None:
    """All parts of one count together are that count; a survey is never divided here."""
    if not parts:
        return
    definition = measurement.definition
    if definition.aggregate == "sum" or definition.takes_denominator == "required":
        raise InvalidInput(fields={"parts": [N_("The answers to a survey are not divided here.")]})
    if set(parts) - set(PARTS) or any(type(count) is not int or count < 0 for count in parts.values()):
        raise InvalidInput(fields={"parts": [N_("Fill in whole numbers.")]})
    if sum(parts.values()) != measurement.raw_value:
        raise InvalidInput(
            fields={"parts": [N_("Together these are not the number that was counted. Use “not known” too.")]}
        )
