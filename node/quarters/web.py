"""The page of a quarter: one screen with everything this village counts, and one to print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs, require
from node.accounts.models import Account
from node.gatherings.service import local_today
from node.layout.languages import current_language
from node.outcomes.periods import past_quarters
from node.outcomes.words import in_language
from node.quarters.known_here import known_here
from node.quarters.saving import Outcome, Press, carry_out, read_press
from node.quarters.sheet import Sheet, read_quarter, sheet_of
from node.quarters.words import SOURCES

bp = Blueprint("quarters", __name__, url_prefix="/cijfers/kwartaal", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
@needs(Action.PREPARE_RELEASE)
def index() -> BaseResponse:
    """The last quarter that is over."""
    return redirect(url_for(".show", period=past_quarters(local_today(), 1)[0]))


@bp.get("/<period>")
@needs(Action.PREPARE_RELEASE)
def show(period: str) -> Page:
    """The sheet, to fill in."""
    return _page(sheet_of(current_session, read_quarter(period, local_today())), {})


@bp.post("/<period>")
@needs(Action.PREPARE_RELEASE)
def save(period: str) -> Page:
    """Keep what was typed, and do what was pressed."""
    account, quarter = require(Action.PREPARE_RELEASE), read_quarter(period, local_today())
    sheet = sheet_of(current_session, quarter, with_hints=False)
    outcome = carry_out(current_session, sheet, request.form, by=account.id, today=local_today())
    commit()
    press = read_press(request.form)
    if outcome.errors:
        return _with_mistakes(sheet_of(current_session, quarter), outcome)
    if "HX-Request" not in request.headers:
        _tell(press, outcome)
    place = f"figure-{press.key}" if press.key else None
    return redirect(url_for(".show", period=quarter, _anchor=place), 303)


@bp.get("/<period>/overzicht")
@needs(Action.PREPARE_RELEASE)
def overview(period: str) -> str:
    """The sheet on paper: what was counted, by whom, and what is still open."""
    quarter = read_quarter(period, local_today())
    sheet = sheet_of(current_session, quarter)
    return render_template(
        "quarters/overview.html",
        sheet=sheet,
        known=known_here(current_session, quarter),
        names=_names(sheet),
        in_language=in_language,
        today=local_today(),
    )


def _page(sheet: Sheet, errors: dict[str, Any]) -> str:
    return render_template(
        "quarters/sheet.html",
        sheet=sheet,
        errors=errors,
        typed=request.form if errors else {},
        quarters=past_quarters(local_today(), 4),
        known=known_here(current_session, sheet.quarter),
        names=_names(sheet),
        in_language=in_language,
        sources={term.code: SOURCES.label(term.code, current_language()) for term in SOURCES},
    )


def _with_mistakes(sheet: Sheet, outcome: Outcome) -> Page:
    """The page again. htmx shows only what succeeded, and here it shows the whole figure."""
    page = _page(sheet, outcome.errors)
    if "HX-Request" not in request.headers:
        return page, 422
    answer, figure = make_response(page), f"#figure-{request.form.get('only', '')[:80]}"
    answer.headers["HX-Retarget"] = answer.headers["HX-Reselect"] = figure
    return answer


def _tell(press: Press, outcome: Outcome) -> None:
    """A word about what a button did; a step speaks for itself."""
    if press.action == "ask" and outcome.asked:
        flash(
            ngettext(
                "%(num)s figure is with the board now. Nothing is shared until the board says yes.",
                "%(num)s figures are with the board now. Nothing is shared until the board says yes.",
                outcome.asked,
            )
        )
    elif press.action in ("save", "ask"):
        flash(_("Kept in our own village. Nothing is shared until the board says yes."))
    elif press.action == "rest":
        flash(_("The rest is down as not counted. You can still fill it in."))


def _names(sheet: Sheet) -> dict[int, str]:
    """Who said what, by account."""
    said = {figure.kept.said_by for figure in sheet.figures if figure.kept.said_by is not None}
    rows = current_session.execute(select(Account.id, Account.name).where(Account.id.in_(said)))
    return {number: name for number, name in rows}
