"""Pages of the fixed table: what this village tells by period, the board's choice, and closing a period."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from federation.database import now
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.indicators.service import releasable
from node.outcomes import closing, figure_table
from node.outcomes.periods import period_named
from node.outcomes.table_words import state_words
from node.outcomes.words import in_language
from schemas.errors import InvalidInput
from schemas.indicators import WELLBEING_BUDGET, YEARLY_BUDGET

bp = Blueprint("outcome_table", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/cijfers/tabel")
def show() -> str:
    """What this village tells, by period: the released figure, or that it was not counted."""
    today = now().date()
    is_team = may(Action.PREPARE_RELEASE)
    periods = closing.shown_periods(current_session, today)
    return render_template(
        "outcomes/table.html",
        is_chosen=figure_table.is_chosen(current_session),
        told=[in_language(each, "") for each in figure_table.told(current_session, today)],
        sections=[(each, closing.table_of(current_session, each)) for each in periods],
        closable=closing.closable(current_session, today) if may(Action.APPROVE_RELEASE) else [],
        is_team=is_team,
        may_choose=may(Action.APPROVE_RELEASE),
        state_words=state_words,
    )


@bp.get("/cijfers/tabel/kiezen")
@needs(Action.APPROVE_RELEASE)
def ask_choice() -> str:
    """Ask the board what this village tells."""
    if figure_table.is_chosen(current_session):
        chosen = [each.code for each in figure_table.told(current_session, now().date())]
        return _form(chosen, {})
    return _form(figure_table.PROPOSED, {})


@bp.post("/cijfers/tabel/kiezen")
@needs(Action.APPROVE_RELEASE)
def choose() -> Page:
    """Make this the table from today on."""
    account = require(Action.APPROVE_RELEASE)
    codes = request.form.getlist("indicators")
    try:
        figure_table.choose(current_session, codes, chosen_by=account.id, today=now().date())
    except InvalidInput as error:
        return _form(codes, error.fields), 422
    commit()
    flash(_("Kept. It holds for every period that is not over yet."))
    return redirect(url_for(".show"), 303)


@bp.post("/cijfers/tabel/sluiten")
@needs(Action.APPROVE_RELEASE)
def close() -> Page:
    """Say of what is missing that it was not counted."""
    account = require(Action.APPROVE_RELEASE)
    today = now().date()
    period = period_named(request.form.get("period", "")[:30])
    settings = current_runtime().settings
    count = closing.close(current_session, settings, period, said_by=account.id, today=today)
    commit()
    flash(
        ngettext(
            "The network reads that %(num)s figure was not counted.",
            "The network reads that %(num)s figures were not counted.",
            count,
        )
    )
    return redirect(url_for(".show"), 303)


def _form(chosen: Collection[str], errors: dict[str, object]) -> str:
    everything = releasable(current_session)
    cost = figure_table.cost_of([each for each in everything if each.code in chosen])
    return render_template(
        "outcomes/choose.html",
        chosen=chosen,
        errors=errors,
        is_first=not figure_table.is_chosen(current_session),
        choices=[(each, in_language(each, ""), in_language(each, "definition_")) for each in everything],
        times=figure_table.TIMES,
        cost=cost,
        allowed={"taking_part": YEARLY_BUDGET, "wellbeing": WELLBEING_BUDGET},
    )
