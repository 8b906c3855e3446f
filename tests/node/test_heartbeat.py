"""The heartbeat: a quiet node says now and then that it is there."""

from __future__ import annotations

from sqlalchemy import update

from directory.replica.records import Record
from federation.actors.identities import get_identity
from federation.database import now
from node.communities.models import find_community
from node.communities.publishing import publish_profile
from node.freshness.heartbeat import EVERY, beat


def test_a_quiet_node_says_that_it_is_there_once_a_month(runtime, settings, village):
    with runtime.database.session() as session:
        assert not beat(session, settings), "what was never published is not published by itself"
        publish_profile(session, settings, find_community(session))
        assert not beat(session, settings)
        uri = get_identity(session, "cooperative").actor_uri
        session.execute(update(Record).where(Record.uri == uri).values(updated_at=now() - EVERY))
        session.expire_all()
        assert beat(session, settings)
        session.expire_all()
        assert session.get(Record, uri).updated_at > now() - EVERY
        assert not beat(session, settings)


def test_a_node_that_is_not_set_up_is_silent(session, settings):
    assert not beat(session, settings)
