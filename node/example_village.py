"""Seeds the example village Austerlitz: known facts with their source, all else marked as example.

Idempotent: what is there is left alone. Persons are invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import publish_template
from node.business_case.models import BusinessCase
from node.business_case.service import create as create_business_case
from node.claims.models import Claim
from node.claims.service import remember
from node.example_business_case import AUSTERLITZ_CASE
from node.example_facts import CLAIMS, GATHERINGS
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.occurrences import series_days
from node.outcomes.models import Measurement
from node.outcomes.periods import past_quarters
from node.outcomes.service import prepare
from node.starter_library.beginning import begin, begun_here
from node.starter_library.starters import get_starter

FORMATS = ("eet", "ommetje", "belt", "rijdt")
"""What Austerlitz wrote down as a format, by the keys of the starter library."""
TABLE = "Austerlitz Eet"
"""The gathering whose visitors are counted for the figure."""

EXAMPLE_DINERS = 41
"""Invented: different people who ate along in a quarter."""


def seed_austerlitz(session: Session, *, prepared_by: int, today: date) -> None:
    """Fill Austerlitz: activities, claims, formats as drafts, and a figure for the board.

    ``prepared_by`` is the account of the invented village supporter who counted. Nothing is
    published here.
    """
    templates = {each.name: each.id for each in map(partial(_seed_template, session), FORMATS)}
    _seed_gatherings(session, templates, today)
    for position, claim in enumerate(CLAIMS):
        remember(session, Claim(**claim, position=position))
    _seed_measurement(session, prepared_by, today)
    _seed_business_case(session)


def publish_formats(session: Session, settings: Settings) -> None:
    """Publish the formats but *Austerlitz Eet*: the board does that one, as the story shows."""
    for key in FORMATS[1:]:
        for template in begun_here(session, key):
            if template.latest is None:
                publish_template(session, settings, template)


def _seed_template(session: Session, key: str) -> ActivityTemplate:
    starter = get_starter(key)
    begun = begun_here(session, key)
    return begun[0] if begun else begin(session, starter, name=starter.name_in("Austerlitz"), answers={})


def _seed_gatherings(session: Session, templates: dict[str, str], today: date) -> None:
    known = set(session.scalars(select(Gathering.name)))
    for values in GATHERINGS:
        if values["name"] not in known:
            gathering = Gathering(**values)
            gathering.template_id = templates.get(gathering.name)
            gathering.started_on = gathering.first_on
            session.add(gathering)
            _seed_counts(gathering, today)
    session.flush()


def _seed_counts(gathering: Gathering, today: date) -> None:
    """Invented counts of the table of the past half year, which help to fill in the figure."""
    if gathering.name != TABLE:
        return
    gathering.indicator = "nl:diners"
    since, yesterday = today - timedelta(days=190), today - timedelta(days=1)
    for number, day in enumerate(series_days(gathering, since, yesterday)):
        kept = GatheringOccurrence(happens_on=day, attendance=22 + number * 5 % 9, is_cancelled=False)
        gathering.occurrences.append(kept)


def _seed_measurement(session: Session, prepared_by: int, today: date) -> None:
    if session.scalar(select(Measurement.id).limit(1)) is None:
        quarter = past_quarters(today, 1)[0]
        data = {"indicator": "nl:diners", "period": str(quarter), "value": EXAMPLE_DINERS}
        prepare(session, data, prepared_by=prepared_by, today=today).example_data = True
        session.flush()


def _seed_business_case(session: Session) -> None:
    if session.scalar(select(BusinessCase.id).limit(1)) is None:
        create_business_case(session, AUSTERLITZ_CASE, by="Voorbeeldgegevens").example_data = True
        session.flush()
