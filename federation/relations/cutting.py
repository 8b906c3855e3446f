"""What suspending cuts at once: waiting deliveries, and follows in both directions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.relations.followers import Follow
from federation.relations.follows import cut_off
from federation.relations.standing import blocked_targets, is_covered
from federation.sending.suspended import drop_suspended
from federation.settings import Settings


def cut_ties(session: Session, settings: Settings, *, by: str) -> None:
    """End the follows with everybody who is suspended, and drop what waits to go out to them.

    They are not told: nothing goes out to them. Follows do not come back by themselves when the
    suspension is lifted.
    """
    blocked = blocked_targets(session)
    living = session.scalars(select(Follow).where(Follow.state.in_(("pending", "accepted")))).all()
    for follow in living:
        if is_covered(follow.remote_uri, blocked):
            cut_off(session, settings, follow, by=by)
    drop_suspended(session, by=by)
