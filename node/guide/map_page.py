"""The map: a selection as clusters on the provinces, with the same as a list beside it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from directory.geography.map import MapView, draw_map, radius_of
from directory.search.service import Results
from federation.flask_session import current_session
from node.guide.results import filters_of, label, outlines, search_page
from node.guide.selection import DISTANCES, Choice, read_choice
from node.layout.languages import current_language
from schemas.taxonomies import PROVINCES

bp = Blueprint("guide_map", __name__, template_folder="templates")

LEGEND_COUNTS = (1, 10, 50)


@bp.get("/kaart")
def show() -> str:
    """The selection on the map, with the same as a list."""
    choice = read_choice(request.args)
    results = search_page(choice)
    view = draw_map(current_session, choice.selection)
    return render_template(
        "guide/map.html",
        choice=choice,
        results=results,
        view=view,
        filters=filters_of(choice, results),
        distances=DISTANCES,
        provinces=PROVINCES,
        outlines=outlines(),
        legend=[
            (count, round(radius_of(count), 1)) for count in LEGEND_COUNTS if count <= max(view.largest, 1)
        ],
        rows=_rows(choice, view, results),
        cluster_url=lambda cluster: _cluster_url(choice, cluster.province, cluster.municipality_code),
        label=label,
    )


def _rows(choice: Choice, view: MapView, results: Results) -> list[tuple[str, int, str]]:
    """The map's twin: name, number and address of each province, or of each municipality of one."""
    if choice.selection.province:
        return sorted(
            (each.name, each.count, _cluster_url(choice, each.province, each.municipality_code))
            for each in view.clusters
        )
    return [
        (PROVINCES.label(each.code, current_language()), each.count, _cluster_url(choice, each.code, ""))
        for each in results.facets["province"]
    ]


def _cluster_url(choice: Choice, province: str, municipality_code: str) -> str:
    """Where a cluster leads: a province's to its map, a municipality's to its list."""
    if municipality_code:
        return url_for("guide.index", **choice.parameters(municipality=municipality_code, province=province))
    return url_for("guide_map.show", **choice.parameters(province=province))
