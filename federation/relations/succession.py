"""New keys of others: believed when a key that we believed before vouches for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.identities import Identity, listed_keys
from federation.actors.keys import fingerprint
from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.fetching.origins import authority_of
from federation.queue import wake_after_commit
from federation.relations.followers import Follow
from federation.relations.members import Member, lists_of
from federation.relations.peers import clear_alarm
from federation.signatures.owner_keys import Keys
from schemas.objects import Document

TEND = "directory.keys.jobs.tend"
"""The job that tells our followers of a member's new keys."""


def take_over(session: Session, document: Document, believed: Keys) -> RemoteActor:
    """Keep an actor's new document, proven by one of ``believed``; its keys are believed from now on.

    The member lists follow, and a hub of ours tells its followers.
    """
    actor = remember_actor(session, document)
    keys = ed25519_keys_in(document)
    if not keys:
        return actor
    ours = set(session.scalars(select(Identity.actor_uri).where(Identity.role == "hub")))
    for member in lists_of(session, actor.uri):
        _hand_over(session, member, keys, ours)
    _renew_fingerprints(session, actor.uri, believed, next(iter(keys.values())))
    clear_alarm(session, authority_of(actor.uri), "key_mismatch")
    return actor


def own_keys_changed(session: Session, identity: Identity) -> None:
    """The same for ourselves in the lists that we keep."""
    ours = set(session.scalars(select(Identity.actor_uri).where(Identity.role == "hub")))
    for member in lists_of(session, identity.actor_uri):
        _hand_over(session, member, listed_keys(session, identity), ours)


def _hand_over(session: Session, member: Member, keys: Keys, our_hubs: set[str]) -> None:
    if member.take_keys(keys) and member.hub_uri in our_hubs:
        member.is_announced = False
        wake_after_commit(session, TEND)


def _renew_fingerprints(session: Session, actor_uri: str, believed: Keys, key: str) -> None:
    """What people compared was a key that has handed over since."""
    compared = {fingerprint(multibase) for multibase in believed.values()}
    for follow in session.scalars(select(Follow).where(Follow.remote_uri == actor_uri)):
        if follow.key_fingerprint in compared:
            follow.key_fingerprint = fingerprint(key)
