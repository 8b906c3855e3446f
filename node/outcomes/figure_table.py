"""The fixed table of what this village tells: chosen by the board beforehand, so that absence tells nothing.

Were a figure left out because of what was counted, leaving it out would tell. So a line holds for periods
that were not over when the board chose it, and what is in the table is released, zero or not, or said to be
not counted (`node.outcomes.closing`). Until the board chooses, everything that can be released is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.communities.models import Community
from node.indicators.service import as_indicator, own_indicators, releasable
from node.outcomes.budget import TOPICS
from node.outcomes.models import Measurement, OutcomeRelease
from node.outcomes.periods import FIRST_YEAR, Period
from node.outcomes.table_models import ToldFigure
from schemas.errors import Conflict, InvalidInput
from schemas.indicators import WELLBEING_BUDGET, YEARLY_BUDGET, Indicator
from schemas.messages import N_

PROPOSED = ("nl:diners", "nl:volunteers_year", "nl:members_year")
"""A table to begin with: it fits in a year's budget and leaves room for a correction."""
NOT_CHOSEN = N_(
    "The board did not choose this figure before the period was over. "
    "To choose afterwards would tell something too. It can be chosen for what comes."
)
_FIRST = date(FIRST_YEAR, 1, 1)
TIMES = {"quarter": 4, "year": 1, "survey": 1}
"""How often a year something is released, when all goes as planned."""


def lines(session: Session) -> Sequence[ToldFigure]:
    """All lines that ever held, oldest first; none while the board has not chosen."""
    return session.scalars(select(ToldFigure).order_by(ToldFigure.id)).all()


def is_chosen(session: Session) -> bool:
    """Whether the board chose its table."""
    return session.scalar(select(ToldFigure.id).limit(1)) is not None


def told(session: Session, today: date) -> list[Indicator]:
    """What is in the table now, in the order in which indicators are listed."""
    codes = {each.indicator for each in lines(session) if each.until_on is None and each.since_on <= today}
    everything = releasable(session)
    return [each for each in everything if each.code in codes] if is_chosen(session) else everything


def told_over(session: Session, period: Period) -> list[Indicator]:
    """What the table has for a period: quarters for what is counted each quarter, and so on."""
    chosen = lines(session)
    if not chosen:
        return releasable(session)
    codes = {line.indicator for line in chosen if line.holds_for(period)}
    # one of our own that nobody counts any more is not left out of what is past
    retired = [as_indicator(row) for row in own_indicators(session) if row.retired_at is not None]
    return [each for each in (*releasable(session), *retired) if each.code in codes]


def is_told(session: Session, measurement: Measurement) -> bool:
    """Whether the board chose this figure before its period was over."""
    chosen = lines(session)
    of_this = (line for line in chosen if line.indicator == measurement.indicator)
    return not chosen or any(line.holds_for(measurement.period) for line in of_this)


def refuse_unless_told(session: Session, measurement: Measurement) -> None:
    """Conflict for a figure that the board did not choose before its period was over."""
    if not is_told(session, measurement):
        raise Conflict(NOT_CHOSEN)


def choose(session: Session, codes: Collection[str], *, chosen_by: int, today: date) -> None:
    """Make this the table from today on. Past periods keep theirs.

    The first choice ever holds for all that is past too, as long as nothing was released. Raises InvalidInput
    for an unknown figure, for none, and when a year of it does not fit in the budget.
    """
    everything = [each.code for each in releasable(session)]
    _check(session, codes, everything)
    # two members of the board who choose at once come one after the other
    session.execute(select(Community.id).with_for_update())
    if not is_chosen(session):
        _choose_first(session, codes, everything, chosen_by, today)
        return
    held = {each.indicator: each for each in lines(session) if each.until_on is None}
    for code in held.keys() - set(codes):
        _end(session, held[code], today)
    for code in sorted(set(codes) - held.keys()):
        _begin(session, code, chosen_by, today)
    session.flush()


def cost_of(indicators: Collection[Indicator]) -> dict[str, float]:
    """What a year of a table costs a person, by topic."""
    return {
        topic: sum(each.epsilon * TIMES[each.counted] for each in indicators if each.topic == topic)
        for topic in TOPICS
    }


def fits(indicators: Collection[Indicator]) -> bool:
    """Whether a year of it fits in the budget."""
    cost = cost_of(indicators)
    return cost["taking_part"] <= YEARLY_BUDGET + 1e-9 and cost["wellbeing"] <= WELLBEING_BUDGET + 1e-9


def _check(session: Session, codes: Collection[str], everything: Collection[str]) -> None:
    if not codes or not set(codes) <= set(everything):
        raise InvalidInput(fields={"indicators": [N_("Choose one of the list.")]})
    if not fits([each for each in releasable(session) if each.code in codes]):
        raise InvalidInput(fields={"indicators": [N_("Together these cost more than the budget of a year.")]})


def _choose_first(
    session: Session, codes: Collection[str], everything: Collection[str], chosen_by: int, today: date
) -> None:
    """Everything was told until now; when something was released, past periods are held to that."""
    was_released = session.scalar(select(OutcomeRelease.id).limit(1)) is not None
    for code in everything:
        if code in codes or was_released:
            until = None if code in codes else today
            row = ToldFigure(indicator=code, since_on=_FIRST, until_on=until, chosen_by=chosen_by)
            session.add(row)
    session.flush()


def _begin(session: Session, code: str, chosen_by: int, today: date) -> None:
    """From today on; a line that ended today goes on as if nothing had been."""
    query = select(ToldFigure).where(ToldFigure.indicator == code, ToldFigure.until_on == today)
    ended = session.scalars(query).first()
    if ended is not None:
        ended.until_on = None
        return
    session.add(ToldFigure(indicator=code, since_on=today, chosen_by=chosen_by))


def _end(session: Session, line: ToldFigure, today: date) -> None:
    """From today on not any more; a line that began today never was."""
    if line.since_on >= today:
        session.delete(line)
    else:
        line.until_on = today
