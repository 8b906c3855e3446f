"""What people do with figures: count, ask the board, release, correct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from federation.settings import Settings
from federation.upserts import insert_if_new
from node.indicators.service import current
from node.outcomes.budget import budget_of
from node.outcomes.documents import publish
from node.outcomes.figure_table import refuse_unless_told
from node.outcomes.guarantee import guarantee
from node.outcomes.models import Measurement, OutcomeRelease
from node.outcomes.noise import Noisy, draw
from node.outcomes.periods import Period, read_period
from node.own_figures.one_way import refuse_if_shown
from schemas.errors import Conflict, InvalidInput, NotAllowed, NotFound
from schemas.fields import Text
from schemas.figure_rates import FEWEST_ANSWERS, MOST_PEOPLE, possible
from schemas.indicators import Indicator
from schemas.messages import N_

DrawNoise = Callable[..., Noisy]


class NumberSchema(Schema):
    """A counted number, and the public number it is read beside."""

    value = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, MOST_PEOPLE, error=N_("Fill in a whole number from 0 to 1,000,000.")),
        error_messages={"invalid": N_("Fill in a whole number from 0 to 1,000,000.")},
    )
    denominator = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, MOST_PEOPLE, error=N_("Fill in a whole number from 1 to 1,000,000.")),
        error_messages={"invalid": N_("Fill in a whole number from 1 to 1,000,000.")},
    )


class MeasurementSchema(NumberSchema):
    """What the form and the API ask for one figure."""

    indicator = Text(required=True, most=80)
    period = fields.String(required=True, validate=validate.Length(max=30))


@dataclass(frozen=True)
class Preview:
    """What leaves when the board says yes: everything but the value, which is not drawn yet."""

    name: str
    period: Period
    topic: str
    epsilon: float
    spent: float
    allowed: float

    @property
    def left_after(self) -> float:
        """The rest of the year's budget after this release; below zero when it does not fit."""
        return round(self.allowed - self.spent - self.epsilon, 6)


def prepare(session: Session, data: Any, *, prepared_by: int, today: date) -> Measurement:
    """Store a counted number for a period, or correct it while the board has not approved it."""
    values = load(MeasurementSchema(), data)
    indicator = current(session, values["indicator"])
    period = read_period(values["period"], today, indicator.counted)
    check_number(indicator, values["value"], values["denominator"])
    measurement = _find_or_begin(session, indicator, period, values["value"], prepared_by)
    refuse_same(previous(session, measurement), values["value"], values["denominator"])
    measurement.count_again(values["value"], values["denominator"], prepared_by)
    session.flush()
    return measurement


def check_number(indicator: Indicator, value: int, denominator: int | None) -> None:
    """InvalidInput for a denominator that does not belong, is lacking, or does not fit the number."""
    if denominator is None:
        if indicator.takes_denominator == "required":
            raise InvalidInput(fields={"denominator": [N_("Fill in how many people answered.")]})
        return
    if indicator.takes_denominator == "none":
        raise InvalidInput(fields={"denominator": [N_("This figure is not read beside a public number.")]})
    if indicator.takes_denominator != "required":
        return  # guests may come from elsewhere, so more people than live here is possible
    if denominator < FEWEST_ANSWERS:
        raise InvalidInput(fields={"denominator": [N_("Share it only when at least 30 people answered.")]})
    least, most = possible(indicator, denominator)
    if not least <= value <= most:
        raise InvalidInput(fields={"value": [N_("This number does not fit how many people answered.")]})


def refuse_same(released: Measurement | None, value: int, denominator: int | None) -> None:
    """Conflict for a correction to the very number that was released: its noise is drawn once.

    Of a survey nobody sees the exact number, so nobody may learn it by trying either; there the budget alone
    is what stops who averages.
    """
    if released is None or released.definition.measured_by == "survey":
        return
    if (released.raw_value, released.denominator) == (value, denominator):
        raise Conflict(N_("This is the number that was counted already. There is nothing to correct."))


def approve(
    session: Session,
    settings: Settings,
    measurement: Measurement,
    *,
    approved_by: int,
    seen: str | None = None,
    noise: DrawNoise = draw,
) -> OutcomeRelease:
    """Release a measurement in the board's name: draw its noise once, and publish.

    A released measurement gives the very same release again, also to two who press at once. Raises
    NotAllowed to the person who prepared it, Conflict when the year's budget is spent or the number is no
    longer the one that was ``seen`` (`Measurement.seen_as`), NotReady when no noise came.
    """
    lock(session, measurement)
    if measurement.release is not None:
        return measurement.release
    if measurement.prepared_by == approved_by:
        raise NotAllowed(N_("You prepared this figure. Let another board member approve it."))
    if seen is not None and seen != measurement.seen_as:
        raise Conflict(N_("The number was changed while you looked at it. Please look again."))
    before = previous(session, measurement)
    refuse_same(before, measurement.raw_value, measurement.denominator)
    definition = measurement.definition
    budget = budget_of(session, measurement.year, lock=True)
    refuse_if_shown(session, measurement)
    refuse_unless_told(session, measurement)
    budget.spend(definition.topic, definition.epsilon)
    noisy = noise(measurement.raw_value, sensitivity=definition.bound, epsilon=definition.epsilon)
    release = _release(measurement, noisy, approved_by)
    session.add(release)
    session.flush()
    publish(session, settings, release, before.release.object_uri if before and before.release else None)
    return release


