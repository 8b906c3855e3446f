"""The collections of an identity of ours, as others may read them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.relations.followers import Follow
from federation.sending.published import PublishedActivity
from schemas.context import CONTEXT
from schemas.objects import Document

_PAGE_SIZE = 20


def outbox(session: Session, identity: Identity) -> Document:
    """The outbox: how many public activities there are, and where they begin."""
    uri = f"{identity.actor_uri}/outbox"
    query = select(func.count()).select_from(PublishedActivity).where(*_public(identity))
    return _collection(identity, uri, session.scalar(query) or 0) | {"first": f"{uri}?page=1"}


def outbox_page(session: Session, identity: Identity, page: int) -> Document:
    """One page of the outbox, newest first, the activities as they were signed."""
    uri = f"{identity.actor_uri}/outbox"
    query = (
        select(PublishedActivity.document)
        .where(*_public(identity))
        .order_by(PublishedActivity.created_at.desc(), PublishedActivity.uri)
        .offset((page - 1) * _PAGE_SIZE)
        .limit(_PAGE_SIZE + 1)
    )
    items = list(session.scalars(query))
    document: Document = {
        "@context": CONTEXT,
        "id": f"{uri}?page={page}",
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": items[:_PAGE_SIZE],
    }
    if len(items) > _PAGE_SIZE:
        document["next"] = f"{uri}?page={page + 1}"
    return document


def follow_count(session: Session, identity: Identity, direction: str) -> Document:
    """Followers ('in') or followed ('out'): how many, not who."""
    query = (
        select(func.count())
        .select_from(Follow)
        .where(Follow.identity_id == identity.id, Follow.direction == direction, Follow.state == "accepted")
    )
    name = "followers" if direction == "in" else "following"
    return _collection(identity, f"{identity.actor_uri}/{name}", session.scalar(query) or 0)


def _public(identity: Identity) -> tuple[ColumnElement[bool], ...]:
    return (PublishedActivity.identity_id == identity.id, PublishedActivity.is_public.is_(True))


def _collection(identity: Identity, uri: str, total: int) -> Document:
    return {
        "@context": CONTEXT,
        "id": uri,
        "type": "OrderedCollection",
        "attributedTo": identity.actor_uri,
        "totalItems": total,
    }
