"""Whose keys vouch for a record: those its proof may be checked with.

No network here: a key that is not known raises `ActorNeeded`, and the edge that called looks
the actor up outside of any transaction and tries again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from federation.actors.actor_documents import certificates_in, ed25519_keys_in
from federation.actors.identities import find_by_uri, listed_keys
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations.agreements import agreed_keys
from federation.relations.members import Member, lists_of
from federation.relations.peers import note_alarm
from federation.signatures.proofs import UnknownKey, verify
from schemas.errors import AppError, BadSignature
from schemas.objects import Document

log = structlog.get_logger(__name__)

Keys = dict[str, str]
"""Key id → public key as multibase."""

JUST_FETCHED = timedelta(seconds=10)
"""An actor fetched this recently is not asked for again for an unknown key's sake."""


class ActorNeeded(AppError):
    """An actor must be fetched, again perhaps, before this can go on; ``uri`` says which."""

    status = 503

    def __init__(self, uri: str) -> None:
        super().__init__(cause=f"the actor {uri} is not known yet")
        self.uri = uri


class KeysDisagree(BadSignature):
    """The member lists and the owner's own document have no key in common: nobody is believed."""

    def __init__(self, uri: str) -> None:
        super().__init__(f"the member lists and {uri} itself name different keys")
        self.host = authority_of(uri)


def owner_keys(session: Session, owner_uri: str) -> Keys:
    """The Ed25519 keys that are believed to be a record's owner's.

    Ours; else those of the member lists, which a coordinator compared, as far as the cached
    actor has them too; else those of the cached actor. Raises ActorNeeded when it must be
    fetched (again) first, BadSignature when it has no key, KeysDisagree when lists and origin
    have none in common.
    """
    own = find_by_uri(session, owner_uri)
    if own is not None:
        return listed_keys(session, own)
    members = lists_of(session, owner_uri)
    actor = session.get(RemoteActor, owner_uri)
    if members:
        return _agreed(session, owner_uri, members, actor)
    if actor is None:
        raise ActorNeeded(owner_uri)
    keys = ed25519_keys_in(actor.document)
    if not keys:
        raise BadSignature(f"{owner_uri} has no key for proofs")
    return keys


def check_proof(document: Document, *, owner_uri: str, keys: Keys) -> str:
    """The key (multibase) that vouches for the document, one of ``keys``; BadSignature otherwise.

    ActorNeeded when it is proven by a key that may be the owner's new one: its announcement, or the
    list that names it, may still be on its way.
    """
    try:
        return verify(document, owner_uri=owner_uri, keys=keys)
    except UnknownKey:
        raise ActorNeeded(owner_uri) from None


def should_fetch(session: Session, actor_uri: str) -> bool:
    """Whether an actor that was needed is to be fetched: unknown, not fresh, or changed in a list since."""
    actor = session.get(RemoteActor, actor_uri)
    if actor is None or now() - actor.fetched_at > JUST_FETCHED:
        return True
    return _changed_since(actor, lists_of(session, actor_uri))


def raise_alarm(session: Session, refused: AppError) -> None:
    """Show people that lists and origin disagree; for the edges, after what was tried is undone."""
    if isinstance(refused, KeysDisagree):
        note_alarm(session, refused.host, "key_mismatch")


def _agreed(session: Session, owner_uri: str, members: list[Member], actor: RemoteActor | None) -> Keys:
    """The keys on which lists and origin agree; where they have none in common, nobody is believed.

    Unless they agreed before: a hub alone cannot silence a village that kept the keys it always had.
    """
    at_origin = ed25519_keys_in(actor.document) if actor else {}
    if actor is None or not at_origin:
        return _common(owner_uri, members)
    listed = {multibase for member in members for multibase in member.keys.values()}
    believed = _of(at_origin, listed) or _of(at_origin, _succeeding(actor, members))
    if believed:
        return believed
    if _changed_since(actor, members):
        raise ActorNeeded(owner_uri)
    known = agreed_keys(session, owner_uri)
    kept = _of(at_origin, known)
    if kept:
        return kept
    log.error("members.key_mismatch", actor=owner_uri, listed=sorted(listed), at_origin=at_origin)
    raise KeysDisagree(owner_uri)


def _succeeding(actor: RemoteActor, members: list[Member]) -> set[str]:
    """The keys to which the listed ones handed over, each vouched for by the one before it."""
    trusted = {key_id: multibase for member in members for key_id, multibase in member.keys.items()}
    found: set[str] = set()
    for certificate in certificates_in(actor.document):
        try:
            verify(certificate, owner_uri=actor.uri, keys=trusted)
        except BadSignature:
            continue
        trusted[str(certificate["id"])] = str(certificate["publicKeyMultibase"])
        found.add(str(certificate["publicKeyMultibase"]))
    return found


def _of(keys: Keys, allowed: Collection[str]) -> Keys:
    return {key_id: multibase for key_id, multibase in keys.items() if multibase in allowed}


def _common(owner_uri: str, members: list[Member]) -> Keys:
    """The lists alone: only what all of them name."""
    first, *others = (member.keys for member in members)
    common = {
        key_id: multibase
        for key_id, multibase in first.items()
        if all(multibase in keys.values() for keys in others)
    }
    if not common:
        raise BadSignature(f"the hubs name different keys for {owner_uri}")
    return common


def _changed_since(actor: RemoteActor, members: Iterable[Member]) -> bool:
    return any(member.changed_at and member.changed_at > actor.fetched_at for member in members)
