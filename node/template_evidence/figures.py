"""The released figures of communities that use a template: the mean per community, with its error bar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.figures import ReleasedFigure

CHUNK = 500


@dataclass(frozen=True)
class MeanFigure:
    """One indicator over several communities: the mean of the newest figure of each.

    The error bar is ± at 95 % of the noise that protects people. It says nothing of how villages differ,
    nor that the template is the cause.
    """

    indicator: str
    mean: float
    error_bar: float
    count: int
    first_on: date
    last_on: date
    example_data: bool


def mean_figures(
    session: Session, owner_uris: Collection[str], indicators: Sequence[str]
) -> list[MeanFigure]:
    """The indicators of a template, as far as these communities released them, in the template's order."""
    newest: dict[tuple[str, int, str], ReleasedFigure] = {}
    for figure in _released(session, sorted(set(owner_uris)), indicators):
        newest.setdefault((figure.indicator, figure.indicator_version, figure.owner_uri), figure)
    found = []
    for indicator in indicators:
        versions = {version for code, version, _ in newest if code == indicator}
        if versions:  # figures of different definitions are never added up
            last = max(versions)
            chosen = [each for key, each in newest.items() if key[:2] == (indicator, last)]
            found.append(_mean(indicator, chosen))
    return found


def _mean(indicator: str, figures: Sequence[ReleasedFigure]) -> MeanFigure:
    count = len(figures)
    return MeanFigure(
        indicator=indicator,
        mean=sum(figure.value for figure in figures) / count,
        error_bar=sqrt(sum(figure.error_bar**2 for figure in figures)) / count,
        count=count,
        first_on=min(figure.period_start for figure in figures),
        last_on=max(figure.period_end for figure in figures),
        example_data=any(figure.example_data for figure in figures),
    )


def _released(session: Session, owner_uris: Sequence[str], indicators: Sequence[str]) -> list[ReleasedFigure]:
    """The figures of these owners, the newest period first."""
    found: list[ReleasedFigure] = []
    for start in range(0, len(owner_uris), CHUNK):
        query = select(ReleasedFigure).where(
            ReleasedFigure.indicator.in_(indicators),
            ReleasedFigure.owner_uri.in_(owner_uris[start : start + CHUNK]),
        )
        found += session.scalars(query)
    return sorted(found, key=lambda each: (each.period_end, each.released_at, each.uri), reverse=True)
