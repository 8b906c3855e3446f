"""The noticeboard: everything there is to do, one activity, and writing it down."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, current_account, may, needs
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import own_templates
from node.communities.models import find_community
from node.gatherings import changes, service
from node.gatherings.attendance import may_be_counted
from node.gatherings.forms import values_of
from node.gatherings.models import ON_HOLIDAYS, Gathering
from node.gatherings.occurrences import Occurrence, occurrence_of
from node.gatherings.repeats import KEEP, REPEATS, in_words
from node.gatherings.series_pages import read_day
from node.gatherings.week import days_with_something
from node.outcomes.words import indicator_label
from schemas.errors import InvalidInput
from schemas.indicators import NATIONAL
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

HOLIDAY_LABELS = {
    "go_on": N_("It goes on"),
    "skip": N_("It is left out that time"),
    "move": N_("It moves to the first day after the holiday"),
}
"""The names of `node.gatherings.models.ON_HOLIDAYS`."""


@bp.get("")
def index() -> str:
    """What happens this week, and what can always be asked."""
    member = is_member()
    return render_template(
        "gatherings/index.html",
        week=days_with_something(service.this_week(current_session, member=member)),
        today=service.local_today(),
        stopped=service.list_stopped(current_session, member=member),
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
    return _show(gathering, read_day(day))


@bp.get("/nieuw")
@needs(Action.EDIT_GATHERING)
def new() -> str:
    """The empty form."""
    return _form({"audience": "village", "repeat": "once"} | _of_format(), {})


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
    changes.set_cancelled(
        current_session, settings, gathering, read_day(day), cancelled=cancelled, today=today
    )
    commit()
    flash(_("Cancelled. Everybody who could know of it is told.") if cancelled else _("It takes place."))
    return redirect(url_for(".show", gathering_id=gathering_id), 303)


def _show(gathering: Gathering, day: date | None) -> str:
    today, occurrence = service.local_today(), _occurrence(gathering, day) if day else None
    return render_template(
        "gatherings/show.html",
        gathering=gathering,
        day=occurrence,
        may_count=occurrence is not None and may_be_counted(occurrence, today, current_account()),
        is_member=is_member(),
        often=in_words(gathering.rrule, _) if gathering.is_series else "",
        coming=service.coming_days(gathering, today),
        leader=service.name_of_leader(current_session, occurrence or gathering) if is_member() else "",
        today=today,
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
        repeats=_repeats(values),
        on_holidays=[(code, _(HOLIDAY_LABELS[code])) for code in ON_HOLIDAYS],
        leaders=[(each.id, each.name) for each in service.choices_of_leaders(current_session)],
        indicators=[(code, indicator_label(code)) for code in NATIONAL],
    )


def _repeats(values: dict[str, Any]) -> list[tuple[str, str]]:
    """The choices of how often; a rule that is none of them can stay what it is."""
    choices = [(code, str(_(label))) for code, (label, _make) in REPEATS.items()]
    if values.get("repeat") != KEEP or not values.get("rrule"):
        return choices
    return [(KEEP, str(_("as it is now: %(rule)s", rule=in_words(values["rrule"], _)))), *choices]


def _occurrence(gathering: Gathering, day: date) -> Occurrence:
    """What takes place on a day; a day that is none of the series is shown all the same, for old links."""
    return occurrence_of(gathering, day) or Occurrence(gathering, day, day)


def _of_format() -> dict[str, Any]:
    """What a new activity takes from the format it is begun from."""
    template = current_session.get(ActivityTemplate, request.args.get("format", ""))
    if template is None:
        return {}
    return {"templateId": template.id, "name": template.name, "summary": template.draft.get("summary", "")}


def _may_edit() -> bool:
    """True for the team of a village; a hub has no noticeboard of its own."""
    community = find_community(current_session)
    return community is not None and community.is_village and may(Action.EDIT_GATHERING)
