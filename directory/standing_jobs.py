"""The jobs behind who speaks to us: records hidden or shown, lists read, rules that expire."""

from __future__ import annotations

import time

import structlog

from directory.relaying import applying, signed_lists
from federation.actors.identities import is_set_up
from federation.relations import deciding
from federation.relations.trusted_lists import due_lists
from federation.runtime import job_session, runtime
from schemas.errors import RemoteError

log = structlog.get_logger(__name__)

JOB_TIME = 240.0  # seconds; then the job makes room for others and is woken again


def apply() -> None:
    """Hide or show what decisions are about, until all is done."""
    until = time.monotonic() + JOB_TIME
    with job_session() as session:
        while time.monotonic() < until:
            has_more = applying.apply_next(session)
            session.commit()
            if not has_more:
                return
    runtime().queue.wake("directory.standing_jobs.apply")


def read_list(publisher_uri: str) -> None:
    """Read a signed list that we trust."""
    try:
        signed_lists.read_list(runtime().database, runtime().settings, publisher_uri)
    except RemoteError as error:  # tried again within the hour
        log.warning("standing.list_failed", publisher=publisher_uri, reason=str(error))


def sweep() -> None:
    """Every minute: end rules whose time is over, and find what a lost queue forgot."""
    with job_session() as session:
        if not is_set_up(session):
            return
        deciding.expire(session, runtime().settings)
        applying.look_again(session)
        session.flush()
        has_due, lists = applying.has_due(session), due_lists(session)
        session.commit()
    if has_due:
        runtime().queue.wake("directory.standing_jobs.apply")
    for publisher_uri in lists:
        runtime().queue.wake("directory.standing_jobs.read_list", publisher_uri)
