"""Whose key vouches for a record: the one key its proof is checked with.

No network here: a key that is not known raises `ActorNeeded`, and the edge that called looks
the actor up outside of any transaction and tries again.
"""

from __future__ import annotations

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor
from federation.relations.members import Member
from schemas.errors import AppError, BadSignature

log = structlog.get_logger(__name__)


class ActorNeeded(AppError):
    """An actor must be fetched before this can go on; ``uri`` says which."""

    status = 503

    def __init__(self, uri: str) -> None:
        super().__init__(cause=f"the actor {uri} is not known yet")
        self.uri = uri


def owner_key(session: Session, owner_uri: str) -> str:
    """The Ed25519 key (multibase) of a record's owner.

    Ours; else the one in a member list, which a coordinator compared; else the one of the
    cached actor. Raises ActorNeeded when there is none, BadSignature when the actor has none or
    when lists and origin name different ones.
    """
    own = session.scalar(select(Identity.ed25519_multibase).where(Identity.actor_uri == owner_uri))
    if own:
        return own
    listed = set(session.scalars(select(Member.key_multibase).where(Member.actor_uri == owner_uri)))
    actor = session.get(RemoteActor, owner_uri)
    if listed:
        return _listed_key(owner_uri, listed, actor)
    if actor is None:
        raise ActorNeeded(owner_uri)
    if not actor.ed25519_multibase:
        raise BadSignature(f"{owner_uri} has no key for proofs")
    return actor.ed25519_multibase


def _listed_key(owner_uri: str, listed: set[str], actor: RemoteActor | None) -> str:
    """The key of the member lists; where lists and origin disagree, or lists alone, nobody is believed."""
    at_origin = actor.ed25519_multibase if actor else None
    if at_origin and at_origin not in listed:
        log.error("members.key_mismatch", actor=owner_uri, listed=sorted(listed), at_origin=at_origin)
        raise BadSignature(f"the member lists and {owner_uri} itself name different keys")
    if at_origin:
        return at_origin
    if len(listed) > 1:
        raise BadSignature(f"the hubs name different keys for {owner_uri}")
    return listed.pop()
