"""Records for tests, in the shape that `publish_record` takes."""

from __future__ import annotations

from typing import Any

from schemas.objects import Document, wire_type

AREA = {
    "placeId": 1,
    "name": "Austerlitz",
    "municipality": "Zeist",
    "municipalityCode": "GM0355",
    "province": "NL-UT",
    "latitude": 52.08,
    "longitude": 5.31,
}
INITIATIVE = {"kind": "care_cooperative", "areas": [AREA], "themes": []}


def template(name: str = "Austerlitz Eet", **fields: Any) -> Document:
    """An activity template."""
    return {
        **wire_type("ActivityTemplate"),
        "name": name,
        "summary": "Samen eten aan één tafel.",
        "sections": [{"key": "goal", "text": "Elkaar ontmoeten."}],
        "version": 1,
        "contentHash": "sha256:" + "0" * 64,
        "license": "CC-BY-SA-4.0",
        **fields,
    }


def entry(name: str, **fields: Any) -> Document:
    """An initiative without a node."""
    return {"type": "Organization", "name": name, "initiative": INITIATIVE, **fields}


def event(name: str = "Austerlitz Eet", **fields: Any) -> Document:
    """A public event."""
    address = {"type": "PostalAddress", "addressLocality": "Austerlitz", "addressCountry": "NL"}
    return {
        **wire_type("PublicEvent"),
        "name": name,
        "startTime": "2126-11-26T17:30:00+01:00",
        "timezone": "Europe/Amsterdam",
        "location": {"type": "Place", "name": "Dorpshuis", "address": address},
        "status": "CONFIRMED",
        "externalParticipationUrl": "https://dorp.example/meedoen/1",
        **fields,
    }


def story(name: str = "Aan tafel", **fields: Any) -> Document:
    """A story."""
    told = {"name": name, "text": "Ik kende niemand.", "toldBy": "Truus", "shownUntil": "2126-01-01"}
    return {**wire_type("Story"), **told, **fields}
