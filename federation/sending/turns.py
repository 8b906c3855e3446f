"""Turns: the half of draining that touches rows. Each turn is one short transaction in its own session."""

from __future__ import annotations

from collections import Counter

from federation.actors.learning import learn_actor
from federation.database import Database
from federation.queue import Queue
from federation.sending.claiming import Claimed, claim, still_carrying
from federation.sending.drain import Turn
from federation.sending.letters import Writer
from federation.sending.recording import Attempt, record
from federation.sending.rules import Outcome
from federation.settings import Settings
from schemas.errors import GaveUp, RemoteError

JOB = "federation.jobs.deliver"


class Turns:
    """Takes turns for one run of the delivering job; ``gone`` collects the inboxes that ended in it."""

    def __init__(self, settings: Settings, database: Database, queue: Queue) -> None:
        self._settings, self._database, self._queue = settings, database, queue
        self._writer = Writer(settings)
        self._has_called = False
        self.gone: list[str] = []

    def take(self, done: list[Attempt], room: int, in_hand: Counter[str], leave: set[str]) -> Turn:
        """Record outcomes and claim what is due, together or not at all."""
        with self._database.session() as session:
            gone = record(session, done)
            claimed = claim(session, room, in_hand=in_hand, busy=leave) if room else []
            session.commit()
        with self._database.session(write=False) as session:  # others may write meanwhile
            letters = self._writer.write(session, claimed)
            as_claimed = still_carrying(session, claimed)  # asked after the bodies were read
        self.gone += gone
        is_full = len(claimed) >= room
        if room and is_full:
            self._call_another()
        posted = [(row, letters[row.id]) for row in claimed if row.id in letters and row.id in as_claimed]
        return Turn(posted, [row for row in claimed if not row.inbox], is_full)

    def _call_another(self) -> None:
        """More is due than fits one hand: another worker, if there is one that is free, may help."""
        if not self._has_called:
            self._has_called = True
            self._queue.wake(JOB)

    def look_up(self, claimed: Claimed) -> Outcome:
        """Find an inbox that is not known yet; the delivery goes out with a later turn."""
        if not claimed.recipient_uri:
            return Outcome(claimed.id, error="neither an inbox nor a receiver", forbidden=True)
        try:
            actor = learn_actor(self._database, self._settings, claimed.recipient_uri)
        except GaveUp as error:
            gone = error.remote_status in {404, 410}
            status = error.remote_status if gone else None
            return Outcome(claimed.id, status=status, error=str(error), forbidden=not gone)
        except RemoteError as error:
            return Outcome(claimed.id, error=str(error))
        return Outcome(claimed.id, inbox=actor.inbox, postponed=True)
