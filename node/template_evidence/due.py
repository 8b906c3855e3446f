"""When it is time to tell again how a format goes: asked rarely, and only of what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import own_templates
from node.template_evidence import telling
from node.template_evidence.models import TemplateUse
from node.template_evidence.running import Running, running_of
from node.template_evidence.summary import months_between

ASK_AFTER, CONFIRM_AFTER = 6, 3
"""Months after which we ask whether it is still so, and after which an activity says it by itself."""


@dataclass(frozen=True)
class Due:
    """A template of which something could be told: it stopped, is it still so, or nothing was said yet."""

    template: ActivityTemplate
    why: Literal["stopped", "again", "first"]


def due_tellings(session: Session, today: date) -> list[Due]:
    """The templates of which the team is asked how it goes."""
    templates = [template for template in own_templates(session) if template.is_public]
    running = running_of(session, [template.id for template in templates], today)
    uses = {use.template_id: use for use in session.scalars(select(TemplateUse))}
    found = []
    for template in templates:
        why = _why(template, uses.get(template.id), running.get(template.id), today)
        if why is not None:
            found.append(Due(template, why))
    return found


def confirm_running(session: Session, settings: Settings, today: date) -> int:
    """Say again of what was told to go on, where an activity shows that it does; how many there were."""
    told = [template for template in own_templates(session) if template.is_public and _goes_on(template)]
    running = running_of(session, [template.id for template in told], today)
    confirmed = 0
    for template in told:
        found = running.get(template.id)
        is_alive = found is not None and found.stopped_on is None and not found.is_paused
        if is_alive and _months_since_told(template, today) >= CONFIRM_AFTER:
            telling.confirm(session, settings, template, today)
            confirmed += 1
    return confirmed


def _why(
    template: ActivityTemplate, use: TemplateUse | None, running: Running | None, today: date
) -> Literal["stopped", "again", "first"] | None:
    stopped_by_itself = running is not None and running.stopped_on is not None
    if stopped_by_itself and (use is None or use.stopped_on is None):
        return "stopped"
    if _goes_on(template) and _months_since_told(template, today) >= ASK_AFTER:
        return "again"
    if use is None and running is not None and months_between(running.started_on, today) >= ASK_AFTER:
        return "first"
    return None


def _goes_on(template: ActivityTemplate) -> bool:
    usage = telling.told_usage(template)
    return usage is not None and not usage.get("stoppedIn")


def _months_since_told(template: ActivityTemplate, today: date) -> int:
    usage = telling.told_usage(template) or {}
    return months_between(date.fromisoformat(f"{usage['toldIn']}-01"), today)
