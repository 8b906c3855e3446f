"""The members of a hub and their keys: a signed list, so that a replica can verify every origin."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, ValidationError
from sqlalchemy import CursorResult, String, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.identities import Identity, keys_of, listed_keys, multikeys
from federation.actors.keys import ed25519_key_id
from federation.actors.remote_actors import RemoteActor
from federation.database import Base, now
from federation.fetching.origins import same_origin
from federation.relations.agreements import judge
from federation.settings import Settings
from federation.signatures.proofs import sign
from schemas.activities import MemberSchema
from schemas.context import CONTEXT
from schemas.errors import BadSignature
from schemas.objects import Document

PAGE_SIZE = 100
_schema = MemberSchema(unknown=EXCLUDE)


class Member(Base):
    """One member of one hub, with the keys the hub's coordinator accepted or that followed from those."""

    __tablename__ = "member"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    actor_uri: Mapped[str] = mapped_column(String(2000), primary_key=True, index=True)
    key_id: Mapped[str] = mapped_column(String(2000))
    key_multibase: Mapped[str] = mapped_column(String(200))
    more_keys: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Its other keys while one replaces another: key id → multibase."""
    changed_at: Mapped[datetime | None]
    """When its keys changed here, after it was listed first."""
    is_announced: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """False while our hub must still tell its followers of new keys."""
    name: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime] = mapped_column(default=now)

    @property
    def keys(self) -> dict[str, str]:
        """All its keys, the one it signs with first: key id → multibase."""
        return {self.key_id: self.key_multibase, **self.more_keys}

    def take_keys(self, keys: dict[str, str]) -> bool:
        """Replace its keys; True when that changed something. BadSignature for none at all."""
        if not keys:
            raise BadSignature(f"{self.actor_uri} has no key for proofs")
        if self.key_id and self.keys == keys:
            return False
        if self.key_id:
            self.changed_at = now()
        (self.key_id, self.key_multibase), *others = keys.items()
        self.more_keys = dict(others)
        return True


def lists_of(session: Session, actor_uri: str) -> list[Member]:
    """The rows of one actor in the lists of all hubs we know."""
    query = select(Member).where(Member.actor_uri == actor_uri).order_by(Member.hub_uri)
    return list(session.scalars(query))


def members_of(session: Session, hub_uri: str) -> list[Member]:
    """The members of a hub, oldest first."""
    query = select(Member).where(Member.hub_uri == hub_uri).order_by(Member.since, Member.actor_uri)
    return list(session.scalars(query))


def find_member(session: Session, hub_uri: str, actor_uri: str) -> Member | None:
    """One member of a hub."""
    return session.get(Member, (hub_uri, actor_uri))


def add_member(session: Session, hub_uri: str, remote: RemoteActor) -> Member:
    """Make a cooperative a member of our hub, with the keys it has now."""
    member = find_member(session, hub_uri, remote.uri) or Member(hub_uri=hub_uri, actor_uri=remote.uri)
    member.take_keys(ed25519_keys_in(remote.document))
    member.name = remote.name
    session.add(member)
    session.flush()
    return member


def add_own(session: Session, hub_uri: str, own: Identity) -> Member:
    """Make our own cooperative a member of our own hub."""
    member = Member(hub_uri=hub_uri, actor_uri=own.actor_uri, name=own.name)
    member.take_keys(listed_keys(session, own))
    session.add(member)
    session.flush()
    return member


def remove_member(session: Session, hub_uri: str, actor_uri: str) -> bool:
    """Take an actor off the list of a hub; False when it was not there."""
    return _removed(session, Member.actor_uri == actor_uri, hub_uri)


def forget_hub(session: Session, hub_uri: str) -> bool:
    """Forget the whole list of a hub that we left."""
    return _removed(session, Member.hub_uri == hub_uri, hub_uri)


def _removed(session: Session, condition: Any, hub_uri: str) -> bool:
    result = session.execute(delete(Member).where(Member.hub_uri == hub_uri, condition))
    return isinstance(result, CursorResult) and result.rowcount > 0


def document_of(member: Member) -> Document:
    """A member as the list and the Add activity write it (schemas.activities.MemberSchema)."""
    keys = multikeys(member.actor_uri, member.keys)
    return {"id": member.actor_uri, "type": "Organization", "name": member.name, "assertionMethod": keys}


def store(session: Session, hub_uri: str, document: Document) -> Member | None:
    """Take over one member from a hub's signed list; None when it is not well-formed.

    Keys that have nothing in common with those at the origin, as far as we know it, raise an alarm.
    """
    try:
        listed = _schema.load(document)
    except ValidationError:
        return None
    uri, entries = listed["id"], listed["assertion_method"]
    if not entries or any(key["controller"] != uri or not same_origin(key["id"], uri) for key in entries):
        return None
    member = find_member(session, hub_uri, uri) or Member(hub_uri=hub_uri, actor_uri=uri)
    member.take_keys({key["id"]: key["public_key_multibase"] for key in entries})
    member.name = listed["name"]
    session.add(member)
    _compare_with_origin(session, member)
    return member


def store_list(session: Session, hub_uri: str, documents: Iterable[Document]) -> int:
    """Make a hub's list what it now says it is; returns the number of members."""
    kept = {member.actor_uri for document in documents if (member := store(session, hub_uri, document))}
    for member in members_of(session, hub_uri):
        if member.actor_uri not in kept:
            session.delete(member)
    session.flush()
    return len(kept)


