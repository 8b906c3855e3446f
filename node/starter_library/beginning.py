"""Beginning from the library: a draft of our own, with its questions answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.activity_templates.copying import ANY_VILLAGE, fill_in
from node.activity_templates.models import ActivityTemplate
from node.communities.models import find_community
from node.starter_library.starters import Starter


def village_of(session: Session) -> str:
    """The village after which the activities are named; nobody's, on a hub that is no village."""
    community = find_community(session)
    return community.place_name if community and community.is_village else ANY_VILLAGE


def begin(session: Session, starter: Starter, *, name: str, answers: dict[str, Any]) -> ActivityTemplate:
    """Make a draft from an activity of the library; nothing leaves the node.

    ``answers`` maps the keys of questions to values; a question that is left out keeps its example.
    Raises InvalidInput with ``fields["answers"]`` by the key of the question.
    """
    base = starter.content_in(village_of(session))
    content = fill_in(base, name=name, answers=answers)
    template = ActivityTemplate(draft=content, base_content=base, starter_key=starter.key)
    session.add(template)
    session.flush()
    return template


def begun_here(session: Session, key: str) -> list[ActivityTemplate]:
    """What this village made of an activity of the library, oldest first."""
    ours = select(ActivityTemplate).where(
        ActivityTemplate.starter_key == key,
        ActivityTemplate.publisher == "cooperative",
        ActivityTemplate.withdrawn_at.is_(None),
    )
    return list(session.scalars(ours.order_by(ActivityTemplate.created_at)))
