"""The front page: this week in the village; a hub begins with its guide."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from federation.flask_session import current_runtime, current_session
from federation.readers import wants_activity_json
from federation.web import activity_response, home_document
from node.accounts.access import Action, current_account, needs, require
from node.communities.models import get_community
from node.gatherings.service import list_gatherings, local_today, this_week
from node.gatherings.week import days_with_something
from node.gatherings.week_memory import remembered, version_of
from node.home.tasks import shortcuts_for, tasks_for
from node.layout.languages import current_language

bp = Blueprint("home", __name__, template_folder="templates")


@bp.get("/")
def front() -> BaseResponse | str:
    """Deze week, for who lives here; the node's actor, for ActivityPub software."""
    if wants_activity_json():
        return activity_response(home_document(current_session, current_runtime().settings))
    community = get_community(current_session)
    if not community.is_village:
        return redirect("/gids")
    member = current_account() is not None
    week = _week(member)
    always = [] if week else list_gatherings(current_session, member=member)[:6]
    return render_template("home/this_week.html", community=community, week=week, always=always)


@bp.get("/werkplek")
@needs(Action.SEE_WORKPLACE)
def workplace() -> str:
    """What waits for the team."""
    account = require(Action.SEE_WORKPLACE)
    return render_template(
        "home/workplace.html",
        account=account,
        tasks=tasks_for(current_session, account),
        shortcuts=shortcuts_for(account),
    )


def _week(member: bool) -> Markup:
    """The coming days as drawn before, or drawn now; empty when there is nothing to do."""
    today = local_today()

    def draw() -> str:
        days = days_with_something(this_week(current_session, today, member=member))
        return render_template("home/week_days.html", days=days, today=today) if days else ""

    return remembered((version_of(current_session), today, member, current_language()), draw)
