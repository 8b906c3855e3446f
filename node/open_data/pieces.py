"""Pieces of the guide for other sites, in a frame: a search box with results, and the map.

They are the only pages that may stand in a frame. They know no session, set no cookie and have no
form that changes anything; what leads out of them opens in a window of its own. An error that is not
a wrong choice is the page of the whole node, and may not stand there.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from directory.replica.entries import entries_of
from federation.flask_session import current_session
from node.guide.drawing import drawing_of, where_of
from node.guide.results import filters_of, label, search_page
from node.guide.selection import Choice, read_choice
from node.layout.headers import allow_framing
from node.layout.languages import say
from schemas.errors import InvalidInput

bp = Blueprint("pieces", __name__, template_folder="templates")


@bp.get("/insluiten/zoeken")
def search() -> str:
    """The search box with its results."""
    choice = read_choice(request.args)
    results = search_page(choice)
    return _framed(
        "open_data/piece_search.html",
        **_piece(choice, "guide.index"),
        results=results,
        entries=entries_of(current_session, [hit.uri for hit in results.hits]),
        filters=filters_of(choice, results)[:3],
        page_url=lambda number: url_for("pieces.search", **_language(), **choice.parameters(page=number)),
        label=label,
    )


@bp.get("/insluiten/kaart")
def draw() -> str:
    """The drawn map with its list."""
    choice = read_choice(request.args)
    results = search_page(choice)
    return _framed(
        "open_data/piece_map.html",
        **_piece(choice, "guide_map.show"),
        results=results,
        **drawing_of(choice, results, "pieces.draw", **_language()),
    )


@bp.errorhandler(InvalidInput)
def _refuse(error: InvalidInput) -> tuple[str, int]:
    """What is wrong with the choice in the lines on the other site, within its frame."""
    more_url = url_for("guide.index", **_language())
    return _framed("open_data/piece_error.html", detail=say(error), more_url=more_url), error.status


def _framed(template: str, **context: Any) -> str:
    """A page that any site may show; whatever goes wrong before it is whole may not."""
    text = render_template(template, **context)
    allow_framing()
    return text


def _piece(choice: Choice, endpoint: str) -> dict[str, Any]:
    """What every piece shows: the choice, and where the whole of it is."""
    more_url = url_for(endpoint, **choice.parameters())
    return {
        "choice": choice,
        "place_name": where_of(choice),
        "more_url": more_url,
        "language": _language(),
        "in_piece": True,
    }


def _language() -> dict[str, Any]:
    """The language that the address names, to be kept in the addresses within the piece."""
    return {"lang": "en"} if request.args.get("lang") == "en" else {}
