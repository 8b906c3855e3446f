"""Where a new format can begin: something that the village does already, told in the parts of a format."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from node.activity_templates.models import ActivityTemplate
from node.gatherings.models import Gathering
from node.gatherings.service import list_gatherings, open_gathering
from schemas.published import Document


def running_without_format(session: Session) -> list[Gathering]:
    """What runs in the village and is not written down as a format yet."""
    return [each for each in list_gatherings(session, member=True) if each.template_id is None]


def content_from(session: Session, gathering_id: int) -> Document:
    """What a running activity tells already: its words, place and hours, and never who leads it."""
    gathering = open_gathering(session, gathering_id, member=True)
    return {
        "name": gathering.name,
        "summary": gathering.summary,
        "sections": _sections(gathering),
        "parameters": _questions(gathering),
        "indicators": [gathering.indicator] if gathering.indicator else [],
    }


def connect(session: Session, gathering_id: int, template: ActivityTemplate) -> None:
    """From now on the activity is done as this format tells; one that has a format keeps it."""
    gathering = open_gathering(session, gathering_id, member=True)
    if gathering.template_id is None:
        gathering.template_id = template.id
        session.flush()


def _sections(gathering: Gathering) -> list[Document]:
    place = _("It is at %(place)s.", place=gathering.place) if gathering.place else ""
    when = _("It is %(when)s.", when=gathering.when_text) if gathering.when_text else ""
    texts = {
        "audience": gathering.for_whom,
        "steps": gathering.text,
        "conditions": "\n\n".join(part for part in (place, when) if part),
    }
    return [{"key": key, "text": text} for key, text in texts.items() if text]


def _questions(gathering: Gathering) -> list[Document]:
    """What another village will do otherwise: how long, and where."""
    found = []
    if minutes := _minutes(gathering.at_time, gathering.until_time):
        question = {
            "key": "hoe_lang",
            "label": _("How long does it take?"),
            "kind": "duration",
            "value": minutes,
        }
        found.append(question)
    if gathering.place:
        question = {
            "key": "plek",
            "label": _("Where do you do this?"),
            "kind": "text",
            "value": gathering.place,
        }
        found.append(question)
    names: Document = {"unit": "", "choices": [], "minimum": None, "maximum": None}
    return [names | each for each in found]


def _minutes(start: str, end: str) -> int | None:
    """The minutes between “17.30” and “19.30”; None when either is not known."""
    if not start or not end:
        return None
    first, last = (
        int(hour) * 60 + int(minute) for hour, minute in (each.split(".") for each in (start, end))
    )
    return (last - first) % (24 * 60) or None
