"""The network's messages about the directory: records, announcements and members of hubs."""

from __future__ import annotations

import structlog

from directory.relaying import feed
from directory.relaying.catch_up import take
from directory.replica import ingest
from directory.replica.changes import record_uri_of
from directory.replica.records import Record
from federation.actors.identities import find_identity
from federation.actors.remote_actors import RemoteActor, find_actor
from federation.queue import wake_after_commit
from federation.receiving.inbox import Received, listener
from federation.relations import members
from federation.relations.followers import follows_actor, is_follower
from federation.relations.follows import is_hub
from schemas.errors import NotAllowed
from schemas.objects import Document

log = structlog.get_logger(__name__)


@listener("Create", "ActivityTemplate")
@listener("Create", "OutcomeRelease")
@listener("Create", "Organization")
@listener("Update", "ActivityTemplate")
@listener("Update", "OutcomeRelease")
@listener("Update", "Organization")
def record_received(received: Received) -> None:
    """A record straight from its owner: into the replica, and into the feed when we are its hub."""
    is_new = ingest.apply(received.session, received.activity, via_uri=None)
    if is_new:
        _pass_on(received)


@listener("Delete")
def record_deleted(received: Received) -> None:
    """An owner withdraws a record. What we never kept needs no answer."""
    if received.session.get(Record, record_uri_of(received.activity)) is not None:
        record_received(received)


def _pass_on(received: Received) -> None:
    """A hub relays what its own members sent it, nothing that came through another hub."""
    hub = find_identity(received.session, "hub")
    if hub is None or not is_follower(received.session, hub.id, received.actor_uri):
        return
    try:
        feed.append(received.session, [received.activity])
    except NotAllowed as refused:  # kept here, but with something in it that we do not vouch for
        log.warning("relay.refused", activity=received.activity["id"], reason=str(refused))


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
    if take(
        received.session, items, hub.uri
    ).waiting:  # owners we have no key of: the feed, read with its list of members, has them too
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
