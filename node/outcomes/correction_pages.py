"""Pages to correct a released figure, and to take a correction back before the board decides."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs, require
from node.outcomes import corrections, service
from node.outcomes.models import Measurement
from node.outcomes.words import correction_reason
from schemas.errors import InvalidInput
from schemas.indicators import CORRECTION_REASONS
from schemas.numbers import whole_number

bp = Blueprint("outcome_corrections", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
FORM = ("value", "denominator", "reason")


@bp.get("/cijfers/<int:measurement_id>/verbeteren")
@needs(Action.PREPARE_RELEASE)
def ask_correction(measurement_id: int) -> Page:
    """Ask for the number as it should have been, and why."""
    measurement = service.get_measurement(current_session, measurement_id)
    is_hidden = measurement.definition.measured_by == "survey"
    value = "" if is_hidden else str(measurement.raw_value)
    typed = {"value": value, "denominator": str(measurement.denominator or "")}
    return _form(measurement, {**typed, "reason": ""}, {})


@bp.post("/cijfers/<int:measurement_id>/verbeteren")
@needs(Action.PREPARE_RELEASE)
def correct(measurement_id: int) -> Page:
    """Keep the correction here and ask the board."""
    measurement = service.get_measurement(current_session, measurement_id)
    account = require(Action.PREPARE_RELEASE)
    typed = {part: request.form.get(part, "").strip() for part in FORM}
    said = {part: whole_number(typed[part]) for part in ("value", "denominator")}
    try:
        corrections.correct(
            current_session, measurement, {**said, "reason": typed["reason"]}, prepared_by=account.id
        )
    except InvalidInput as error:
        return _form(measurement, typed, error.fields), 422
    commit()
    flash(_("Kept in our own village. Nothing is shared until the board says yes."))
    return redirect(url_for("outcomes.index"), 303)


@bp.post("/cijfers/<int:measurement_id>/verbetering-terug")
@needs(Action.PREPARE_RELEASE)
def withdraw_correction(measurement_id: int) -> Page:
    """Take the correction back; what was released stays as it is."""
    corrections.withdraw(current_session, service.get_measurement(current_session, measurement_id))
    commit()
    flash(_("Taken back. The figure stays as it was released."))
    return redirect(url_for("outcomes.index"), 303)


def _form(measurement: Measurement, typed: dict[str, str], errors: dict[str, object]) -> str:
    return render_template(
        "outcomes/correct.html",
        measurement=measurement,
        preview=service.preview(current_session, measurement),
        typed=typed,
        errors=errors,
        reasons=[(term.code, correction_reason(term.code)) for term in CORRECTION_REASONS],
    )
