"""Reading and keeping claims; claims that disagree are shown together, none is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from node.claims.models import Claim


@dataclass(frozen=True)
class Topic:
    """What is claimed about one thing."""

    name: str
    claims: list[Claim]

    @property
    def is_disputed(self) -> bool:
        """True when sources do not agree, or a sum does not come out."""
        return len({claim.value for claim in self.claims}) > 1


def list_topics(session: Session) -> list[Topic]:
    """All claims by topic, in the order in which the topics were first told."""
    order = (Claim.position, Claim.id)
    claims = list(session.scalars(select(Claim).order_by(*order)))
    first: dict[str, int] = {}
    for claim in claims:
        first.setdefault(claim.topic, len(first))
    claims.sort(key=lambda claim: first[claim.topic])
    return [Topic(name, list(group)) for name, group in groupby(claims, key=lambda claim: claim.topic)]


def remember(session: Session, claim: Claim) -> Claim:
    """Keep a claim; the same statement of the same source is kept once."""
    known = session.scalar(
        select(Claim).where(
            Claim.topic == claim.topic, Claim.value == claim.value, Claim.source == claim.source
        )
    )
    if known is None:
        session.add(claim)
        session.flush()
    return known or claim
