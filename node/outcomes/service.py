"""What people do with figures: count, ask the board, release, and read what the network released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import base_url, get_identity
from federation.settings import Settings
from node.indicators.service import current, told_on_the_wire
from node.outcomes.guarantee import guarantee, lead, to_html
from node.outcomes.models import Measurement, OutcomeRelease, PrivacyBudget
from node.outcomes.noise import Noisy, draw
from node.outcomes.periods import Quarter, read_quarter
from schemas import fallback
from schemas.errors import InvalidInput, NotAllowed, NotFound
from schemas.fields import Text
from schemas.indicators import YEARLY_BUDGET, Indicator
from schemas.messages import N_
from schemas.objects import Document, wire_type

MOST_PEOPLE = 1_000_000
DrawNoise = Callable[..., Noisy]


class MeasurementSchema(Schema):
    """What the form and the API ask for one figure."""

    indicator = Text(required=True, most=80)
    period = fields.String(required=True, validate=validate.Length(max=10))
    value = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, MOST_PEOPLE, error=N_("Fill in a whole number from 0 to 1,000,000.")),
        error_messages={"invalid": N_("Fill in a whole number from 0 to 1,000,000.")},
    )


@dataclass(frozen=True)
class Preview:
    """What leaves when the board says yes: everything but the value, which is not drawn yet."""

    name: str
    period: Quarter
    epsilon: float
    spent: float
    allowed: float

    @property
    def left_after(self) -> float:
        """The rest of the year's budget after this release; below zero when it does not fit."""
        return round(self.allowed - self.spent - self.epsilon, 6)


def prepare(session: Session, data: Any, *, prepared_by: int, today: date) -> Measurement:
    """Store a counted number for a quarter, or correct it while the board has not approved it."""
    values = _load(data)
    quarter = read_quarter(values["period"], today)
    indicator = current(session, values["indicator"])
    measurement = _find(session, indicator, quarter)
    if measurement is None:
        measurement = Measurement(
            indicator=indicator.code,
            indicator_version=indicator.version,
            period_start=quarter.start,
            period_end=quarter.end,
        )
        session.add(measurement)
    measurement.count_again(values["value"], prepared_by)
    session.flush()
    return measurement


def approve(
    session: Session,
    settings: Settings,
    measurement: Measurement,
    *,
    approved_by: int,
    noise: DrawNoise = draw,
) -> OutcomeRelease:
    """Release a measurement in the board's name: draw its noise once, and publish.

    A released measurement gives the very same release again. Raises NotAllowed to the person
    who prepared it, Conflict when the year's budget is spent, NotReady when no noise came.
    """
    if measurement.release is not None:
        return measurement.release
    if measurement.prepared_by == approved_by:
        raise NotAllowed(N_("You prepared this figure. Let another board member approve it."))
    definition = measurement.definition
    budget_of(session, measurement.year, lock=True).spend(definition.epsilon)
    noisy = noise(measurement.raw_value, sensitivity=definition.bound, epsilon=definition.epsilon)
    release = OutcomeRelease(
        measurement=measurement,
        value=noisy.value,
        error_bar=noisy.error_bar,
        epsilon=definition.epsilon,
        sensitivity=definition.bound,
        guarantee=guarantee(noisy.value, noisy.error_bar, definition.epsilon),
        approved_by=approved_by,
    )
    session.add(release)
    session.flush()
    _publish(session, settings, release)
    return release


def preview(session: Session, measurement: Measurement) -> Preview:
    """What the board sees before it decides."""
    budget = budget_of(session, measurement.year)
    quarter = Quarter(measurement.year, measurement.quarter)
    return Preview(
        measurement.definition.nl, quarter, measurement.definition.epsilon, budget.spent, budget.allowed
    )


def budget_of(session: Session, year: int, *, lock: bool = False) -> PrivacyBudget:
    """The budget of a year. With ``lock`` two approvals at once wait for one another."""
    budget = session.get(PrivacyBudget, year, with_for_update=lock)
    if budget is None:
        budget = PrivacyBudget(year=year, allowed=YEARLY_BUDGET, spent=0.0)
        if lock:
            session.add(budget)
            session.flush()
    return budget


def list_measurements(session: Session) -> Sequence[Measurement]:
    """Our own measurements, newest period first."""
    order = (Measurement.period_start.desc(), Measurement.indicator)
    return session.scalars(select(Measurement).order_by(*order)).all()


def get_measurement(session: Session, measurement_id: int) -> Measurement:
    """One of our measurements."""
    measurement = session.get(Measurement, measurement_id)
    if measurement is None:
        raise NotFound(N_("This figure does not exist."), cause=f"measurement {measurement_id}")
    return measurement


def _find(session: Session, indicator: Indicator, quarter: Quarter) -> Measurement | None:
    return session.scalar(
        select(Measurement).where(
            Measurement.indicator == indicator.code,
            Measurement.indicator_version == indicator.version,
            Measurement.period_start == quarter.start,
        )
    )


def _load(data: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = MeasurementSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    return values


def _publish(session: Session, settings: Settings, release: OutcomeRelease) -> None:
    identity = get_identity(session, "cooperative")
    document = outcome_document(release, f"{base_url(session)}/cijfers")
    activity = publish_record(session, settings, identity, "Create", document)
    release.object_uri = activity["object"]["id"]
    session.flush()


def outcome_document(release: OutcomeRelease, url: str) -> Document:
    """The release as it travels. Made from the release alone: it never sees the raw number."""
    measurement = release.measurement
    definition = measurement.definition
    figure = {
        "indicator": measurement.indicator,
        "indicatorVersion": measurement.indicator_version,
        "value": release.value,
        "errorBar": release.error_bar,
        "mechanism": "discrete-laplace",
        "epsilon": release.epsilon,
        "sensitivity": release.sensitivity,
    }
    if own := told_on_the_wire(definition):
        figure["definition"] = own
    period = {"start": measurement.period_start.isoformat(), "end": measurement.period_end.isoformat()}
    name = f"{definition.nl}, kwartaal {measurement.quarter} van {measurement.year}"
    return {
        **wire_type("OutcomeRelease"),
        "name": name,
        "summary": fallback.plain(lead(release)),
        **fallback.in_language("nl", name, to_html(release, name, url)),
        "period": period,
        "figures": [figure],
        "guarantee": release.guarantee,
        "exampleData": measurement.example_data,
        "url": url,
    }
