"""Entries in Open Referral's Human Services Data Specification, version 3.0.

An initiative is one service of one organization. The places where it works are service areas, and
locations whose description says that they are the middle of a village and no visiting address.
https://docs.openreferral.org/en/3.0/hsds/schema_reference.html
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from directory.exports.json_pieces import json_pieces
from directory.exports.reading import LICENCE_URL, Publisher, entries, invented
from directory.replica.entries import Entry, EntryArea
from directory.search.service import Selection
from schemas.taxonomies import (
    KINDS,
    LEGAL_FORMS,
    PROVINCES,
    SPOKEN_LANGUAGES,
    TARGET_GROUPS,
    THEMES,
    Vocabulary,
)

VERSION = "3.0"
STATUSES = {"paused": "temporarily closed"}
"""HSDS' word for a phase that is not simply active."""

MIDDLE_NL = "Het midden van de plaats waar zij werken; geen bezoekadres."
MIDDLE_EN = "The middle of the place where they work; not an address to visit."

_VERSION_8, _VARIANT = 0x8 << 76, 0b10 << 62


def stream_hsds(session: Session, selection: Selection, publisher: Publisher) -> Iterator[str]:
    """All services of a selection, fully nested, in pieces."""
    head = {
        "version": VERSION,
        "description": f"{publisher.name}. {LICENCE_URL}",
        "generated": publisher.made_at.isoformat(timespec="seconds"),
    }
    return json_pieces(
        head, "contents", (service_of(each, publisher) for each in entries(session, selection))
    )


def id_of(key: str, part: str = "service") -> str:
    """The UUID (version 8, RFC 9562) of a part of the entry with this key; `key_from` reads the key back."""
    told = int(key, 16)
    about = int.from_bytes(hashlib.sha256(part.encode()).digest()[:8]) >> 6  # 58 bits
    high, middle, low = told >> 16, (told >> 4) & 0xFFF, told & 0xF
    return str(uuid.UUID(int=high << 80 | _VERSION_8 | middle << 64 | _VARIANT | low << 58 | about))


def key_from(service_id: str, part: str = "service") -> str:
    """The key of the entry of whose ``part`` this is the UUID; empty when it is none of ours."""
    try:
        number = uuid.UUID(service_id).int
    except ValueError:
        return ""
    told = (number >> 80) << 16 | ((number >> 64) & 0xFFF) << 4 | (number >> 58) & 0xF
    key = f"{told:016x}"
    return key if id_of(key, part) == service_id.lower() else ""


def service_of(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    """An entry as a fully nested service."""
    language = publisher.language
    return _told(
        **summary_of(entry, publisher),
        phones=_phones(entry),
        service_areas=[_service_area(entry, code, name) for code, name in _municipalities(entry).items()],
        service_at_locations=[_at_location(entry, area, language) for area in entry.areas],
        languages=[
            {
                "id": id_of(entry.key, f"language {code}"),
                "code": code,
                "name": SPOKEN_LANGUAGES.label(code, language),
            }
            for code in entry.languages
        ],
        attributes=[
            *_attributes(entry, KINDS, [entry.kind], language),
            *_attributes(entry, THEMES, entry.themes, language),
            *_attributes(entry, TARGET_GROUPS, entry.target_groups, language),
        ],
    )


def summary_of(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    """The service with what there is one of, as in a list."""
    language = publisher.language
    groups = [TARGET_GROUPS.label(code, language) for code in entry.target_groups]
    return _told(
        id=id_of(entry.key),
        name=entry.name,
        alternate_name=", ".join(entry.other_names),
        description=entry.summary,
        url=publisher.page_url(entry),
        email=entry.email,
        status="defunct" if entry.closed_on else STATUSES.get(entry.phase or "", "active"),
        eligibility_description=", ".join(groups),
        assured_date=(entry.confirmed_on or entry.updated_at.date()).isoformat(),
        alert=invented(entry, language),
        last_modified=entry.updated_at.isoformat(timespec="milliseconds"),
        organization=_organization(entry, publisher),
    )


def _organization(entry: Entry, publisher: Publisher) -> dict[str, Any]:
    legal_form = LEGAL_FORMS.label(entry.legal_form, publisher.language) if entry.legal_form else None
    return _told(
        id=id_of(entry.key, "organization"),
        name=entry.name,
        description=entry.summary or entry.name,
        email=entry.email,
        website=entry.website,
        year_incorporated=entry.founded_on,
        legal_status=legal_form,
        uri=entry.uri,
        organization_identifiers=_identifiers(entry),
    )


def _identifiers(entry: Entry) -> list[dict[str, Any]]:
    """Its number in the public trade register; the scheme's name is that of org-id.guide."""
    if not entry.kvk_number:
        return []
    told = {"identifier_scheme": "NL-KVK", "identifier_type": "KvK", "identifier": entry.kvk_number}
    return [{"id": id_of(entry.key, "kvk"), **told}]


def _phones(entry: Entry) -> list[dict[str, Any]]:
    if not entry.telephone:
        return []
    return [{"id": id_of(entry.key, "phone"), "number": entry.telephone, "type": "voice"}]


def _municipalities(entry: Entry) -> dict[str, str]:
    return {area.municipality_code: area.municipality for area in entry.areas}


def _service_area(entry: Entry, code: str, name: str) -> dict[str, Any]:
    places = ", ".join(area.name for area in entry.areas if area.municipality_code == code)
    return {
        "id": id_of(entry.key, f"area {code}"),
        "name": f"gemeente {name}",
        "description": f"{places} ({code})",
    }


def _at_location(entry: Entry, area: EntryArea, language: str) -> dict[str, Any]:
    location = {
        "id": id_of(entry.key, f"location {area.place_id}"),
        "location_type": "physical",
        "name": area.name,
        "description": MIDDLE_EN if language == "en" else MIDDLE_NL,
        "latitude": area.latitude,
        "longitude": area.longitude,
        "external_identifier": str(area.place_id),
        "external_identifier_type": "GeoNames",
        "alternate_name": f"{area.name}, {area.municipality}, {PROVINCES.label(area.province, language)}",
    }
    return {"id": id_of(entry.key, f"at {area.place_id}"), "location": location}


def _attributes(
    entry: Entry, vocabulary: Vocabulary, codes: list[str], language: str
) -> list[dict[str, Any]]:
    return [
        {
            "id": id_of(entry.key, f"{vocabulary.name} {code}"),
            "link_type": vocabulary.name,
            "link_entity": "service",
            "value": code,
            "taxonomy_term": {
                "id": id_of("0" * 16, f"{vocabulary.name} {code}"),
                "code": code,
                "name": vocabulary.label(code, language),
                "description": vocabulary.label(code, language),
                "language": language,
            },
        }
        for code in codes
    ]


def _told(**told: Any) -> dict[str, Any]:
    """What there is to tell: HSDS leaves out what is not known."""
    return {name: value for name, value in told.items() if value not in (None, "", [])}
