"""The jobs of the flow: send what is due, process what arrived, and look for what was forgotten.

Jobs know rows only. A transaction is never open while another server is talked to.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import select

from federation.actors.identities import is_set_up
from federation.database import now
from federation.fetching.failed_fetches import forget_old_failures
from federation.fetching.origins import authority_of
from federation.receiving import inbox
from federation.receiving.introductions import MOST_AT_A_TIME, introduce
from federation.receiving.reading import forget_seen_requests
from federation.relations.farewells import check_actors_behind
from federation.relations.follows import enrol_own_cooperative
from federation.relations.forgetting import forget_silent_peers, forget_strangers
from federation.runtime import job_session, runtime
from federation.sending import claiming
from federation.sending.dead_inboxes import forget_old_dead
from federation.sending.delivery import forget_old_deliveries
from federation.sending.drain import drain
from federation.sending.holding import expire, hear_from
from federation.sending.outbox import forget_old_announcements
from federation.sending.turns import JOB as DELIVER
from federation.sending.turns import Turns
from federation.sending.withdrawals import forget_old_offers, forget_replaced
from federation.signatures.clocks import forget_wrong_clocks
from federation.signatures.fetch_limits import forget_old_counts
from federation.timers import wake_in

SENDING_TIME = 30.0
"""Seconds of sending; then other work gets its turn, because the next minute's letters can wait for it."""
LOOKING_TIME = 30.0
"""Seconds of asking after actors whose inbox is gone, before other work gets its turn."""
JOB_TIME = 240.0  # seconds; then the job makes room for others and is woken again
MEMORY = timedelta(days=30)
"""How long finished deliveries and processed activities are kept."""


def deliver() -> None:
    """Send what is due until nothing is."""
    parts = runtime()
    turns = Turns(parts.settings, parts.database, parts.queue)
    is_done = drain(parts.settings, turns.take, turns.look_up, SENDING_TIME)
    if is_done:
        with parts.database.session(write=False) as session:
            _wake_at(DELIVER, claiming.next_due_at(session))
    else:
        parts.queue.wake(DELIVER)
    look_behind(*dict.fromkeys(turns.gone))


def look_behind(*inboxes: str) -> None:
    """Ask the actors behind inboxes that are gone, one at least; what there is no time for comes next.

    What a lost queue forgets is asked when the inbox is tried again (`forget_old_dead`).
    """
    until = time.monotonic() + LOOKING_TIME
    for number, inbox_uri in enumerate(inboxes):
        if number and time.monotonic() > until:
            runtime().queue.wake("federation.jobs.look_behind", *inboxes[number:])
            return
        check_actors_behind(runtime().database, runtime().settings, inbox_uri)


def process_inbox() -> None:
    """Process what arrived, until nothing waits."""
    until = time.monotonic() + JOB_TIME
    with job_session() as session:
        while time.monotonic() < until:
            batch = inbox.process_batch(session, runtime().settings)
            heard = {authority_of(uri): scheme for uri, scheme in batch.senders.items()}
            hear_from(session, heard)
            forget_wrong_clocks(session, heard)
            session.commit()
            for uri in sorted(batch.actors_needed)[:MOST_AT_A_TIME]:
                introduce(session, runtime().database, runtime().settings, uri)
            if not batch.processed:
                _wake_at("federation.jobs.process_inbox", inbox.next_due_at(session))
                return
            time.sleep(inbox.TURN)
    runtime().queue.wake("federation.jobs.process_inbox")


def sweep() -> None:
    """Every minute: find what a lost queue forgot, and forget what is old."""
    with job_session() as session:
        waiting = (inbox.InboxActivity.state == "new", inbox.InboxActivity.due_at <= now())
        has_arrived = session.scalar(select(inbox.InboxActivity.id).where(*waiting).limit(1))
        has_due = claiming.has_due(session)
        if is_set_up(session):
            enrol_own_cooperative(session, runtime().settings)
        before = now() - MEMORY
        expire(session)
        forget_old_deliveries(session, before)
        forget_old_dead(session, before)
        inbox.forget_old_activities(session, before)
        forget_old_announcements(session, now() - timedelta(days=7))
        forget_old_offers(session)
        forget_old_failures(session)
        forget_old_counts(session)
        forget_seen_requests(session)
        forget_strangers(session)
        forget_silent_peers(session)
        session.commit()
    if has_arrived:
        runtime().queue.wake("federation.jobs.process_inbox")
    if has_due:
        runtime().queue.wake("federation.jobs.deliver")


def tidy() -> None:
    """Every hour: forget what messages from before an upgrade said that stands no more."""
    with job_session() as session:
        while forget_replaced(session):
            session.commit()
        session.commit()


def _wake_at(job: str, at: datetime | None) -> None:
    """Come back when the next row is due; one that another worker holds is not waited for."""
    if at is not None and at > now():
        wake_in(runtime().queue, (at - now()).total_seconds(), job)
