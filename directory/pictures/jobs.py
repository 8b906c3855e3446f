"""The job of pictures: fetch those of others, so that they stay when their origin is gone."""

from __future__ import annotations

import time

import structlog

from directory.pictures import service
from directory.pictures.encoding import MOST_BYTES
from directory.pictures.service import Wanted
from federation.fetching.fetch import fetch_file
from federation.runtime import job_session, runtime
from schemas.errors import GaveUp, InvalidInput, RemoteError
from schemas.template_parts import MEDIA_TYPES

log = structlog.get_logger(__name__)

JOB_TIME = 120.0  # seconds; then the job makes room for others and is woken again


def fetch() -> None:
    """Fetch what is due; no transaction is open while another server is asked."""
    until = time.monotonic() + JOB_TIME
    while time.monotonic() < until:
        with job_session() as session:
            taken = service.take_due(session)
            session.commit()
        if not taken:
            return
        for wanted in taken:
            _fetch_one(wanted)
    runtime().queue.wake(service.FETCH)


def sweep() -> None:
    """Every minute: what is due, also when a lost queue forgot it."""
    with runtime().database.session(write=False) as session:
        has_due = service.has_due(session)
    if has_due:
        fetch()


def _fetch_one(wanted: Wanted) -> None:
    try:
        data = fetch_file(runtime().settings, wanted.url, types=frozenset(MEDIA_TYPES), most=MOST_BYTES)
        with job_session() as session:
            service.keep_fetched(session, wanted, data)
            session.commit()
    except (RemoteError, InvalidInput) as error:
        log.info("pictures.not_kept", url=wanted.url[:500], reason=str(error)[:300])
        with job_session() as session:
            service.note_failure(session, wanted, for_good=isinstance(error, GaveUp | InvalidInput))
            session.commit()
