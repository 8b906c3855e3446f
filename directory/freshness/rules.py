"""The rules of freshness: from the last sign of an initiative to one of `schemas.taxonomies.FRESHNESS`.

An entry without a node is as fresh as its last confirmation. A node shows by itself that it lives: by
what it publishes, by what it sends us, and by taking in what we send.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

ASK_AFTER = timedelta(days=180)
"""An entry that was not confirmed for so long is due: half a year, twice as often as a yearly round."""
STALE_AFTER = timedelta(days=270)
NODE_DUE_AFTER = timedelta(days=45)
"""Longer than the heartbeat of a node, see `node.freshness.heartbeat`."""
NODE_STALE_AFTER = timedelta(days=120)


def freshness_of(
    *,
    has_node: bool,
    last_sign_at: datetime,
    closed_on: date | None,
    is_unreachable: bool,
    at: datetime,
) -> str:
    """The state of an entry at an instant: what is worst and certain comes first."""
    if closed_on is not None and closed_on <= at.date():
        return "closed"
    if is_unreachable:
        return "unreachable"
    due, stale = (NODE_DUE_AFTER, NODE_STALE_AFTER) if has_node else (ASK_AFTER, STALE_AFTER)
    age = at - last_sign_at
    if age >= stale:
        return "stale"
    return "due" if age >= due else "fresh"


def last_sign(
    *, has_node: bool, confirmed_on: date | None, updated_at: datetime, heard_at: datetime | None = None
) -> datetime:
    """When an initiative last showed that its entry is right.

    Without a node that is the day of its confirmation: an editor who mends a spelling error confirms nothing.
    Where nobody ever confirmed it, the day of its record counts.
    """
    confirmed = instant(confirmed_on) if confirmed_on else None
    if not has_node:
        return confirmed or updated_at
    return max(each for each in (confirmed, updated_at, heard_at) if each is not None)


def instant(day: date) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day, time(), UTC)
