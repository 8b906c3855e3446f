"""Telling the network how we use a template of ours, what it was graded, and taking that back.

It travels beside the published version and makes no new one: the content and its hash stay as they are.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from directory.replica import templates as known_templates
from directory.replica.publishing import publish_record
from federation.actors.identities import get_identity
from federation.database import now
from federation.sending.published import PublishedObject
from federation.settings import Settings
from node.activity_templates.models import ActivityTemplate
from node.template_evidence import forms
from node.template_evidence.models import TemplateUse
from node.template_evidence.running import Running, fill_in
from schemas.errors import Conflict
from schemas.messages import N_
from schemas.objects import Document
from schemas.template_evidence import UsageSchema

_BESIDE = ("usage", "grade")
_MADE_ANEW = ("@context", "proof", "updated")
_WIRE = UsageSchema()


def find_use(session: Session, template: ActivityTemplate) -> TemplateUse:
    """How we use this template; an empty row that is not kept yet when nobody said so."""
    known = session.get(TemplateUse, template.id)
    return known or TemplateUse(template_id=template.id, stop_reason="", own_words="", tells="")


def note_use(session: Session, template: ActivityTemplate, data: Any, today: date) -> TemplateUse:
    """Keep how we use it. Nothing leaves this node before `tell`."""
    loaded = forms.load_use(data, today)
    use = find_use(session, template)
    forms.fill(use, loaded)
    use.changed_at = now()
    session.add(use)
    session.flush()
    return use


def usage_to_tell(use: TemplateUse, today: date) -> Document | None:
    """What may leave this node of it, as it travels; None for nothing."""
    if use.started_on is None or not use.may_tell("usage"):
        return None
    told = {
        "started_in": use.started_on,
        "stopped_in": use.stopped_on,
        "stop_reason": use.stop_reason if use.stopped_on and use.may_tell("reason") else "",
        "told_in": today.replace(day=1),
        "cost_per_person": _range(use, "cost"),
        "hours_per_person": _range(use, "hours"),
        "example_data": use.example_data,
    }
    dumped: Document = _WIRE.dump({name: value for name, value in told.items() if value})
    return dumped


def tell(session: Session, settings: Settings, template: ActivityTemplate, today: date) -> None:
    """Let the network know what the board chose to tell, and no more than that."""
    use = find_use(session, template)
    usage = usage_to_tell(use, today)
    if usage is None and told_usage(template) is None:
        raise Conflict(N_("There is nothing to tell yet. Choose first what others may know."))
    _set_told(session, settings, template, "usage", usage)
    if use.started_on is not None:
        use.told_at = now() if usage else None
    session.flush()


def confirm(session: Session, settings: Settings, template: ActivityTemplate, today: date) -> None:
    """Say that what the network knows is still so; nothing else of it changes."""
    usage = told_usage(template)
    if usage is None or usage.get("stoppedIn"):
        raise Conflict(N_("The network does not know how you use this format."))
    month = {"toldIn": f"{today:%Y-%m}"}
    _set_told(session, settings, template, "usage", usage | month)
    find_use(session, template).told_at = now()
    session.flush()


def say_nothing(session: Session, template: ActivityTemplate, running: Running | None) -> None:
    """Note what our activities say and tell nobody, so that it is not asked again."""
    use = find_use(session, template)
    if running is not None:
        fill_in(use, running)
    use.changed_at = now()
    session.add(use)
    session.flush()


def take_back(session: Session, settings: Settings, template: ActivityTemplate) -> None:
    """Tell the network nothing about our use any more; what we noted stays here."""
    if told_usage(template) is None:
        raise Conflict(N_("The network does not know how you use this format."))
    use = find_use(session, template)
    _set_told(session, settings, template, "usage", None)
    use.tells, use.told_at = "", None
    session.flush()


def set_grade(session: Session, settings: Settings, template: ActivityTemplate, data: Any) -> None:
    """Tell, change or take back what Movisie's database says of this template."""
    _set_told(session, settings, template, "grade", forms.load_grade(data))
    session.flush()


def told_usage(template: ActivityTemplate) -> Document | None:
    """What the network knows of our use now, as it travelled."""
    usage: Document | None = (template.told or {}).get("usage")
    return usage


def _set_told(
    session: Session, settings: Settings, template: ActivityTemplate, part: str, value: Document | None
) -> None:
    """Change one thing beside the published version, and send it when that changed anything."""
    template.require_open()
    if not template.is_public:
        raise Conflict(N_("Publish this format first. Then you can tell how you use it."))
    told = {name: each for name, each in (template.told or {}).items() if name != part}
    told |= {part: value} if value else {}
    if told == (template.told or {}):
        return
    template.told = told or None
    identity, origin = get_identity(session, template.publisher), _origin_of(session, template)
    document = _document(session, template)
    publish_record(session, settings, identity, "Update", document, also_to=[origin] if origin else [])


def _document(session: Session, template: ActivityTemplate) -> Document:
    """The version as it was published, with what stands beside it now."""
    published = session.get_one(PublishedObject, template.object_uri)
    if published.moved_to_uri is not None:
        published = session.get_one(PublishedObject, published.moved_to_uri)
    left_out = (*_BESIDE, *_MADE_ANEW)
    document = {name: value for name, value in published.document.items() if name not in left_out}
    return document | (template.told or {})


def _origin_of(session: Session, template: ActivityTemplate) -> str | None:
    origin = known_templates.find_template(session, (template.copied_from or {}).get("id", ""))
    return origin.owner_uri if origin else None


def _range(use: TemplateUse, part: str) -> dict[str, float] | None:
    lowest, highest = getattr(use, f"{part}_lowest"), getattr(use, f"{part}_highest")
    if lowest is None or highest is None or not use.may_tell(part):
        return None
    return {"lowest": lowest, "highest": highest}
