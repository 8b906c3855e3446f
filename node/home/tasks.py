"""What waits for the team: a count per kind of work, for who may do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from node.accounts.models import Account
from node.accounts.roles import Action
from node.activity_templates.service import own_templates
from node.federation_health.service import count_attention
from node.gatherings.attendance import not_counted
from node.gatherings.service import local_today
from node.listing_claims.claiming import count_to_do
from node.network.connections import list_connections
from node.outcomes.service import list_measurements
from node.quarters.sheet import waiting
from node.standing.reports import count_open
from node.surveys.running import to_end
from node.template_evidence.due import due_tellings
from node.template_offers.deciding import count_waiting as count_offers
from node.template_updates.ancestors import all_words
from node.template_updates.notices import count_safety
from schemas.messages import N_


@dataclass(frozen=True)
class Task:
    """A kind of work that waits, and where it is done."""

    action: Action
    text: str
    url: str
    count: Callable[[Session], int]


@dataclass(frozen=True)
class Shortcut:
    """Something the team often begins."""

    action: Action
    text: str
    url: str
    icon: str


def _safety(session: Session) -> int:
    return count_safety(session) + len(all_words(session))


def _requests(session: Session) -> int:
    return len(list_connections(session, "in", ("pending",)))


def _drafts(session: Session) -> int:
    return sum(
        not template.is_public and template.withdrawn_at is None for template in own_templates(session)
    )


def _untold(session: Session) -> int:
    return len(due_tellings(session, local_today()))


def _releases(session: Session) -> int:
    return sum(not measurement.is_released for measurement in list_measurements(session))


def _quarter_open(session: Session) -> int:
    return waiting(session, local_today())


def _surveys_to_end(session: Session) -> int:
    return len(to_end(session, local_today()))


def _not_counted(session: Session) -> int:
    return len(not_counted(session, local_today()))


TASKS = (
    Task(
        Action.DECIDE_FOLLOWERS, N_("reports that something is not right"), "/netwerk/meldingen", count_open
    ),
    Task(Action.DECIDE_FOLLOWERS, N_("requests of others to decide on"), "/netwerk/verzoeken", _requests),
    Task(
        Action.WATCH_NETWORK,
        N_("servers and messages that need attention"),
        "/netwerk/gezondheid",
        count_attention,
    ),
    Task(
        Action.EDIT_TEMPLATE,
        N_("changes for safety of formats you use"),
        "/formats/verbeteringen",
        _safety,
    ),
    Task(
        Action.PUBLISH_TEMPLATE, N_("offers of others for our formats"), "/formats/voorstellen", count_offers
    ),
    Task(
        Action.JOIN_HUB, N_("steps to take over your entry in the guide"), "/netwerk/overnemen", count_to_do
    ),
    Task(Action.EDIT_TEMPLATE, N_("formats that are not published yet"), "/formats", _drafts),
    Task(Action.EDIT_TEMPLATE, N_("formats of which you can tell how it goes"), "/formats/gebruik", _untold),
    Task(
        Action.EDIT_GATHERING, N_("times of which nobody counted who came"), "/meedoen/tellen", _not_counted
    ),
    Task(
        Action.PREPARE_RELEASE, N_("figures of last quarter to fill in"), "/cijfers/kwartaal", _quarter_open
    ),
    Task(
        Action.RUN_SURVEY,
        N_("surveys that are over: type in the last forms"),
        "/vragenlijsten",
        _surveys_to_end,
    ),
    Task(Action.PREPARE_RELEASE, N_("figures that wait for the board"), "/cijfers", _releases),
)

SHORTCUTS = (
    Shortcut(Action.EDIT_TEMPLATE, N_("Write a new format"), "/formats/nieuw", "pencil"),
    Shortcut(Action.EDIT_GATHERING, N_("Add an activity"), "/meedoen/nieuw", "calendar-week"),
    Shortcut(Action.WRITE_STORY, N_("Write a story"), "/verhalen/nieuw", "book"),
    Shortcut(
        Action.PREPARE_RELEASE, N_("Fill in the figures of the quarter"), "/cijfers/kwartaal", "graph-up"
    ),
    Shortcut(Action.RUN_SURVEY, N_("Ask residents"), "/vragenlijsten", "clipboard-check"),
    Shortcut(Action.EDIT_PROFILE, N_("Change our profile"), "/ons-dorp/bewerken", "house-heart"),
    Shortcut(Action.JOIN_HUB, N_("Connections and joining"), "/netwerk", "diagram-3"),
    Shortcut(Action.WATCH_NETWORK, N_("Health of the network"), "/netwerk/gezondheid", "graph-up"),
    Shortcut(Action.DECIDE_FOLLOWERS, N_("Who speaks to us"), "/netwerk/wie", "shield-check"),
    Shortcut(Action.MANAGE_NODE, N_("People and roles"), "/team", "people"),
)


def tasks_for(session: Session, account: Account) -> list[tuple[int, Task]]:
    """The work this person may do, with how much of it waits."""
    return [(task.count(session), task) for task in TASKS if account.may(task.action)]


def shortcuts_for(account: Account) -> list[Shortcut]:
    """What this person often begins."""
    return [shortcut for shortcut in SHORTCUTS if account.may(shortcut.action)]
