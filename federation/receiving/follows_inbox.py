"""Follows as they arrive: requests, answers and farewells."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity, find_by_uri
from federation.actors.remote_actors import RemoteActor, find_actor
from federation.database import now
from federation.queue import wake_after_commit
from federation.receiving.inbox import Received, listener
from federation.relations import members
from federation.relations.decisions import BY_PROTOCOL
from federation.relations.followers import Follow, find_follow
from federation.relations.follows import (
    accept_follow,
    answer,
    end_membership,
    is_hub,
    is_node,
    receive_follow,
)
from federation.relations.renewals import accept_key
from federation.sending.dead_inboxes import revive
from federation.sending.outbox import deliver_existing, publish
from federation.signatures.owner_keys import ActorNeeded
from schemas.objects import Document

_ASKED = frozenset({"pending", "accepted", "rejected"})
"""We asked, and have not taken it back ourselves."""


@listener("Follow")
def follow_received(received: Received) -> None:
    """Somebody asks to follow us: a request, unless we asked this hub to have us."""
    identity = find_by_uri(received.session, _address(received.obj))
    if identity is None or identity.role == "server":
        return
    remote = _remote(received)
    revive(received.session, [remote.inbox, remote.shared_inbox or ""])  # it wants to hear from us
    follow = receive_follow(received.session, identity, remote, received.activity["id"])
    if follow.offered_at is not None:  # with another key: people decide, unless it is a hub we asked
        if _invited(received.session, identity, remote):
            accept_key(received.session, received.settings, follow, by=BY_PROTOCOL)
    elif follow.state == "accepted":  # it asks again because our answer was lost
        answer(received.session, received.settings, identity, follow, "Accept")
    elif _invited(received.session, identity, remote):
        accept_follow(received.session, received.settings, follow, by=BY_PROTOCOL)
        deliver_existing(received.session, identity, remote.uri)


def _invited(session: Session, identity: Identity, remote: RemoteActor) -> bool:
    """Whether we asked this hub; our hub asks nobody, it only follows its members back."""
    ours = find_follow(session, identity.id, remote.uri, "out")
    return identity.role != "hub" and ours is not None and ours.state in _ASKED and is_hub(remote)


@listener("Accept")
def follow_accepted(received: Received) -> None:
    """Our request was accepted: a hub starts to fill our replica, a cooperative becomes a member.

    Also after a refusal: the other side may take that back.
    """
    follow = _follow(received, "out")
    if follow is None or follow.state not in _ASKED:
        return
    if follow.state != "accepted":
        follow.state, follow.decided_at, follow.decided_by = "accepted", now(), received.actor_uri
    identity = received.session.get_one(Identity, follow.identity_id)
    remote = _remote(received)
    if follow.asked_again_at is not None:  # it believes our new key now: what it refused comes again
        follow.asked_again_at = None
        deliver_existing(received.session, identity, remote.uri)
    if identity.role == "hub":
        _welcome(received, identity, remote)
    elif is_hub(remote):
        wake_after_commit(received.session, "directory.jobs.catch_up", remote.uri)


def _welcome(received: Received, hub: Identity, remote: RemoteActor) -> None:
    """The cooperative let us follow back: it is a member, and all followers hear of it."""
    request = find_follow(received.session, hub.id, remote.uri, "in")
    if request is None or request.state != "accepted" or not is_node(remote):
        return
    known = members.find_member(received.session, hub.actor_uri, remote.uri)
    member = members.add_member(received.session, hub.actor_uri, remote)
    if known is None:
        publish(received.session, received.settings, hub, "Add", members.document_of(member))


@listener("Reject")
def follow_rejected(received: Received) -> None:
    """Our request was refused, or an accepted one was withdrawn."""
    follow = _follow(received, "out")
    if follow is None or follow.state not in {"pending", "accepted"}:
        return
    if follow.asked_again_at is not None and follow.state == "accepted":
        follow.asked_again_at = None  # not our membership is refused, but our new key
        return
    was_accepted = follow.state == "accepted"
    follow.state = "ended" if was_accepted else "rejected"
    follow.decided_at, follow.decided_by = now(), received.actor_uri
    if was_accepted:
        _farewell(received, follow)


@listener("Undo")
def follow_ended(received: Received) -> None:
    """A follower leaves, or takes its request back."""
    follow = _follow(received, "in")
    if follow is None or follow.state not in {"pending", "accepted"}:
        return
    follow.state, follow.decided_at, follow.decided_by = "ended", now(), received.actor_uri
    _farewell(received, follow)


def _farewell(received: Received, follow: Follow) -> None:
    identity = received.session.get_one(Identity, follow.identity_id)
    end_membership(received.session, received.settings, identity, received.actor_uri, by=BY_PROTOCOL)


def _follow(received: Received, direction: str) -> Follow | None:
    """The follow between the sender and us that the message is about, named by the Follow's id."""
    carried = received.obj
    if isinstance(carried, dict) and carried.get("type") != "Follow":
        return None
    query = select(Follow).where(
        Follow.activity_uri == _address(carried),
        Follow.remote_uri == received.actor_uri,
        Follow.direction == direction,
    )
    return received.session.scalar(query)


def _address(carried: Document | str) -> str:
    address = carried.get("id") if isinstance(carried, dict) else carried
    return address if isinstance(address, str) else ""


def _remote(received: Received) -> RemoteActor:
    actor = find_actor(received.session, received.actor_uri)
    if actor is None:
        raise ActorNeeded(received.actor_uri)
    return actor
