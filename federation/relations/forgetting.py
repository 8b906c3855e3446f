"""Forgetting those with whom we have nothing to do: nothing that strangers make us keep stays for ever.

What is forgotten here is a cache, and comes back when it is needed.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from federation.actors.remote_actors import RemoteActor, RemoteKey
from federation.database import now
from federation.relations.followers import Follow
from federation.relations.members import Member
from federation.relations.peers import Peer
from federation.relations.standing import PeerRule
from federation.relations.trusted_lists import TrustedActor

STRANGERS = timedelta(days=30)
"""How long the document of an actor is kept that neither belongs with us nor is ruled about."""
PEERS = timedelta(days=90)
"""How long is kept what we learned of a host with which nothing happened since."""
_MOST_AT_A_TIME = 500  # rows, so that the sweep never holds up others


def forget_strangers(session: Session) -> None:
    """For the sweep: drop old documents of actors who do not belong with us, and their keys."""
    related = or_(
        exists().where(Follow.remote_uri == RemoteActor.uri),
        exists().where(Member.actor_uri == RemoteActor.uri),
        exists().where(TrustedActor.actor_uri == RemoteActor.uri),
        exists().where(PeerRule.target == RemoteActor.uri),
    )
    old = RemoteActor.fetched_at < now() - STRANGERS
    gone = list(session.scalars(select(RemoteActor.uri).where(old, ~related).limit(_MOST_AT_A_TIME)))
    if gone:
        session.execute(delete(RemoteKey).where(RemoteKey.actor_uri.in_(gone)))
        session.execute(delete(RemoteActor).where(RemoteActor.uri.in_(gone)))


def forget_silent_peers(session: Session) -> None:
    """For the sweep: drop what was learned of hosts that are long gone."""
    before = now() - PEERS
    moments = (
        Peer.last_success_at,
        Peer.last_failure_at,
        Peer.last_heard_at,
        Peer.scheme_until,
        Peer.breaker_until,
        Peer.software_at,
        Peer.alarm_at,
    )
    session.execute(delete(Peer).where(*[or_(moment.is_(None), moment < before) for moment in moments]))
