"""Following: ask, accept, reject and end. Joining a hub is a follow in both directions.

The village follows the hub; the hub's coordinator accepts and the hub follows back, which the
village accepts by itself because it asked; then the village is a member. See
`federation.receiving.follows_inbox` for the half that arrives.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors import keys
from federation.actors.identities import Identity, find_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations import members
from federation.relations.followers import Follow, find_follow, followed_uris, follows
from federation.relations.hubs import is_hub, is_node
from federation.relations.renewals import note_offer
from federation.relations.standing import check_not_blocked
from federation.sending.outbox import publish
from federation.settings import Settings
from federation.signatures.owner_keys import owner_keys
from schemas.errors import AppError, Conflict, InvalidInput
from schemas.messages import N_
from schemas.objects import Document

__all__ = [
    "Follow",
    "accept_follow",
    "answer",
    "cut_off",
    "end_follow",
    "end_membership",
    "enrol_own_cooperative",
    "find_follow",
    "follows",
    "get_follow",
    "is_hub",
    "is_node",
    "joined_hubs",
    "pending_requests",
    "receive_follow",
    "reject_follow",
    "request_follow",
]


def request_follow(session: Session, settings: Settings, identity: Identity, remote: RemoteActor) -> Follow:
    """Ask a remote actor to hear from it; for a hub this is the request to join.

    Raises InvalidInput for ourselves, Conflict when we asked before and it was not refused.
    """
    if authority_of(remote.uri) == authority_of(identity.actor_uri):
        raise InvalidInput(N_("This is your own address."))
    check_not_blocked(session, remote.uri)
    known = find_follow(session, identity.id, remote.uri, "out")
    if known and known.state in {"pending", "accepted"}:
        raise Conflict(N_("You are already connected, or your request is on its way."))
    follow = known or Follow(identity_id=identity.id, remote_uri=remote.uri, direction="out")
    activity = publish(session, settings, identity, "Follow", remote.uri, also_to=[remote.uri], public=False)
    _renew(follow, activity["id"], remote)
    session.add(follow)
    session.flush()
    return follow


def receive_follow(session: Session, identity: Identity, remote: RemoteActor, activity_uri: str) -> Follow:
    """Note that a remote actor asks to follow us.

    An accepted one stays accepted. When its key is not the one that was compared then, and no key
    that we believe handed over to it, people must decide on that key first (`renewals.accept_key`).
    """
    known = find_follow(session, identity.id, remote.uri, "in")
    follow = known or Follow(identity_id=identity.id, remote_uri=remote.uri, direction="in")
    if known and known.state == "accepted":
        if _fingerprint(remote) in {known.key_fingerprint, *_vouched_for(session, remote)}:
            known.activity_uri, known.key_fingerprint = activity_uri, _fingerprint(remote)
        else:
            note_offer(session, known, remote, activity_uri)
        return known
    _renew(follow, activity_uri, remote)
    session.add(follow)
    session.flush()
    return follow


def accept_follow(session: Session, settings: Settings, follow: Follow, *, by: str) -> Follow:
    """Accept a request. A hub follows a cooperative back, which makes it a member once it agrees."""
    _check_pending(follow)
    identity = _identity_of(session, follow)
    _decide(follow, "accepted", by)
    answer(session, settings, identity, follow, "Accept")
    remote = session.get(RemoteActor, follow.remote_uri)
    if identity.role == "hub" and remote and is_node(remote):
        back = find_follow(session, identity.id, remote.uri, "out")
        if back is None or back.state in {"rejected", "ended"}:
            request_follow(session, settings, identity, remote)
    return follow


def reject_follow(session: Session, settings: Settings, follow: Follow, *, by: str) -> Follow:
    """Refuse a request."""
    _check_pending(follow)
    _decide(follow, "rejected", by)
    answer(session, settings, _identity_of(session, follow), follow, "Reject")
    return follow


def end_follow(session: Session, settings: Settings, follow: Follow, *, by: str) -> Follow:
    """End a follow in either direction; between a hub and its member this ends both."""
    if follow.state not in {"pending", "accepted"}:
        raise Conflict(N_("This connection has already ended."))
    identity = _identity_of(session, follow)
    _decide(follow, "ended", by)
    answer(session, settings, identity, follow, "Undo" if follow.direction == "out" else "Reject")
    end_membership(session, settings, identity, follow.remote_uri, by=by)
    return follow


def cut_off(session: Session, settings: Settings, follow: Follow, *, by: str) -> None:
    """End a follow without telling the other side, which was suspended."""
    identity = _identity_of(session, follow)
    _decide(follow, "ended", by)
    if _was_membership(session, identity, follow.remote_uri) and identity.role == "hub":
        publish(session, settings, identity, "Remove", follow.remote_uri)


def end_membership(
    session: Session, settings: Settings, identity: Identity, remote_uri: str, *, by: str
) -> None:
    """What follows from an ended follow: the follow back ends, and the list of members shrinks."""
    if not _was_membership(session, identity, remote_uri):
        return
    for direction, word in (("out", "Undo"), ("in", "Reject")):
        other = find_follow(session, identity.id, remote_uri, direction)
        if other and other.state == "accepted":
            _decide(other, "ended", by)
            answer(session, settings, identity, other, word)
    if identity.role == "hub":
        publish(session, settings, identity, "Remove", remote_uri)


def _was_membership(session: Session, identity: Identity, remote_uri: str) -> bool:
    if identity.role == "hub":
        return members.remove_member(session, identity.actor_uri, remote_uri)
    remote = session.get(RemoteActor, remote_uri)
    members.forget_hub(session, remote_uri)
    return remote is not None and is_hub(remote)


def enrol_own_cooperative(session: Session, settings: Settings) -> None:
    """On a node that is both: our cooperative is a member of our hub without asking itself."""
    hub, own = find_identity(session, "hub"), find_identity(session, "cooperative")
    if hub is None or own is None or members.find_member(session, hub.actor_uri, own.actor_uri):
        return
    member = members.add_own(session, hub.actor_uri, own)
    publish(session, settings, hub, "Add", members.document_of(member))


def answer(session: Session, settings: Settings, identity: Identity, follow: Follow, word: str) -> None:
    """Send Accept, Reject or Undo about a follow to the remote actor."""
    payload = _follow_document(identity, follow)
    publish(session, settings, identity, word, payload, also_to=[follow.remote_uri], public=False)


def pending_requests(session: Session, identity: Identity) -> list[Follow]:
    """The requests that wait for a decision, oldest first."""
    return follows(session, identity.id, "in", "pending")


def get_follow(session: Session, follow_id: int) -> Follow | None:
    """One follow by its number."""
    return session.get(Follow, follow_id)


def joined_hubs(session: Session) -> list[RemoteActor]:
    """The hubs that accepted us."""
    query = select(RemoteActor).where(RemoteActor.uri.in_(followed_uris())).order_by(RemoteActor.uri)
    return [actor for actor in session.scalars(query) if is_hub(actor)]


def _identity_of(session: Session, follow: Follow) -> Identity:
    return session.get_one(Identity, follow.identity_id)


def _renew(follow: Follow, activity_uri: str, remote: RemoteActor) -> None:
    follow.state, follow.activity_uri = "pending", activity_uri
    follow.key_fingerprint = _fingerprint(remote)
    follow.created_at, follow.decided_at, follow.decided_by = now(), None, ""


def _vouched_for(session: Session, remote: RemoteActor) -> set[str]:
    """The fingerprints of the keys that the member lists handed over to."""
    if not members.lists_of(session, remote.uri):
        return set()
    try:
        believed = owner_keys(session, remote.uri)
    except AppError:
        return set()
    return {keys.fingerprint(multibase) for multibase in believed.values()}


def _fingerprint(remote: RemoteActor) -> str:
    return keys.fingerprint(remote.ed25519_multibase) if remote.ed25519_multibase else ""


def _check_pending(follow: Follow) -> None:
    if follow.direction != "in" or follow.state != "pending":
        raise Conflict(N_("This request has already been answered."))


def _decide(follow: Follow, state: str, by: str) -> None:
    follow.state, follow.decided_at, follow.decided_by = state, now(), by


def _follow_document(identity: Identity, follow: Follow) -> Document:
    ours, theirs = identity.actor_uri, follow.remote_uri
    actor, followed = (ours, theirs) if follow.direction == "out" else (theirs, ours)
    return {"id": follow.activity_uri, "type": "Follow", "actor": actor, "object": followed}
