"""The surveys of this node as the table sees them: over which days, and what enough people answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.outcomes.periods import Period, period_of
from node.survey_results.measures import measures_of
from node.survey_results.models import SurveyResult
from node.surveys.models import Survey
from node.surveys.questions import asked_in
from schemas.figure_rates import FEWEST_ANSWERS


def survey_periods(session: Session, today: date) -> set[Period]:
    """The days of each survey that is over and has results."""
    query = select(Survey).join(SurveyResult).where(Survey.ends_on < today)
    return {period_of(each.starts_on, each.ends_on) for each in session.scalars(query)}


def results_over(session: Session, period: Period) -> Sequence[SurveyResult]:
    """The results of the surveys of exactly these days."""
    query = select(SurveyResult).join(Survey)
    query = query.where(Survey.starts_on == period.start, Survey.ends_on == period.end)
    return session.scalars(query).all()


def answered_in(session: Session, result: SurveyResult) -> set[str]:
    """The indicators of a survey, when enough people answered to release them."""
    if result.table["complete"] < FEWEST_ANSWERS:
        return set()
    measures = measures_of(asked_in(session, result.survey), result.survey.subscale_rule)
    return {told.indicator for each in measures for told in each.released}
