"""The jobs of the flow: send what is due, process what arrived, and look for what was forgotten.

Jobs know rows only. A transaction is never open while another server is talked to.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity, is_set_up, keys_of
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor, find_actor
from federation.database import now
from federation.fetching.failed_fetches import forget_old_failures
from federation.fetching.origins import authority_of
from federation.receiving import inbox
from federation.receiving.reading import forget_seen_requests
from federation.relations.follows import enrol_own_cooperative
from federation.relations.peers import Peer
from federation.runtime import job_session, runtime
from federation.sending import delivery as deliveries
from federation.sending.delivery import Delivery, Outcome
from federation.sending.outbox import PublishedActivity, forget_old_announcements
from federation.sending.posting import Letter, body_of, post_all
from federation.settings import Settings
from federation.signatures.clocks import forget_wrong_clocks
from federation.signatures.fetch_limits import forget_old_counts
from federation.signatures.owner_keys import should_fetch
from federation.timers import wake_in
from schemas.context import is_ours
from schemas.errors import GaveUp, RemoteError

log = structlog.get_logger(__name__)

BATCH = 200
JOB_TIME = 240.0  # seconds; then the job makes room for others and is woken again
MEMORY = timedelta(days=30)
"""How long finished deliveries and processed activities are kept."""


def deliver() -> None:
    """Send what is due until nothing is."""
    parts = runtime()
    parts.queue.starting("federation.jobs.deliver")
    turns = Turns(parts.settings, parts.database, parts.queue)
    is_done = drain(parts.settings, turns.take, turns.look_up, SENDING_TIME)
    for inbox_uri in dict.fromkeys(turns.gone):
        check_actors_behind(parts.database, parts.settings, inbox_uri)
    if not is_done:
        parts.queue.wake("federation.jobs.deliver")
        return
    with parts.database.session(write=False) as session:
        _wake_at("federation.jobs.deliver", next_due_at(session))


def process_inbox() -> None:
    """Process what arrived, until nothing waits."""
    until = time.monotonic() + JOB_TIME
    with job_session("federation.jobs.process_inbox") as session:
        while time.monotonic() < until:
            batch = inbox.process_batch(session, runtime().settings)
            heard = {authority_of(uri) for uri in batch.senders}
            hear_from(session, heard)
            forget_wrong_clocks(session, heard)
            session.commit()
            for uri in sorted(batch.actors_needed):
                _introduce(session, uri)
            if not batch.processed:
                _wake_at("federation.jobs.process_inbox", inbox.next_due_at(session))
                return
    runtime().queue.wake("federation.jobs.process_inbox")


def sweep() -> None:
    """Every minute: find what a lost queue forgot, and forget what is old."""
    with job_session("federation.jobs.sweep") as session:
        waiting = (inbox.InboxActivity.state == "new", inbox.InboxActivity.due_at <= now())
        has_arrived = session.scalar(select(inbox.InboxActivity.id).where(*waiting).limit(1))
        has_due = has_due(session)
        if is_set_up(session):
            enrol_own_cooperative(session, runtime().settings)
        before = now() - MEMORY
        forget_old_deliveries(session, before)
        inbox.forget_old_activities(session, before)
        forget_old_announcements(session, now() - timedelta(days=7))
        forget_old_failures(session)
        forget_old_counts(session)
        forget_seen_requests(session)
        session.commit()
    if has_arrived:
        runtime().queue.wake("federation.jobs.process_inbox")
    if has_due:
        runtime().queue.wake("federation.jobs.deliver")


def _wake_at(job: str, at: datetime | None) -> None:
    """Come back when the next row is due; one that another worker holds is not waited for."""
    if at is not None and at > now():
        wake_in(runtime().queue, (at - now()).total_seconds(), job)


def _introduce(session: Session, uri: str) -> None:
    """Fetch an actor that activities wait for, and let them go on or fail.

    One that was fetched just now has nothing new to say: what waits for it waits for its next turn.
    """
    known = find_actor(session, uri)
    if not should_fetch(session, uri):
        return
    session.commit()
    try:
        learn_actor(runtime().database, runtime().settings, uri, refresh=known is not None)
    except GaveUp as error:
        inbox.actor_refused(session, uri, str(error))
    except RemoteError:
        return  # the activities wait for their next turn
    else:
        inbox.actor_learned(session, uri)
    session.commit()
