"""Recording: what came of a number of attempts, and what it says about the hosts, in few statements."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations.breakers import Contact, Pauses, note_contacts
from federation.sending import dead_inboxes
from federation.sending.claiming import Claimed
from federation.sending.delivery import Delivery
from federation.sending.holding import hold, release
from federation.sending.readdressing import readdress
from federation.sending.rules import Outcome, Verdict, judge

log = structlog.get_logger(__name__)

_TABLE = cast(Table, Delivery.__table__)
Attempt = tuple[Claimed, Outcome]


def record(session: Session, attempts: Sequence[Attempt]) -> list[str]:
    """Write down what came of these attempts. Returns the inboxes that turned out to be gone.

    A delivery that is no longer due, because another worker finished it, stays as it is.
    """
    if not attempts:
        return []
    moment = now()
    _record_looked_up(session, attempts)
    _let_go_of(session, [claimed.id for claimed, outcome in attempts if outcome.postponed])
    made = [attempt for attempt in attempts if not attempt[1].postponed]
    pauses = note_contacts(session, _contacts(made))
    _record_accepted(session, [a for a in made if a[1].is_accepted], moment)
    failed = [attempt for attempt in made if not attempt[1].is_accepted]
    _record_failed(session, failed, pauses, moment)
    gone = _bury(session, failed)
    hold(session, pauses.held)
    release(session, pauses.released)
    return gone


def _record_accepted(session: Session, attempts: Iterable[Attempt], moment: datetime) -> None:
    by_status: dict[int | None, list[int]] = defaultdict(list)
    for claimed, outcome in attempts:
        by_status[outcome.status].append(claimed.id)
    for status, ids in by_status.items():
        done = update(_TABLE).where(_TABLE.c.id.in_(ids), _TABLE.c.state == "due")
        values = {"state": "done", "last_status": status, "last_error": "", "finished_at": moment}
        session.execute(done.values(**values, claimed_until=None, attempts=_TABLE.c.attempts + 1))


_FAILED = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_id"), _TABLE.c.state == "due")
    .values(
        state=bindparam("to_state"),
        reason_code=bindparam("to_reason"),
        attempts=_TABLE.c.attempts + 1,
        last_status=bindparam("to_status"),
        last_error=bindparam("to_error"),
        due_at=bindparam("to_due_at"),
        finished_at=bindparam("to_finished_at"),
        claimed_until=None,
    )
)


def _record_failed(session: Session, attempts: Sequence[Attempt], pauses: Pauses, moment: datetime) -> None:
    rows = [_failed_row(claimed, outcome, pauses, moment) for claimed, outcome in attempts]
    if rows:
        session.connection().execute(_FAILED, rows)


def _failed_row(claimed: Claimed, outcome: Outcome, pauses: Pauses, moment: datetime) -> dict[str, Any]:
    elapsed = (moment - claimed.created_at).total_seconds()
    verdict = judge(outcome, claimed.attempts + 1, elapsed, random.random())  # noqa: S311  # spreads load, no secret
    log.info(
        "delivery.failed",
        inbox=claimed.inbox or claimed.recipient_uri,
        status=outcome.status,
        error=outcome.error[:200],
        state=verdict.state,
        reason=verdict.reason_code,
    )
    is_due = verdict.state == "due"
    return {
        "of_id": claimed.id,
        "to_state": verdict.state,
        "to_reason": verdict.reason_code,
        "to_status": outcome.status,
        "to_error": _error(claimed, outcome)[:500],
        "to_due_at": _due_at(verdict, moment, pauses.held.get(claimed.host)) if is_due else moment,
        "to_finished_at": None if is_due else moment,
    }


def _due_at(verdict: Verdict, moment: datetime, held_until: datetime | None) -> datetime:
    own = moment + timedelta(seconds=verdict.delay)
    return max(own, held_until) if held_until else own


def _error(claimed: Claimed, outcome: Outcome) -> str:
    if claimed.inbox and outcome.status in {404, 410}:
        return f"the inbox answered {outcome.status}"
    return outcome.error


def _contacts(attempts: Iterable[Attempt]) -> dict[str, Contact]:
    """Per host what these attempts showed; a single answer outweighs failures on other connections."""
    found: dict[str, Contact] = {}
    for claimed, outcome in attempts:
        if outcome.forbidden:
            continue
        seen, before = _contact(outcome), found.get(claimed.host)
        if before is None or not before.answered or (seen.answered and seen.scheme):
            found[claimed.host] = _together(before, seen)
    return found


def _contact(outcome: Outcome) -> Contact:
    return Contact(
        answered=not outcome.host_failed,
        failure=outcome.error or f"status {outcome.status}",
        scheme=outcome.scheme,
        wish=outcome.wish,
        pause=outcome.pause,
        pauses=outcome.host_is_away,
    )


def _together(before: Contact | None, seen: Contact) -> Contact:
    if before is None:
        return seen
    best = seen if seen.answered or not before.answered else before
    return Contact(
        answered=best.answered,
        failure=best.failure,
        scheme=best.scheme,
        wish=best.wish,
        pause=max(before.pause, seen.pause),
        pauses=before.pauses or seen.pauses,
    )


def _record_looked_up(session: Session, attempts: Iterable[Attempt]) -> None:
    for claimed, outcome in attempts:
        if outcome.inbox:
            found = {"inbox": outcome.inbox, "host": authority_of(outcome.inbox)}
            mine = (_TABLE.c.id == claimed.id, _TABLE.c.state == "due")
            session.execute(update(_TABLE).where(*mine).values(**found))


def _let_go_of(session: Session, ids: list[int]) -> None:
    if ids:
        mine = (_TABLE.c.id.in_(ids), _TABLE.c.state == "due")
        session.execute(update(_TABLE).where(*mine).values(claimed_until=None))


def _bury(session: Session, failed: Iterable[Attempt]) -> list[str]:
    """End the inboxes that are gone: what waits for them is given up, or takes another way."""
    gone: Mapping[str, int | None] = {
        claimed.inbox: outcome.status
        for claimed, outcome in failed
        if claimed.inbox and outcome.status in {404, 410}
    }
    for inbox in sorted(gone):
        status = gone[inbox] or 410
        dead_inboxes.bury(session, inbox, status)
        waiting = (_TABLE.c.inbox == inbox, _TABLE.c.state == "due")
        values = {"state": "gave_up", "reason_code": "inbox_gone", "finished_at": now()}
        error = f"the inbox answered {status}"
        session.execute(update(_TABLE).where(*waiting).values(**values, last_error=error))
        readdress(session, inbox)
    return sorted(gone)
