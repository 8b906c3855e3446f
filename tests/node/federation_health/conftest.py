"""A village in a network in which something is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from federation.actors.identities import get_identity
from federation.database import now
from federation.receiving.inbox import InboxActivity
from federation.relations.followers import Follow
from federation.relations.peers import Peer
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from tests.node.village_pages import Site, site

__all__ = ["site", "troubled"]
ATTACK = "\"><script>alert('x')</script>"


@pytest.fixture
def troubled(site: Site) -> Site:
    """One peer out of reach, one with a wrong clock, dead letters, and a message that failed."""
    present = now()
    uri = "http://127.0.0.1:8080/activities/1"
    with site.runtime.database.session() as session:
        cooperative = get_identity(session, "cooperative")
        document = {"id": uri, "object": {"type": "Organization", "name": ATTACK}}
        session.add(
            PublishedActivity(
                uri=uri, type="Update", identity_id=cooperative.id, document=document, created_at=present
            )
        )
        session.flush()
        session.add_all(
            [
                Peer(host="laat.example", failures=0, clock_skew=420.0, last_success_at=present),
                Peer(
                    host="weg.example",
                    failures=5,
                    last_failure="ConnectionRefusedError: [Errno 111] Connect call failed",
                    last_failure_at=present,
                    breaker_until=present + timedelta(minutes=30),
                    software=ATTACK,
                ),
                Follow(
                    identity_id=cooperative.id,
                    remote_uri="https://weg.example/actors/a",
                    direction="out",
                    state="accepted",
                    activity_uri="x",
                ),
                InboxActivity(
                    uri="https://weg.example/1",
                    actor_uri="https://weg.example/actors/a",
                    type="Create",
                    object_type="Note",
                    document={},
                    state="failed",
                    error=ATTACK,
                ),
            ]
        )
        for number in range(60):
            session.add(
                Delivery(
                    activity_uri=uri,
                    identity_id=cooperative.id,
                    inbox="https://weg.example/inbox",
                    host="weg.example" if number else "anders.example",
                    state="gave_up",
                    reason_code="expired",
                    attempts=9,
                    last_error=ATTACK,
                    finished_at=present - timedelta(minutes=number),
                )
            )
        session.commit()
    return site
