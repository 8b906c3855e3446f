"""What this node has published, and the only way out of it.

A change, its activity, its object and its deliveries are one transaction of the caller.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity, actor_document, keys_of
from federation.actors.keys import ed25519_key_id
from federation.database import now
from federation.fetching.origins import origin_of, same_origin
from federation.queue import wake_after_commit
from federation.sending import firewall
from federation.sending.addressing import address_deliveries
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity, PublishedObject
from federation.sending.withdrawals import supersede
from federation.settings import Settings
from federation.signatures.proofs import sign
from schemas.activities import RECORD_ACTIVITIES
from schemas.context import CONTEXT, PUBLIC
from schemas.errors import Conflict, NotAllowed, NotFound
from schemas.objects import Document, type_of


def publish(
    session: Session,
    settings: Settings,
    identity: Identity,
    activity_type: str,
    payload: Document | Sequence[Document] | str,
    *,
    also_to: Iterable[str] = (),
    public: bool = True,
) -> Document:
    """Write a signed activity, its object and its deliveries into the caller's transaction.

    ``payload`` is a record for Create and Update (`schemas.objects.OBJECTS`; ``id``,
    ``attributedTo`` and the instants are filled in), our own actor document for Update, the
    address of the object otherwise; Accept, Reject and Undo also take the Follow itself, Add a
    member, Announce the signed activities that a hub passes on. ``also_to`` are actors who get
    it besides the followers; with ``public=False``, and for an Announce, they are the only ones.
    What earlier activities said of a record that is changed or deleted is forgotten.

    Returns the activity. Raises NotAllowed for everything that is not on the closed list.
    """
    payload = _at_its_new_address(session, identity, payload)
    content, record_uri = _content(session, settings, identity, activity_type, payload)
    recipients = list(dict.fromkeys(also_to))
    listed = [] if activity_type == "Announce" else recipients
    activity = _envelope(identity, activity_type, content, listed, public=public)
    if activity_type == "Delete":
        activity["published"] = _sign_tombstone(session, settings, identity, activity["object"])
    # what an Announce carries is in the feed, in the version that stands
    is_public = public and activity_type != "Announce"
    row = _written(session, settings, identity, activity, record_uri, is_public=is_public)
    to_followers = public and not _relayed(identity, activity_type, record_uri)
    address_deliveries(session, row, recipients, to_followers=to_followers)
    if activity_type in {"Update", "Delete"}:

        def create_anew() -> PublishedActivity:
            created = _envelope(identity, "Create", content, listed, public=True)
            return _written(session, settings, identity, created, record_uri, is_public=False)

        supersede(session, row, create_anew)
    wake_after_commit(session, "federation.jobs.deliver")
    return row.document


def _written(
    session: Session,
    settings: Settings,
    identity: Identity,
    activity: Document,
    record_uri: str | None,
    *,
    is_public: bool,
) -> PublishedActivity:
    """The signed activity as a row."""
    signed = _signed(settings, identity, activity)
    row = PublishedActivity(
        uri=signed["id"],
        type=signed["type"],
        identity_id=identity.id,
        object_uri=record_uri,
        is_public=is_public,
        document=signed,
        created_at=now(),
    )
    session.add(row)
    return row


def deliver_existing(session: Session, identity: Identity, actor_uri: str) -> int:
    """Send a new follower what it missed: the latest public activity of each living record."""
    newest: dict[str, PublishedActivity] = {}
    activities = session.scalars(
        select(PublishedActivity)
        .where(PublishedActivity.identity_id == identity.id, PublishedActivity.is_public)
        .where(PublishedActivity.type.in_(RECORD_ACTIVITIES))
        .order_by(PublishedActivity.created_at)
    )
    for activity in activities:
        newest[activity.object_uri or activity.uri] = activity
    for activity in newest.values():
        address_deliveries(session, activity, [actor_uri], to_followers=False)
    wake_after_commit(session, "federation.jobs.deliver")
    return len(newest)


def _relayed(identity: Identity, activity_type: str, record_uri: str | None) -> bool:
    """A hub's records reach its followers in the batches of the relay, never one by one."""
    if activity_type == "Announce":
        return True
    is_record = activity_type in RECORD_ACTIVITIES and record_uri != identity.actor_uri
    return identity.role == "hub" and is_record


