"""Pages of one time of a series: changed for once, the rest goes on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs
from node.gatherings import service
from node.gatherings.changes import Moment, OccurrenceFormSchema, change_occurrence, occurrence_or_conflict
from node.gatherings.models import Gathering
from schemas.errors import InvalidInput, NotFound

bp = Blueprint("series", __name__, url_prefix="/meedoen", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/<int:gathering_id>/<day>/wijzigen")
@needs(Action.EDIT_GATHERING)
def edit_day(gathering_id: int, day: str) -> str:
    """The form of this one time."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    kept = occurrence_or_conflict(gathering, read_day(day)).kept
    return _day_form(gathering, read_day(day), OccurrenceFormSchema().dump(kept) if kept else {}, {})


@bp.post("/<int:gathering_id>/<day>/wijzigen")
@needs(Action.EDIT_GATHERING)
def save_day(gathering_id: int, day: str) -> Page:
    """Keep what is different this one time, and tell the network when it knows of it."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    typed = request.form.to_dict()
    try:
        change_occurrence(current_session, gathering, read_day(day), typed, this_moment())
    except InvalidInput as error:
        return _day_form(gathering, read_day(day), typed, error.fields), 422
    commit()
    flash(_("Changed for this one time. The rest stays as it is."))
    return redirect(url_for("gatherings.show_day", gathering_id=gathering_id, day=day), 303)


def read_day(text: str) -> date:
    """The day in an address. NotFound for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(cause=f"no day: {text[:40]}") from None


def this_moment() -> Moment:
    """Today, with the settings of this node."""
    return Moment(current_runtime().settings, service.local_today())


def _day_form(gathering: Gathering, day: date, values: dict[str, Any], errors: dict[str, Any]) -> str:
    return render_template(
        "gatherings/day_form.html",
        gathering=gathering,
        day=day,
        values=values,
        errors=errors,
        leaders=[(each.id, each.name) for each in service.choices_of_leaders(current_session)],
    )
