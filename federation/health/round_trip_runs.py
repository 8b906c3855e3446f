"""Making a round trip: begin, walk, look for what arrived, and clear it away.

The network is asked between transactions (ADR 7). The message goes through the gate like that of
any other server: with the key of a copy of our actor that is fetched anew, not of our own row.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from federation.actors.discovery import main_identity
from federation.actors.identities import Identity, base_url, get_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.failed_fetches import FailedFetch
from federation.fetching.origins import authority_of, origin_of
from federation.health.refusals import refusal_of
from federation.health.round_trip_steps import POSTS, Plan, walk
from federation.health.round_trips import RoundTrip, RoundTripMessage, Step, keep_steps
from federation.receiving.inbox import InboxActivity
from federation.relations.followers import Follow
from federation.relations.peers import Peer
from federation.runtime import Runtime
from federation.settings import Settings

PATIENCE = timedelta(seconds=60)
"""How long the worker may take over the messages of a round trip."""


def make(runtime: Runtime, number: int) -> str:
    """Walk a round trip that was asked for; returns its new state, '' when there is nothing to do."""
    with runtime.database.session() as session:
        trip = session.get(RoundTrip, number, with_for_update=True)  # one worker alone takes it up
        if trip is None or trip.state != "asked":
            return ""
        trip.state, trip.started_at = "running", now()
        plan = _plan(session, runtime.settings, trip)
        session.commit()
    steps = walk(plan) if plan else [Step("resolve", "failed", 0, "no_actor")]
    with runtime.database.session() as session:
        trip = session.get_one(RoundTrip, number)
        _note_way(session, trip, steps)
        session.commit()
        return trip.state


def finish(session: Session, trip: RoundTrip, *, patience: timedelta = PATIENCE) -> bool:
    """Look whether the worker processed what arrived, and clear it away; False to come back later."""
    if trip.state != "waiting":
        return True
    rows = session.scalars(select(InboxActivity).where(InboxActivity.uri.in_(_uris(trip)))).all()
    seconds = (now() - (trip.started_at or trip.asked_at)).total_seconds()
    undone = [row for row in rows if row.state == "new"]
    if undone and seconds < patience.total_seconds():
        return False
    steps = trip.steps
    if undone:
        steps.append(Step("processed", "failed", round(seconds * 1000), "worker", undone[0].error))
    else:
        steps.append(Step("processed", "passed"))
    steps.append(_removed(session, trip))
    keep_steps(trip, steps)
    _end(trip, steps)
    return True


def give_up(session: Session, trip: RoundTrip, reason: str) -> None:
    """A round trip whose worker died half-way."""
    steps = [*trip.steps, Step("processed", "failed", 0, reason)]
    _clear(session, trip)
    keep_steps(trip, steps)
    _end(trip, steps)


def _plan(session: Session, settings: Settings, trip: RoundTrip) -> Plan | None:
    server = get_identity(session, "server")
    if trip.host:
        return _plan_for_peer(session, settings, trip, server)
    base = base_url(session)
    messages = {code: f"{base}/activities/{uuid.uuid4()}" for code, _scheme in POSTS}
    session.add_all(
        RoundTripMessage(uri=uri, round_trip_id=trip.id, step=code) for code, uri in messages.items()
    )
    trip.results = {"messages": messages, "steps": []}
    _forget_ourselves(session)
    return Plan(settings, server, main_identity(session).actor_uri, base, messages)


def _plan_for_peer(session: Session, settings: Settings, trip: RoundTrip, server: Identity) -> Plan | None:
    """Of the actors we know there, one that we have a connection with is asked for first."""
    is_related = select(Follow.id).where(Follow.remote_uri == RemoteActor.uri).exists()
    query = select(RemoteActor).where(RemoteActor.host == trip.host)
    actor = session.scalar(query.order_by(is_related.desc(), RemoteActor.fetched_at.desc()).limit(1))
    return Plan(settings, server, actor.uri, origin_of(actor.uri), {}) if actor else None


def _note_way(session: Session, trip: RoundTrip, steps: list[Step]) -> None:
    """What came of the walk; for our own round trip also what our gate noted, and what arrived."""
    if trip.host:
        keep_steps(trip, steps)
        _end(trip, steps)
        return
    refusals = {row.step: row.refusal for row in _messages(session, trip)}
    steps = [_explained(step, refusals.get(step.code, "")) for step in steps]
    accepted = [step.code for step in steps if step.code in refusals and step.outcome == "passed"]
    if accepted:
        steps.append(_arrived(session, trip, accepted))
    keep_steps(trip, steps)
    if accepted and steps[-1].outcome == "passed":
        trip.state = "waiting"
        return
    _clear(session, trip)
    _end(trip, steps)


def _explained(step: Step, refusal: str) -> Step:
    """A refusal by our own gate says why; one by something before it says no more than its status."""
    if step.outcome != "failed" or step.reason not in {"refused", "server_error", "not_accepted"}:
        return step
    if not refusal and step.reason != "refused":
        return step
    return replace(step, reason=refusal_of(refusal), detail=f"{step.detail} · {refusal}"[:500].strip(" ·"))


def _arrived(session: Session, trip: RoundTrip, accepted: list[str]) -> Step:
    uris = [trip.results["messages"][code] for code in accepted]
    query = select(func.count()).select_from(InboxActivity).where(InboxActivity.uri.in_(uris))
    missing = len(uris) - (session.scalar(query) or 0)
    return Step("arrived", "failed", 0, "not_ours") if missing else Step("arrived", "passed")


def _removed(session: Session, trip: RoundTrip) -> Step:
    _clear(session, trip)
    left = session.scalar(
        select(func.count()).select_from(InboxActivity).where(InboxActivity.uri.in_(_uris(trip)))
    )
    return Step("removed", "failed", 0, "other") if left else Step("removed", "passed")


def _clear(session: Session, trip: RoundTrip) -> None:
    session.execute(delete(InboxActivity).where(InboxActivity.uri.in_(_uris(trip))))
    session.execute(delete(RoundTripMessage).where(RoundTripMessage.round_trip_id == trip.id))
    if not trip.host:
        _forget_ourselves(session)


def _forget_ourselves(session: Session) -> None:
    """The copies of our own actors, the pauses after failed fetches of them, and ourselves as a peer."""
    ours = list(session.scalars(select(Identity.actor_uri)))
    session.execute(delete(RemoteActor).where(RemoteActor.uri.in_(ours)))
    session.execute(delete(Peer).where(Peer.host == authority_of(ours[0])))
    base = base_url(session)
    session.execute(delete(FailedFetch).where(FailedFetch.url.startswith(f"{base}/", autoescape=True)))


def _uris(trip: RoundTrip) -> list[str]:
    return list(trip.results.get("messages", {}).values())


def _messages(session: Session, trip: RoundTrip) -> list[RoundTripMessage]:
    return list(session.scalars(select(RoundTripMessage).where(RoundTripMessage.round_trip_id == trip.id)))


def _end(trip: RoundTrip, steps: list[Step]) -> None:
    trip.state = "passed" if all(step.outcome == "passed" for step in steps) else "failed"
    trip.finished_at = now()
