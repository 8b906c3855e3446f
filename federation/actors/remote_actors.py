"""The actors of other servers that this node knows: where to reach them and by which keys.

A cache: every row can be fetched again from its own address.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.actor_documents import keys_in, read_actor, role_of
from federation.database import Base, now
from federation.upserts import insert_if_new, insert_or_update
from schemas.errors import NotReady
from schemas.objects import Document


class RemoteActor(Base):
    """One actor of another server, as its own document describes it."""

    __tablename__ = "remote_actor"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    document: Mapped[dict[str, Any]]
    inbox: Mapped[str] = mapped_column(String(2000))
    shared_inbox: Mapped[str | None] = mapped_column(String(2000))
    name: Mapped[str] = mapped_column(String(200), default="")
    username: Mapped[str] = mapped_column(String(60), default="")
    host: Mapped[str] = mapped_column(String(260), index=True)
    """Host and, unless it is the default, port."""
    rsa_key_id: Mapped[str | None] = mapped_column(String(2000), index=True)
    rsa_pem: Mapped[str | None] = mapped_column(Text)
    ed25519_key_id: Mapped[str | None] = mapped_column(String(2000), index=True)
    ed25519_multibase: Mapped[str | None] = mapped_column(String(200))
    fetched_at: Mapped[datetime] = mapped_column(default=now)
    role: Mapped[str] = mapped_column(String(12), default="", server_default="", index=True)
    """'cooperative', 'hub' or 'other', see `actor_documents.role_of`; empty in rows from before that."""


class RemoteKey(Base):
    """A key that an actor lists as its own: to find the actor by the key's address."""

    __tablename__ = "remote_key"

    actor_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(2000), primary_key=True, index=True)


def find_actor(session: Session, uri: str) -> RemoteActor | None:
    """The actor if we know it; asks nobody."""
    return session.get(RemoteActor, uri)


def find_key_owner(session: Session, key_id: str, *, claimed: str | None = None) -> RemoteActor | None:
    """The known actor that lists this key as its own; asks nobody.

    ``claimed`` is who is expected to have it. It is looked at first, so that a neighbour on the
    same server cannot get in the way by listing another's key id.
    """
    for uri in (claimed, key_id.split("#", 1)[0]):
        actor = session.get(RemoteActor, uri) if uri else None
        if actor is not None and key_id in keys_in(actor.document):
            return actor
    listed_by = select(RemoteKey.actor_uri).where(RemoteKey.key_id == key_id)
    has_key = or_(
        RemoteActor.uri.in_(listed_by), RemoteActor.rsa_key_id == key_id, RemoteActor.ed25519_key_id == key_id
    )
    return session.scalar(select(RemoteActor).where(has_key).limit(1))


def remember_actor(session: Session, document: Document) -> RemoteActor:
    """Keep what an actor's own document says. GaveUp when it is no actor we can use.

    The caller vouches that the document came from its own address or carries a verified proof.
    """
    values = {**read_actor(document), "fetched_at": now()}
    insert_or_update(session, RemoteActor, "uri", values)
    _remember_keys(session, values["uri"], set(keys_in(document)))
    actor = session.get(RemoteActor, values["uri"], populate_existing=True)
    if actor is None:
        raise NotReady(cause="a remote actor vanished while it was written")
    return actor


def _remember_keys(session: Session, actor_uri: str, key_ids: set[str]) -> None:
    gone = (RemoteKey.actor_uri == actor_uri, RemoteKey.key_id.not_in(key_ids))
    session.execute(delete(RemoteKey).where(*gone))
    for key_id in sorted(key_ids):
        insert_if_new(session, RemoteKey, {"actor_uri": actor_uri, "key_id": key_id})


def note_roles(session: Session) -> None:
    """Give actors from before roles were kept theirs; there are none after the first time."""
    for actor in session.scalars(select(RemoteActor).where(RemoteActor.role == "")).all():
        actor.role = role_of(actor.document, has_proof_key=bool(actor.ed25519_multibase))
    session.flush()
