"""What the directory keeps of an organisation: the columns of the entry, from its record."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import nh3

from directory.freshness.rules import freshness_of, last_sign
from directory.geography import projection as map_projection
from directory.replica.records import Record
from directory.search import index as search_index
from federation.database import now


def plain_summary(content: dict[str, Any]) -> str:
    """The summary as plain text: an actor's is HTML, for other software."""
    summary: str = content.get("summary") or ""
    if "inbox" not in content:
        return summary
    broken = summary.replace("</p>", "</p>\n").replace("<br", "\n<br")
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def row_of(record: Record, content: dict[str, Any], document_id: int) -> dict[str, Any]:
    """The entry of a record that tells its initiative."""
    initiative = content["initiative"]
    contact = initiative.get("contact") or {}
    return {
        "uri": record.uri,
        "key": search_index.key_of(record.uri),
        "document_id": document_id,
        "owner_uri": record.owner_uri,
        "has_node": "inbox" in content,
        "name": content["name"],
        "summary": plain_summary(content),
        "kind": initiative["kind"],
        "legal_form": initiative.get("legalForm"),
        "phase": initiative.get("phase"),
        "themes": initiative.get("themes", []),
        "target_groups": initiative.get("targetGroups", []),
        "founded_on": initiative.get("foundedOn"),
        "volunteers_band": initiative.get("volunteersBand"),
        "members_band": initiative.get("membersBand"),
        "has_supporter": initiative.get("hasSupporter"),
        "website": contact.get("website"),
        "email": contact.get("email"),
        "telephone": contact.get("telephone"),
        "license": initiative.get("license", "CC-BY-4.0")[:40],
        "source_name": initiative.get("sourceName", ""),
        "is_example": bool(initiative.get("exampleData")),
        "updated_at": record.updated_at,
        "freshness": first_freshness(record, content),
        **_further(initiative),
    }


def first_freshness(record: Record, content: dict[str, Any]) -> str:
    """How fresh an entry is by its record alone; `directory.freshness.service` adds what else is known."""
    initiative, has_node = content["initiative"], "inbox" in content
    sign = last_sign(
        has_node=has_node,
        confirmed_on=_day(initiative.get("confirmedOn")),
        updated_at=record.updated_at,
    )
    closed_on = _day(initiative.get("closedOn"))
    return freshness_of(
        has_node=has_node, last_sign_at=sign, closed_on=closed_on, is_unreachable=False, at=now()
    )


def _further(initiative: dict[str, Any]) -> dict[str, Any]:
    """What older nodes do not tell."""
    return {
        "other_names": initiative.get("otherNames", []),
        "kvk_number": initiative.get("kvkNumber"),
        "partners": initiative.get("partners", []),
        "activities": initiative.get("activities", []),
        "languages": initiative.get("languages", []),
        "accessibility": initiative.get("accessibility", []),
        "sources": initiative.get("sources", []),
        "confirmed_on": _day(initiative.get("confirmedOn")),
        "closed_on": _day(initiative.get("closedOn")),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def areas_of(content: dict[str, Any], document_id: int) -> list[dict[str, Any]]:
    """The places where it works, in its own order."""
    return [_area(area, document_id, at) for at, area in enumerate(content["initiative"]["areas"])]


def _area(area: dict[str, Any], document_id: int, position: int) -> dict[str, Any]:
    point = map_projection.to_map(area["latitude"], area["longitude"])
    return {
        "document_id": document_id,
        "position": position,
        "place_id": area["placeId"],
        "name": area["name"],
        "municipality": area["municipality"],
        "municipality_code": area["municipalityCode"],
        "province": area["province"],
        "latitude": area["latitude"],
        "longitude": area["longitude"],
        "x": point.x,
        "y": point.y,
    }