def _content(
    session: Session, settings: Settings, identity: Identity, activity_type: str, payload: Any
) -> tuple[Any, str | None]:
    """What the activity carries, and the address of the object it is about."""
    if activity_type in {"Create", "Update"}:
        if not isinstance(payload, dict):
            raise NotAllowed(cause=f"{activity_type} takes a document")
        if payload.get("id") == identity.actor_uri:
            return _own_actor(session, settings, identity, activity_type, payload), identity.actor_uri
        document = _write_object(session, settings, identity, activity_type, payload)
        return document, document["id"]
    if activity_type == "Delete":
        tombstone = _bury(session, identity, payload)
        return tombstone, tombstone["id"]
    cleaned = firewall.clean_bare(activity_type, payload)
    if activity_type == "Move":
        return cleaned, identity.actor_uri
    about = cleaned.get("id") if isinstance(cleaned, dict) else cleaned
    return cleaned, about if isinstance(about, str) else None


def _at_its_new_address(session: Session, identity: Identity, payload: Any) -> Any:
    """What callers know by the address it had before this node moved, at the one it has now."""
    uri = payload.get("id") if isinstance(payload, dict) else payload
    known = session.get(PublishedObject, uri) if isinstance(uri, str) else None
    if known is None or known.moved_to_uri is None or same_origin(known.uri, identity.actor_uri):
        return payload
    moved = session.get_one(PublishedObject, known.moved_to_uri)
    if not isinstance(payload, dict):
        return moved.uri
    return {**payload, "id": moved.uri, "alsoKnownAs": moved.document.get("alsoKnownAs", [known.uri])}


def _own_actor(
    session: Session, settings: Settings, identity: Identity, activity_type: str, payload: Document
) -> Document:
    """Our actor document as the identity makes it: nothing can be added on the way."""
    document = actor_document(session, settings, identity)
    given = {key: value for key, value in payload.items() if key != "proof"}
    if activity_type != "Update" or given != {k: v for k, v in document.items() if k != "proof"}:
        raise NotAllowed(cause="this is not our actor document")
    return document


def _write_object(
    session: Session, settings: Settings, identity: Identity, activity_type: str, payload: Document
) -> Document:
    known = session.get(PublishedObject, payload["id"]) if isinstance(payload.get("id"), str) else None
    document = _completed(identity, payload, known)
    _check_history(identity, activity_type, known)
    updated_at = datetime.fromisoformat(document["updated"])
    if known and updated_at <= known.updated_at:
        updated_at = known.updated_at + timedelta(milliseconds=1)
        document["updated"] = instant(updated_at)
    signed = _signed(settings, identity, document)
    row = known or PublishedObject(uri=signed["id"], type=type_of(signed), identity_id=identity.id)
    row.document, row.updated_at = signed, updated_at
    row.key_generation = identity.key_generation
    session.add(row)
    return signed


def _completed(identity: Identity, payload: Document, known: PublishedObject | None) -> Document:
    """The payload with what every object of ours has, on the closed list and at our address."""
    present = instant(now())
    home = origin_of(identity.actor_uri)
    document = firewall.clean_record(
        {
            "id": f"{home}/objects/{uuid.uuid4()}",
            "attributedTo": identity.actor_uri,
            "published": known.document.get("published", present) if known else present,
            "updated": present,
            "to": [PUBLIC],
            "cc": [identity.followers_uri],
            **payload,
        }
    )
    if document["attributedTo"] != identity.actor_uri or not document["id"].startswith(f"{home}/objects/"):
        raise NotAllowed(cause="only our own objects may be published")
    return document


