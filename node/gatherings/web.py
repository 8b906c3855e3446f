"""The noticeboard: everything there is to do, one activity, and writing it down."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, current_account, may, needs
from node.activity_templates.service import own_templates
from node.communities.models import find_community
from node.gatherings import service
from node.gatherings.forms import values_of
from node.gatherings.models import Gathering
from schemas.errors import InvalidInput, NotFound
from schemas.messages import N_

bp = Blueprint("gatherings", __name__, url_prefix="/meedoen", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]

AUDIENCE_LABELS = {
    "members": (N_("Only members"), N_("Who signs in sees it.")),
    "village": (N_("Everybody in the village"), N_("Everybody who opens our pages sees it.")),
    "network": (
        N_("Everybody, also outside"),
        N_("Other villages see it in their agenda, and followers on Mastodon or Mobilizon as well."),
    ),
}
"""The names of `node.gatherings.models.AUDIENCES`, and what each means."""


@bp.get("")
def index() -> str:
    """What happens this week, and what can always be asked."""
    member = is_member()
    return render_template(
        "gatherings/index.html",
        week=service.this_week(current_session, member=member),
        gatherings=service.list_gatherings(current_session, member=member),
        formats={each.id for each in own_templates(current_session) if each.is_public},
        may_edit=_may_edit(),
    )


@bp.get("/<int:gathering_id>")
def show(gathering_id: int) -> str:
    """One activity, with the days to come."""
    return _show(service.open_gathering(current_session, gathering_id, member=is_member()), None)


@bp.get("/<int:gathering_id>/<day>")
def show_day(gathering_id: int, day: str) -> str:
    """One activity on one day: where a link from the network leads."""
    gathering = service.open_gathering(current_session, gathering_id, member=is_member())
    return _show(gathering, _day(day))


@bp.get("/nieuw")
@needs(Action.EDIT_GATHERING)
def new() -> str:
    """The empty form."""
    return _form({"audience": "village", "everyWeeks": 0}, {})


@bp.post("/nieuw")
@needs(Action.EDIT_GATHERING)
def create() -> Page:
    """Put it on the noticeboard."""
    settings, typed = current_runtime().settings, request.form.to_dict()
    try:
        gathering = service.add_gathering(
            current_session, settings, typed, today=service.local_today(), confirmed="confirmed" in typed
        )
    except InvalidInput as error:
        return _form(typed, error.fields), 422
    commit()
    flash(_("It is on the noticeboard."))
    return redirect(url_for(".show", gathering_id=gathering.id), 303)


@bp.get("/<int:gathering_id>/bewerken")
@needs(Action.EDIT_GATHERING)
def edit(gathering_id: int) -> str:
    """The form with the activity in it."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    return _form(values_of(gathering), {}, gathering_id)


@bp.post("/<int:gathering_id>/bewerken")
@needs(Action.EDIT_GATHERING)
def save(gathering_id: int) -> Page:
    """Keep the changes, and tell the network when it knows of this activity."""
    settings, typed = current_runtime().settings, request.form.to_dict()
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    options: dict[str, Any] = {"today": service.local_today(), "confirmed": "confirmed" in typed}
    try:
        service.edit_gathering(current_session, settings, gathering, typed, **options)
    except InvalidInput as error:
        return _form(typed, error.fields, gathering_id), 422
    commit()
    flash(_("Your changes are kept."))
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


@bp.post("/<int:gathering_id>/<day>/afgelasten")
@needs(Action.EDIT_GATHERING)
def cancel(gathering_id: int, day: str) -> Page:
    """One day does not take place."""
    return _set_cancelled(gathering_id, day, cancelled=True)


@bp.post("/<int:gathering_id>/<day>/doorgaan")
@needs(Action.EDIT_GATHERING)
def restore(gathering_id: int, day: str) -> Page:
    """It takes place after all."""
    return _set_cancelled(gathering_id, day, cancelled=False)


def is_member() -> bool:
    """True for who is signed in."""
    return current_account() is not None


def _set_cancelled(gathering_id: int, day: str, *, cancelled: bool) -> Page:
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    settings, today = current_runtime().settings, service.local_today()
    service.set_cancelled(current_session, settings, gathering, _day(day), cancelled=cancelled, today=today)
    commit()
    flash(_("Cancelled. Everybody who could know of it is told.") if cancelled else _("It takes place."))
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _show(gathering: Gathering, day: date | None) -> str:
    return render_template(
        "gatherings/show.html",
        gathering=gathering,
        day=service.Occurrence(gathering, day) if day else None,
        coming=service.coming_days(gathering, service.local_today()),
        today=service.local_today(),
        may_edit=_may_edit(),
        audience=AUDIENCE_LABELS[gathering.audience],
        has_format=any(each.id == gathering.template_id for each in own_templates(current_session)),
    )


def _form(values: dict[str, Any], errors: dict[str, Any], gathering_id: int | None = None) -> str:
    return render_template(
        "gatherings/form.html",
        values=values,
        errors=errors,
        gathering_id=gathering_id,
        audiences=[(code, _(label), _(help_)) for code, (label, help_) in AUDIENCE_LABELS.items()],
        repeats=[(str(weeks), _repeat(weeks)) for weeks in (0, 1, 2, 3, 4)],
    )


def _repeat(weeks: int) -> str:
    if weeks == 0:
        return str(_("once"))
    return str(_("every week")) if weeks == 1 else str(_("every %(weeks)s weeks", weeks=weeks))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(cause=f"no day: {text[:40]}") from None


def _may_edit() -> bool:
    """True for the team of a village; a hub has no noticeboard of its own."""
    community = find_community(current_session)
    return community is not None and community.is_village and may(Action.EDIT_GATHERING)
