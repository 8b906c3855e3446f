"""The jobs of the directory: relay, catch up, and look for what was forgotten."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from directory.relaying import catch_up as catching_up
from directory.relaying import relay as relaying
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.relations.follows import joined_hubs
from federation.runtime import job_session, runtime
from federation.timers import wake_in
from schemas.errors import RemoteError, TryLater

log = structlog.get_logger(__name__)


def relay() -> None:
    """Announce what is new in our feed to the followers whose turn it is."""
    with job_session("directory.jobs.relay") as session:
        wait = relaying.announce(session, runtime().settings)
        session.commit()
    if wait is not None:
        wake_in(runtime().queue, wait, "directory.jobs.relay")


def catch_up(hub_uri: str) -> None:
    """Read the members and the feed of a hub that we joined."""
    with job_session("directory.jobs.catch_up", hub_uri) as session:
        joined = _is_joined(session, hub_uri)
    if not joined:
        return
    try:
        hub = _hub(hub_uri)
        catching_up.catch_up(runtime().database, runtime().settings, hub)
    except RemoteError as error:
        log.warning("directory.catch_up_failed", hub=hub_uri, reason=str(error))
        if isinstance(error, TryLater):
            wake_in(runtime().queue, 10, "directory.jobs.catch_up", hub_uri)


def refresh_members(hub_uri: str) -> None:
    """Read the list of members of a hub that we joined."""
    with job_session("directory.jobs.refresh_members", hub_uri) as session:
        joined = _is_joined(session, hub_uri)
    if not joined:
        return
    try:
        catching_up.refresh_members(runtime().database, runtime().settings, _hub(hub_uri))
    except RemoteError as error:  # the hourly catch-up reads it again
        log.warning("directory.members_failed", hub=hub_uri, reason=str(error))


def sweep() -> None:
    """Every minute: announcements that wait, and feeds that were not read for an hour."""
    with job_session("directory.jobs.sweep") as session:
        has_news = relaying.is_behind(session)
        hubs = catching_up.due_hubs(session)
    if has_news:
        runtime().queue.wake("directory.jobs.relay")
    for hub_uri in hubs:
        runtime().queue.wake("directory.jobs.catch_up", hub_uri)


def _is_joined(session: Session, hub_uri: str) -> bool:
    return any(hub.uri == hub_uri for hub in joined_hubs(session))


def _hub(hub_uri: str) -> RemoteActor:
    return learn_actor(runtime().database, runtime().settings, hub_uri)
