"""Entries as linked data in the words of schema.org: for search engines and for graphs.

Contact data stands in it as far as the board chose to publish it. An entry that is invented says
so in its ``disambiguatingDescription``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from directory.exports.json_pieces import json_pieces
from directory.exports.reading import LICENCE_URL, Publisher, entries, invented
from directory.replica.entries import Entry, EntryArea
from directory.search.service import Selection
from schemas.taxonomies import KINDS, PROVINCES, TARGET_GROUPS, THEMES

CONTEXT = "https://schema.org"


def stream_linked_data(session: Session, selection: Selection, publisher: Publisher) -> Iterator[str]:
    """The graph of all entries of a selection, in pieces."""
    head = {
        "@context": CONTEXT,
        "@id": f"{publisher.base_url}/gids",
        "license": LICENCE_URL,
        "publisher": {"@type": "Organization", "name": publisher.name, "url": publisher.base_url},
        "dateModified": publisher.made_at.isoformat(timespec="seconds"),
    }
    return json_pieces(head, "@graph", (_node(each, publisher) for each in entries(session, selection)))


def linked_entry(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    """One entry as a document of its own."""
    return {"@context": CONTEXT, **_node(entry, publisher)}


def _node(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    language = publisher.language
    told: dict[str, Any] = {
        "@type": "Organization",
        "@id": entry.uri,
        "name": entry.name,
        "alternateName": entry.other_names,
        "description": entry.summary,
        "disambiguatingDescription": invented(entry, language),
        "additionalType": KINDS.label(entry.kind, language),
        "url": entry.website or publisher.page_url(entry),
        "email": entry.email,
        "telephone": entry.telephone,
        "foundingDate": str(entry.founded_on) if entry.founded_on else None,
        "dissolutionDate": entry.closed_on.isoformat() if entry.closed_on else None,
        "knowsAbout": [THEMES.label(code, language) for code in entry.themes],
        "knowsLanguage": entry.languages,
        "areaServed": [_place(area) for area in entry.areas],
        "mainEntityOfPage": _page(entry, publisher),
    }
    if entry.target_groups:
        audience = ", ".join(TARGET_GROUPS.label(code, language) for code in entry.target_groups)
        told["makesOffer"] = {
            "@type": "Offer",
            "itemOffered": {
                "@type": "Service",
                "name": entry.name,
                "audience": {"@type": "Audience", "audienceType": audience},
            },
        }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _place(area: EntryArea) -> dict[str, Any]:
    return {
        "@type": "Place",
        "name": area.name,
        "identifier": f"geonames:{area.place_id}",
        "geo": {"@type": "GeoCoordinates", "latitude": area.latitude, "longitude": area.longitude},
        "containedInPlace": {
            "@type": "AdministrativeArea",
            "name": f"gemeente {area.municipality}",
            "identifier": area.municipality_code,
            "containedInPlace": {
                "@type": "AdministrativeArea",
                "name": PROVINCES.label(area.province),
                "identifier": area.province,
            },
        },
    }


def _page(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    return {
        "@type": "WebPage",
        "@id": publisher.page_url(entry),
        "dateModified": entry.updated_at.isoformat(timespec="seconds"),
        "license": LICENCE_URL if entry.license == "CC-BY-4.0" else entry.license,
        "creditText": entry.source_name or entry.owner_uri,
        "primaryImageOfPage": f"{publisher.page_url(entry)}/plaatje.png",
    }
