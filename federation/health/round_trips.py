"""Round trips: the rows of the self-test, and of the tests of a peer that somebody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.queue import wake_after_commit
from schemas.errors import Conflict
from schemas.messages import N_

KEPT = 20
"""Finished round trips that are kept, of ourselves and per peer together."""
ENDED = ("passed", "failed")
NOT_TAKEN_UP = timedelta(seconds=45)
"""After this a round trip that nobody began says that the worker is away."""
NOT_ENDED = timedelta(minutes=6)
"""The same for one that was begun; a little longer than the sweep gives it."""
JOB = "federation.health.jobs.run_round_trip"


class RoundTrip(Base):
    """One test, of this node from the outside or of one peer, with what came of each step."""

    __tablename__ = "round_trip"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(260), default="", index=True)
    """The peer that was asked; empty for our own round trip."""
    state: Mapped[str] = mapped_column(String(10), default="asked")
    """'asked', 'running', 'waiting' (for the worker to process what was sent), 'passed', 'failed'."""
    results: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``steps``: what came of each, see `Step`; ``messages``: the addresses of what is sent."""
    asked_by: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def steps(self) -> list[Step]:
        """What came of each step, in order."""
        return [Step(**step) for step in self.results.get("steps", [])]

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state in ENDED

    @property
    def is_stuck(self) -> bool:
        """Whether nobody took it up, or brought it to its end, in time: no worker runs."""
        patience = NOT_TAKEN_UP if self.state == "asked" else NOT_ENDED
        return not self.is_over and now() - self.asked_at > patience


class RoundTripMessage(Base):
    """A message of a round trip, under an address nobody can guess; our gate notes why it refused it."""

    __tablename__ = "round_trip_message"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    round_trip_id: Mapped[int] = mapped_column(ForeignKey("round_trip.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    refusal: Mapped[str] = mapped_column(String(500), default="")


@dataclass(frozen=True)
class Step:
    """One step of a round trip."""

    code: str
    """See `federation.health.round_trip_steps.STEPS`."""
    outcome: str
    """'passed', 'failed' or 'skipped' (a step before it failed)."""
    milliseconds: int = 0
    reason: str = ""
    """Of a failure: a code of `federation.health.failures` or of `federation.health.refusals`."""
    detail: str = ""
    """For the person who knows the machine: as the program said it."""


def ask(session: Session, *, by: str, host: str = "") -> RoundTrip:
    """Ask for a round trip of ourselves, or for a test of a peer. Conflict while one is under way."""
    latest = last_round_trip(session, host)
    if latest is not None and not latest.is_over and not latest.is_stuck:
        raise Conflict(N_("A test is under way. Wait a moment for its result."))
    trip = RoundTrip(host=host, asked_by=by, results={})
    session.add(trip)
    session.flush()
    wake_after_commit(session, JOB, str(trip.id))
    return trip


def last_round_trip(session: Session, host: str = "") -> RoundTrip | None:
    """The latest round trip of ourselves, or test of a peer."""
    query = select(RoundTrip).where(RoundTrip.host == host).order_by(RoundTrip.id.desc())
    return session.scalar(query.limit(1))


def find_round_trip(session: Session, number: int) -> RoundTrip | None:
    """One round trip."""
    return session.get(RoundTrip, number)


def keep_steps(trip: RoundTrip, steps: Sequence[Step]) -> None:
    """Write down what came of the steps so far."""
    trip.results = {**trip.results, "steps": [asdict(step) for step in steps]}


def note_refusal(bind: Engine | Connection, uri: str, reason: str) -> None:
    """For the gate: remember, in a transaction of its own, why a message in our own name was refused.

    Nothing happens unless a round trip sent it: its address is a secret until it arrives.
    """
    with Session(bind.engine.execution_options(omzien_write=False)) as session:
        if session.get(RoundTripMessage, uri) is None:
            return  # whoever says to be us costs us no lock
    values = {"refusal": reason[:500].replace("\x00", "")}
    with Session(bind) as session:
        session.execute(update(RoundTripMessage).where(RoundTripMessage.uri == uri).values(values))
        session.commit()


def forget_old_round_trips(session: Session) -> None:
    """For the sweep: keep the latest ones."""
    latest = select(RoundTrip.id).order_by(RoundTrip.id.desc()).limit(KEPT)
    old = list(session.scalars(select(RoundTrip.id).where(RoundTrip.id.not_in(latest))))
    session.execute(delete(RoundTripMessage).where(RoundTripMessage.round_trip_id.in_(old)))
    session.execute(delete(RoundTrip).where(RoundTrip.id.in_(old)))
