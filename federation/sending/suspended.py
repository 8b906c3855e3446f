"""What still waited to go out to somebody who was suspended since: dropped, with the reason."""

from __future__ import annotations

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.relations.standing import blocked_targets, is_covered
from federation.relations.targets import is_host
from federation.sending.delivery import Delivery

REASON = "suspended"


def drop_suspended(session: Session, *, by: str = "") -> int:
    """Drop the deliveries that wait for suspended actors and hosts; returns their number.

    An inbox that a whole server shares is dropped only when the server itself is suspended.
    """
    blocked = blocked_targets(session)
    if not blocked:
        return 0
    actors = sorted(target for target in blocked if not is_host(target))
    inboxes = select(RemoteActor.inbox).where(RemoteActor.uri.in_(actors))
    theirs = or_(
        Delivery.recipient_uri.in_(actors),
        Delivery.inbox.in_(inboxes),
        Delivery.host.in_(_hosts(session, blocked)),
    )
    result = session.execute(
        update(Delivery)
        .where(Delivery.state == "due", theirs)
        .values(
            state="discarded", reason_code=REASON, last_error=REASON, decided_by=by[:200], finished_at=now()
        )
        .execution_options(synchronize_session=False)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def _hosts(session: Session, blocked: set[str]) -> list[str]:
    waiting = session.scalars(select(Delivery.host).where(Delivery.state == "due").distinct())
    return [host for host in waiting if is_covered(f"https://{host}/", blocked)]
