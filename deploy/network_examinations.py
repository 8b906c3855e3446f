"""What the doctor says of the network: what waits, who is out of reach, whether others can reach us."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import node.models  # noqa: F401  # all tables, before the first query
from deploy import examinations
from deploy.refusals import Refused
from deploy.words import _, say, show
from federation.actors.identities import is_set_up
from federation.database import now
from federation.health import round_trip_runs, round_trips
from federation.health.alarms import list_alarms
from federation.health.peers import count_conditions
from federation.health.queues import Queues, queues
from federation.health.round_trips import RoundTrip, Step
from federation.relations.peers import Peer
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from node.federation_health.step_words import STEPS, step_words
from node.federation_health.words import alarm_words
from schemas.messages import N_

PATIENCE = 30.0
"""Seconds the worker may take over the messages of a round trip."""


def network(settings: Settings) -> str:
    """Messages go out and come in, and no peer needs a person."""
    with _reading(settings) as session:
        if session is None:
            return _(N_("none yet: the node is not set up"))
        found, counts = queues(session), count_conditions(session)
        held = session.scalar(select(func.count()).select_from(Peer).where(Peer.breaker_until > now())) or 0
        alarms = [alarm_words(alarm.kind, alarm.seconds, name=alarm.host) for alarm in list_alarms(session)]
    if found.is_late:
        minutes = _oldest_minutes(found)
        raise Refused(N_("Work has waited for %(minutes)s minutes. Is the worker running?"), minutes=minutes)
    if alarms:
        what = " ".join(_(words.what, **words.params) for words in alarms[:3])
        raise Refused(N_("%(what)s See the page “Health of the network”."), what=what)
    message = N_("%(due)s to send, %(later)s later, %(given_up)s not delivered; %(held)s servers in a pause")
    summary = _(message, due=found.due, later=found.later, given_up=found.given_up, held=held)
    if counts["down"] or counts["undelivered"]:
        raise Refused(N_("%(summary)s. See the page “Health of the network”."), summary=summary)
    return summary


def reachable(settings: Settings) -> str:
    """What the last round trip said."""
    with _reading(settings) as session:
        if session is None:
            return _(N_("none yet: the node is not set up"))
        trip = round_trips.last_round_trip(session)
    if trip is None:
        return _(N_("not tested yet; test it with: omzien doctor --round-trip"))
    return _verdict(trip)


def _verdict(trip: RoundTrip) -> str:
    if trip.is_stuck:
        raise Refused(N_("Nobody takes the test up: the worker does not run."))
    if not trip.is_over:
        return _(N_("a test is under way"))
    wrong = next((step for step in trip.steps if step.outcome == "failed"), None)
    if wrong is not None:
        words = step_words(wrong)
        if words is not None:
            raise Refused("%(what)s %(advice)s", what=_(words.what), advice=_(words.advice))
    return _(N_("yes, tested at %(time)s"), time=f"{trip.asked_at:%Y-%m-%d %H:%M} UTC")


def make_round_trip(_arguments: Namespace, settings: Settings) -> bool:
    """Make a round trip now, from this process, and show its steps; True when all went well."""
    runtime = build_runtime(settings)
    try:
        with runtime.database.session() as session:
            if not is_set_up(session):
                raise Refused(N_("This node is not set up yet: there is nothing to test."))
            # begun here, so that no worker takes it up as well
            trip = RoundTrip(asked_by="omzien doctor", results={})
            session.add(trip)
            session.commit()
            number = trip.id
        round_trip_runs.make(runtime, number)
        trip = _finished(runtime, number)
    finally:
        runtime.close()
    for step in trip.steps:
        _tell(step)
    return trip.state == "passed"


def _finished(runtime: Runtime, number: int) -> RoundTrip:
    until = time.monotonic() + PATIENCE + 5
    while True:
        with runtime.database.session() as session:
            trip = session.get_one(RoundTrip, number)
            is_late = time.monotonic() > until
            patience = round_trip_runs.PATIENCE * 0 if is_late else round_trip_runs.PATIENCE
            is_over = round_trip_runs.finish(session, trip, patience=patience)
            session.commit()
            if is_over:
                return trip
        time.sleep(0.5)


def _tell(step: Step) -> None:
    marks = {"passed": "✓", "failed": "✗", "skipped": "·"}
    took = f" ({step.milliseconds} ms)" if step.milliseconds else ""
    show(f"{marks[step.outcome]} {_(STEPS[step.code])}{took}")
    words = step_words(step)
    if words is not None:
        show(f"    {_(words.what)}")
        show(f"    {_(words.advice)}")
        say(N_("    As the program says it: %(detail)s"), detail=step.detail)


def _oldest_minutes(found: Queues) -> int:
    instants = [at for at in (found.oldest_due_at, found.oldest_waiting_at) if at]
    return int((now() - min(instants)).total_seconds() // 60)


@contextmanager
def _reading(settings: Settings) -> Iterator[Session | None]:
    """A reading session, or None before the node is set up. Raises Refused when the database is away."""
    try:
        examinations.database(settings)
    except Refused:
        raise Refused(N_("The database does not answer. See the line about the database.")) from None
    runtime = build_runtime(settings)
    try:
        with runtime.database.session(write=False) as session:
            yield session if is_set_up(session) else None
    except SQLAlchemyError as error:
        raise Refused(N_("The database does not answer. See the line about the database.")) from error
    finally:
        runtime.close()
