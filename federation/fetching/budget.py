"""A budget for what one cause may make us ask of others: requests, new actors, steps.

Whoever does work for somebody else says ``with spending(budget)``; every request inside is counted
where it is made, so that no path around it exists. What was spent is kept with the work (the row of an
activity) and counts in the next job that goes on with it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from schemas.errors import GaveUp

MOST_FETCHES = 30
MOST_NEW_ACTORS = 3
MOST_DEPTH = 10
"""Steps from a cause: an activity that needs an actor, is tried again and needs the next, takes one each."""


class BudgetSpent(GaveUp):
    """There is no more to spend: this says nothing about whoever would have been asked."""


@dataclass
class Budget:
    """What may still be spent."""

    fetches: int = MOST_FETCHES
    new_actors: int = MOST_NEW_ACTORS
    until: float = math.inf
    """The last moment at which something may be asked, on the clock of `time.monotonic`."""


_active: ContextVar[Budget | None] = ContextVar("omzien_budget", default=None)


@contextmanager
def spending(budget: Budget) -> Iterator[Budget]:
    """Count every request and every new actor in this block. A budget around it is charged as well."""
    around = _active.get()
    given = _narrowed(budget, around)
    before = (given.fetches, given.new_actors)
    token = _active.set(given)
    try:
        yield given
    finally:
        _active.reset(token)
        spent = (before[0] - given.fetches, before[1] - given.new_actors)
        for purse in (budget, around):
            if purse is not None and purse is not given:
                purse.fetches, purse.new_actors = purse.fetches - spent[0], purse.new_actors - spent[1]


def _narrowed(budget: Budget, around: Budget | None) -> Budget:
    if around is None:
        return budget
    return Budget(
        min(budget.fetches, around.fetches),
        min(budget.new_actors, around.new_actors),
        min(budget.until, around.until),
    )


def charge_fetch() -> None:
    """One request is about to be made. BudgetSpent when nothing is left."""
    budget = _active.get()
    if budget is None:
        return
    if budget.fetches < 1:
        raise BudgetSpent(cause="the budget for requests is spent")
    if time.monotonic() > budget.until:
        raise BudgetSpent(cause="the time for requests is over")
    budget.fetches -= 1


def charge_actor() -> None:
    """One more actor is about to be looked up. BudgetSpent when nothing is left."""
    budget = _active.get()
    if budget is None:
        return
    if budget.new_actors < 1:
        raise BudgetSpent(cause="the budget for new actors is spent")
    budget.new_actors -= 1
