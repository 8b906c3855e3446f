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
from federation.relations.follows import enrol_own_cooperative
from federation.relations.peers import Peer
from federation.runtime import job_session, runtime
from federation.sending import delivery as deliveries
from federation.sending.delivery import Delivery, Outcome
from federation.sending.outbox import PublishedActivity, forget_old_announcements
from federation.sending.posting import Letter, body_of, post_all
from federation.settings import Settings
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
    """Send what is due, batch by batch, until nothing is."""
    until = time.monotonic() + JOB_TIME
    with job_session("federation.jobs.deliver") as session:
        while time.monotonic() < until:
            claimed = deliveries.claim(session, BATCH)
            letters = _letters(session, claimed)
            session.commit()
            if not claimed:
                _wake_at("federation.jobs.deliver", deliveries.next_due_at(session))
                return
            outcomes = post_all(runtime().settings, letters) + _look_up_inboxes(claimed)
            deliveries.record(session, outcomes)
            session.commit()
    runtime().queue.wake("federation.jobs.deliver")


def process_inbox() -> None:
    """Process what arrived, until nothing waits."""
    until = time.monotonic() + JOB_TIME
    with job_session("federation.jobs.process_inbox") as session:
        while time.monotonic() < until:
            batch = inbox.process_batch(session, runtime().settings)
            deliveries.hear_from(session, {authority_of(uri) for uri in batch.senders})
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
        has_due = deliveries.has_due(session)
        if is_set_up(session):
            enrol_own_cooperative(session, runtime().settings)
        before = now() - MEMORY
        deliveries.forget_old_deliveries(session, before)
        inbox.forget_old_activities(session, before)
        forget_old_announcements(session, now() - timedelta(days=7))
        forget_old_failures(session)
        session.commit()
    if has_arrived:
        runtime().queue.wake("federation.jobs.process_inbox")
    if has_due:
        runtime().queue.wake("federation.jobs.deliver")


def _wake_at(job: str, at: datetime | None) -> None:
    """Come back when the next row is due; one that another worker holds is not waited for."""
    if at is not None and at > now():
        wake_in(runtime().queue, (at - now()).total_seconds(), job)


def _letters(session: Session, claimed: list[Delivery]) -> list[Letter]:
    """What to post for the claimed deliveries whose inbox is known."""
    ready = [delivery for delivery in claimed if delivery.inbox]
    activities = {delivery.activity_uri for delivery in ready}
    rows = session.scalars(select(PublishedActivity).where(PublishedActivity.uri.in_(activities)))
    bodies = {row.uri: body_of(row.document) for row in rows}
    schemes = _schemes(session, {delivery.host for delivery in ready})
    settings = runtime().settings
    return [_letter(session, settings, row, bodies, schemes) for row in ready]


def _letter(
    session: Session,
    settings: Settings,
    delivery: Delivery,
    bodies: dict[str, bytes],
    schemes: dict[str, tuple[str, ...]],
) -> Letter:
    identity = session.get_one(Identity, delivery.identity_id)
    return Letter(
        delivery_id=delivery.id,
        inbox=delivery.inbox,
        host=delivery.host,
        body=bodies[delivery.activity_uri],
        actor_uri=identity.actor_uri,
        keys=keys_of(settings, identity),
        schemes=schemes[delivery.host],
    )


def _schemes(session: Session, hosts: set[str]) -> dict[str, tuple[str, ...]]:
    """Per host the order of signature schemes: what worked, else RFC 9421 for nodes of the network.

    Other software knows RFC 9421 with RSA at most, and ours signs it with Ed25519: there it comes second.
    """
    remembered = session.execute(
        select(Peer.host, Peer.scheme).where(Peer.host.in_(hosts), Peer.scheme_until > now())
    )
    first = {host: scheme for host, scheme in remembered if scheme}
    actors = session.scalars(select(RemoteActor).where(RemoteActor.host.in_(hosts)))
    nodes = {actor.host for actor in actors if is_ours(actor.document)}
    both = ("rfc9421", "cavage")
    order = {host: first.get(host) or ("rfc9421" if host in nodes else "cavage") for host in hosts}
    return {host: (scheme, *(s for s in both if s != scheme)) for host, scheme in order.items()}


def _look_up_inboxes(claimed: list[Delivery]) -> list[Outcome]:
    """Find the inboxes that are not known yet; the deliveries go out with the next batch."""
    outcomes = []
    for delivery in claimed:
        if delivery.inbox or not delivery.recipient_uri:
            continue
        try:
            actor = learn_actor(runtime().database, runtime().settings, delivery.recipient_uri)
        except GaveUp as error:
            outcomes.append(Outcome(delivery.id, status=error.remote_status or 400, error=str(error)))
        except RemoteError as error:
            outcomes.append(Outcome(delivery.id, error=str(error)))
        else:
            delivery.inbox, delivery.host = actor.inbox, authority_of(actor.inbox)
            outcomes.append(Outcome(delivery.id, postponed=True))
    return outcomes


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
