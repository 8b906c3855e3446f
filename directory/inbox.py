"""The network's messages about the directory: records, announcements and members of hubs."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from directory.relaying import feed, held_items
from directory.relaying.catch_up import take
from directory.replica import ingest
from directory.replica.changes import record_uri_of
from directory.replica.records import Record
from directory.replica.visibility import is_hidden
from federation.actors.identities import find_identity
from federation.actors.remote_actors import RemoteActor, find_actor
from federation.queue import wake_after_commit
from federation.receiving.inbox import Received, listener
from federation.relations import members
from federation.relations.actor_moves import went_to
from federation.relations.followers import follows_actor, is_follower
from federation.relations.follows import is_hub, is_node
from schemas.context import is_ours
from schemas.errors import NotAllowed
from schemas.objects import Document

log = structlog.get_logger(__name__)


@listener("Create", "ActivityTemplate")
@listener("Create", "OutcomeRelease")
@listener("Create", "Organization")
@listener("Create", "PublicEvent")
@listener("Create", "Story")
@listener("Create", "SynonymGroup")
@listener("Create", "UnreachableEntry")
@listener("Update", "ActivityTemplate")
@listener("Update", "OutcomeRelease")
@listener("Update", "Organization")
@listener("Update", "PublicEvent")
@listener("Update", "Story")
@listener("Update", "SynonymGroup")
@listener("Update", "UnreachableEntry")
def record_received(received: Received) -> None:
    """A record straight from its owner: into the replica, and into the feed when we are its hub."""
    is_new = ingest.apply(received.session, received.activity, via_uri=None)
    _pass_on(received, is_new=is_new)


@listener("Delete")
def record_deleted(received: Received) -> None:
    """An owner withdraws a record.

    A node's signed Delete of what we do not have yet is kept as well: an older version may still be on
    its way through a hub. Of other software, or without a proof, it is about something that is no record.
    """
    is_known = received.session.get(Record, record_uri_of(received.activity)) is not None
    if is_known or ("proof" in received.activity and _is_of_a_node(received)):
        record_received(received)


def _is_of_a_node(received: Received) -> bool:
    actor = find_actor(received.session, received.actor_uri)
    return actor is not None and is_ours(actor.document)


def _pass_on(received: Received, *, is_new: bool) -> None:
    """A hub relays what its own members sent it, nothing that came through another hub.

    Also what another hub told us before its owner did: our followers may not hear that hub.
    """
    if not _is_of_our_hub(received.session, received.actor_uri):
        return
    if not is_new and not _is_missing(received):
        return
    if _is_held(received):
        return
    try:
        feed.append(received.session, [received.activity])
    except NotAllowed as refused:  # kept here, but with something in it that we do not vouch for
        log.warning("relay.refused", activity=received.activity["id"], reason=str(refused))


def _is_held(received: Received) -> bool:
    """A silenced owner's record is kept out of the feed; that one of its records is gone is passed on."""
    if received.activity.get("type") == "Delete":
        held_items.forget_held(received.session, [record_uri_of(received.activity)])
        return False
    if not is_hidden(received.session, received.actor_uri):
        held_items.forget_held(received.session, [record_uri_of(received.activity)])
        return False
    held_items.hold(received.session, received.activity)
    return True


def _is_of_our_hub(session: Session, actor_uri: str) -> bool:
    """Whether the sender is a cooperative that our hub accepted; another hub relays its own records."""
    hub = find_identity(session, "hub")
    follower_uri = went_to(session, actor_uri) or actor_uri  # who moved clears up behind itself
    if hub is None or not is_follower(session, hub.id, follower_uri):
        return False
    sender = find_actor(session, actor_uri)
    return sender is not None and is_node(sender)


def _is_missing(received: Received) -> bool:
    """Whether our feed lacks this activity although it is the version that stands."""
    item = feed.find_item(received.session, record_uri_of(received.activity))
    if item is not None and item.activity_uri == received.activity["id"]:
        return False
    return ingest.check_current(received.session, received.activity)


@listener("Announce")
def announcement_received(received: Received) -> None:
    """A hub passes on records of others: each is believed for its own proof alone."""
    hub = _joined_hub(received)
    if hub is None:
        return
    carried = received.activity.get("object")
    if isinstance(carried, str):
        if carried == hub.document.get("feed"):
            wake_after_commit(received.session, "directory.jobs.catch_up", hub.uri)
        return
    items: list[Document] = [
        item for item in (carried if isinstance(carried, list) else [carried]) if isinstance(item, dict)
    ]
    waits_for_keys = bool(take(received.session, items, hub.uri).waiting)
    if waits_for_keys or not items:  # the feed, read with its list of members, has them all
        wake_after_commit(received.session, "directory.jobs.catch_up", hub.uri)


@listener("Add")
def member_added(received: Received) -> None:
    """A hub has a new member."""
    hub = _hub_of_list(received)
    if hub is None:
        return
    if isinstance(received.obj, dict):
        members.store(received.session, hub.uri, received.obj)
    wake_after_commit(received.session, "directory.jobs.refresh_members", hub.uri)


@listener("Remove")
def member_removed(received: Received) -> None:
    """A hub lost a member: its records stay, its messages are no longer taken."""
    hub = _hub_of_list(received)
    if hub is not None and isinstance(received.obj, str):
        members.remove_member(received.session, hub.uri, received.obj)


def _joined_hub(received: Received) -> RemoteActor | None:
    if not follows_actor(received.session, received.actor_uri):
        return None
    actor = find_actor(received.session, received.actor_uri)
    return actor if actor is not None and is_hub(actor) else None


def _hub_of_list(received: Received) -> RemoteActor | None:
    """The joined hub whose own list of members the message is about."""
    hub = _joined_hub(received)
    target = received.activity.get("target")
    return hub if hub is not None and target == hub.document.get("members") else None
