"""Calendars for people's own programs: one for everybody, and one with a secret address for members."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from federation.actors.identities import base_url
from federation.flask_session import commit, current_session
from node.accounts.access import Action, current_account, needs, require
from node.communities.models import find_community
from node.gatherings import calendar_links, service
from node.gatherings.calendar_out import CalendarHead, to_calendar
from node.gatherings.models import Gathering
from node.gatherings.web import is_member

bp = Blueprint("calendars", __name__, url_prefix="/meedoen", template_folder="templates")
QUARTER_OF_AN_HOUR = 900


@bp.get("/agenda.ics")
def everybody() -> Response:
    """Everything that is not for members only."""
    return _answer(service.list_gatherings(current_session), shared=True)


@bp.get("/agenda/<secret>.ics")
def members(secret: str) -> Response:
    """What members see, for who has the secret address."""
    calendar_links.require_link(current_session, secret)
    return _answer(service.list_gatherings(current_session, member=True), shared=False)


@bp.get("/<int:gathering_id>/agenda.ics")
def one(gathering_id: int) -> Response:
    """One activity, with all its days."""
    gathering = service.open_gathering(current_session, gathering_id, member=is_member())
    return _answer([gathering], shared=gathering.audience != "members")


@bp.get("/in-mijn-agenda")
def explain() -> str:
    """How to see the activities in one's own calendar."""
    return _page("")


@bp.post("/in-mijn-agenda")
@needs(Action.USE_ACCOUNT)
def make() -> Response:
    """A new secret address, shown once."""
    secret = calendar_links.make_link(current_session, require(Action.USE_ACCOUNT))
    commit()
    answer = Response(_page(secret))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/in-mijn-agenda/weg")
@needs(Action.USE_ACCOUNT)
def drop() -> BaseResponse:
    """The secret address works no more."""
    calendar_links.drop_link(current_session, require(Action.USE_ACCOUNT))
    commit()
    flash(_("The secret address does not work any more."))
    return redirect(url_for(".explain"), 303)


def _page(secret: str) -> str:
    account = current_account()
    root = base_url(current_session)
    return render_template(
        "gatherings/calendars.html",
        public_url=root + url_for(".everybody"),
        secret_url=root + url_for(".members", secret=secret) if secret else "",
        has_link=account is not None and calendar_links.has_link(current_session, account),
        is_member=account is not None,
    )


def _answer(gatherings: Iterable[Gathering], *, shared: bool) -> Response:
    community = find_community(current_session)
    name = _("Activities in %(place)s", place=community.place_name if community else "")
    head = CalendarHead(name, base_url(current_session), service.local_today())
    answer = Response(to_calendar(gatherings, head), mimetype="text/calendar")
    answer.headers["Cache-Control"] = f"{'public' if shared else 'private'}, max-age={QUARTER_OF_AN_HOUR}"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
