"""Actors that activities wait for: looked up between transactions, and paid for by those who wait.

What an activity has cost stays in its row, through all the jobs that take it up again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from federation.actors.learning import learn_actor
from federation.actors.remote_actors import find_actor
from federation.database import Database
from federation.fetching.budget import (
    MOST_DEPTH,
    MOST_FETCHES,
    MOST_NEW_ACTORS,
    Budget,
    BudgetSpent,
    spending,
)
from federation.receiving import inbox
from federation.receiving.inbox import InboxActivity
from federation.settings import Settings
from federation.signatures.owner_keys import should_fetch
from schemas.errors import GaveUp, RemoteError

MOST_AT_A_TIME = 12
"""Actors looked up between two batches: no number of slow servers keeps the others waiting for long."""
SPENT = "it asked for more of others than one activity may"


def introduce(session: Session, database: Database, settings: Settings, uri: str) -> None:
    """Fetch an actor that activities wait for, and let them go on or fail.

    One that was fetched just now has nothing new to say: what waits for it waits for its next turn.
    Commits, and holds no transaction while another server is asked.
    """
    known = find_actor(session, uri)
    if not should_fetch(session, uri):
        return
    payers = _payers(session, uri)
    session.commit()
    if not payers:
        return
    purse = _purse(payers)
    before = purse.fetches
    try:
        with spending(purse):
            learn_actor(database, settings, uri, refresh=known is not None)
    except BudgetSpent:
        inbox.actor_refused(session, uri, SPENT)
    except GaveUp as error:
        inbox.actor_refused(session, uri, str(error))
    except RemoteError:
        pass  # the activities wait for their next turn
    else:
        inbox.actor_learned(session, uri)
    _charge(session, payers, before - purse.fetches)
    session.commit()


def _payers(session: Session, uri: str) -> list[InboxActivity]:
    """Who waits for the actor and can pay; whoever cannot has had its turn."""
    waiting = inbox.waiting_for(session, uri)
    for row in waiting:
        if _is_spent(row):
            inbox.give_up(row, SPENT)
    return [row for row in waiting if row.state == "new"]


def _is_spent(row: InboxActivity) -> bool:
    return row.fetches >= MOST_FETCHES or row.new_actors >= MOST_NEW_ACTORS or row.attempts > MOST_DEPTH


def _purse(payers: Sequence[InboxActivity]) -> Budget:
    """What the one who has most left may spend: the others have it for nothing, and are charged too."""
    return Budget(
        fetches=MOST_FETCHES - min(row.fetches for row in payers),
        new_actors=MOST_NEW_ACTORS - min(row.new_actors for row in payers),
    )


def _charge(session: Session, payers: Sequence[InboxActivity], fetches: int) -> None:
    paid = {"fetches": InboxActivity.fetches + fetches, "new_actors": InboxActivity.new_actors + 1}
    session.execute(
        update(InboxActivity).where(InboxActivity.id.in_([row.id for row in payers])).values(paid)
    )
