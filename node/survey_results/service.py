"""Reckoning the results of a survey once, reading them, and preparing what the board may release of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.outcomes.budget import TOPICS, budget_of
from node.outcomes.models import Measurement
from node.outcomes.service import prepare
from node.survey_results.measures import Measure, complete, measures_of
from node.survey_results.models import SurveyResult
from node.survey_results.people import Audience
from node.survey_results.reckoning import reckon
from node.surveys.background import AGE_BANDS, SEXES
from node.surveys.models import Survey
from node.surveys.questions import asked_in
from node.surveys.responses import Response, read_responses
from node.surveys.running import each_apart
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.figure_rates import FEWEST_ANSWERS
from schemas.messages import N_
from schemas.survey_indicators import SURVEYED

_SLACK = 1e-9  # of adding up fractions
GONE = N_("The answers were deleted, as was promised. Nothing more can be reckoned from them.")


@dataclass(frozen=True)
class Candidate:
    """A figure that can be prepared for release from a survey."""

    indicator: str
    measure: str
    number: int
    """How many answered all that can be released: the public number it is read beside."""
    epsilon: float
    """What a release costs of the budget of its topic."""
    topic: str
    state: str
    """``new``, ``waiting`` for the board, or ``released``."""
    fits: bool
    """Whether the year's budget has room for it."""
    is_suggested: bool
    """The first figure of each measure, as far as the budget goes."""


def audience_of(survey: Survey) -> Audience:
    """Whom a survey asked, by age band and sex."""
    sizes = {(band, sex): int(count) for band, of in survey.group.items() for sex, count in of.items()}
    return Audience(AGE_BANDS, SEXES, sizes)


def reckon_once(session: Session, settings: Settings, survey: Survey, today: date) -> SurveyResult:
    """The results of a survey: reckoned the first time, and the very same ever after.

    Of two who ask at once the second waits and gets what the first reckoned.

    Raises Conflict while answers can still come in, and when they were deleted before.
    """
    found = session.get(SurveyResult, survey.id)
    if found is not None:
        return found
    session.refresh(survey, with_for_update=True)
    found = session.get(SurveyResult, survey.id)
    if found is not None:
        return found
    responses = _responses(session, settings, survey)
    table = reckon(_measures(session, survey), responses, audience_of(survey))
    table["invited"] = survey.invited
    result = SurveyResult(survey=survey, reckoned_on=today, table=table)
    session.add(result)
    session.flush()
    return result


def reckon_due(session: Session, settings: Settings, today: date) -> int:
    """Reckon each survey that ended; how many could be."""
    return each_apart(
        session, list_due(session), lambda survey: reckon_once(session, settings, survey, today)
    )


def list_due(session: Session) -> Sequence[Survey]:
    """The surveys of which all answers are in, and nothing was reckoned yet."""
    query = select(Survey).where(
        Survey.sealed_on.is_not(None),
        Survey.emptied_on.is_(None),
        Survey.cancelled_on.is_(None),
        Survey.id.not_in(select(SurveyResult.survey_id)),
    )
    return session.scalars(query.order_by(Survey.id)).all()


def get_result(session: Session, survey_id: int) -> SurveyResult:
    """The results of a survey. Raises NotFound."""
    found = session.get(SurveyResult, survey_id)
    if found is None:
        raise NotFound(N_("There are no results of this survey."), cause=f"survey {survey_id}")
    return found


def list_results(session: Session) -> Sequence[SurveyResult]:
    """Those of all surveys, the last first."""
    order = (Survey.ends_on.desc(), Survey.id.desc())
    return session.scalars(select(SurveyResult).join(Survey).order_by(*order)).all()


def candidates(session: Session, result: SurveyResult) -> list[Candidate]:
    """What of a survey may be released: all that can be, when enough people answered all of it."""
    survey, number = result.survey, int(result.table["complete"])
    states = _states(session, survey)
    budget = budget_of(session, survey.starts_on.year)
    room = {topic: budget.part(topic)[1] - budget.part(topic)[0] + _SLACK for topic in TOPICS}
    left = dict(room)
    found = []
    for measure in _measures(session, survey):
        for released in measure.released if number >= FEWEST_ANSWERS else ():
            cost = SURVEYED[released.indicator]
            state = states.get(cost.code, "new")
            fits = cost.epsilon <= room[cost.topic]
            is_first = state == "new" and released is measure.released[0]
            suggested = is_first and cost.epsilon <= left[cost.topic]
            left[cost.topic] -= cost.epsilon if suggested else 0
            known = (cost.code, measure.code, number, cost.epsilon, cost.topic)
            found.append(Candidate(*known, state, fits, suggested))
    return found


def _states(session: Session, survey: Survey) -> dict[str, str]:
    """By indicator how far a figure of this survey is."""
    query = select(Measurement).filter_by(period_start=survey.starts_on, period_end=survey.ends_on)
    newest = session.scalars(query.order_by(Measurement.edition)).all()
    return {each.indicator: "released" if each.is_released else "waiting" for each in newest}


def prepare_release(
    session: Session,
    settings: Settings,
    survey: Survey,
    indicators: Collection[str],
    *,
    prepared_by: int,
    today: date,
) -> list[Measurement]:
    """Put figures of a survey before the board: counts of people, with how many answered.

    They are not weighted: a weight would let one person count for three, and noise would have to hide that.
    Raises InvalidInput for none or an unknown one, Conflict when it is too early or too late.
    """
    result = get_result(session, survey.id)
    offered = {each.indicator for each in candidates(session, result)}
    if not indicators or set(indicators) - offered:
        raise InvalidInput(fields={"indicators": [N_("Choose one of the list.")]})
    responses = _responses(session, settings, survey)
    period = f"{survey.starts_on}/{survey.ends_on}"
    prepared = []
    for indicator, (value, number) in _counted(_measures(session, survey), responses).items():
        if indicator in indicators:
            data = {"indicator": indicator, "period": period, "value": value, "denominator": number}
            measurement = prepare(session, data, prepared_by=prepared_by, today=today)
            measurement.example_data = survey.example_data
            prepared.append(measurement)
    session.flush()
    return prepared


def _counted(measures: Sequence[Measure], responses: Sequence[Response]) -> dict[str, tuple[int, int]]:
    """By indicator what was counted, of how many who answered all that can be released."""
    found, whole = {}, complete(measures, responses)
    for measure in measures:
        scored = [(response, measure.score(response)) for response in whole]
        told = [(response, score) for response, score in scored if score is not None]
        for each in measure.released:
            found[each.indicator] = sum(each.counts(score, response) for response, score in told), len(whole)
    return found


def _measures(session: Session, survey: Survey) -> list[Measure]:
    return measures_of(asked_in(session, survey), survey.subscale_rule)


def _responses(session: Session, settings: Settings, survey: Survey) -> list[Response]:
    """All answers, when no more can come. Raises Conflict."""
    if survey.emptied_on is not None:
        raise Conflict(GONE)
    return read_responses(session, settings, survey)
