"""The page of a series for its team: a pause, the end, the version it follows, and who came so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs
from node.gatherings import attendance, series, service
from node.gatherings.models import Gathering
from node.gatherings.series_pages import this_moment
from node.layout.languages import current_language
from schemas.errors import InvalidInput
from schemas.template_evidence import STOP_REASONS

bp = Blueprint("series_life", __name__, url_prefix="/meedoen", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/<int:gathering_id>/reeks")
@needs(Action.EDIT_GATHERING)
def show(gathering_id: int) -> str:
    """Everything about the life of a series."""
    return _page(service.open_gathering(current_session, gathering_id, member=True), {}, {})


@bp.post("/<int:gathering_id>/pauze")
@needs(Action.EDIT_GATHERING)
def pause(gathering_id: int) -> Page:
    """Let it rest."""
    return _do(gathering_id, series.pause, _("It rests. Press “It goes on again” when it is time."))


@bp.post("/<int:gathering_id>/verder")
@needs(Action.EDIT_GATHERING)
def resume(gathering_id: int) -> Page:
    """The pause is over."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    series.resume(current_session, gathering, this_moment())
    return _done(gathering_id, _("It goes on again."))


@bp.post("/<int:gathering_id>/stoppen")
@needs(Action.EDIT_GATHERING)
def stop(gathering_id: int) -> Page:
    """It ends."""
    return _do(
        gathering_id, series.stop, _("It stops. Thank you for all you did. You can take this back here.")
    )


@bp.post("/<int:gathering_id>/toch-verder")
@needs(Action.EDIT_GATHERING)
def go_on(gathering_id: int) -> Page:
    """It does not end after all."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    series.go_on(current_session, gathering, this_moment())
    return _done(gathering_id, _("It goes on again."))


@bp.post("/<int:gathering_id>/versie")
@needs(Action.EDIT_GATHERING)
def follow_version(gathering_id: int) -> Page:
    """Follow another version of the format."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    before, wanted = gathering.template_version, request.form.get("version", 0, type=int)
    series.follow_version(current_session, gathering, wanted)
    words = _("This activity follows version %(version)s now.", version=wanted)
    return _done(gathering_id, words, before=before or None)


def _do(gathering_id: int, change: Callable[..., None], words: str) -> Page:
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    typed = request.form.to_dict()
    try:
        change(current_session, gathering, typed, this_moment())
    except InvalidInput as error:
        return _page(gathering, typed, error.fields), 422
    return _done(gathering_id, words)


def _done(gathering_id: int, words: str, **more: Any) -> BaseResponse:
    commit()
    flash(words)
    return redirect(url_for(".show", gathering_id=gathering_id, **more), 303)


def _page(gathering: Gathering, typed: dict[str, Any], errors: dict[str, Any]) -> str:
    language = current_language()
    return render_template(
        "gatherings/life.html",
        gathering=gathering,
        typed=typed,
        errors=errors,
        today=service.local_today(),
        reasons=[(term.code, STOP_REASONS.label(term.code, language)) for term in STOP_REASONS],
        reason=STOP_REASONS.label(gathering.stop_reason, language),
        followed=series.format_of(current_session, gathering),
        newest=series.newest_version(current_session, gathering),
        before=request.args.get("before", type=int),
        counted=attendance.latest_counts(gathering),
    )
