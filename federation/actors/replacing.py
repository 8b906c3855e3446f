"""Replacing the keys of one identity: making new ones, beginning to use them, letting go of the old.

Only rows and files are changed here; who tells the network is `directory.keys.rotation`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity, keys_of, multikeys
from federation.actors.key_generations import IdentityKey, generations_of
from federation.actors.keys import create_keys, ed25519_key_id, has_key_files, multibase_of, pem_of
from federation.database import now
from federation.settings import Settings
from federation.signatures.proofs import sign
from schemas.context import CONTEXT
from schemas.objects import Document

_EPOCH_MINUTES = 60


def all_identities(session: Session) -> list[Identity]:
    """Every identity of this node, in the order in which they were made."""
    return list(session.scalars(select(Identity).order_by(Identity.id)))


def prepare(
    session: Session, settings: Settings, identity: Identity, *, after_loss: bool = False
) -> IdentityKey:
    """Make the next keys of an identity; they are 'coming' until `switch`.

    The files are written and synced before the row; a stop in between leaves files that nothing
    names, and the next call makes others.
    """
    known = generations_of(session, identity.id)
    if not known:
        session.add(_row_of_current(identity))
    generation = _free_generation(settings, identity, known, after_loss=after_loss)
    keys = create_keys(settings, identity.username, generation)
    multibase = multibase_of(keys.ed25519.public_key())
    row = IdentityKey(
        identity_id=identity.id,
        generation=generation,
        rsa_public_pem=pem_of(keys.rsa.public_key()),
        ed25519_multibase=multibase,
        state="coming",
        certificate=None if after_loss else _certificate(settings, identity, generation, multibase),
    )
    session.add(row)
    session.flush()
    return row


def switch(session: Session, identity: Identity, *, old_becomes: str) -> None:
    """Sign with the coming keys from now on; the old ones become 'leaving', 'retired' or 'lost'."""
    for row in generations_of(session, identity.id):
        if row.state == "current" or (row.state == "leaving" and old_becomes != "leaving"):
            _end(row, old_becomes)
        elif row.state == "coming":
            row.state, row.current_at = "current", now()
            identity.rsa_public_pem, identity.ed25519_multibase = row.rsa_public_pem, row.ed25519_multibase
            identity.key_generation = row.generation
    session.flush()


def retire(session: Session, identity: Identity) -> bool:
    """Take the leaving keys out of the actor document; False when there were none."""
    return _end_all(session, identity, "leaving", "retired")


def cancel(session: Session, identity: Identity) -> bool:
    """Give up the coming keys; their files stay, unused. False when there were none."""
    return _end_all(session, identity, "coming", "cancelled")


def touch(identity: Identity) -> None:
    """The actor document changes: its ``updated`` must grow, whatever the clock says."""
    identity.updated_at = max(now(), identity.updated_at + timedelta(milliseconds=1))


def _certificate(settings: Settings, identity: Identity, generation: int, multibase: str) -> Document:
    """The old key's word that the new one comes after it: whoever believed the old one needs no other."""
    uri = identity.actor_uri
    (multikey,) = multikeys(uri, {ed25519_key_id(uri, generation): multibase})
    old = keys_of(settings, identity)
    document = {"@context": CONTEXT, **multikey, "attributedTo": uri}
    return sign(document, old, ed25519_key_id(uri, old.generation), now())


def _end_all(session: Session, identity: Identity, state: str, then: str) -> bool:
    rows = [row for row in generations_of(session, identity.id) if row.state == state]
    for row in rows:
        _end(row, then)
    session.flush()
    return bool(rows)


def _end(row: IdentityKey, state: str) -> None:
    row.state = state
    row.ended_at = None if state == "leaving" else now()


def _row_of_current(identity: Identity) -> IdentityKey:
    return IdentityKey(
        identity_id=identity.id,
        generation=identity.key_generation,
        rsa_public_pem=identity.rsa_public_pem,
        ed25519_multibase=identity.ed25519_multibase,
        state="current",
        created_at=identity.created_at,
        current_at=identity.created_at,
    )


def _free_generation(
    settings: Settings, identity: Identity, known: list[IdentityKey], *, after_loss: bool
) -> int:
    """A number that no key of this identity ever had.

    After a loss the database may be older than the network's memory of our keys: a number that
    counts minutes cannot have been given before, whatever we have forgotten.
    """
    generation = max([identity.key_generation, *(row.generation for row in known)]) + 1
    if after_loss:
        generation = max(generation, _minutes(now()))
    while has_key_files(settings, identity.username, generation):
        generation += 1
    return generation


def _minutes(at: datetime) -> int:
    return int(at.timestamp()) // _EPOCH_MINUTES
