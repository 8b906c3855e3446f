"""What needs attention today: a count per kind of work, and where it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from federation.relations.followers import Follow
from node.coordination.unconfirmed import count_unconfirmed
from node.duplicates.service import count_open as count_duplicates
from node.federation_health.service import count_attention
from node.follow_ups.service import count_due
from node.imports.settling import count_open as count_imports
from node.listing_claims.received import count_open as count_claims
from node.listings.reviewing import count_waiting
from node.mail.failures import count_failed
from node.standing.reports import count_open as count_reports
from schemas.messages import N_


@dataclass(frozen=True)
class Work:
    """A kind of work; ``url`` is the page of this node that lists exactly what is counted."""

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
    """Who wants to join or follow, and who is known and asks again with another key."""
    asks = or_(Follow.state == "pending", Follow.offered_at.is_not(None))
    query = select(func.count()).select_from(Follow).where(Follow.direction == "in", asks)
    return session.scalar(query) or 0


def _in_state(state: str) -> Callable[[Session], int]:
    def count(session: Session) -> int:
        return count_unconfirmed(session, state)

    return count


WORK = (
    Work("tasks", N_("tasks for today"), "/werkkamer/taken", count_due),
    Work("requests", N_("requests to join"), "/netwerk/verzoeken", _requests),
    Work("claims", N_("villages that take over their entry"), "/werkkamer/overnames", count_claims),
    Work("proposals", N_("changes that wait for your approval"), "/werkkamer/vermeldingen", count_waiting),
    Work("reports", N_("reports that something is not right"), "/netwerk/meldingen", count_reports),
    Work("duplicates", N_("pairs that may be one initiative"), "/werkkamer/dubbelen", count_duplicates),
    Work("imports", N_("imports that need you"), "/werkkamer/import", count_imports),
    Work("stale", N_("entries that nobody confirmed for long"), "/werkkamer/lang-stil", _in_state("stale")),
    Work(
        "unreachable",
        N_("initiatives that nobody could reach"),
        "/werkkamer/onbereikbaar",
        _in_state("unreachable"),
    ),
    Work("mail", N_("mails that could not be delivered"), "/werkkamer/post", count_failed),
    Work(
        "network",
        N_("servers and messages that need attention"),
        "/netwerk/gezondheid",
        count_attention,
    ),
)
