"""The jobs of the directory: relay, catch up, and look for what was forgotten."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from directory.relaying import announcements, digest, leaving, moved_hubs, reconciliation
from directory.relaying import catch_up as catching_up
from directory.relaying import reconcile as reconciling
from directory.relaying import relay as relaying
from directory.relaying.comparing import complete_records
from directory.replica.obsolete import settle_obsolete
from directory.search import tending
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor, note_roles
from federation.relations import key_comparisons
from federation.relations.follows import joined_hubs
from federation.runtime import job_session, runtime
from federation.timers import wake_in
from schemas.errors import RemoteError, TryLater

log = structlog.get_logger(__name__)


def relay() -> None:
    """Announce what is new in our feed to the followers whose turn it is."""
    with job_session() as session:
        wait = relaying.announce(session, runtime().settings)
        session.commit()
    if wait is not None:
        wake_in(runtime().queue, wait, "directory.jobs.relay")


def catch_up(hub_uri: str) -> None:
    """Read the members and the feed of a hub that we joined."""
    with job_session() as session:
        moved_hubs.follow_along(session)
        joined = _is_joined(session, hub_uri)
        session.commit()
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
    with job_session() as session:
        joined = _is_joined(session, hub_uri)
    if not joined:
        return
    try:
        catching_up.refresh_members(runtime().database, runtime().settings, _hub(hub_uri))
    except RemoteError as error:  # the hourly catch-up reads it again
        log.warning("directory.members_failed", hub=hub_uri, reason=str(error))


def reconcile(hub_uri: str) -> None:
    """Compare our replica with what a hub that we joined lists, and fetch what was missed."""
    with job_session() as session:
        joined = _is_joined(session, hub_uri)
    if not joined:
        return
    try:
        reconciling.reconcile(runtime().database, runtime().settings, hub_uri)
    except RemoteError as error:  # the sweep asks for it again, later each time
        log.warning("directory.reconcile_failed", hub=hub_uri, reason=str(error))


def compare_keys() -> None:
    """Compare the keys of a few members with what their own documents say."""
    key_comparisons.compare_some(runtime().database, runtime().settings)


def sweep() -> None:
    """Every minute: announcements that wait, feeds not read for an hour, hubs and keys to compare with."""
    with job_session() as session:
        _tidy(session)
        has_news = relaying.is_behind(session)
        behind, doubtful = catching_up.due_hubs(session), reconciliation.due_hubs(session)
        has_keys = bool(key_comparisons.due_members(session))
        is_index_due = tending.is_due(session)
        session.commit()
    wake = runtime().queue.wake
    if has_news:
        wake("directory.jobs.relay")
    for hub_uri in behind:
        wake("directory.jobs.catch_up", hub_uri)
    for hub_uri in doubtful:
        wake("directory.jobs.reconcile", hub_uri)
    if has_keys:
        wake("directory.jobs.compare_keys")
    if is_index_due:
        wake("directory.search.jobs.tend")


def _tidy(session: Session) -> None:
    """Who left is no longer relayed; rows from before something was kept are completed, some at a time."""
    note_roles(session)
    moved_hubs.follow_along(session)
    leaving.withdraw_former(session)
    leaving.readmit(session)
    announcements.complete(session)
    settle_obsolete(session)
    digest.complete_items(session)
    complete_records(session)


def _is_joined(session: Session, hub_uri: str) -> bool:
    return any(hub.uri == hub_uri for hub in joined_hubs(session))


def _hub(hub_uri: str) -> RemoteActor:
    return learn_actor(runtime().database, runtime().settings, hub_uri)