def _check_history(identity: Identity, activity_type: str, known: PublishedObject | None) -> None:
    if activity_type == "Create" and known:
        raise Conflict(cause="this object was published before")
    if activity_type == "Update":
        if known is None or known.identity_id != identity.id:
            raise NotFound(cause="this object was never published by us")
        if known.deleted_at:
            raise Conflict(cause="this object was deleted")


def _bury(session: Session, identity: Identity, payload: Any) -> Document:
    """The tombstone of an object of ours; one that is buried already may only be said to be elsewhere."""
    told = payload if isinstance(payload, dict) else {"id": payload if isinstance(payload, str) else ""}
    known = session.get(PublishedObject, str(told.get("id")))
    said = known.document.get("movedTo") if known else None
    moved_to = told.get("movedTo", said)
    is_ours = known is not None and known.identity_id == identity.id
    if known is None or not is_ours or (moved_to == said and _is_buried(identity, known)):
        raise NotFound(cause="only a living object of ours can be deleted")
    if known.deleted_at is None or moved_to != said:  # our clock may have been set back since
        known.deleted_at = max(now(), (known.deleted_at or known.updated_at) + timedelta(milliseconds=1))
    return firewall.clean_tombstone({"id": known.uri, "type": "Tombstone", "movedTo": moved_to})


def _is_buried(identity: Identity, known: PublishedObject) -> bool:
    """Deleted, and that is proven by the keys we have now; otherwise its Delete is proven anew."""
    return known.deleted_at is not None and known.key_generation == identity.key_generation


def _sign_tombstone(session: Session, settings: Settings, identity: Identity, buried: Document) -> str:
    """What the address of a deleted object answers from now on; returns the instant for its Delete.

    Signed, so that whoever missed the Delete can ask there and be sure.
    """
    known = session.get_one(PublishedObject, buried["id"])
    deleted = instant(known.deleted_at or now())
    tombstone = {"@context": CONTEXT, **buried, "attributedTo": identity.actor_uri}
    known.document = _signed(settings, identity, {**tombstone, "deleted": deleted})
    known.key_generation = identity.key_generation
    return deleted


def _envelope(
    identity: Identity,
    activity_type: str,
    content: Any,
    recipients: list[str],
    *,
    public: bool,
) -> Document:
    activity: Document = {
        "@context": CONTEXT,
        "id": f"{origin_of(identity.actor_uri)}/activities/{uuid.uuid4()}",
        "type": activity_type,
        "actor": identity.actor_uri,
        "published": instant(now()),
        "to": [PUBLIC] if public else recipients,
        "cc": [identity.followers_uri, *recipients] if public else [],
        "object": content,
    }
    if activity_type == "Flag":
        activity |= content  # a report names what it is about, why, and perhaps more, side by side
    if activity_type == "Move":
        activity |= {"object": identity.actor_uri, "target": content}
    if activity_type in {"Add", "Remove"}:
        activity["target"] = f"{identity.actor_uri}/members"
    return activity


def _signed(settings: Settings, identity: Identity, document: Document) -> Document:
    keys = keys_of(settings, identity)
    return sign(document, keys, ed25519_key_id(identity.actor_uri, keys.generation), now())


def instant(at: datetime) -> str:
    """An instant as the wire writes it."""
    return at.isoformat().replace("+00:00", "Z")


def forget_old_announcements(session: Session, before: datetime) -> None:
    """For the sweep: drop announcements whose deliveries are over; the feed has what they carried."""
    waiting = select(Delivery.activity_uri).where(Delivery.state == "due")
    old = (PublishedActivity.type == "Announce", PublishedActivity.created_at < before)
    uris = select(PublishedActivity.uri).where(*old, PublishedActivity.uri.not_in(waiting))
    session.execute(delete(Delivery).where(Delivery.activity_uri.in_(uris)))
    session.execute(delete(PublishedActivity).where(*old, PublishedActivity.uri.not_in(waiting)))
