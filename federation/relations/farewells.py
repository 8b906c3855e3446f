"""Farewells: followers whose actor is gone for good are not followers any more."""

from __future__ import annotations

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.database import Database, now
from federation.relations.decisions import BY_PROTOCOL
from federation.relations.followers import Follow
from federation.relations.follows import end_membership
from federation.sending import dead_inboxes
from federation.settings import Settings
from schemas.errors import GaveUp, RemoteError

log = structlog.get_logger(__name__)

_MOST = 20
"""Actors behind one dead inbox that are asked whether they are still there."""


def check_actors_behind(database: Database, settings: Settings, inbox: str) -> None:
    """An inbox is gone: ask its actors. One gone too (410) ends; one that moved is learnt anew."""
    with database.session(write=False) as session:
        behind = or_(RemoteActor.inbox == inbox, RemoteActor.shared_inbox == inbox)
        uris = list(
            session.scalars(select(RemoteActor.uri).where(behind).order_by(RemoteActor.uri).limit(_MOST))
        )
    for uri in uris:
        try:
            learn_actor(database, settings, uri, refresh=True)
        except GaveUp as error:
            if error.remote_status == 410:
                _end(database, settings, uri)
        except RemoteError:
            continue  # nobody answers: that proves nothing
    with database.session() as session:
        _bury_again(session, inbox, uris)
        session.commit()


def _bury_again(session: Session, inbox: str, uris: list[str]) -> None:
    """An actor that still names the inbox as its own a moment after it said to be gone does not revive it."""
    status = dead_inboxes.status_of(session, inbox)
    if uris and status is not None:
        dead_inboxes.bury(session, inbox, status)


def _end(database: Database, settings: Settings, uri: str) -> None:
    with database.session() as session:
        followers = select(Follow).where(
            Follow.remote_uri == uri, Follow.direction == "in", Follow.state.in_(("pending", "accepted"))
        )
        for follow in session.scalars(followers).all():
            log.info("follower.gone", actor=uri)
            follow.state, follow.decided_at, follow.decided_by = "ended", now(), BY_PROTOCOL
            identity = session.get_one(Identity, follow.identity_id)
            end_membership(session, settings, identity, uri, by=BY_PROTOCOL)
        session.commit()
