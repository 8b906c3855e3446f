"""The guide for programs: entries, search and places. Public, as the records are."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from directory.geography.places import SOURCE, find_places
from directory.replica.entries import Entry, entries_of, get_entry
from directory.search.service import Results, search_selection
from directory.search.similar import similar_to
from federation.flask_session import current_session
from node.guide.schemas import (
    EntriesSchema,
    EntryFilterSchema,
    EntrySchema,
    PlaceArgumentsSchema,
    PlacesSchema,
    ResultsSchema,
    SearchArgumentsSchema,
    SimilarArgumentsSchema,
    SimilarListSchema,
)
from node.guide.selection import selection_of

bp = Blueprint("guide_api", __name__, url_prefix="/api/v1", description="The directory of initiatives")


@bp.get("/entries")
@bp.arguments(EntryFilterSchema, location="query")
@bp.response(200, EntriesSchema)
def list_entries(arguments: dict[str, Any]) -> dict[str, Any]:
    """Initiatives by words and filters, with the counts of each filter."""
    results = _search(arguments, ("entry",))
    entries = entries_of(current_session, [hit.uri for hit in results.hits])
    return {**_page(results), "items": [entries[hit.uri] for hit in results.hits]}


@bp.get("/entries/<key>")
@bp.response(200, EntrySchema)
def read_entry(key: str) -> Entry:
    """One initiative."""
    return get_entry(current_session, key)


@bp.get("/entries/<key>/similar")
@bp.arguments(SimilarArgumentsSchema, location="query")
@bp.response(200, SimilarListSchema)
def list_similar(arguments: dict[str, Any], key: str) -> dict[str, Any]:
    """The communities most like one, with the reasons."""
    entry = get_entry(current_session, key)
    return {
        "items": similar_to(current_session, entry, most=arguments["limit"], emphasis=arguments["emphasis"])
    }


@bp.get("/search")
@bp.arguments(SearchArgumentsSchema, location="query")
@bp.response(200, ResultsSchema)
def search_records(arguments: dict[str, Any]) -> Results:
    """Initiatives, formats, figures, events and stories by words and filters."""
    return _search(arguments, arguments["type"])


@bp.get("/places")
@bp.arguments(PlaceArgumentsSchema, location="query")
@bp.response(200, PlacesSchema)
def list_places(arguments: dict[str, Any]) -> dict[str, Any]:
    """Places of the Netherlands that look like a name."""
    return {"items": find_places(arguments["q"], arguments["limit"]), "source": SOURCE}


def _search(arguments: dict[str, Any], kinds: tuple[str, ...]) -> Results:
    selection = selection_of(arguments, kinds)
    return search_selection(
        current_session,
        selection,
        sort=arguments["sort"] or ("distance" if selection.near else "relevance"),
        page=arguments["page"],
        per_page=arguments["per_page"],
    )


def _page(results: Results) -> dict[str, Any]:
    names = ("total", "page", "per_page", "pages", "correction", "is_partial", "facets")
    return {name: getattr(results, name) for name in names}
