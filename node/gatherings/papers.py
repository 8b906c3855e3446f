"""What hangs on a wall: the list of a week on A4."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from federation.flask_session import current_session
from node.communities.models import find_community
from node.gatherings.service import local_today
from node.gatherings.web import is_member
from node.gatherings.week import monday_of, read_week, week_name, whole_week

bp = Blueprint("gathering_papers", __name__, url_prefix="/meedoen", template_folder="templates")


@bp.get("/week")
@bp.get("/week/<name>")
def week(name: str = "") -> str:
    """The list of a week, made to be printed."""
    monday = read_week(name) if name else monday_of(local_today())
    community = find_community(current_session)
    return render_template(
        "gatherings/week.html",
        days=whole_week(current_session, monday, member=is_member()),
        monday=monday,
        sunday=monday + timedelta(days=6),
        before=week_name(monday - timedelta(days=7)),
        after=week_name(monday + timedelta(days=7)),
        place=community.place_name if community else "",
    )
