"""Activities from a calendar that the village already keeps elsewhere: looked at first, then taken over."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs
from node.gatherings import calendar_import, service
from node.gatherings.calendar_in import LARGEST, MOST_SHOWN, read_calendar
from node.gatherings.repeats import in_words
from node.gatherings.series_pages import this_moment
from node.gatherings.web import AUDIENCE_LABELS
from schemas.errors import InvalidInput
from schemas.numbers import read_digits
from schemas.personal_data import HINTS

bp = Blueprint("calendar_import", __name__, url_prefix="/meedoen/uit-agenda", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("")
@needs(Action.EDIT_GATHERING)
def index() -> str:
    """Ask for the file; after a take-over, the way back."""
    return _page({}, made=_numbers(request.args.get("made", "")))


@bp.post("")
@needs(Action.EDIT_GATHERING)
def look() -> Page:
    """What is in the file; nothing is kept yet."""
    file = request.files.get("file")
    try:
        return _preview(file.read(LARGEST + 1) if file else b"", {})
    except InvalidInput as error:
        return _page(error.fields), 422


@bp.post("/overnemen")
@needs(Action.EDIT_GATHERING)
def take() -> Page:
    """Make activities of what was chosen."""
    body, when = _body(request.form.get("calendar", "")), this_moment()
    try:
        proposals = calendar_import.preview(current_session, read_calendar(body), when.today)
        chosen, audience = request.form.getlist("take"), request.form.get("audience", "")
        made = calendar_import.take_over(current_session, proposals, chosen, audience, when)
    except InvalidInput as error:
        return (_page(error.fields) if "file" in error.fields else _preview(body, error.fields)), 422
    commit()
    flash(ngettext("%(num)s activity was taken over.", "%(num)s activities were taken over.", len(made)))
    return redirect(url_for(".index", made=",".join(str(each.id) for each in made)), 303)


@bp.post("/terug")
@needs(Action.EDIT_GATHERING)
def take_back() -> Page:
    """Undo a take-over."""
    numbers = _numbers(request.form.get("made", ""))
    gatherings = [service.open_gathering(current_session, number, member=True) for number in numbers]
    calendar_import.take_back(current_session, gatherings, this_moment())
    commit()
    flash(_("Undone: what was taken over is gone again."))
    return redirect(url_for(".index"), 303)


def _preview(body: bytes, errors: dict[str, Any]) -> str:
    found = read_calendar(body)
    proposals = calendar_import.preview(current_session, found, service.local_today())
    shown = [each for each in proposals if not each.is_over][:MOST_SHOWN]
    return render_template(
        "gatherings/import_preview.html",
        proposals=shown,
        hidden=len(proposals) - len(shown),
        calendar=base64.b64encode(body).decode(),
        errors=errors,
        often=lambda rule: in_words(rule, _),
        hint=lambda code: _(HINTS[code]),
        audiences=[(code, _(label), _(help_)) for code, (label, help_) in AUDIENCE_LABELS.items()],
    )


def _page(errors: dict[str, Any], made: list[int] | None = None) -> str:
    gatherings = [service.open_gathering(current_session, number, member=True) for number in made or ()]
    return render_template("gatherings/import.html", errors=errors, made=gatherings)


def _body(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _numbers(text: str) -> list[int]:
    parts = text.split(",")[:MOST_SHOWN]
    return [number for part in parts if (number := read_digits(part, 999_999_999)) is not None]
