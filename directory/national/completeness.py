"""Who told a figure, and how soon: by province."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from directory.national.parts import Asked, Community, Gathered
from schemas.taxonomies import PROVINCES

IN_TIME = 45
"""Days after the end of a period within which a figure is in time."""


@dataclass(frozen=True)
class Completeness:
    """Of the communities of one province: how many told, how many in time, and after how many days."""

    province: str
    communities: int
    reporting: int
    in_time: int
    median_days: int | None

    @property
    def share(self) -> int:
        """Per cent of the communities that told."""
        return round(100 * self.reporting / self.communities) if self.communities else 0


def by_province(gathered: Gathered, asked: Asked, communities: Iterable[Community]) -> list[Completeness]:
    """All provinces, then those whose province is not known; a community counts wherever it works."""
    listed = list(communities)
    rows = [
        _row(gathered, asked, code, [each for each in listed if code in each.provinces])
        for code in PROVINCES.codes
    ]
    unknown = [each for each in listed if not each.provinces]
    return [*rows, _row(gathered, asked, "", unknown)] if unknown else rows


def _row(gathered: Gathered, asked: Asked, province: str, communities: list[Community]) -> Completeness:
    waits = [days for each in communities if (days := _days(gathered, asked, each.uri)) is not None]
    return Completeness(
        province,
        communities=len(communities),
        reporting=len(waits),
        in_time=sum(days <= IN_TIME for days in waits),
        median_days=round(median(waits)) if waits else None,
    )


def _days(gathered: Gathered, asked: Asked, uri: str) -> int | None:
    """Days from the end of the period, or of its own survey, to the first release; None without one."""
    told = gathered.figures[asked].get(uri)
    if told is None:
        return None
    return max(0, (gathered.first_told[told.over, uri].date() - told.end).days)
