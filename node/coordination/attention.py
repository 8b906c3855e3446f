"""What needs attention today: a count per kind of work, and where it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from federation.relations.followers import Follow
from node.duplicates.service import count_open as count_duplicates
from node.federation_health.service import count_attention
from node.follow_ups.service import count_due
from node.imports.models import ImportRow, ImportRun
from node.listing_claims.received import count_open as count_claims
from node.listings.reviewing import count_waiting
from node.mail.models import MailMessage
from node.standing.reports import count_open as count_reports
from schemas.messages import N_


@dataclass(frozen=True)
class Work:
    """A kind of work; ``url`` is a page of this node."""

    name: str
    text: str
    url: str
    count: Callable[[Session], int]


@dataclass(frozen=True)
class Waiting:
    """How much of a kind of work waits."""

    work: Work
    count: int


def waiting_work(session: Session) -> list[Waiting]:
    """Every kind of work with how much of it waits, in the order in which a day begins."""
    return [Waiting(work, work.count(session)) for work in WORK]


def _requests(session: Session) -> int:
    pending = (Follow.direction == "in", Follow.state == "pending")
    return session.scalar(select(func.count()).select_from(Follow).where(*pending)) or 0


def _in_state(state: str) -> Callable[[Session], int]:
    def count(session: Session) -> int:
        query = select(func.count()).select_from(Entry).where(Entry.freshness == state)
        return session.scalar(query.where(Entry.is_example.is_(False))) or 0

    return count


def _imports(session: Session) -> int:
    """Imports that wait for a person, or have rows that failed."""
    failed = select(ImportRow.run_id).where(ImportRow.state == "bad")
    unfinished = ImportRun.state.in_(("mapping", "checked"))
    done_badly = (ImportRun.state == "done") & ImportRun.id.in_(failed)
    return session.scalar(select(func.count()).select_from(ImportRun).where(unfinished | done_badly)) or 0


def _lost_mail(session: Session) -> int:
    query = select(func.count()).select_from(MailMessage).where(MailMessage.state == "gave_up")
    return session.scalar(query) or 0


WORK = (
    Work("tasks", N_("tasks for today"), "/werkkamer/taken", count_due),
    Work("requests", N_("requests to join"), "/netwerk/verzoeken", _requests),
    Work("claims", N_("villages that take over their entry"), "/werkkamer/overnames", count_claims),
    Work("proposals", N_("changes that wait for your approval"), "/werkkamer/vermeldingen", count_waiting),
    Work("reports", N_("reports that something is not right"), "/netwerk/meldingen", count_reports),
    Work("duplicates", N_("pairs that may be one initiative"), "/werkkamer/dubbelen", count_duplicates),
    Work("imports", N_("imports that need you"), "/werkkamer/import", _imports),
    Work("stale", N_("entries that nobody confirmed for long"), "/werkkamer/actueel", _in_state("stale")),
    Work(
        "unreachable",
        N_("initiatives that nobody could reach"),
        "/gids?freshness=unreachable",
        _in_state("unreachable"),
    ),
    Work("mail", N_("mails that could not be delivered"), "/werkkamer/actueel", _lost_mail),
    Work("network", N_("servers and messages that need attention"), "/netwerk/gezondheid", count_attention),
)
