"""Communities like ours as a range: the middle half of what they released, never a rank and never a name."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.entries import entries_of
from directory.replica.figures import ReleasedFigure
from directory.search.similar import similar_to
from federation.actors.identities import find_identity
from node.own_figures.trend import Point
from schemas.figure_rates import rate_of

FEWEST = 5
"""Fewer communities than this are no range but a few neighbours."""
MOST = 20
_LOOKED_AT = 100
_LIKE_ENOUGH = 40  # per cent


@dataclass(frozen=True)
class Comparison:
    """The middle half of communities like ours, for the same figure, definition and period."""

    communities: int
    low: float
    high: float


def similar_communities(session: Session) -> list[str]:
    """The addresses of the communities like ours, most like us first; none when we are not in the guide.

    Size counts most: it is what numbers of people go with.
    """
    identity = find_identity(session, "cooperative")
    if identity is None:
        return []
    own = entries_of(session, [identity.actor_uri]).get(identity.actor_uri)
    if own is None:
        return []
    found = similar_to(session, own, most=_LOOKED_AT, emphasis="size")
    return [each.entry.uri for each in found if each.percent >= _LIKE_ENOUGH]


def compare(session: Session, point: Point, similar: list[str]) -> Comparison | None:
    """The range for one figure; None when fewer than five communities like ours told it.

    It is made of released figures alone, so it tells nothing more about anybody.
    """
    told = _told(session, point, similar)
    values = [told[uri] for uri in similar if uri in told][:MOST]
    if len(values) < FEWEST:
        return None
    lower, _middle, upper = quantiles(values, n=4, method="inclusive")
    places = 0 if point.kind == "count" else 1
    return Comparison(len(values), max(0, round(lower, places)), max(0, round(upper, places)))


def _told(session: Session, point: Point, similar: list[str]) -> dict[str, float]:
    """What each of these communities released last for the same figure."""
    query = select(ReleasedFigure).where(
        ReleasedFigure.indicator == point.definition.code,
        ReleasedFigure.indicator_version == point.definition.version,
        ReleasedFigure.period_start == point.start,
        ReleasedFigure.period_end == point.end,
        ReleasedFigure.example_data.is_(point.is_example),
        ReleasedFigure.owner_uri.in_(similar),
    )
    rows = sorted(session.scalars(query), key=lambda each: (each.published_at or each.released_at, each.uri))
    values = {each.owner_uri: _value(point, each) for each in rows}
    return {uri: value for uri, value in values.items() if value is not None}


def _value(point: Point, figure: ReleasedFigure) -> float | None:
    """In the unit of our own figure: a count, per cent, or points."""
    if point.kind == "count":
        return float(figure.value)
    rate = rate_of(point.definition, figure.value, figure.error_bar, figure.denominator)
    if rate is None:
        return None
    return rate.value * (100 if rate.kind == "share" else 1)
