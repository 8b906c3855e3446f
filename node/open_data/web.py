"""The page that says what others may use, and the feeds of what is new."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from directory.exports.linked_data import CONTEXT
from directory.exports.news import KINDS, atom, read_news
from directory.exports.reading import LICENCE_URL, Publisher
from directory.search.service import Selection, search_selection
from federation.flask_session import current_session
from node.guide.results import filters_of
from node.guide.selection import read_choice, read_clear_choice
from node.open_data.forms import FORMS, open_to_all, publisher
from node.open_data.snippets import PIECES, snippet_of

bp = Blueprint("open_data", __name__, template_folder="templates")

EVERYTHING = Selection(kinds=KINDS)


@bp.get("/open-data")
def index() -> str:
    """What others may use, in which forms, and a piece of the guide for their own site."""
    choice, by = read_choice(request.args), publisher()
    results = search_selection(current_session, choice.selection, per_page=1)
    piece = request.args.get("piece", "")
    return render_template(
        "open_data/index.html",
        choice=choice,
        results=results,
        filters=filters_of(choice, results)[:3],
        forms=FORMS.values(),
        licence_url=LICENCE_URL,
        publisher=by,
        pieces=PIECES.values(),
        piece=piece if piece in PIECES else "search",
        snippet=snippet_of(piece, choice, by) if piece in PIECES else None,
        parameters=choice.parameters(sort=None),
        dataset=_dataset(by),
    )


@bp.get("/gids.atom")
def guide_feed() -> Response:
    """What is new in a selection of the guide."""
    choice = read_clear_choice(request.args)
    words = choice.query or _("all initiatives")
    return _feed(
        choice.selection, _("New in the guide: %(words)s", words=words), "/gids", choice.parameters(sort=None)
    )


@bp.get("/nieuw.atom")
def feed() -> Response:
    """Everything that is new in the network."""
    return _feed(EVERYTHING, _("New in the network"), "/gids", {})


def _feed(selection: Selection, title: str, about: str, parameters: dict[str, Any]) -> Response:
    by, asked = publisher(), f"?{urlencode(parameters)}" if parameters else ""
    news = read_news(current_session, selection, by.base_url)
    text = atom(news, by, title=f"{by.name} – {title}", here=request.path + asked, about=about + asked)
    answer = open_to_all(Response(text, mimetype="application/atom+xml"))
    answer.cache_control.public, answer.cache_control.max_age = True, 300
    answer.vary.add("Cookie")  # of the language
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _dataset(by: Publisher) -> dict[str, Any]:
    """The guide as a data set in the words of schema.org, for catalogues and search engines."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": _("Guide of caring communities in the Netherlands"),
        "description": _("Who looks after one another, where, and how: the public facts of each initiative."),
        "url": f"{by.base_url}/open-data",
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "spatialCoverage": "Netherlands",
        "creator": {"@type": "Organization", "name": by.name, "url": by.base_url},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": form.name(),
                "encodingFormat": form.mimetype,
                "contentUrl": f"{by.base_url}/gids.{form.ending}",
            }
            for form in FORMS.values()
        ],
    }
