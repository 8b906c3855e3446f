"""Pages of the guide: the list with its filters, one initiative, the map, the export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from directory.geography.map import COUNTRY, MapView, draw_map, radius_of, view_of
from directory.replica.entries import Entry, entries_of, get_entry
from directory.replica.export import stream_csv
from directory.replica.owners import name_of
from directory.search.service import FacetCount, Results, search, search_selection
from federation.flask_session import current_session
from node.accounts.access import Action, may
from node.guide.selection import FILTERS, Choice, municipality_name, read_choice
from node.layout.languages import current_language
from schemas.taxonomies import BANDS, KINDS, LEGAL_FORMS, PHASES, PROVINCES, TARGET_GROUPS, THEMES

bp = Blueprint("guide", __name__, template_folder="templates")

OUTLINES = "vendor/maps/netherlands.svg"
LEGEND_COUNTS = (1, 10, 50)
VOCABULARIES = {
    "bands": BANDS,
    "kinds": KINDS,
    "legal_forms": LEGAL_FORMS,
    "phases": PHASES,
    "provinces": PROVINCES,
    "target_groups": TARGET_GROUPS,
    "themes": THEMES,
}


@bp.get("/gids")
def index() -> str:
    """Search and filter all initiatives."""
    choice = read_choice(request.args)
    results = _search(choice)
    return render_template(
        "guide/index.html",
        choice=choice,
        results=results,
        entries=entries_of(current_session, [hit.uri for hit in results.hits]),
        filters=_filters(choice, results),
        municipality=municipality_name(choice.selection.municipality or ""),
        formats=_formats(choice),
        page_url=lambda number: url_for("guide.index", **choice.parameters(page=number)),
        label=_label,
    )


@bp.get("/gids.csv")
def export() -> Response:
    """The whole selection as CSV."""
    choice = read_choice(request.args)
    lines = stream_csv(current_session, choice.selection, current_language())
    answer = Response(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="gids-{date.today().isoformat()}.csv"'  # noqa: DTZ011  # the reader's day is near enough
    return answer


@bp.get("/gids/<key>")
def show(key: str) -> str:
    """One initiative."""
    entry = get_entry(current_session, key)
    box = view_of(entry.areas[0].province)
    return render_template(
        "guide/show.html",
        entry=entry,
        box=box,
        scale=box.width / COUNTRY.width,
        provinces=PROVINCES,
        outlines=_outlines(),
        told_by=name_of(current_session, entry.owner_uri),
        told_on=format_date(entry.updated_at, "long"),
        may_report=may(Action.SEE_WORKPLACE),
        label=_label,
    )


@bp.get("/kaart")
def map_page() -> str:
    """The selection on the map, with the same as a list."""
    choice = read_choice(request.args)
    results = _search(choice)
    view = draw_map(current_session, choice.selection)
    return render_template(
        "guide/map.html",
        choice=choice,
        results=results,
        view=view,
        filters=_filters(choice, results),
        provinces=PROVINCES,
        outlines=_outlines(),
        legend=[
            (count, round(radius_of(count), 1)) for count in LEGEND_COUNTS if count <= max(view.largest, 1)
        ],
        rows=_rows(choice, view, results),
        cluster_url=lambda cluster: _cluster_url(choice, cluster.province, cluster.municipality_code),
        label=_label,
    )


def _search(choice: Choice) -> Results:
    """The page of the list that the choice names; the last one when there are not so many."""
    results = search_selection(current_session, choice.selection, sort=choice.sort, page=choice.page)
    if choice.page <= results.pages:
        return results
    return search_selection(current_session, choice.selection, sort=choice.sort, page=results.pages)


def _formats(choice: Choice) -> Results | None:
    """The formats that fit the words, shown beside the initiatives."""
    return search(current_session, choice.query, kinds=("template",), per_page=3) if choice.query else None


def _filters(choice: Choice, results: Results) -> list[dict[str, Any]]:
    """The select boxes: every choice that gives something, with how much."""
    names = {"province": _("Province"), "theme": _("Theme"), "kind": _("Kind of initiative")}
    return [
        {
            "name": name,
            "label": text,
            "value": choice.selection.filters.get(name, ""),
            "options": _options(name, results.facets[name], choice.selection.filters.get(name)),
        }
        for name, text in names.items()
    ]


def _options(name: str, counts: list[FacetCount], chosen: str | None) -> list[tuple[str, str]]:
    amounts = {each.code: each.count for each in counts}
    shown = [term.code for term in FILTERS[name] if term.code in amounts or term.code == chosen]
    return [
        (code, f"{FILTERS[name].label(code, current_language())} ({amounts.get(code, 0)})") for code in shown
    ]


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
    return url_for("guide.map_page", **choice.parameters(province=province))


def _outlines() -> str | None:
    """The static file with the provinces, when it is installed."""
    return OUTLINES if (Path(__file__).parents[1] / "static" / OUTLINES).is_file() else None


def _label(vocabulary: str, code: str) -> str:
    return VOCABULARIES[vocabulary].label(code, current_language())


def plain_lines(entry: Entry) -> list[str]:
    """The paragraphs of an entry's text."""
    return [line for line in entry.summary.splitlines() if line.strip()]


bp.add_app_template_filter(plain_lines, "plain_lines")
