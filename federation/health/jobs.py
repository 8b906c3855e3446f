"""The jobs of health: make round trips, ask peers what software they run, tidy up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from federation.actors.identities import is_set_up
from federation.database import now
from federation.health import round_trip_runs, round_trips, software
from federation.health.round_trips import RoundTrip
from federation.queue import wake_after_commit
from federation.runtime import job_session, runtime
from federation.timers import wake_in

_FINISH = "federation.health.jobs.finish_round_trip"
_LOOK_AGAIN = 1.0  # seconds
_INTERRUPTED = timedelta(minutes=5)


def run_round_trip(number: str) -> None:
    """Walk a round trip; what its messages bring about comes after this job, so another looks at it."""
    if round_trip_runs.make(runtime(), int(number)) == "waiting":
        runtime().queue.wake(_FINISH, number)


def finish_round_trip(number: str) -> None:
    """Look whether the messages of a round trip were processed."""
    with job_session() as session:
        trip = session.get(RoundTrip, int(number))
        is_over = trip is None or round_trip_runs.finish(session, trip)
        session.commit()
    if not is_over:
        wake_in(runtime().queue, _LOOK_AGAIN, _FINISH, number)


def sweep() -> None:
    """Every minute: round trips that a lost queue forgot, and a few peers' software."""
    with job_session() as session:
        if not is_set_up(session):
            return
        for trip in session.scalars(select(RoundTrip).where(RoundTrip.state.not_in(round_trips.ENDED))):
            if trip.state == "running" and now() - (trip.started_at or trip.asked_at) > _INTERRUPTED:
                round_trip_runs.give_up(session, trip, "interrupted")
            elif trip.state != "running":
                job = round_trips.JOB if trip.state == "asked" else _FINISH
                wake_after_commit(session, job, str(trip.id))
        round_trips.forget_old_round_trips(session)
        session.commit()
    software.learn_some(runtime())
