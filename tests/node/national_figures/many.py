"""Villages that told something, as rows of the replica: what a feed would have brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.replica import figures
from directory.replica.entries import Projectable, project_all
from directory.replica.records import Record
from schemas.objects import wire_type
from schemas.taxonomies import BANDS, PROVINCES, THEMES
from tests.node.village_pages import site
from tests.records import AREA

__all__ = ["site"]
QUARTERS = [(date(2025, 7, 1), date(2025, 9, 30)), (date(2025, 10, 1), date(2025, 12, 31))]


@dataclass
class Telling:
    """Puts villages and their figures into a replica."""

    session: Session

    def village(self, number: int, **told: Any) -> str:
        """A village with a node; its address."""
        uri = f"https://dorp{number}.example/actor"
        area = {**AREA, "province": PROVINCES.codes[number % 12]}
        initiative = {
            "kind": "caring_village",
            "areas": [area],
            "themes": [THEMES.codes[number % len(THEMES.codes)]],
            "foundedOn": 2000 + number % 25,
            "membersBand": BANDS.codes[number % len(BANDS.codes)],
        } | told
        content = {"name": f"Dorp {number}", "inbox": f"{uri}/inbox", "initiative": initiative}
        content |= {"published": "2025-01-01T00:00:00Z", "id": uri, "type": "Organization"}
        project_all(self.session, [Projectable(self.record(uri, uri, content, "Organization"), content)])
        return uri

    def figure(self, owner: str, value: int, quarter: int = 1, **fields: Any) -> str:
        """A release of a village; its address."""
        start, end = QUARTERS[quarter]
        version = fields.get("version", 1)
        told = {
            "indicator": fields.get("indicator", "nl:diners"),
            "indicatorVersion": version,
            "value": value,
            "errorBar": 12,
            "mechanism": "discrete-laplace",
            "epsilon": fields.get("epsilon", 0.25),
            "sensitivity": fields.get("sensitivity", 1),
        }
        if "denominator" in fields:
            told["denominator"] = fields["denominator"]
        name = fields.get("name", f"{told['indicator'][3:]}{start}{version}")
        uri, at = f"{owner}/cijfers/{name}", fields.get("at", "2026-01-20T10:00:00Z")
        content = {
            **wire_type("OutcomeRelease"),
            "id": uri,
            "attributedTo": owner,
            "name": "Eters",
            "published": at,
            "updated": at,
            "period": {"start": start.isoformat(), "end": end.isoformat()},
            "figures": [told],
            "guarantee": "Ongeveer.",
            "exampleData": fields.get("example", False),
        }
        figures.project(self.session, self.record(uri, owner, content, "OutcomeRelease"), content)
        return uri

    def record(self, uri: str, owner: str, content: dict[str, Any], kind: str) -> Record:
        """The record of a document."""
        at = datetime(2026, 1, 20, 10, tzinfo=UTC)
        record = Record(uri=uri, type=kind, owner_uri=owner, document=content, updated_at=at)
        record.received_at, record.verified_with = at, "z6Mk"
        self.session.add(record)
        self.session.flush()
        return record


@pytest.fixture
def telling(session: Session) -> Telling:
    """Puts villages and figures into this node's replica."""
    return Telling(session)
