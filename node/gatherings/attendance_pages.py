"""Counting who came, on a phone: plus and minus, or the number itself."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs, require
from node.gatherings import attendance, service
from node.gatherings.series_pages import read_day
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.numbers import read_digits

bp = Blueprint("attendance", __name__, url_prefix="/meedoen", template_folder="templates")
Page = str | BaseResponse


@bp.get("/tellen")
@needs(Action.EDIT_GATHERING)
def index() -> str:
    """What took place and was not counted yet."""
    found = attendance.not_counted(current_session, service.local_today())
    return render_template("gatherings/to_count.html", occurrences=found)


@bp.post("/<int:gathering_id>/<day>/tellen")
@needs(Action.USE_ACCOUNT)
def count(gathering_id: int, day: str) -> Page:
    """One more, one fewer, or the number that was typed."""
    account, today = require(Action.USE_ACCOUNT), service.local_today()
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    attendance.require_may_count(account, gathering, read_day(day))
    step = {"more": 1, "fewer": -1}.get(request.form.get("step", ""))
    if step:
        attendance.add_to_count(current_session, gathering, read_day(day), step, today=today)
    else:
        number = _number(request.form.get("attendance", ""))
        attendance.set_count(current_session, gathering, read_day(day), number, today=today)
        flash(_("Kept: %(number)s people.", number=number) if number is not None else _("The count is gone."))
    commit()
    return redirect(url_for("gatherings.show_day", gathering_id=gathering_id, day=day) + "#count", 303)


def _number(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    number = read_digits(text, 99_999)
    if number is None:
        wrong = N_("Fill in a whole number from 0 to 10,000.")
        raise InvalidInput(wrong, fields={"attendance": [wrong]})
    return number
