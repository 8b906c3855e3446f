"""Invented use of the formats of an example village, so that a demonstration shows evidence; labelled so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from federation.settings import Settings
from node.activity_templates.models import ActivityTemplate
from node.template_evidence import telling
from node.template_evidence.models import PARTS

YEARS, COST, HOURS = 2, (4.0, 7.5), (0.25, 0.75)


def tell_example(
    session: Session, settings: Settings, templates: Iterable[ActivityTemplate], today: date
) -> None:
    """Tell of templates that were published and of which nobody noted anything."""
    for template in templates:
        use = telling.find_use(session, template)
        if use.started_on is not None or not template.is_public:
            continue
        use.started_on, use.example_data = date(today.year - YEARS, today.month, 1), True
        use.cost_lowest, use.cost_highest = COST
        use.hours_lowest, use.hours_highest = HOURS
        use.tells = " ".join(PARTS)
        session.add(use)
        telling.tell(session, settings, template, today)
