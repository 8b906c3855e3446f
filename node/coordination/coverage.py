"""Where there are initiatives, and where there is nothing yet: by province and by municipality."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.geography.places import gazetteer
from directory.replica.entries import Entry, EntryArea
from node.coordination.invented import counted
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.taxonomies import PROVINCES


@dataclass(frozen=True)
class Municipality:
    """A municipality, with the inhabitants of its places as GeoNames has them (old, and without hamlets)."""

    code: str
    name: str
    province: str
    inhabitants: int


@dataclass(frozen=True)
class Covered:
    """A municipality and how many initiatives work there."""

    municipality: Municipality
    count: int


@dataclass(frozen=True)
class Province:
    """A province: its initiatives, and how many of its municipalities have one."""

    code: str
    count: int
    municipalities: int
    covered: int
    inhabitants: int

    @property
    def share(self) -> int:
        """Per cent of the municipalities that have an initiative."""
        return round(100 * self.covered / self.municipalities) if self.municipalities else 0

    @property
    def per_100_000(self) -> float:
        """Initiatives for every 100,000 inhabitants."""
        return round(100_000 * self.count / self.inhabitants, 1) if self.inhabitants else 0.0


def by_province(session: Session) -> list[Province]:
    """All provinces, by name. An initiative counts wherever it works; ended ones do not count."""
    counts, per_municipality = _count(session, EntryArea.province), _per_municipality(session)
    every = municipalities().values()
    return [
        Province(
            code=province.code,
            count=counts.get(province.code, 0),
            municipalities=sum(each.province == province.code for each in every),
            covered=sum(
                each.province == province.code and per_municipality.get(each.code, 0) > 0 for each in every
            ),
            inhabitants=sum(each.inhabitants for each in every if each.province == province.code),
        )
        for province in PROVINCES
    ]


def by_municipality(session: Session, province: str = "") -> list[Covered]:
    """The municipalities of a province, or all: where nothing is first, and of those the largest."""
    if province and province not in PROVINCES:
        raise InvalidInput(N_("This filter does not exist. Choose one of the list."))
    counts = _per_municipality(session)
    chosen = [each for each in municipalities().values() if not province or each.province == province]
    covered = [Covered(each, counts.get(each.code, 0)) for each in chosen]
    return sorted(covered, key=_nothing_first)


@functools.cache
def municipalities() -> Mapping[str, Municipality]:
    """All municipalities by code."""
    found: dict[str, Municipality] = {}
    for place in gazetteer().by_id.values():
        known = found.get(place.municipality_code)
        people = 0 if place.part_of or place.is_municipality else place.population or 0
        found[place.municipality_code] = Municipality(
            place.municipality_code,
            place.municipality,
            place.province,
            people + (known.inhabitants if known else 0),
        )
    return found


def _nothing_first(covered: Covered) -> tuple[int, int, str]:
    return covered.count, -covered.municipality.inhabitants, covered.municipality.name


def _per_municipality(session: Session) -> dict[str, int]:
    return _count(session, EntryArea.municipality_code)


def _count(session: Session, column: object) -> dict[str, int]:
    query = (
        select(column, func.count(EntryArea.document_id.distinct()))  # type: ignore[call-overload]
        .join(Entry, Entry.document_id == EntryArea.document_id)
        .where(Entry.freshness != "closed", counted(session))
        .group_by(column)
    )
    return {code: count for code, count in session.execute(query)}
