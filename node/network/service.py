"""Joining hubs, and letting others join: what board and coordinator do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from federation.actors.discovery import lookup
from federation.actors.identities import get_identity
from federation.actors.remote_actors import RemoteActor
from federation.relations import renewals
from federation.relations.followers import Follow
from federation.relations.follows import (
    accept_follow,
    end_follow,
    get_follow,
    is_hub,
    reject_follow,
    request_follow,
)
from federation.settings import Settings
from node.network.models import RequestDecision
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_

MOST_REASON = 500


def join_hub(session: Session, settings: Settings, address: str) -> Follow:
    """Ask a hub, by its web address or its @name@host, to let this community in.

    Raises InvalidInput when the address leads to no hub, TryLater when nobody answers there,
    GaveUp when the answer cannot be trusted, Conflict when we asked before.
    """
    remote = _find_hub(session, settings, address)
    return request_follow(session, settings, get_identity(session, "cooperative"), remote)


def leave(session: Session, settings: Settings, connection_id: int, *, by: str) -> Follow:
    """End a connection, whoever started it."""
    follow = _follow(session, connection_id)
    end_follow(session, settings, follow, by=by)
    _remember(session, follow, "ended", "", by)
    return follow


def accept_request(session: Session, settings: Settings, request_id: int, *, by: str) -> Follow:
    """Let the other side in."""
    follow = _request(session, request_id)
    accept_follow(session, settings, follow, by=by)
    _remember(session, follow, "accepted", "", by)
    return follow


def reject_request(session: Session, settings: Settings, request_id: int, *, reason: str, by: str) -> Follow:
    """Refuse a request; the reason stays here, so that a colleague can read it."""
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput(fields={"reason": [N_("Write in a few words why.")]})
    if len(reason) > MOST_REASON:
        raise InvalidInput(fields={"reason": [N_("Use at most 500 characters.")]})
    follow = _request(session, request_id)
    reject_follow(session, settings, follow, by=by)
    _remember(session, follow, "rejected", reason, by)
    return follow


def accept_key(session: Session, settings: Settings, request_id: int, *, by: str) -> Follow:
    """Believe the new key of somebody we know: it was compared by telephone."""
    follow = renewals.accept_key(session, settings, _request(session, request_id), by=by)
    _remember(session, follow, "new_key", "", by)
    return follow


def refuse_key(session: Session, settings: Settings, request_id: int, *, by: str) -> Follow:
    """Do not believe a new key: the other side does not know of it."""
    follow = renewals.refuse_key(session, settings, _request(session, request_id), by=by)
    _remember(session, follow, "wrong_key", "", by)
    return follow


def undo_decision(session: Session, settings: Settings, request_id: int, *, by: str) -> Follow:
    """Take a decision back: who was let in is out again, who was refused waits again."""
    follow = _request(session, request_id)
    if follow.state == "accepted":
        end_follow(session, settings, follow, by=by)
        _remember(session, follow, "ended", "", by)
        return follow
    if follow.state != "rejected":
        raise Conflict(N_("There is nothing to undo here."))
    follow.state, follow.decided_at, follow.decided_by = "pending", None, ""
    _remember(session, follow, "reopened", "", by)
    return follow


def _find_hub(session: Session, settings: Settings, address: str) -> RemoteActor:
    remote: RemoteActor = lookup(session, settings, address)
    if not is_hub(remote):
        message = N_("This address exists, but it is not a hub. Ask the coordinator for the right one.")
        raise InvalidInput(fields={"address": [message]}, cause=f"{remote.uri} has no members and feed")
    return remote


def _follow(session: Session, follow_id: int) -> Follow:
    follow = get_follow(session, follow_id)
    if follow is None:
        raise NotFound(N_("This connection does not exist."), cause=f"follow {follow_id}")
    return follow


def _request(session: Session, follow_id: int) -> Follow:
    follow = _follow(session, follow_id)
    if follow.direction != "in":
        raise NotFound(N_("This request does not exist."), cause=f"follow {follow_id} is ours")
    return follow


def _remember(session: Session, follow: Follow, verdict: str, reason: str, by: str) -> None:
    session.add(RequestDecision(follow_id=follow.id, verdict=verdict, reason=reason, by=by))
    session.flush()
