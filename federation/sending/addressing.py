"""Who gets an activity: one delivery row per distinct inbox, written with the activity itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor
from federation.fetching.origins import authority_of
from federation.relations.followers import follower_uris
from federation.relations.standing import blocked_targets, is_covered
from federation.sending.delivery import Delivery

if TYPE_CHECKING:
    from federation.sending.outbox import PublishedActivity


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
    session.add_all(rows)
    return len(rows)


def _rows(session: Session, activity: PublishedActivity, uris: list[str]) -> list[Delivery]:
    inboxes = _inboxes(session, uris, shared=activity.is_public)
    rows: dict[str, Delivery] = {}
    for uri in uris:
        inbox = inboxes.get(uri, "")
        rows[inbox or uri] = Delivery(
            activity_uri=activity.uri,
            identity_id=activity.identity_id,
            recipient_uri=None if inbox else uri,
            inbox=inbox,
            host=authority_of(inbox or uri),
            object_uri=activity.object_uri,
        )
    return list(rows.values())


def _inboxes(session: Session, uris: list[str], *, shared: bool) -> dict[str, str]:
    """The known inboxes; what concerns one actor only does not go to the inbox it shares."""
    found: dict[str, str] = {}
    for start in range(0, len(uris), 500):  # databases limit the parameters of a statement
        query = select(RemoteActor).where(RemoteActor.uri.in_(uris[start : start + 500]))
        for actor in session.scalars(query):
            found[actor.uri] = (shared and actor.shared_inbox) or actor.inbox
    return found
