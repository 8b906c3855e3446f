"""What looks odd about a counted number, before the board decides. A hint never stops anybody.

A person may know why a number is as it is; so each hint says what was compared with what, and nothing else.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geography.places import place
from node.communities.models import find_community
from node.gatherings.attendance import counted_between
from node.gatherings.service import between
from node.outcomes.models import Measurement
from node.quarters.history import earlier_values, is_surveyed
from node.quarters.outliers import looks_like_a_digit, unusual, very_different
from node.quarters.year import bounds_of
from schemas.errors import NotFound
from schemas.messages import N_, Message
from schemas.survey_indicators import CATALOGUE

MEMBERS, VOLUNTEERS = "nl:members", "nl:volunteers"


def hints(
    session: Session, measurement: Measurement, beside: Mapping[str, int] | None = None
) -> list[Message]:
    """Everything that a person should look at again, the most certain first.

    ``beside`` are numbers of the same period, by indicator, that are not with the board yet. Of a survey
    nothing is said: a hint would tell how many a few people are.
    """
    if is_surveyed(measurement):
        return []
    return [
        *_more_than_there_are(measurement),
        *_beside_attendance(session, measurement),
        *_beside_quarters(session, measurement),
        *_unlike_before(session, measurement),
        *_beside_others(session, measurement, beside or {}),
    ]


def _more_than_there_are(measurement: Measurement) -> Iterator[Message]:
    """More than the public number that it is read beside."""
    most = measurement.denominator
    if most is not None and not is_surveyed(measurement) and measurement.raw_value > most:
        yield Message(
            N_("This is more than the %(number)s it is read beside."), {"number": most}, "remarkable"
        )


def _beside_quarters(session: Session, measurement: Measurement) -> Iterator[Message]:
    """What the quarters of a year say about how many different people there can be."""
    indicator = CATALOGUE.get(measurement.indicator)
    bounds = bounds_of(session, indicator, measurement.period_start.year) if indicator else None
    if bounds is None:
        return
    if measurement.raw_value < bounds.least:
        text = N_("One quarter counted %(number)s. Over the year it cannot be fewer than that.")
        yield Message(text, {"number": bounds.least}, "impossible")
    elif bounds.most is not None and measurement.raw_value > bounds.most:
        text = N_("The quarters counted %(number)s together. Over the year it cannot be more than that.")
        yield Message(text, {"number": bounds.most}, "impossible")


def _unlike_before(session: Session, measurement: Measurement) -> Iterator[Message]:
    value, earlier = measurement.raw_value, earlier_values(session, measurement)
    if looks_like_a_digit(value, earlier):
        text = N_("Is there a digit too many or too few? Before, it was around %(number)s.")
        yield Message(text, {"number": round(statistics.median(earlier))}, "digit")
    elif odd := unusual(value, earlier):
        much = N_(
            "This is far more than usual. "
            "The last %(times)s times it was around %(number)s, between %(low)s and %(high)s."
        )
        few = N_(
            "This is far less than usual. "
            "The last %(times)s times it was around %(number)s, between %(low)s and %(high)s."
        )
        usual = {"times": odd.times, "number": odd.typical, "low": odd.low, "high": odd.high}
        yield Message(much if odd.is_high else few, usual, "unusual")
    elif very_different(value, earlier):
        yield Message(
            N_("This differs much from the time before: then it was %(number)s."),
            {"number": round(earlier[-1])},
            "unusual",
        )


def _beside_others(
    session: Session, measurement: Measurement, beside: Mapping[str, int]
) -> Iterator[Message]:
    value = measurement.raw_value
    if is_surveyed(measurement):
        return
    if measurement.indicator in (MEMBERS, VOLUNTEERS):
        numbers = {**_same_period(session, measurement), **beside, measurement.indicator: value}
        members, volunteers = numbers.get(MEMBERS), numbers.get(VOLUNTEERS)
        if members is not None and volunteers is not None and volunteers > members:
            text = N_("There are more volunteers (%(volunteers)s) than members (%(members)s). Is that right?")
            yield Message(text, {"volunteers": volunteers, "members": members}, "remarkable")
    lives = _people_here(session)
    if lives and value > lives:
        text = N_("That is more than live here: the list of places says about %(number)s.")
        yield Message(text, {"number": lives}, "remarkable")


def _beside_attendance(session: Session, measurement: Measurement) -> Iterator[Message]:
    """What who came, as it was counted each time, says about how many different people there can be."""
    period, value = (measurement.period_start, measurement.period_end), measurement.raw_value
    times = [
        each
        for each in between(session, *period, member=True)
        if each.gathering.indicator == measurement.indicator and not each.is_cancelled
    ]
    missing = sum(each.attendance is None for each in times)
    for counted in counted_between(session, *period):
        if counted.indicator != measurement.indicator:
            continue
        if value < counted.busiest:
            text = N_("One time %(number)s people came. So it cannot be fewer than that.")
            yield Message(text, {"number": counted.busiest}, "impossible")
        elif value > counted.visits and not missing:
            text = N_("You counted %(number)s visits together. More different people than visits cannot be.")
            yield Message(text, {"number": counted.visits}, "impossible")
    if 0 < missing < len(times):
        text = N_("Of %(times)s times that it took place, %(missing)s were not counted.")
        yield Message(text, {"times": len(times), "missing": missing}, "incomplete")


def _same_period(session: Session, measurement: Measurement) -> dict[str, int]:
    """The numbers of the same period that are with the board or were released, by indicator."""
    query = select(Measurement).where(
        Measurement.indicator.in_((MEMBERS, VOLUNTEERS)),
        Measurement.period_start == measurement.period_start,
        Measurement.period_end == measurement.period_end,
    )
    return {row.indicator: row.raw_value for row in session.scalars(query.order_by(Measurement.id))}


def _people_here(session: Session) -> int | None:
    """How many people live in our place, by the list of places; it may be years old."""
    community = find_community(session)
    try:
        return place(community.place_id).population if community else None
    except NotFound:
        return None
