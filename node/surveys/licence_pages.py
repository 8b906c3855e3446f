"""The page where the board confirms its licence of PH22."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.gatherings.service import local_today
from node.surveys import licences
from schemas.errors import InvalidInput

bp = Blueprint("survey_licences", __name__, template_folder="templates", url_prefix="/vragenlijsten/licentie")
Page = str | Response | tuple[str, int]


@bp.get("")
@needs(Action.RUN_SURVEY)
def show() -> Page:
    """What is needed, and what was typed in."""
    kept = licences.find_licensed(current_session)
    empty: dict[str, Any] = {"licence": "", "items": [], "answers": []}
    typed = empty if kept is None else {"licence": kept.licence, "items": kept.items, "answers": kept.answers}
    return _page(typed, {})


@bp.post("")
@needs(Action.APPROVE_RELEASE)
def confirm() -> Page:
    """Keep the statements, or offer them no more."""
    if request.form.get("do") == "away":
        licences.take_away(current_session)
        commit()
        flash(_("PH22 is not offered any more. Surveys that were fixed keep their questions."))
        return redirect(url_for(".show"), 303)
    data = {
        "licence": request.form.get("licence", ""),
        "items": [line for line in request.form.get("items", "").splitlines() if line.strip()],
        "answers": [line for line in request.form.get("answers", "").splitlines() if line.strip()],
    }
    by = require(Action.APPROVE_RELEASE).name
    try:
        if not request.form.get("sure"):
            raise InvalidInput(fields={"licence": [_("Confirm that you have leave to use it.")]})
        licences.confirm(current_session, data, by=by, today=local_today())
    except InvalidInput as error:
        return _page(data, error.fields), 422
    commit()
    flash(_("Saved."))
    return redirect(url_for(".show"), 303)


def _page(typed: dict[str, Any], errors: dict[str, Any]) -> str:
    kept = licences.find_licensed(current_session)
    may_confirm = may(Action.APPROVE_RELEASE)
    return render_template(
        "surveys/licence.html", typed=typed, errors=errors, kept=kept, may_confirm=may_confirm
    )
