"""Villages for tests: ours in the database under test, and a neighbour with its own node's database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.replica import ingest
from federation.actors.identities import Identity, actor_document, create_identity
from federation.actors.remote_actors import remember_actor
from federation.runtime import build_runtime
from federation.sending.published import PublishedActivity
from federation.settings import Settings
from tests.databases import sqlite_database

AREAS = {
    "Elsendorp": (5.76944, 51.58083, "Gemert-Bakel", "GM1652", "NL-NB"),
    "Austerlitz": (5.31528, 52.08, "Zeist", "GM0355", "NL-UT"),
}


@dataclass
class Village:
    """One village's node: its session, settings and cooperative."""

    session: Session
    settings: Settings
    cooperative: Identity

    def sent(self) -> list[dict[str, Any]]:
        """Every activity that left, oldest first."""
        rows = self.session.query(PublishedActivity).order_by(PublishedActivity.created_at)
        return [row.document for row in rows]

    def hears(self, other: Village, activity: dict[str, Any] | None = None) -> bool:
        """Receive the other's last (or this) activity, after meeting its actor."""
        remember_actor(self.session, actor_document(other.session, other.settings, other.cooperative))
        return ingest.apply(self.session, activity or other.sent()[-1], via_uri=None)


def found_village(session: Session, settings: Settings, place: str, port: int) -> Village:
    """Give a node its identities."""
    base_url = f"http://127.0.0.1:{port}"
    longitude, latitude, municipality, code, province = AREAS[place]
    area = {"placeId": port, "name": place, "municipality": municipality, "municipalityCode": code}
    area |= {"province": province, "latitude": latitude, "longitude": longitude}
    create_identity(session, settings, role="server", username="server", name="Server", base_url=base_url)
    cooperative = create_identity(
        session,
        settings,
        role="cooperative",
        username=place.lower(),
        name=f"{place} Zorgt",
        base_url=base_url,
        initiative={"kind": "caring_village", "areas": [area]},
    )
    return Village(session, settings, cooperative)


@pytest.fixture
def village(session: Session, settings: Settings) -> Village:
    """Our village, Elsendorp."""
    founded = found_village(session, settings, "Elsendorp", 8102)
    session.commit()
    return founded


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[Village]:
    """Austerlitz, with a database of its own."""
    folder = tmp_path / "austerlitz"
    folder.mkdir()
    settings = Settings(data_dir=folder, redis_url="redis://127.0.0.1:1", allow_loopback=True)
    sqlite_database(folder)
    built = build_runtime(settings)
    with built.database.session(write=True) as session:
        yield found_village(session, settings, "Austerlitz", 8101)
    built.close()
