"""The noticeboard: everything there is to do."""

from __future__ import annotations

from flask import Blueprint, render_template

from federation.flask_session import current_session
from node.activity_templates.service import own_templates
from node.gatherings.service import list_gatherings, this_week

bp = Blueprint("gatherings", __name__, template_folder="templates")


@bp.get("/meedoen")
def index() -> str:
    """What happens this week, and what can always be asked."""
    return render_template(
        "gatherings/index.html",
        week=this_week(current_session),
        gatherings=list_gatherings(current_session),
        formats={each.id for each in own_templates(current_session) if each.is_public},
    )
