"""What the activities of the village say of the use of a template: begin, end and why it ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.gatherings.models import Gathering
from node.template_evidence.models import TemplateUse
from schemas.template_evidence import STOP_REASONS


@dataclass(frozen=True)
class Running:
    """The activities that are run by one template, taken together."""

    started_on: date
    stopped_on: date | None
    """None while one of them goes on."""
    stop_reason: str
    stop_words: str
    is_paused: bool


def running_of(session: Session, template_ids: Iterable[str], today: date) -> dict[str, Running]:
    """By template, what its activities say; nothing for a template without any that began."""
    query = select(Gathering).where(Gathering.template_id.in_(sorted(set(template_ids))))
    found: dict[str, list[Gathering]] = {}
    for gathering in session.scalars(query):
        began = _began(gathering)
        if gathering.template_id is not None and began is not None and began <= today:
            found.setdefault(gathering.template_id, []).append(gathering)
    return {template_id: _together(gatherings, today) for template_id, gatherings in found.items()}


def fill_in(use: TemplateUse, running: Running) -> bool:
    """Put into an empty place what the activities say; True when there was such a place."""
    before = (use.started_on, use.stopped_on)
    use.started_on = use.started_on or running.started_on.replace(day=1)
    if use.stopped_on is None and running.stopped_on is not None:
        use.stopped_on = max(running.stopped_on.replace(day=1), use.started_on)
        use.stop_reason = use.stop_reason or running.stop_reason
        use.own_words = use.own_words or running.stop_words
    return before != (use.started_on, use.stopped_on)


def _began(gathering: Gathering) -> date | None:
    return gathering.started_on or gathering.first_on


def _together(gatherings: Sequence[Gathering], today: date) -> Running:
    going_on = [each for each in gatherings if not each.has_stopped_by(today)]
    last = max(gatherings, key=lambda each: (each.stopped_on or date.min, each.id))
    return Running(
        started_on=min(began for each in gatherings if (began := _began(each))),
        stopped_on=None if going_on else last.stopped_on,
        stop_reason=last.stop_reason if not going_on and last.stop_reason in STOP_REASONS else "",
        stop_words="" if going_on else last.stop_words,
        is_paused=bool(going_on) and all(each.is_paused_on(today) for each in going_on),
    )
