"""Moving this node to another address: new actors say who they were, old ones where they went."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.keys.reproving import announce
from directory.replica.publishing import publish_record
from federation.actors.former_addresses import FormerAddress, last_move_at
from federation.actors.former_identities import as_former
from federation.actors.identities import (
    Identity,
    actor_document,
    base_url,
    check_base_url,
    keys_of,
    listed_keys,
)
from federation.actors.key_generations import current_rotation
from federation.actors.replacing import all_identities
from federation.database import now
from federation.fetching.origins import origin_of
from federation.queue import wake_after_commit
from federation.relations.members import Member
from federation.relations.renewals import renew_follows
from federation.relations.succession import TEND
from federation.sending import outbox
from federation.sending.published import PublishedObject
from federation.settings import Settings
from schemas.errors import AppError, Conflict, InvalidInput
from schemas.messages import N_

log = structlog.get_logger(__name__)

COOL_DOWN = timedelta(days=30)
BATCH = 25
_MADE_ANEW = ("@context", "proof", "updated", "id", "attributedTo", "cc")


def move(session: Session, settings: Settings, address: str, *, force: bool) -> str:
    """Take the node to a new address and tell everybody; returns the new origin.

    InvalidInput for an address that cannot be one, Conflict within 30 days of the last move
    (unless ``force``), back to an address it had, or while keys are being replaced.
    """
    base, old_base = check_base_url(settings, address), base_url(session)
    _check(session, base, old_base, force=force)
    for identity in all_identities(session):
        keys_of(settings, identity)
    moved = [(identity, identity.actor_uri) for identity in all_identities(session)]
    for identity, old_uri in moved:
        session.add(FormerAddress(actor_uri=old_uri, identity_id=identity.id))
        identity.actor_uri = f"{base}/actors/{identity.username}"
    session.flush()
    for identity, old_uri in moved:
        _carry_own_lists(session, identity, old_uri)
    for identity, old_uri in moved:
        _say_goodbye(session, settings, identity, old_uri)
        announce(session, settings, identity)
        renew_follows(session, settings, identity)
    wake_after_commit(session, TEND)
    log.warning("moves.moved", old=old_base, new=base)
    return base


def resettle_some(session: Session, settings: Settings) -> bool:
    """Publish the next records anew at the new address and delete the old ones; False when all are told."""
    waiting = select(FormerAddress).where(FormerAddress.is_told.is_(False)).order_by(FormerAddress.actor_uri)
    former = session.scalar(waiting.limit(1))
    if former is None:
        return False
    identity = session.get_one(Identity, former.identity_id)
    rows = _living(session, identity, former)
    for row in rows:
        _resettle(session, settings, identity, former, row)
    former.is_told = not rows
    return True


def _check(session: Session, base: str, old_base: str, *, force: bool) -> None:
    if base == old_base:
        raise InvalidInput(N_("This is your own address."))
    had = session.scalars(select(FormerAddress.actor_uri)).all()
    if base in {origin_of(uri) for uri in had}:
        raise Conflict(N_("This node has had that address before."))
    if current_rotation(session) is not None:
        raise Conflict(N_("Finish the replacement of the keys first, or cancel it."))
    last = last_move_at(session)
    if last is not None and now() - last < COOL_DOWN and not force:
        raise Conflict(N_("This node moved less than 30 days ago. Wait, or use --force."))


def _carry_own_lists(session: Session, identity: Identity, old_uri: str) -> None:
    """The lists that we keep: as a hub its own, and ourselves in it."""
    new_uri = identity.actor_uri
    session.execute(update(Member).where(Member.hub_uri == old_uri).values(hub_uri=new_uri))
    for member in session.scalars(select(Member).where(Member.actor_uri == old_uri)):
        member.actor_uri = new_uri
        member.take_keys(listed_keys(session, identity))
        member.is_announced = False


def _say_goodbye(session: Session, settings: Settings, identity: Identity, old_uri: str) -> None:
    """The old actor's last words: where it went; its entry in the directory ends."""
    if identity.role == "server":
        return
    former = as_former(identity, old_uri)
    outbox.publish(session, settings, former, "Move", identity.actor_uri)
    if identity.role == "cooperative":
        publish_record(session, settings, former, "Update", actor_document(session, settings, former))


def _living(session: Session, identity: Identity, former: FormerAddress) -> list[PublishedObject]:
    home = origin_of(former.actor_uri)
    query = (
        select(PublishedObject)
        .where(PublishedObject.identity_id == identity.id, PublishedObject.deleted_at.is_(None))
        .where(PublishedObject.uri.startswith(f"{home}/objects/", autoescape=True))
        .order_by(PublishedObject.uri)
        .limit(BATCH)
    )
    return list(session.scalars(query))


def _resettle(
    session: Session, settings: Settings, identity: Identity, former: FormerAddress, row: PublishedObject
) -> None:
    old_base, new_base = origin_of(former.actor_uri), origin_of(identity.actor_uri)
    kept = {name: value for name, value in row.document.items() if name not in _MADE_ANEW}
    if isinstance(kept.get("url"), str):
        kept["url"] = kept["url"].replace(old_base, new_base, 1)
    if "pictures" in kept:
        kept["pictures"] = [
            {**each, "url": each["url"].replace(old_base, new_base, 1)} for each in kept["pictures"]
        ]
    kept["alsoKnownAs"] = [row.uri]
    try:
        with session.begin_nested():
            activity = publish_record(session, settings, identity, "Create", kept)
            row.moved_to_uri = activity["object"]["id"]
            publish_record(session, settings, as_former(identity, former.actor_uri), "Delete", row.uri)
    except AppError as refused:
        log.error("moves.not_resettled", uri=row.uri, reason=str(refused))
        row.deleted_at = now()
