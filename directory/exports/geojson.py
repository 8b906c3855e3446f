"""A selection of entries as GeoJSON (RFC 7946), for maps and GIS programs.

An initiative is a `MultiPoint` of the centres of the places where it works: never an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from directory.exports.json_pieces import json_pieces
from directory.exports.reading import LICENCE_URL, Publisher, entries, invented
from directory.geography.places import SOURCE
from directory.replica.entries import Entry
from directory.search.service import Selection
from schemas.taxonomies import KINDS, TARGET_GROUPS, THEMES


def stream_geojson(session: Session, selection: Selection, publisher: Publisher) -> Iterator[str]:
    """The FeatureCollection of all entries of a selection, in pieces."""
    head = {
        "type": "FeatureCollection",
        "name": publisher.name,
        "license": LICENCE_URL,
        "attribution": f"{publisher.name}; {SOURCE}",
        "generated": publisher.made_at.isoformat(timespec="seconds"),
    }
    return json_pieces(head, "features", (_feature(each, publisher) for each in entries(session, selection)))


def _feature(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    points = [[area.longitude, area.latitude] for area in entry.areas]
    return {
        "type": "Feature",
        "id": entry.uri,
        "geometry": {"type": "MultiPoint", "coordinates": points},
        "properties": _properties(entry, publisher),
    }


def _properties(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    language = publisher.language
    told = {
        "name": entry.name,
        "url": publisher.page_url(entry),
        "description": entry.summary,
        "kind": entry.kind,
        "kindLabel": KINDS.label(entry.kind, language),
        "themes": entry.themes,
        "themeLabels": [THEMES.label(code, language) for code in entry.themes],
        "targetGroups": entry.target_groups,
        "targetGroupLabels": [TARGET_GROUPS.label(code, language) for code in entry.target_groups],
        "places": [area.name for area in entry.areas],
        "municipalityCodes": list(dict.fromkeys(area.municipality_code for area in entry.areas)),
        "phase": entry.phase,
        "foundedOn": entry.founded_on,
        **{name: value for name, value in entry.contact.items() if value},
        "freshness": entry.freshness,
        "updated": entry.updated_at.isoformat(timespec="seconds"),
        "source": entry.source_name or entry.owner_uri,
        "license": entry.license,
        "exampleData": entry.is_example,
        "notice": invented(entry, language),
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}
