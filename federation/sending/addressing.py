"""Who gets an activity: one delivery row per distinct inbox, written with the activity itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.fetching.origins import authority_of
from federation.relations.followers import follower_uris
from federation.relations.standing import blocked_targets, is_covered
from federation.sending.dead_inboxes import addresses_of, died_at, living_inbox
from federation.sending.delivery import Delivery
from schemas.context import PUBLIC

if TYPE_CHECKING:
    from federation.sending.published import PublishedActivity


def address_deliveries(
    session: Session, activity: PublishedActivity, recipients: Iterable[str], *, to_followers: bool
) -> int:
    """Write the deliveries of an activity to its followers and recipients; returns their number.

    Blocked actors and hosts get nothing. A recipient whose inbox is not known yet gets a row
    too: the worker looks the inbox up before posting.
    """
    wanted = list(recipients)
    if to_followers:
        wanted += follower_uris(session, activity.identity_id)
    if not wanted:
        return 0
    ours = set(session.scalars(select(Identity.actor_uri)))
    blocked = blocked_targets(session)
    uris = [uri for uri in dict.fromkeys(wanted) if uri not in ours]
    allowed = [uri for uri in uris if not is_covered(uri, blocked)]
    rows = _rows(session, activity, allowed)
    session.flush()  # the activity itself comes first
    if rows:
        session.execute(insert(Delivery), rows)
    return len(rows)


def _rows(session: Session, activity: PublishedActivity, uris: list[str]) -> list[dict[str, Any]]:
    inboxes = _inboxes(session, uris, shared=PUBLIC in activity.document.get("to", []))
    rows: dict[str, dict[str, Any]] = {}
    for uri in uris:
        inbox = inboxes.get(uri)
        if inbox == "":  # all its inboxes are gone
            continue
        rows[inbox or uri] = {
            "activity_uri": activity.uri,
            "identity_id": activity.identity_id,
            "recipient_uri": None if inbox else uri,
            "inbox": inbox or "",
            "host": authority_of(inbox or uri),
            "object_uri": activity.object_uri,
        }
    return list(rows.values())


def _inboxes(session: Session, uris: list[str], *, shared: bool) -> dict[str, str]:
    """The known inboxes; what concerns one actor only does not go to the inbox it shares.

    Empty for an actor whose inboxes are gone: it gets nothing until it is fetched anew.
    """
    actors = addresses_of(session, uris)
    dead = died_at(session, [box for actor in actors for box in (actor.inbox, actor.shared_inbox or "")])
    return {actor.uri: living_inbox(actor, dead, shared=shared) for actor in actors}
