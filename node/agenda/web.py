"""The agenda of the network for people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from federation.actors.identities import own_uri
from federation.flask_session import current_session
from node.accounts.access import Action, may
from node.agenda.service import read_agenda
from node.guide.selection import read_choice
from schemas.events import TIMEZONE
from schemas.paging import read_page

bp = Blueprint("agenda", __name__, template_folder="templates")


@bp.get("/agenda")
def index() -> str:
    """What is to do in the villages of the network, all of it or what fits some words."""
    number = read_page(request.args)
    return render_template(
        "agenda/index.html",
        agenda=read_agenda(current_session, read_choice({"q": request.args.get("q", "")}).query, number),
        may_report=may(Action.SEE_WORKPLACE),
        own_uri=own_uri(current_session),
    )


@bp.app_template_filter("village_time")
def village_time(at: datetime) -> datetime:
    """An instant as the clock in the village shows it."""
    return at.astimezone(ZoneInfo(TIMEZONE))
