"""Reuse for programs: exports of a selection, the map's clusters, and the guide in HSDS 3.0."""

from __future__ import annotations

from typing import Any

from flask import Response, stream_with_context
from flask_smorest import Blueprint

from directory.exports.hsds import VERSION, id_of, key_from, service_of, summary_of
from directory.exports.hsds_pages import Asked, ServicePage, read_all, read_page
from directory.exports.json_pieces import json_lines
from directory.geography.clusters import Cluster
from directory.geography.map import draw_map
from directory.geography.map_places import spots_of
from directory.geography.places import SOURCE
from directory.geography.projection import to_degrees
from directory.replica.entries import Entry, get_entry
from federation.flask_session import current_session
from node.guide.schemas import EntrySelectionSchema
from node.guide.selection import selection_of
from node.limits import whole_files
from node.open_data.forms import FORMS, file_of, open_to_all, publisher
from node.open_data.schemas import (
    HsdsSchema,
    MapSchema,
    ServicePageSchema,
    ServicesArgumentsSchema,
    SpotsSchema,
)
from schemas.errors import NotFound

bp = Blueprint("open_data_api", __name__, url_prefix="/api/v1", description="The directory for reuse")


@bp.get("/export/<form>")
@whole_files
@bp.arguments(EntrySelectionSchema, location="query")
@bp.response(200, description="The file: csv, xlsx, geojson, jsonld or hsds.json")
def export(arguments: dict[str, Any], form: str) -> Response:
    """A whole selection as a file, in the form csv, xlsx, geojson, jsonld or hsds.json."""
    if form not in FORMS:
        raise NotFound
    return file_of(FORMS[form], selection_of(arguments))


@bp.get("/map")
@bp.arguments(EntrySelectionSchema, location="query")
@bp.response(200, MapSchema)
def draw(arguments: dict[str, Any]) -> dict[str, Any]:
    """The clusters of a selection on the map; of a province or municipality when it names one."""
    view = draw_map(current_session, selection_of(arguments))
    return {"level": view.level, "clusters": [_cluster(each) for each in view.clusters]}


@bp.get("/map/places")
@bp.arguments(EntrySelectionSchema, location="query")
@bp.response(200, SpotsSchema)
def list_spots(arguments: dict[str, Any]) -> dict[str, Any]:
    """The places where the initiatives of a selection work, with how many."""
    return {"items": spots_of(current_session, selection_of(arguments)), "source": SOURCE}


@bp.get("/hsds/")
@bp.response(200, HsdsSchema)
def about_hsds() -> dict[str, Any]:
    """What this HSDS service is."""
    by = publisher()
    return {
        "version": VERSION,
        "profile": "https://docs.openreferral.org/en/3.0/",
        "openapi_url": f"{by.base_url}/api/v1/openapi.json",
        "description": f"{by.name}: {by.base_url}/open-data",
        "publisher": {"name": by.name, "website": by.base_url},
    }


@bp.get("/hsds/services")
@bp.arguments(ServicesArgumentsSchema, location="query")
@bp.response(200, ServicePageSchema)
def list_services(arguments: dict[str, Any]) -> Any:
    """Initiatives as HSDS services, the one that changed longest ago first."""
    names = ("search", "modified_after", "taxonomy_term_id", "organization_id")
    asked = Asked(**{name: arguments[name] for name in names})
    if arguments["format"] == "ndjson":
        return _lines(asked)
    page = read_page(current_session, asked, arguments["page"], arguments["per_page"])
    return _page(page, _shown(page.entries, arguments))


@bp.get("/hsds/services/<service_id>")
@bp.response(200, description="A fully nested service, see docs.openreferral.org")
def read_service(service_id: str) -> dict[str, Any]:
    """One initiative as a fully nested HSDS service."""
    return service_of(get_entry(current_session, key_from(service_id)), publisher())


def _cluster(cluster: Cluster) -> dict[str, Any]:
    latitude, longitude = to_degrees(cluster.x, cluster.y)
    return {
        **vars(cluster),
        "latitude": round(latitude, 4),
        "longitude": round(longitude, 4),
        "example_data": cluster.has_examples,
    }


@whole_files
def _lines(asked: Asked) -> Response:
    by = publisher()
    lines = json_lines(service_of(entry, by) for entry in read_all(current_session, asked))
    return open_to_all(Response(stream_with_context(lines), mimetype="application/x-ndjson"))


def _shown(entries: list[Entry], arguments: dict[str, Any]) -> list[dict[str, Any]]:
    by = publisher()
    if arguments["minimal"]:
        return [
            {"id": id_of(each.key), "last_modified": each.updated_at.isoformat(timespec="milliseconds")}
            for each in entries
        ]
    return [service_of(each, by) if arguments["full"] else summary_of(each, by) for each in entries]


def _page(page: ServicePage, contents: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "total_items": page.total,
        "total_pages": page.pages,
        "page_number": page.page,
        "size": len(contents),
        "first_page": page.page == 1,
        "last_page": page.page >= page.pages,
        "empty": not contents,
        "contents": contents,
    }
