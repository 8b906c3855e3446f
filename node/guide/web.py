"""Pages of the guide: the list with its filters, and one initiative."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import format_date
from werkzeug.wrappers import Response as BaseResponse

from directory.geography.map import COUNTRY, view_of
from directory.replica.entries import Entry, entries_of, get_entry
from directory.replica.owners import name_of
from directory.search.similar import similar_to
from federation.flask_session import current_session
from node.accounts.access import Action, may
from node.guide.municipalities import municipality_of
from node.guide.results import beside_of, distance_to, filters_of, label, outlines, page_of, search_page
from node.guide.selection import DISTANCES, read_choice
from node.guide.similar import own_key, reason_text
from node.listings.successors import successor_key
from schemas.taxonomies import PROVINCES

bp = Blueprint("guide", __name__, template_folder="templates")


@bp.get("/gids")
def index() -> Response:
    """Search and filter all initiatives; the results alone for who types with JavaScript."""
    choice = read_choice(request.args)
    code = choice.selection.municipality
    results = search_page(choice)
    is_live = (
        request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    )
    text = render_template(
        "guide/found.html" if is_live else "guide/index.html",
        is_live=is_live,
        choice=choice,
        results=results,
        entries=entries_of(current_session, [hit.uri for hit in results.hits]),
        filters=filters_of(choice, results),
        municipality=code and municipality_of(current_session, code).name,
        beside=beside_of(choice, results),
        distances=DISTANCES,
        own_key=None if is_live else own_key(),
        distance_to=distance_to,
        page_of=page_of,
        page_url=lambda number: url_for("guide.index", **choice.parameters(page=number)),
        label=label,
    )
    answer = Response(text, mimetype="text/html")
    answer.vary.add("HX-Request")
    if is_live:
        answer.headers["HX-Replace-Url"] = url_for("guide.index", **choice.parameters())
    return answer


@bp.get("/gids/<key>")
def show(key: str) -> str | BaseResponse:
    """One initiative; the address of one that was merged leads to the other."""
    if (moved := successor_key(current_session, key)) is not None:
        return redirect(url_for(".show", key=moved))
    entry = get_entry(current_session, key)
    box = view_of(entry.areas[0].province)
    return render_template(
        "guide/show.html",
        entry=entry,
        box=box,
        scale=box.width / COUNTRY.width,
        provinces=PROVINCES,
        outlines=outlines(),
        told_by=name_of(current_session, entry.owner_uri),
        told_on=format_date(entry.updated_at, "long"),
        may_report=may(Action.SEE_WORKPLACE),
        similar=similar_to(current_session, entry, most=3),
        reason_text=reason_text,
        label=label,
    )


def plain_lines(entry: Entry) -> list[str]:
    """The paragraphs of an entry's text."""
    return [line for line in entry.summary.splitlines() if line.strip()]


bp.add_app_template_filter(plain_lines, "plain_lines")