def preview(session: Session, measurement: Measurement) -> Preview:
    """What the board sees before it decides."""
    definition = measurement.definition
    spent, allowed = budget_of(session, measurement.year).part(definition.topic)
    return Preview(definition.nl, measurement.period, definition.topic, definition.epsilon, spent, allowed)


def list_measurements(session: Session) -> Sequence[Measurement]:
    """Our own measurements, newest period first; of one figure its last correction first."""
    order = (Measurement.period_end.desc(), Measurement.indicator, Measurement.edition.desc())
    return session.scalars(select(Measurement).order_by(*order)).all()


def correctable(measurements: Iterable[Measurement]) -> set[int]:
    """Of these, newest edition first, the released figures that no correction stands beside yet."""
    newest: dict[tuple[str, int, date, date], Measurement] = {}
    for each in measurements:
        key = each.indicator, each.indicator_version, each.period_start, each.period_end
        newest.setdefault(key, each)
    return {each.id for each in newest.values() if each.is_released}


def replaced(measurements: Iterable[Measurement]) -> set[int]:
    """Of these, newest edition first, the released figures that a later release replaces."""
    told: set[tuple[str, int, date, date]] = set()
    found: set[int] = set()
    for each in measurements:
        key = each.indicator, each.indicator_version, each.period_start, each.period_end
        if each.is_released and key in told:
            found.add(each.id)
        elif each.is_released:
            told.add(key)
    return found


def get_measurement(session: Session, measurement_id: int) -> Measurement:
    """One of our measurements."""
    measurement = session.get(Measurement, measurement_id)
    if measurement is None:
        raise NotFound(N_("This figure does not exist."), cause=f"measurement {measurement_id}")
    return measurement


def previous(session: Session, measurement: Measurement) -> Measurement | None:
    """The edition that this one corrects; None of the first."""
    if measurement.edition == 1:
        return None
    return session.scalar(_editions(measurement).where(Measurement.edition == measurement.edition - 1))


def newest_edition(session: Session, measurement: Measurement) -> Measurement:
    """The last correction of the same figure, or the figure itself."""
    query = _editions(measurement).order_by(Measurement.edition.desc()).limit(1)
    return session.scalars(query).one()


def lock(session: Session, measurement: Measurement) -> None:
    """Wait for whoever works on this figure, and read it as it is then."""
    session.execute(select(Measurement.id).where(Measurement.id == measurement.id).with_for_update())
    session.refresh(measurement)


def load(schema: Schema, data: Any) -> dict[str, Any]:
    """What was typed or sent. Raises InvalidInput with its places."""
    try:
        values: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    return values


def _find_or_begin(
    session: Session, indicator: Indicator, period: Period, value: int, prepared_by: int
) -> Measurement:
    """The last edition of this figure, kept for us; the first one when there is none."""
    key = {
        "indicator": indicator.code,
        "indicator_version": indicator.version,
        "period_start": period.start,
        "period_end": period.end,
    }
    insert_if_new(session, Measurement, {**key, "edition": 1, "raw_value": value, "prepared_by": prepared_by})
    query = select(Measurement).filter_by(**key).order_by(Measurement.edition.desc()).limit(1)
    measurement = session.scalars(query).one()
    lock(session, measurement)
    return measurement


def _editions(measurement: Measurement) -> Select[Measurement]:
    return select(Measurement).where(
        Measurement.indicator == measurement.indicator,
        Measurement.indicator_version == measurement.indicator_version,
        Measurement.period_start == measurement.period_start,
        Measurement.period_end == measurement.period_end,
    )


def _release(measurement: Measurement, noisy: Noisy, approved_by: int) -> OutcomeRelease:
    definition, denominator = measurement.definition, measurement.denominator
    return OutcomeRelease(
        measurement=measurement,
        value=noisy.value,
        error_bar=noisy.error_bar,
        epsilon=definition.epsilon,
        sensitivity=definition.bound,
        guarantee=guarantee(definition, noisy.value, noisy.error_bar, definition.epsilon, denominator),
        approved_by=approved_by,
    )
