"""Pages of notes and tasks: of one entry, and everything that is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.entries import Entry, entries_of, get_entry
from federation.flask_session import commit, current_session
from node.accounts.access import Action, may, needs, require
from node.follow_ups import service
from node.freshness.asking import history_of
from node.gatherings.service import local_today
from node.guide.results import label
from node.layout.web import local_path
from node.listings.adoption import find_listing, may_be_listed
from node.listings.models import Listing
from schemas.errors import InvalidInput
from schemas.messages import N_

bp = Blueprint("follow_ups", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/werkkamer/taken")
@needs(Action.COORDINATE)
def index() -> Page:
    """What is to be done, the most urgent first."""
    tasks, done = service.open_tasks(current_session), service.finished_tasks(current_session)
    return render_template(
        "follow_ups/index.html",
        tasks=tasks,
        done=done,
        entries=entries_of(current_session, {each.entry_uri for each in [*tasks, *done]}),
        today=local_today(),
    )


@bp.get("/werkkamer/vermelding/<key>")
@needs(Action.COORDINATE)
def entry(key: str) -> Page:
    """What the team knows of one entry."""
    return _entry(key, {}, {})


@bp.post("/werkkamer/vermelding/<key>/notitie")
@needs(Action.COORDINATE)
def add(key: str) -> Page:
    """Write a note or a task."""
    by, form = require(Action.COORDINATE).name, request.form
    found = get_entry(current_session, key)
    try:
        due_on = _day(form.get("due_on", ""))
        service.add(current_session, found, form.get("text", ""), by=by, due_on=due_on)
    except InvalidInput as error:
        return _entry(key, error.fields, dict(form)), 422
    commit()
    flash(_("Written down."))
    return redirect(url_for(".entry", key=key), 303)


@bp.post("/werkkamer/taken/<int:follow_up_id>/klaar")
@needs(Action.COORDINATE)
def finish(follow_up_id: int) -> Page:
    """Done."""
    by = require(Action.COORDINATE).name
    service.get_follow_up(current_session, follow_up_id).finish(by)
    commit()
    flash(_("Done. You can undo this below."))
    return _back()


@bp.post("/werkkamer/taken/<int:follow_up_id>/heropenen")
@needs(Action.COORDINATE)
def reopen(follow_up_id: int) -> Page:
    """Not done after all."""
    service.get_follow_up(current_session, follow_up_id).reopen()
    commit()
    flash(_("Undone."))
    return _back()


@bp.post("/werkkamer/taken/<int:follow_up_id>/weg")
@needs(Action.COORDINATE)
def remove(follow_up_id: int) -> Page:
    """Throw a note away."""
    service.remove(current_session, service.get_follow_up(current_session, follow_up_id))
    commit()
    flash(_("The note is gone."))
    return _back()


def _back() -> BaseResponse:
    return redirect(local_path(request.form.get("next"), url_for(".index")), 303)


def _entry(key: str, errors: dict[str, object], form: dict[str, str]) -> str:
    found = get_entry(current_session, key)
    listing = find_listing(current_session, key)
    return render_template(
        "follow_ups/entry.html",
        entry=found,
        listing=listing,
        is_ours=may_be_listed(current_session, found),
        before=service.entries_before(current_session, found),
        follow_ups=service.of_entry(current_session, found.uri),
        reminders=history_of(current_session, listing) if listing is not None else [],
        errors=errors,
        form=form,
        label=label,
        today=local_today(),
    )


def _entries_before(entry: Entry) -> Sequence[Listing]:
    """For the page of the guide: what the coordinator may read of the entries before."""
    return service.entries_before(current_session, entry) if may(Action.COORDINATE) else []


bp.add_app_template_global(_entries_before, "entries_before")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise InvalidInput(fields={"due_on": [N_("This is not a day.")]}) from None
