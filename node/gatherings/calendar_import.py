"""Taking over what was found in a calendar: as many activities as somebody chose, each once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.gatherings.calendar_in import Change, Found
from node.gatherings.changes import Moment
from node.gatherings.forms import load_gathering
from node.gatherings.models import AUDIENCES, Gathering, GatheringOccurrence
from node.gatherings.publishing import announce
from schemas.errors import Conflict, InvalidInput
from schemas.messages import N_


@dataclass(frozen=True)
class Proposal:
    """One event as the preview shows it."""

    found: Found
    problem: str
    """Why it cannot be taken over (a message id); "" when it can."""
    is_over: bool

    @property
    def is_chosen(self) -> bool:
        """True when it is proposed: it can be taken over, has days to come, and holds nothing personal."""
        return not (self.problem or self.is_over or self.found.is_private or self.found.hints)


def preview(session: Session, found: Sequence[Found], today: date) -> list[Proposal]:
    """What would become of each event; nothing is kept."""
    taken = set(session.scalars(select(Gathering.calendar_uid).where(Gathering.calendar_uid.is_not(None))))
    proposals = []
    for each in found:
        problem = N_("It is on our noticeboard already.") if each.uid in taken else each.problem
        proposals.append(Proposal(each, problem, not problem and each.is_over(today)))
    return proposals


def take_over(
    session: Session, proposals: Sequence[Proposal], chosen: Collection[str], audience: str, when: Moment
) -> list[Gathering]:
    """Make gatherings of the chosen events, all or none. InvalidInput when nothing was chosen."""
    if audience not in AUDIENCES:
        raise InvalidInput(fields={"audience": [N_("Choose one of the list.")]})
    wanted = [each.found for each in proposals if each.found.uid in chosen and not each.problem]
    if not wanted:
        raise InvalidInput(fields={"take": [N_("Choose at least one.")]})
    names = set(session.scalars(select(Gathering.name)))
    made = []
    for found in wanted:
        gathering = _gathering(found, _free_name(found, names), audience)
        names.add(gathering.name)
        session.add(gathering)
        made.append(gathering)
    session.flush()
    for gathering in made:
        announce(session, when.settings, gathering, when.today)
    return made


def take_back(session: Session, gatherings: Sequence[Gathering], when: Moment) -> None:
    """Undo a take-over, here and in the network. Conflict once people were counted."""
    for gathering in gatherings:
        if gathering.calendar_uid is None or any(row.attendance is not None for row in gathering.occurrences):
            raise Conflict(N_("This activity is in use already. Stop it instead."), cause=f"{gathering.id}")
        gathering.audience = "members"
        announce(session, when.settings, gathering, when.today)
        session.delete(gathering)
    session.flush()


def _gathering(found: Found, name: str, audience: str) -> Gathering:
    typed = {
        "name": name,
        "text": found.text,
        "place": found.place,
        "firstOn": found.start.on.isoformat(),
        "atTime": found.start.at_time,
        "untilTime": found.until_time,
        "audience": audience if (found.place and found.start.at_time) or audience != "network" else "village",
    }
    values: dict[str, Any] = load_gathering(typed) | {"rrule": found.rule, "started_on": found.start.on}
    return Gathering(
        **values,
        calendar_uid=found.uid,
        extra_days=_listed(found.extra_days),
        left_out_days=_listed(found.left_out_days),
        occurrences=[_row(found, each) for each in _latest(found.changes)],
    )


def _latest(changes: Sequence[Change]) -> list[Change]:
    """One change a day: the last one in the file."""
    return list({each.key: each for each in changes}.values())


def _row(found: Found, change: Change) -> GatheringOccurrence:
    is_other_hour = (change.start.at_time, change.until_time) != (found.start.at_time, found.until_time)
    return GatheringOccurrence(
        happens_on=change.key,
        moved_to=change.start.on if change.start.on != change.key else None,
        at_time=change.start.at_time if is_other_hour else "",
        until_time=change.until_time if is_other_hour else "",
        place=change.place,
        is_cancelled=change.is_cancelled,
    )


def _listed(days: Collection[date]) -> str:
    return " ".join(day.isoformat() for day in sorted(days))


def _free_name(found: Found, names: Collection[str]) -> str:
    """Its name, with the first day behind it when another has that name already."""
    if found.name not in names:
        return found.name
    day = found.start.on
    dated = f"{found.name[:90]} ({day.day}-{day.month}-{day.year})"
    numbered = (dated if number == 1 else f"{dated} {number}" for number in range(1, len(names) + 2))
    return next(name for name in numbered if name not in names)
