"""The coordinator's numbers: what the hub holds, passes on, and could not deliver."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.actors.identities import get_identity
from federation.relations.followers import Follow
from federation.relations.members import Member
from federation.sending.delivery import Delivery
from node.federation_health.service import count_attention


@dataclass(frozen=True)
class HubNumbers:
    """A hub in numbers."""

    requests: int
    members: int
    records: dict[str, int]
    waiting: int
    given_up: int
    attention: int


def hub_numbers(session: Session) -> HubNumbers:
    """Count what the coordinator looks after. Raises NotReady on a node that is no hub."""
    hub = get_identity(session, "hub")
    living = select(Record.type, func.count()).where(Record.deleted_at.is_(None)).group_by(Record.type)
    deliveries = _counts(session, select(Delivery.state, func.count()).group_by(Delivery.state))
    requests = select(func.count()).where(Follow.direction == "in", Follow.state == "pending")
    return HubNumbers(
        requests=session.scalar(requests) or 0,
        members=session.scalar(select(func.count()).where(Member.hub_uri == hub.actor_uri)) or 0,
        records=_counts(session, living),
        waiting=deliveries.get("due", 0),
        given_up=deliveries.get("gave_up", 0),
        attention=count_attention(session),
    )


def _counts(session: Session, query: Select[str, int]) -> dict[str, int]:
    return {name: count for name, count in session.execute(query)}


def list_members(session: Session) -> list[Member]:
    """The members of this hub by name."""
    hub = get_identity(session, "hub")
    query = select(Member).where(Member.hub_uri == hub.actor_uri).order_by(Member.name, Member.actor_uri)
    return list(session.scalars(query))
