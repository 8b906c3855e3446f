"""Aliases: a record that moved with its owner names the address it had before.

An alias is a claim. It never stands in for a living record of somebody else, nor for a deleted one
of an owner that the claimant was not.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.actors.former_addresses import FormerAddress
from federation.actors.identities import find_by_uri
from federation.actors.remote_actors import RemoteActor
from federation.relations.moves import aliases_of


def may_claim(session: Session, owner_uri: str, alias_uri: str) -> bool:
    """Whether a record of this owner may stand for what was at another address before."""
    record = session.get(Record, alias_uri)
    if record is None:
        return True  # nothing that anybody here knew
    return record.deleted_at is not None and _was(session, owner_uri, record.owner_uri)


def _was(session: Session, owner_uri: str, old_owner_uri: str) -> bool:
    own = find_by_uri(session, owner_uri)
    if own is not None:
        former = session.get(FormerAddress, old_owner_uri)
        return former is not None and former.identity_id == own.id
    actor = session.get(RemoteActor, owner_uri)
    return actor is not None and old_owner_uri in aliases_of(actor.document)
