"""The released figures of the network, by indicator and period, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.replica.figures import ReleasedFigure, list_figures
from directory.replica.owners import names_of
from node.outcomes.chart import Chart, draw_chart
from node.outcomes.words import figure_told


@dataclass(frozen=True)
class FigureGroup:
    """All villages' figures for one indicator in one period: comparable, never ranked."""

    indicator: str
    period_start: date
    period_end: date
    figures: list[ReleasedFigure]
    owners: Mapping[str, str]
    chart: Chart


def figure_groups(session: Session) -> list[FigureGroup]:
    """The groups, newest period first; within a group villages by name."""
    figures = list_figures(session)
    owners = names_of(session, [figure.owner_uri for figure in figures])
    groups: dict[tuple[date, date, str], list[ReleasedFigure]] = {}
    for figure in sorted(figures, key=lambda each: owners[each.owner_uri]):
        groups.setdefault((figure.period_end, figure.period_start, figure.indicator), []).append(figure)
    return [
        FigureGroup(
            indicator,
            start,
            end,
            found,
            owners,
            draw_chart([(owners[each.owner_uri], figure_told(each)) for each in found]),
        )
        for (end, start, indicator), found in sorted(groups.items(), reverse=True)
    ]
