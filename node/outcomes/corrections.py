"""Corrections: a released figure never changes; a new one replaces it, says why, and costs budget again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from federation.upserts import insert_if_new
from node.outcomes.models import Measurement
from node.outcomes.service import (
    NumberSchema,
    check_number,
    load,
    lock,
    newest_edition,
    previous,
    refuse_same,
)
from schemas.errors import Conflict
from schemas.fields import Code
from schemas.indicators import CORRECTION_REASONS
from schemas.messages import N_


class CorrectionSchema(NumberSchema):
    """The number as it should have been, and why it was not."""

    reason = Code(CORRECTION_REASONS, required=True)


def correct(session: Session, measurement: Measurement, data: Any, *, prepared_by: int) -> Measurement:
    """Prepare a correction of a released figure, or change the one that waits for the board.

    Raises Conflict for a figure that was not released, and for numbers that are the released ones: drawing
    new noise for the same number would let who averages come near it.
    """
    values = load(CorrectionSchema(), data)
    check_number(measurement.definition, values["value"], values["denominator"])
    newest = newest_edition(session, measurement)
    lock(session, newest)
    if not newest.is_released and newest.edition == 1:
        raise Conflict(N_("This figure was not released yet. Change the number itself."))
    released = newest if newest.is_released else previous(session, newest)
    refuse_same(released, values["value"], values["denominator"])
    if newest.is_released:
        newest = _next_edition(session, newest, values, prepared_by)
    newest.count_again(values["value"], values["denominator"], prepared_by)
    newest.correction_reason = values["reason"]
    session.flush()
    return newest


def withdraw(session: Session, measurement: Measurement) -> None:
    """Take back a correction that the board did not decide on yet. Raises Conflict for anything else."""
    lock(session, measurement)
    if measurement.is_released or measurement.edition == 1:
        raise Conflict(N_("Only a correction that waits for the board can be taken back."))
    session.delete(measurement)
    session.flush()


def _next_edition(
    session: Session, newest: Measurement, values: dict[str, Any], prepared_by: int
) -> Measurement:
    """The edition after this one; whoever begins it at the same moment gets the same."""
    same = ("indicator", "indicator_version", "period_start", "period_end", "example_data")
    row = {name: getattr(newest, name) for name in same}
    row |= {"edition": newest.edition + 1, "raw_value": values["value"], "prepared_by": prepared_by}
    insert_if_new(session, Measurement, row)
    begun = newest_edition(session, newest)
    lock(session, begun)
    return begun
