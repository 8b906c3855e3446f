"""What everybody reads on our own pages though it is never sent: rounded figures, and what a survey asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.own_figures.service import shown_figures
from node.surveys.models import Survey


@dataclass(frozen=True)
class ReadHere:
    """One thing: a rounded figure or the questions of a survey, over which days."""

    what: str
    name: str
    start: date
    end: date


def read_here(session: Session, today: date) -> list[ReadHere]:
    """All that stands there today."""
    return [*_figures(session), *_surveys(session, today)]


def _figures(session: Session) -> Iterator[ReadHere]:
    for figure in shown_figures(session):
        counted = figure.measurement
        yield ReadHere("own_figure", counted.indicator, counted.period_start, counted.period_end)


def _surveys(session: Session, today: date) -> Iterator[ReadHere]:
    query = select(Survey).where(Survey.opened_on.is_not(None)).order_by(Survey.starts_on, Survey.id)
    for survey in session.scalars(query):
        if survey.is_open(today):
            yield ReadHere("survey", survey.title, survey.starts_on, survey.ends_on)
