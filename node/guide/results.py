"""What a visitor's choice gives: a page of initiatives, and the filters with their counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext as _

from directory.replica.entries import Entry
from directory.search.service import FacetCount, Hit, Results, search_beside, search_selection
from federation.flask_session import current_session
from node.guide.selection import FILTERS, Choice
from node.layout.languages import current_language
from schemas.taxonomies import BANDS, FRESHNESS, KINDS, LEGAL_FORMS, PHASES, PROVINCES, TARGET_GROUPS, THEMES

OUTLINES = "vendor/maps/netherlands.svg"
VOCABULARIES = {
    "bands": BANDS,
    "freshness": FRESHNESS,
    "kinds": KINDS,
    "legal_forms": LEGAL_FORMS,
    "phases": PHASES,
    "provinces": PROVINCES,
    "target_groups": TARGET_GROUPS,
    "themes": THEMES,
}


def search_page(choice: Choice) -> Results:
    """The page of the list that the choice names; the last one when there are not so many."""
    results = search_selection(current_session, choice.selection, sort=choice.sort, page=choice.page)
    if choice.page <= results.pages:
        return results
    return search_selection(
        current_session, choice.selection, sort=choice.sort, page=results.pages, matched=results.matched
    )


def filters_of(choice: Choice, results: Results) -> list[dict[str, Any]]:
    """The select boxes: every choice that gives something, with how much."""
    names = {
        "province": _("Province"),
        "theme": _("Theme"),
        "kind": _("Kind of initiative"),
        "target_group": _("For whom"),
        "phase": _("Phase"),
        "freshness": _("How up to date"),
    }
    return [
        {
            "name": name,
            "label": text,
            "value": choice.selection.filters.get(name, ""),
            "options": _options(name, results.facets[name], choice.selection.filters.get(name)),
        }
        for name, text in names.items()
    ]


def beside_of(choice: Choice, results: Results) -> list[dict[str, Any]]:
    """The formats, events and stories that fit the words, shown beside the initiatives."""
    if not choice.query:
        return []
    words = quote(choice.query)
    told = {
        "template": (_("Formats you can copy"), _("See all formats"), f"/formats?q={words}"),
        "event": (_("Coming up in the villages"), _("See all activities"), f"/agenda?q={words}"),
        "story": (_("Stories about this"), _("See all stories"), f"/verhalen?q={words}"),
    }
    return [
        {
            "group": group,
            "title": told[group.kind][0],
            "more": told[group.kind][1],
            "url": told[group.kind][2],
        }
        for group in search_beside(current_session, choice.query, tuple(told), matched=results.matched)
    ]


def page_of(hit: Hit) -> str:
    """Where a record that was found is read."""
    if hit.page_url:
        return hit.page_url
    pages = {"template": f"/formats/{hit.key}", "story": f"/verhalen/{hit.key}", "outcome": "/cijfers"}
    return pages.get(hit.kind) or url_for("guide.show", key=hit.key)


def distance_to(choice: Choice, entry: Entry) -> int | None:
    """How far an initiative is from the place asked for, in whole kilometres."""
    near = choice.selection.near
    if near is None:
        return None
    return round(min(near.km_to(area.latitude, area.longitude) for area in entry.areas))


def label(vocabulary: str, code: str) -> str:
    """The word for a code, in the reader's language."""
    return VOCABULARIES[vocabulary].label(code, current_language())


def outlines() -> str | None:
    """The static file with the provinces, when it is installed."""
    return OUTLINES if (Path(__file__).parents[1] / "static" / OUTLINES).is_file() else None


def _options(name: str, counts: list[FacetCount], chosen: str | None) -> list[tuple[str, str]]:
    amounts = {each.code: each.count for each in counts}
    shown = [term.code for term in FILTERS[name] if term.code in amounts or term.code == chosen]
    return [
        (code, f"{FILTERS[name].label(code, current_language())} ({amounts.get(code, 0)})") for code in shown
    ]
