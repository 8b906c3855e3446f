"""The map: a selection as clusters on the provinces, with the same as a list beside it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from directory.geography.projection import CORNERS
from federation.flask_session import current_runtime
from node.guide.drawing import drawing_of
from node.guide.results import filters_of, outlines, search_page
from node.guide.selection import DISTANCES, Choice, read_choice
from node.layout.headers import allow_images
from node.layout.web import static_url

bp = Blueprint("guide_map", __name__, template_folder="templates")

BASEMAPS = {
    "pdok": (
        "https://service.pdok.nl",
        "/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png",
        "Kaartgegevens © Kadaster",
    )
}
"""Per name of a background: its origin, the path of its tiles, and whom to thank."""

SCRIPTS = ("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.markercluster.js")
STYLES = ("vendor/leaflet/leaflet.css", "vendor/leaflet/MarkerCluster.css")


@bp.get("/kaart")
def show() -> str:
    """The selection on the map, with the same as a list."""
    choice = read_choice(request.args)
    results = search_page(choice)
    return render_template(
        "guide/map.html",
        choice=choice,
        results=results,
        filters=filters_of(choice, results),
        distances=DISTANCES,
        live=live_map(choice),
        **drawing_of(choice, results, "guide_map.show"),
    )


def live_map(choice: Choice) -> dict[str, Any]:
    """What the script needs for a map to move and zoom, as ``data-`` attributes."""
    told = {
        "places": url_for("open_data_api.list_spots", **choice.asked_of_api()),
        "area": url_for("guide_map.show", **choice.parameters(sort=None, municipality="CODE")),
        "scripts": " ".join(map(static_url, SCRIPTS)),
        "styles": " ".join(map(static_url, STYLES)),
        "outlines": static_url(outlines() or "") if outlines() else "",
        "corners": " ".join(f"{number:.4f}" for number in CORNERS),
        "one": _("%(name)s: 1 initiative", name="NAME"),
        "many": _("%(name)s: %(count)s initiatives", name="NAME", count="COUNT"),
        "failed": _("The map could not be loaded. The drawing below says the same."),
        "credit": _("Map: provinces by MapSVG (CC BY 4.0). Places: GeoNames (CC BY 4.0)."),
    }
    return told | _basemap()


def _basemap() -> dict[str, str]:
    """The background that the operator chose; none unless they did."""
    chosen = BASEMAPS.get(current_runtime().settings.basemap)
    if chosen is None:
        return {}
    origin, path, credit = chosen
    allow_images(origin)
    return {"tiles": origin + path, "tilescredit": credit}
