"""What version 3.0 of the Human Services Data Specification asks of the objects that the guide exports.

Written from its schema reference (https://docs.openreferral.org/en/3.0/hsds/schema_reference.html): by object
which fields there are and of what kind, which ones must be there, and which values a closed list allows. A
field that the specification does not know is an error too.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _id(value: Any) -> bool:
    return isinstance(value, str) and str(uuid.UUID(value)) == value


def _uri(value: Any) -> bool:
    parts = urlsplit(value)
    return bool(parts.scheme and parts.netloc) and not re.search(r"[\s<>\"{}|\\^`]", value)


def _email(value: Any) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value))


def _day(value: Any) -> bool:
    return date.fromisoformat(value).isoformat() == value


def _instant(value: Any) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def _language(value: Any) -> bool:
    return bool(re.fullmatch(r"[a-z]{2,3}", value))


def _one_of(*allowed: str) -> Callable[[Any], bool]:
    return lambda value: value in allowed


Rule = Callable[[Any], bool]
Nested = tuple[str, bool]
"""An object of another kind, or a list of them."""

FIELDS: dict[str, dict[str, Rule | Nested]] = {
    "service": {
        "id": _id,
        "organization_id": _id,
        "program_id": _id,
        "name": _text,
        "alternate_name": _text,
        "description": _text,
        "url": _uri,
        "email": _email,
        "status": _one_of("active", "inactive", "defunct", "temporarily closed"),
        "interpretation_services": _text,
        "application_process": _text,
        "fees_description": _text,
        "accreditations": _text,
        "eligibility_description": _text,
        "minimum_age": _number,
        "maximum_age": _number,
        "assured_date": _day,
        "assurer_email": _email,
        "alert": _text,
        "last_modified": _instant,
        "phones": ("phone", True),
        "service_areas": ("service_area", True),
        "service_at_locations": ("service_at_location", True),
        "languages": ("language", True),
        "organization": ("organization", False),
        "attributes": ("attribute", True),
    },
    "organization": {
        "id": _id,
        "name": _text,
        "alternate_name": _text,
        "description": _text,
        "email": _email,
        "website": _uri,
        "year_incorporated": _number,
        "legal_status": _text,
        "logo": _uri,
        "uri": _uri,
        "parent_organization_id": _id,
        "phones": ("phone", True),
        "locations": ("location", True),
        "organization_identifiers": ("organization_identifier", True),
        "attributes": ("attribute", True),
    },
    "organization_identifier": {
        "id": _id,
        "organization_id": _id,
        "identifier_scheme": _text,
        "identifier_type": _text,
        "identifier": _text,
    },
    "phone": {
        "id": _id,
        "number": _text,
        "extension": _number,
        "type": _one_of("text", "voice", "fax", "cell", "video", "pager", "textphone"),
        "description": _text,
        "languages": ("language", True),
    },
    "service_area": {
        "id": _id,
        "service_id": _id,
        "name": _text,
        "description": _text,
        "extent": _text,
        "extent_type": _one_of("geojson", "topojson", "kml", "text"),
        "uri": _uri,
    },
    "service_at_location": {
        "id": _id,
        "service_id": _id,
        "location_id": _id,
        "description": _text,
        "location": ("location", False),
        "phones": ("phone", True),
        "service_areas": ("service_area", True),
    },
    "location": {
        "id": _id,
        "location_type": _one_of("physical", "postal", "virtual"),
        "url": _uri,
        "organization_id": _id,
        "name": _text,
        "alternate_name": _text,
        "description": _text,
        "transportation": _text,
        "latitude": lambda value: _number(value) and -90 <= value <= 90,
        "longitude": lambda value: _number(value) and -180 <= value <= 180,
        "external_identifier": _text,
        "external_identifier_type": _text,
        "languages": ("language", True),
    },
    "language": {"id": _id, "service_id": _id, "name": _text, "code": _language, "note": _text},
    "attribute": {
        "id": _id,
        "link_id": _id,
        "taxonomy_term_id": _id,
        "link_type": _text,
        "link_entity": _text,
        "value": _text,
        "taxonomy_term": ("taxonomy_term", False),
    },
    "taxonomy_term": {
        "id": _id,
        "code": _text,
        "name": _text,
        "description": _text,
        "parent_id": _id,
        "taxonomy": _text,
        "taxonomy_id": _id,
        "language": _language,
        "term_uri": _uri,
    },
}
REQUIRED = {
    "service": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "organization_identifier": {"id", "identifier_type", "identifier"},
    "phone": {"id", "number"},
    "service_area": {"id"},
    "service_at_location": {"id"},
    "location": {"id", "location_type"},
    "language": {"id"},
    "attribute": {"id", "link_type"},
    "taxonomy_term": {"id", "name", "description"},
}
SHARED = {"taxonomy_term"}
"""Kinds of which one object may stand in many places; of all others an id occurs once in a data set."""


def faults(kind: str, told: Any, place: str = "") -> Iterator[str]:
    """What is wrong with an object of this kind, and where; nothing when it keeps to the rules."""
    place = place or kind
    if not isinstance(told, dict):
        yield f"{place} is no object"
        return
    for name in sorted(REQUIRED[kind] - told.keys()):
        yield f"{place}.{name} is missing"
    for name, value in told.items():
        rule = FIELDS[kind].get(name)
        if rule is None:
            yield f"{place}.{name} is not in the specification"
        elif isinstance(rule, tuple):
            yield from _nested_faults(rule, value, f"{place}.{name}")
        elif not _holds(rule, value):
            yield f"{place}.{name} is {value!r}"


def ids(kind: str, told: dict[str, Any]) -> Iterator[str]:
    """The ids of an object and all in it that may occur once in a data set."""
    if kind not in SHARED:
        yield told["id"]
    for name, value in told.items():
        rule = FIELDS[kind].get(name)
        if isinstance(rule, tuple):
            for each in value if rule[1] else [value]:
                yield from ids(rule[0], each)


def _nested_faults(rule: Nested, value: Any, place: str) -> Iterator[str]:
    kind, is_list = rule
    if is_list and not (isinstance(value, list) and value):
        yield f"{place} is no list with something in it"
        return
    for at, each in enumerate(value if is_list else [value]):
        yield from faults(kind, each, f"{place}[{at}]" if is_list else place)


def _holds(rule: Rule, value: Any) -> bool:
    try:
        return rule(value)
    except (ValueError, TypeError, AttributeError):
        return False