def collection(session: Session, settings: Settings, hub: Identity, page: int | None) -> Document:
    """The signed list of our hub's members, or one page of it with their keys.

    The same content is signed the same way each time, so whoever has it may keep it. Under an address
    that the hub had before a move the list is the present one: nobody is a stranger for asking there.
    """
    address, hub_uri = f"{hub.actor_uri}/members", _present_uri(session, hub)
    total = session.scalar(select(func.count()).where(Member.hub_uri == hub_uri)) or 0
    document: Document = {"@context": CONTEXT, "attributedTo": hub.actor_uri, "totalItems": total}
    if page is None:
        document |= {"id": address, "type": "OrderedCollection", "first": f"{address}?page=1"}
    else:
        document |= _page(session, hub_uri, address, page, total)
    keys = keys_of(settings, hub)
    key_id = ed25519_key_id(hub.actor_uri, keys.generation)
    return sign(document, keys, key_id, _changed_at(session, hub, hub_uri))


def _present_uri(session: Session, hub: Identity) -> str:
    return session.scalar(select(Identity.actor_uri).where(Identity.id == hub.id)) or hub.actor_uri


def _changed_at(session: Session, hub: Identity, hub_uri: str) -> datetime:
    """When a line of the list changed last; Ed25519 makes one signature of one content and one instant."""
    query = select(func.max(Member.since), func.max(Member.changed_at)).where(Member.hub_uri == hub_uri)
    instants = session.execute(query).one()
    return max((at for at in instants if at is not None), default=hub.created_at)


def _page(session: Session, hub_uri: str, address: str, page: int, total: int) -> Document:
    start = (page - 1) * PAGE_SIZE
    query = (
        select(Member)
        .where(Member.hub_uri == hub_uri)
        .order_by(Member.since, Member.actor_uri)
        .offset(start)
        .limit(PAGE_SIZE)
    )
    items = [document_of(member) for member in session.scalars(query)]
    document: Document = {
        "id": f"{address}?page={page}",
        "type": "OrderedCollectionPage",
        "partOf": address,
        "orderedItems": items,
    }
    if start + PAGE_SIZE < total:
        document["next"] = f"{address}?page={page + 1}"
    return document


def _compare_with_origin(session: Session, member: Member) -> None:
    actor = session.get(RemoteActor, member.actor_uri)
    at_origin = ed25519_keys_in(actor.document) if actor else {}
    if not at_origin:
        return
    session.flush()
    judge(session, member, lists_of(session, member.actor_uri), at_origin.values())
