"""Proving anew: what we said before, in the name of the keys that we have now.

A newcomer, who never knew the old keys, can then verify everything that is still true.
"""

from __future__ import annotations

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import Identity, actor_document
from federation.actors.replacing import all_identities, touch
from federation.relations.succession import own_keys_changed
from federation.sending import outbox
from federation.sending.published import PublishedObject
from federation.settings import Settings
from schemas.errors import AppError

log = structlog.get_logger(__name__)

BATCH = 25
"""Records per transaction, so that nobody waits long for its lock."""
_MADE_ANEW = ("@context", "proof", "updated")


def announce(session: Session, settings: Settings, identity: Identity) -> None:
    """Publish an Update of the identity's actor document; the server's is only ever fetched."""
    touch(identity)
    own_keys_changed(session, identity)
    if identity.role == "server":
        return
    document = actor_document(session, settings, identity)
    if identity.role == "cooperative":
        publish_record(session, settings, identity, "Update", document)
    else:
        outbox.publish(session, settings, identity, "Update", document)


def reprove_some(session: Session, settings: Settings) -> bool:
    """Publish the next records whose proof is by other keys than we have now; False when none is left."""
    for identity in all_identities(session):
        query = (
            select(PublishedObject)
            .where(PublishedObject.identity_id == identity.id)
            .where(PublishedObject.key_generation != identity.key_generation)
            .order_by(PublishedObject.uri)
            .limit(BATCH)
        )
        rows = list(session.scalars(query))
        for row in rows:
            _reprove(session, settings, identity, row)
        if rows:
            return True
    return False


def _reprove(session: Session, settings: Settings, identity: Identity, row: PublishedObject) -> None:
    """One record or deletion; one that our schemas do not write any more must not stop the others."""
    try:
        with session.begin_nested():
            if row.deleted_at is None:
                kept = {name: value for name, value in row.document.items() if name not in _MADE_ANEW}
                publish_record(session, settings, identity, "Update", kept)
            else:
                publish_record(session, settings, identity, "Delete", row.uri)
    except AppError as refused:
        log.error("keys.not_reproven", uri=row.uri, reason=str(refused))
        row.key_generation = identity.key_generation
