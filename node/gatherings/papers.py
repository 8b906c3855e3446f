"""What hangs on a wall: the list of a week, and a poster of one activity, on A4."""

from __future__ import annotations

from datetime import timedelta

import segno
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from federation.actors.identities import base_url
from federation.flask_session import current_session
from node.communities.models import find_community
from node.gatherings.repeats import in_words
from node.gatherings.service import coming_days, local_today, open_gathering
from node.gatherings.web import is_member
from node.gatherings.week import monday_of, read_week, week_name, whole_week

ON_A_POSTER = 3
"""How many of the coming days stand on a poster."""

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


@bp.get("/<int:gathering_id>/poster")
def poster(gathering_id: int) -> str:
    """One activity on a sheet, with a code that opens its page."""
    gathering = open_gathering(current_session, gathering_id, member=is_member())
    page_url = base_url(current_session) + url_for("gatherings.show", gathering_id=gathering_id)
    coming = [one for one in coming_days(gathering, local_today(), ON_A_POSTER * 2) if not one.is_cancelled]
    return render_template(
        "gatherings/poster.html",
        gathering=gathering,
        coming=coming[:ON_A_POSTER],
        often=in_words(gathering.rrule, _) if gathering.is_series else "",
        page_url=page_url,
        qr=Markup(segno.make(page_url).svg_inline(scale=4, border=2, omitsize=True)),  # noqa: S704  # a drawing
    )
