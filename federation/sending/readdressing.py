"""Readdressing: what was meant for a shared inbox that is gone goes to the own inboxes behind it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations.followers import Follow
from federation.sending.dead_inboxes import died_at
from federation.sending.delivery import Delivery

JUST_NOW = timedelta(minutes=1)
_MOST = 500
"""Deliveries of one dead inbox that take another way; a person can send the rest again."""


def readdress(session: Session, inbox: str) -> int:
    """Send what a dead shared inbox did not get to the followers behind it; returns the new deliveries.

    To be called in the transaction that gave the deliveries up. Those that went another way are
    done, with that as their reason.
    """
    behind = _followers_behind(session, inbox)
    if not behind:
        return 0
    lost = select(Delivery).where(
        Delivery.inbox == inbox, Delivery.reason_code == "inbox_gone", Delivery.state == "gave_up"
    )
    written = 0
    recent = lost.where(Delivery.finished_at > now() - JUST_NOW).order_by(Delivery.id).limit(_MOST)
    for delivery in session.scalars(recent.execution_options(populate_existing=True)).all():
        own = behind.get(delivery.identity_id, [])
        session.add_all(_copy(delivery, address) for address in own)
        if own:
            delivery.state, delivery.reason_code = "done", "readdressed"
        written += len(own)
    session.flush()
    return written


def _followers_behind(session: Session, inbox: str) -> dict[int, list[str]]:
    """Per identity of ours the own inboxes of its followers that share this inbox."""
    query = (
        select(Follow.identity_id, RemoteActor.inbox)
        .join(RemoteActor, RemoteActor.uri == Follow.remote_uri)
        .where(RemoteActor.shared_inbox == inbox, RemoteActor.inbox != inbox)
        .where(Follow.direction == "in", Follow.state == "accepted")
        .order_by(Follow.id)
    )
    rows = session.execute(query).all()
    dead = died_at(session, [own for _identity, own in rows])
    found: dict[int, list[str]] = {}
    for identity_id, own in rows:
        if own not in dead and own not in found.setdefault(identity_id, []):
            found[identity_id].append(own)
    return found


def _copy(delivery: Delivery, inbox: str) -> Delivery:
    return Delivery(
        activity_uri=delivery.activity_uri,
        identity_id=delivery.identity_id,
        inbox=inbox,
        host=authority_of(inbox),
        object_uri=delivery.object_uri,
    )
