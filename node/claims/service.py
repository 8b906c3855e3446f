"""Reading and keeping claims; claims that disagree are shown together, none is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from marshmallow import ValidationError, fields, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.database import now
from node.claims.models import CONFIDENCES, Claim
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.fields import Text, WireSchema
from schemas.messages import N_


@dataclass(frozen=True)
class Topic:
    """What is claimed about one thing."""

    name: str
    claims: list[Claim]

    @property
    def is_disputed(self) -> bool:
        """True when sources do not agree, or a sum does not come out."""
        return len({claim.value for claim in self.claims}) > 1


class ClaimSchema(WireSchema):
    """One statement with its source, as the form and the API exchange it."""

    topic = Text(required=True, least=1, most=120)
    value = Text(required=True, least=1, most=80)
    unit = Text(most=60, load_default="")
    scope = Text(most=120, load_default="")
    dated = Text(most=60, load_default="")
    source = Text(required=True, least=1, most=200)
    confidence = fields.String(
        load_default="stated", validate=validate.OneOf(CONFIDENCES, error=N_("Choose one of the list."))
    )
    note = Text(most=1000, lines=True, load_default="")


def list_topics(session: Session) -> list[Topic]:
    """The claims that are shown, by topic, in the order in which the topics were first told."""
    order = (Claim.position, Claim.id)
    claims = list(session.scalars(select(Claim).where(Claim.put_away_at.is_(None)).order_by(*order)))
    first: dict[str, int] = {}
    for claim in claims:
        first.setdefault(claim.topic, len(first))
    claims.sort(key=lambda claim: first[claim.topic])
    return [Topic(name, list(group)) for name, group in groupby(claims, key=lambda claim: claim.topic)]


def list_put_away(session: Session) -> Sequence[Claim]:
    """What is not shown any more, the last put away first."""
    query = select(Claim).where(Claim.put_away_at.is_not(None))
    return session.scalars(query.order_by(Claim.put_away_at.desc(), Claim.id)).all()


def get_claim(session: Session, claim_id: int) -> Claim:
    """One claim. Raises NotFound."""
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound(N_("This fact does not exist."), cause=f"claim {claim_id}")
    return claim


def state(session: Session, data: Any, *, by: str, claim: Claim | None = None) -> Claim:
    """Keep what a source states, or correct how it was written down.

    Claims that disagree stand side by side: nothing is replaced by what another source says. Raises
    InvalidInput with ``fields``, and Conflict when this source states this already.
    """
    values = _load(data)
    same = _find(session, values)
    if same is not None and same is not claim:
        if same.put_away_at is None:
            raise Conflict(N_("This source says this already."))
        claim = same
    if claim is None:
        last = session.scalar(select(func.max(Claim.position))) or 0
        claim = Claim(**values, position=last + 1)
        session.add(claim)
    for name, value in values.items():
        setattr(claim, name, value)
    claim.written_by, claim.put_away_at = by, None
    session.flush()
    return claim


def put_away(session: Session, claim: Claim, *, away: bool) -> None:
    """Show a claim no more, or again."""
    claim.put_away_at = now() if away else None
    session.flush()


def _load(data: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = ClaimSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    return values


def _find(session: Session, values: Mapping[str, Any]) -> Claim | None:
    names = ("topic", "value", "source")
    return session.scalar(select(Claim).where(*(getattr(Claim, name) == values[name] for name in names)))


def remember(session: Session, claim: Claim) -> Claim:
    """Keep a claim; the same statement of the same source is kept once."""
    known = _find(session, {"topic": claim.topic, "value": claim.value, "source": claim.source})
    if known is None:
        session.add(claim)
        session.flush()
    return known or claim
