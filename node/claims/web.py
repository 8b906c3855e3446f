"""The facts about our village, each with its source."""

from __future__ import annotations

from flask import Blueprint, render_template

from federation.flask_session import current_session
from node.claims.service import list_topics

bp = Blueprint("claims", __name__, template_folder="templates")


@bp.get("/ons-dorp/feiten")
def index() -> str:
    """All claims; those that disagree stand side by side."""
    return render_template("claims/index.html", topics=list_topics(current_session))
