"""Pages of the entries of this hub that nobody confirmed for long, or that nobody could reach."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from federation.flask_session import current_session
from node.accounts.access import Action, needs
from node.coordination.unconfirmed import list_unconfirmed
from node.freshness.asking import address_of
from schemas.paging import read_page

bp = Blueprint("unconfirmed", __name__, template_folder="templates")


@bp.get("/werkkamer/lang-stil")
@needs(Action.COORDINATE)
def stale() -> str:
    """Who was not heard of for long."""
    return _page("stale")


@bp.get("/werkkamer/onbereikbaar")
@needs(Action.COORDINATE)
def unreachable() -> str:
    """Whom nobody could reach."""
    return _page("unreachable")


def _page(state: str) -> str:
    return render_template(
        "coordination/unconfirmed.html",
        found=list_unconfirmed(current_session, state, read_page(request.args)),
        state=state,
        here=url_for(f".{state}"),
        address_of=address_of,
        page_url=lambda number: url_for(f".{state}", page=number),
    )
