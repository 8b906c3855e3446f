"""Two surveys of the example village, a year apart: invented answers of nobody, marked so everywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.survey_results.service import reckon_once
from node.surveys import responses
from node.surveys.background import AGE_BANDS, SEXES
from node.surveys.consent import CURRENT
from node.surveys.models import Survey
from node.surveys.questions import asked_in
from node.surveys.responses import Response, keep_response

GROUP = {
    "18-39": {"woman": 335, "man": 335},
    "40-64": {"woman": 265, "man": 265},
    "65-74": {"woman": 115, "man": 105},
    "75+": {"woman": 100, "man": 80},
}
"""The 1,600 adults of Austerlitz, of whom 400 are 65 or older; how they are divided is invented."""
_TITLES = ("Hoe gaat het in ons dorp? (vorig jaar)", "Hoe gaat het in ons dorp?")
_OWN = [
    {"text": "Weet u waar u terechtkunt met een vraag om hulp?", "answers": ["Ja", "Een beetje", "Nee"]},
]
_LONELY_WHEN = {"djg6.1": 1, "djg6.2": 3, "djg6.3": 3, "djg6.4": 1, "djg6.5": 3, "djg6.6": 1}


def seed_surveys(session: Session, settings: Settings, today: date) -> None:
    """Ask, answer and reckon; what is there is left alone."""
    if session.scalar(select(Survey.id).limit(1)) is not None:
        return
    for at, (title, days_ago, count) in enumerate(zip(_TITLES, (385, 20), (168, 204), strict=True)):
        survey = _survey(session, title, today - timedelta(days=days_ago))
        for number, response in enumerate(_people(count, seed=at)):
            keep_response(session, settings, survey, response, f"example-{at}-{number}")
        responses.end(session, settings, survey, today)
        reckon_once(session, settings, survey, today)


def _survey(session: Session, title: str, ends_on: date) -> Survey:
    starts_on = max(ends_on - timedelta(days=27), ends_on.replace(month=1, day=1))  # within one year
    survey = Survey(
        key=f"voorb{ends_on.year % 1000:03}",
        title=title,
        intro="Voorbeeldgegevens. Niemand heeft dit ingevuld.",
        responsible="Het bestuur van Austerlitz Zorgt",
        access="open",
        starts_on=starts_on,
        ends_on=ends_on,
        opened_on=starts_on,
        consent_version=CURRENT,
        instruments=["life", "facilities", "cohesion6", "djg6"],
        own_questions=_OWN,
        group=GROUP,
        invited=1600,
        made_by="Voorbeeldgegevens",
        example_data=True,
    )
    session.add(survey)
    session.flush()
    survey.asked = [part.document() for part in asked_in(session, survey)]
    return survey


def _people(count: int, seed: int) -> Iterator[Response]:
    draw = random.Random(seed)  # noqa: S311  # the same invented people every time
    for _ in range(count):
        band = draw.choices(AGE_BANDS, (2, 5, 6, 5))[0]
        lonely = draw.random() < 0.3 + 0.06 * AGE_BANDS.index(band)
        yield Response(
            _answers(draw, lonely),
            None if draw.random() < 0.03 else band,
            draw.choices((*SEXES, None), (11, 8, 1))[0],
            "paper" if draw.random() < 0.4 else "web",
            draw.random() < 0.12,
            CURRENT,
        )


def _answers(draw: random.Random, lonely: bool) -> dict[str, int | None]:
    part = 0.55 if lonely else 0.1
    answers: dict[str, int | None] = {}
    for item, when in _LONELY_WHEN.items():
        answers[item] = draw.choice((when, 2)) if draw.random() < part else 4 - when
    answers |= {f"cohesion6.{at}": draw.choices((1, 2, 3, 4, 5), (4, 6, 3, 1, 1))[0] for at in range(1, 7)}
    answers["cohesion6.4"] = draw.choices((1, 2, 3, 4, 5), (1, 2, 3, 6, 4))[0]
    answers |= {f"life.{at}": _mark(draw, 6.4 if lonely else 7.9) for at in (1, 2)}
    answers |= {f"facilities.{at}": _mark(draw, mean) for at, mean in enumerate((7.6, 7.4, 5.9, 6.3), 1)}
    answers["own.1"] = draw.choices((1, 2, 3), (6, 3, 2))[0]
    return {item: None if draw.random() < 0.01 else answer for item, answer in answers.items()}


def _mark(draw: random.Random, mean: float) -> int:
    return min(10, max(1, round(draw.gauss(mean, 1.3))))
