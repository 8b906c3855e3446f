"""Pages of figures: of the network, our own, counting, and the board's decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from federation.actors.identities import own_uri
from federation.database import now
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, current_account, may, needs, require
from node.accounts.models import Account
from node.indicators.service import countable, releasable
from node.outcomes import figure_table, service
from node.outcomes.closing import table_of
from node.outcomes.export import figures_csv
from node.outcomes.groups import figure_groups
from node.outcomes.models import Measurement
from node.outcomes.periods import Period, past_quarters, past_years
from node.outcomes.table_words import state_words
from node.outcomes.words import (
    correction_reason,
    figure_told,
    in_language,
    indicator_label,
    indicator_part,
    is_rate,
    period_words,
    quarter_words,
    rate_words,
)
from node.quarters.hints import hints
from schemas.errors import InvalidInput
from schemas.numbers import whole_number

bp = Blueprint("outcomes", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
FORM = ("indicator", "period", "first", "last", "value", "denominator")


@bp.get("/cijfers")
def index() -> Page:
    """The released figures of the network; for the team also our own, with their state."""
    prepares, approves = may(Action.PREPARE_RELEASE), may(Action.APPROVE_RELEASE)
    account = current_account()
    own = service.list_measurements(current_session) if prepares or approves else []
    return render_template(
        "outcomes/index.html",
        groups=figure_groups(current_session),
        may_report=may(Action.SEE_WORKPLACE),
        own_uri=own_uri(current_session),
        own=own,
        correctable=service.correctable(own),
        replaced=service.replaced(own),
        may_prepare=prepares,
        may_approve=approves,
        account_id=account.id if account else None,
    )


@bp.get("/cijfers.csv")
def export() -> Response:
    """All released figures for a spreadsheet."""
    answer = Response(figures_csv(current_session), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=cijfers.csv"
    return answer


@bp.get("/cijfers/nieuw")
@needs(Action.PREPARE_RELEASE)
def new() -> Page:
    """Ask for one number of a survey or a year; what is counted each quarter has its own sheet."""
    asked = {part: request.args.get(part, "")[:80] for part in FORM}
    if asked["indicator"] in {each.code for each in countable(current_session)}:
        return redirect(url_for("quarters.index"))
    return _form(asked, {})


@bp.post("/cijfers/nieuw")
@needs(Action.PREPARE_RELEASE)
def prepare() -> Page:
    """Keep the number here and ask the board."""
    typed = {part: request.form.get(part, "").strip() for part in FORM}
    numbers = {part: whole_number(typed[part]) for part in ("value", "denominator")}
    account = require(Action.PREPARE_RELEASE)
    try:
        service.prepare(current_session, _said(typed) | numbers, prepared_by=account.id, today=now().date())
    except InvalidInput as error:
        return _form(typed, error.fields), 422
    commit()
    flash(_("Kept in our own village. Nothing is shared until the board says yes."))
    return redirect(url_for(".index"), 303)


@bp.get("/cijfers/<int:measurement_id>/goedkeuren")
@needs(Action.APPROVE_RELEASE)
def ask_approval(measurement_id: int) -> Page:
    """What will leave, what it costs, and the button."""
    measurement = service.get_measurement(current_session, measurement_id)
    account = require(Action.APPROVE_RELEASE)
    return render_template(
        "outcomes/approve.html",
        measurement=measurement,
        preview=service.preview(current_session, measurement),
        hints=hints(current_session, measurement),
        is_told=figure_table.is_told(current_session, measurement),
        beside=_beside(measurement),
        before=service.previous(current_session, measurement),
        preparer=_name(measurement.prepared_by),
        approver=_name(measurement.release.approved_by) if measurement.release else "",
        is_own=measurement.prepared_by == account.id,
    )


@bp.post("/cijfers/<int:measurement_id>/goedkeuren")
@needs(Action.APPROVE_RELEASE)
def approve(measurement_id: int) -> Page:
    """Release it in the board's name."""
    measurement = service.get_measurement(current_session, measurement_id)
    account = require(Action.APPROVE_RELEASE)
    service.approve(
        current_session,
        current_runtime().settings,
        measurement,
        approved_by=account.id,
        seen=request.form.get("seen", "")[:60],
    )
    commit()
    flash(_("Released. The network receives the protected figure now."))
    return redirect(url_for(".ask_approval", measurement_id=measurement_id), 303)


for _each in (
    correction_reason,
    figure_told,
    indicator_label,
    indicator_part,
    is_rate,
    period_words,
    rate_words,
):
    bp.add_app_template_global(_each)
bp.add_app_template_filter(quarter_words)


def _said(typed: dict[str, str]) -> dict[str, Any]:
    """The indicator and its period: chosen, or for a survey by its first and last day."""
    days = f"{typed['first']}/{typed['last']}" if typed["first"] or typed["last"] else ""
    return {"indicator": typed["indicator"], "period": days or typed["period"]}


def _form(typed: dict[str, str], errors: dict[str, object]) -> str:
    periods: list[Period] = [*past_years(now().date()), *past_quarters(now().date())]
    return render_template(
        "outcomes/new.html",
        typed=typed,
        errors=errors,
        indicators=[
            (each.code, in_language(each, ""), in_language(each, "definition_"))
            for each in releasable(current_session)
            if each.counted != "quarter"
        ],
        periods=[(str(each), period_words(each.start, each.end)) for each in periods],
    )


def _beside(measurement: Measurement) -> list[tuple[str, str, str]]:
    """The other figures of the table over the same period, and how far they are."""
    found = table_of(current_session, measurement.period)
    return [
        (in_language(each.indicator, ""), *state_words(each.state))
        for each in found
        if each.indicator.code != measurement.indicator
    ]


def _name(account_id: int) -> str:
    name = current_session.scalar(select(Account.name).where(Account.id == account_id))
    return name or str(_("someone who left"))
