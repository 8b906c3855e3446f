"""Organisations for tests of the directory, put into the replica as ingest does after its checks."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from directory.geography.places import resolve_place
from directory.replica import entries
from directory.replica.records import Record
from federation.database import now


def organisation(name: str, *places: str, summary: str = "", **initiative: Any) -> dict[str, Any]:
    """The content of an entry in the named places."""
    areas = [resolve_place(place).as_area() for place in places or ("Zeist",)]
    return {
        "type": "Organization",
        "name": name,
        "summary": summary,
        "initiative": {"kind": "caring_village", "areas": areas, **initiative},
    }


def add(session: Session, *contents: dict[str, Any], first: int = 0) -> list[str]:
    """Project organisations; returns their addresses."""
    found = []
    for index, content in enumerate(contents, start=first):
        uri = content.get("id", f"https://hub.example/objects/{index}")
        record = session.get(Record, uri) or Record(uri=uri)
        record.type, record.owner_uri, record.name = (
            "Organization",
            "https://hub.example/actors/hub",
            content["name"],
        )
        record.document, record.updated_at, record.received_at = content, now(), now()
        record.verified_with = "z6Mk"
        session.add(record)
        found.append(entries.Projectable(record, content))
    session.flush()
    entries.project_all(session, found)
    return [each.record.uri for each in found]
