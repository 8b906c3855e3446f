"""“A village like ours”: the communities most like one, with the reasons.

The database picks those that share most of its themes, kind, phase and province; of these the likeness
is worked out in full. So the work grows with what they share, not with the directory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from directory.geography.places import gazetteer
from directory.replica.entries import Entry
from directory.search.documents import SearchFacet
from directory.search.likeness import Reason, Traits, likeness

CANDIDATES = 300
_COUNTS = {"theme": 3, "phase": 2, "kind": 1, "province": 2, "municipality": 2}
"""How much a shared facet counts when candidates are picked."""


@dataclass(frozen=True)
class Similar:
    """A community that is like the one asked about; ``percent`` says how much."""

    entry: Entry
    percent: int
    reasons: tuple[Reason, ...]


def similar_to(
    session: Session, entry: Entry, *, most: int = 10, emphasis: str | None = None
) -> list[Similar]:
    """The communities most like this one; ``emphasis`` is the part of the likeness that matters most."""
    rarity = _rarity(session)
    wanted = traits_of(entry)
    scored = []
    for other in session.scalars(_candidates(entry)):
        score, reasons = likeness(wanted, traits_of(other), rarity, emphasis)
        if reasons:
            scored.append((-score, other.key, other, reasons))
    scored.sort(key=lambda each: each[:2])
    return [Similar(other, round(-100 * score), reasons) for score, _key, other, reasons in scored[:most]]


def traits_of(entry: Entry) -> Traits:
    """What is compared of an entry."""
    return Traits(
        kind=entry.kind,
        phase=entry.phase,
        themes=frozenset(entry.themes),
        volunteers_band=entry.volunteers_band,
        members_band=entry.members_band,
        inhabitants=_inhabitants(entry),
        points=tuple((area.latitude, area.longitude) for area in entry.areas),
    )


def _inhabitants(entry: Entry) -> int | None:
    """The people of its places together, as far as their number is known."""
    places = [gazetteer().by_id.get(area.place_id) for area in entry.areas]
    return sum(place.population or 0 for place in places if place) or None


def _candidates(entry: Entry) -> Select[Entry]:
    shared = {
        "theme": list(entry.themes),
        "phase": [entry.phase] if entry.phase else [],
        "kind": [entry.kind],
        "province": list({area.province for area in entry.areas}),
        "municipality": list({area.municipality_code for area in entry.areas}),
    }
    asked = [
        and_(SearchFacet.name == name, SearchFacet.code.in_(codes)) for name, codes in shared.items() if codes
    ]
    worth = func.sum(case(*((SearchFacet.name == name, count) for name, count in _COUNTS.items()), else_=0))
    picked = (
        select(SearchFacet.document_id, worth.label("worth"))
        .where(or_(*asked), SearchFacet.document_id != entry.document_id)
        .group_by(SearchFacet.document_id)
        .subquery("picked")
    )
    return (
        select(Entry)
        .join(picked, picked.c.document_id == Entry.document_id)
        .where(Entry.closed_on.is_(None))
        .order_by(picked.c.worth.desc(), Entry.key)
        .limit(CANDIDATES)
    )


def _rarity(session: Session) -> dict[str, float]:
    """1 for a theme that all have, more for a rarer one."""
    query = (
        select(SearchFacet.code, func.count()).where(SearchFacet.name == "theme").group_by(SearchFacet.code)
    )
    counts: dict[str, int] = {code: count for code, count in session.execute(query)}
    largest = max(counts.values(), default=1)
    return {code: 1 + math.log(largest / count) for code, count in counts.items()}
