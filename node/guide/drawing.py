"""What the drawn map of a choice shows: clusters, where each leads, and the list that says the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from directory.geography.clusters import Cluster, radius_of
from directory.geography.map import MapView, draw_map
from directory.geography.map_places import Named, names_at, quiet_places
from directory.geography.projection import Point, to_map
from directory.search.service import Results
from federation.flask_session import current_session
from node.guide.municipalities import municipality_of
from node.guide.results import label, outlines
from node.guide.selection import Choice
from schemas.taxonomies import PROVINCES

LEGEND_COUNTS = (1, 10, 50)


@dataclass(frozen=True)
class PlaceRow:
    """A place beside the map of a municipality, with the initiatives that work there."""

    place_id: int
    name: str
    count: int
    initiatives: list[Named]


def drawing_of(choice: Choice, results: Results, endpoint: str, **fixed: Any) -> dict[str, Any]:
    """The context of ``guide/drawing.html``; ``endpoint`` and ``fixed`` name the page that zooms."""
    view = draw_map(current_session, choice.selection)
    named = names_at(current_session, choice.selection) if view.level == "municipality" else {}
    zoom = _zoom(choice, endpoint, fixed)
    return {
        "view": view,
        "where": where_of(choice),
        "province": province_of(choice),
        "provinces": PROVINCES,
        "province_url": lambda code: zoom(province=code, municipality=None),
        "outlines": outlines(),
        "legend": [(each, radius_of(each)) for each in LEGEND_COUNTS if each <= max(view.largest, 1)],
        "rows": _rows(view, results, zoom),
        "places": _places(view, named),
        "quiet": _quiet(choice, view),
        "cluster_url": lambda cluster: _cluster_url(cluster, named, zoom),
        "leads_on": lambda cluster: not _only_one(cluster, named),
        "wider": _wider(choice, zoom),
        "label": label,
    }


def where_of(choice: Choice) -> str:
    """The name of what is on the map."""
    selection = choice.selection
    if selection.municipality:
        name = municipality_of(current_session, selection.municipality).name
        return str(_("the municipality of %(name)s", name=name))
    return label("provinces", selection.province) if selection.province else str(_("the Netherlands"))


def province_of(choice: Choice) -> str:
    """The code of the province on the map, empty for the whole country."""
    chosen = choice.selection
    if chosen.municipality and not chosen.province:
        return municipality_of(current_session, chosen.municipality).province
    return chosen.province or ""


def _zoom(choice: Choice, endpoint: str, fixed: dict[str, Any]) -> Callable[..., str]:
    def address(**changes: str | None) -> str:
        return url_for(endpoint, **fixed, **choice.parameters(sort=None, **changes))

    return address


def _wider(choice: Choice, zoom: Callable[..., str]) -> list[tuple[str, str]]:
    """The way back, step by step: text and address."""
    steps = []
    if choice.selection.municipality and (code := province_of(choice)):
        steps.append((label("provinces", code), zoom(municipality=None, province=code)))
    if choice.selection.municipality or choice.selection.province:
        steps.append((str(_("The whole country")), zoom(municipality=None, province=None)))
    return steps


def _rows(view: MapView, results: Results, zoom: Callable[..., str]) -> list[tuple[str, int, str]]:
    """Name, number and address of each province, or of each municipality of one."""
    if view.level == "country":
        return [
            (label("provinces", each.code), each.count, zoom(province=each.code))
            for each in results.facets["province"]
        ]
    if view.level == "municipality":
        return []
    return sorted(
        (each.name, each.count, zoom(province=each.province, municipality=each.municipality_code))
        for each in view.clusters
    )


def _places(view: MapView, named: dict[int, list[Named]]) -> list[PlaceRow]:
    """The places of a municipality with their initiatives, by name."""
    if view.level != "municipality":
        return []
    rows = [
        PlaceRow(each.place_id, each.name, each.count, named.get(each.place_id, []))
        for each in view.clusters
        if each.place_id is not None
    ]
    return sorted(rows, key=lambda row: (row.name, row.place_id))


def _quiet(choice: Choice, view: MapView) -> list[tuple[str, Point]]:
    """The places of a municipality without an initiative: name and point of the drawing."""
    if view.level != "municipality":
        return []
    found = quiet_places(view, choice.selection.municipality or "")
    return [(each.name, to_map(each.latitude, each.longitude)) for each in found]


def _cluster_url(cluster: Cluster, named: dict[int, list[Named]], zoom: Callable[..., str]) -> str:
    """Where a cluster leads: a map further in, the initiatives of a place, or the only one there."""
    if cluster.place_id is not None:
        only = _only_one(cluster, named)
        return url_for("guide.show", key=only.key) if only else f"#place-{cluster.place_id}"
    return zoom(province=cluster.province, municipality=cluster.municipality_code or None)


def _only_one(cluster: Cluster, named: dict[int, list[Named]]) -> Named | None:
    """The initiative of a place that has one."""
    there = named.get(cluster.place_id or 0, [])
    return there[0] if len(there) == cluster.count == 1 else None
