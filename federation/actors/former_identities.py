"""An identity of ours as it was called before a move: to answer, and to say goodbye."""

from __future__ import annotations

from sqlalchemy.orm import Session

from federation.actors.former_addresses import FormerAddress, former_origin
from federation.actors.identities import Identity, base_url
from federation.fetching.origins import authority_of


def as_former(identity: Identity, actor_uri: str) -> Identity:
    """The identity under a former address, with the keys it has now; never added to a session."""
    return Identity(
        id=identity.id,
        role=identity.role,
        username=identity.username,
        actor_uri=actor_uri,
        name=identity.name,
        summary=identity.summary,
        initiative=None,
        rsa_public_pem=identity.rsa_public_pem,
        ed25519_multibase=identity.ed25519_multibase,
        key_generation=identity.key_generation,
        created_at=identity.created_at,
        updated_at=identity.updated_at,
    )


def asked_by(session: Session, identity: Identity, host: str) -> Identity:
    """The identity under the address that was asked: a former one when the Host header names that."""
    former = former_origin(session, host) if host != authority_of(identity.actor_uri) else None
    if former is None:
        return identity
    uri = f"{former}/actors/{identity.username}"
    row = session.get(FormerAddress, uri)
    return as_former(identity, uri) if row is not None and row.identity_id == identity.id else identity


def asked_origin(session: Session, host: str) -> str:
    """Our origin under the name that was asked: the present one, or a former one."""
    return former_origin(session, host) or base_url(session)


def find_meant(session: Session, actor_uri: str) -> Identity | None:
    """The identity that has this address or had it."""
    row = session.get(FormerAddress, actor_uri)
    return session.get(Identity, row.identity_id) if row is not None else None
