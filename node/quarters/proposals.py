"""What a figure probably is, and where that comes from. A proposal is no answer until a person takes it.

Members and volunteers are not registered by this program yet: their number is remembered from the time
before, stands in the field, and a person makes it more or fewer. Who came to activities was counted each
time as heads: how many different people that were is not known, so it is offered and never filled in,
unless there is only one number that it can be. Requests for help come later and have no source yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from node.gatherings.attendance import Counted
from node.quarters.words import Word
from node.quarters.year import OverQuarters
from schemas.indicators import Indicator
from schemas.messages import N_, Message

REMEMBERED = ("nl:members", "nl:volunteers")
"""What hardly changes from one quarter to the next."""


@dataclass(frozen=True)
class Proposal:
    """A number, where it comes from, and whether it already stands in the field."""

    value: int
    source: str
    """A code of `node.quarters.words.SOURCES`."""
    fills: bool
    told: Message


def propose(
    indicator: Indicator,
    before: Word | None,
    attendance: Mapping[str, Counted],
    quarters: OverQuarters | None = None,
) -> Proposal | None:
    """What can be said of a figure beforehand; None when nothing is known."""
    if quarters is not None:
        return _from_quarters(quarters)
    if found := attendance.get(indicator.code):
        return _from_attendance(found)
    if before is None or before.value is None:
        return None
    told = Message(N_("The time before it was %(number)s."), {"number": before.value})
    return Proposal(before.value, "before", indicator.code in REMEMBERED, told)


def _from_quarters(found: OverQuarters) -> Proposal:
    numbers = {"least": found.least, "most": found.most, "times": found.times}
    if found.least == found.most:
        told = Message(N_("In the last quarter it was %(least)s."), numbers)
        return Proposal(found.least, "quarters", True, told)
    if found.most is None:
        text = N_("In the busiest quarter it was %(least)s, so over the year it is at least that.")
        return Proposal(found.least, "quarters", False, Message(text, numbers))
    text = N_("By the four quarters it is at least %(least)s and at most %(most)s over the year.")
    return Proposal(found.least, "quarters", False, Message(text, numbers))


def _from_attendance(found: Counted) -> Proposal:
    numbers = {"least": found.busiest, "most": found.visits, "times": found.times}
    params = numbers | {"names": ", ".join(found.names)}
    if found.busiest == found.visits:
        told = Message(N_("%(names)s: counted once, %(least)s people came."), params)
        return Proposal(found.busiest, "attendance", True, told)
    text = N_(
        "%(names)s: counted %(times)s times. How many different people that were, the count does not know: "
        "at least %(least)s, at most %(most)s."
    )
    return Proposal(found.busiest, "attendance", False, Message(text, params))
