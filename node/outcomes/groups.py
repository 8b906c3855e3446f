"""The released figures of the network, by indicator and period, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from directory.replica.figures import ReleasedFigure, list_figures, replaced_uris
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
    earlier: dict[str, ReleasedFigure]
    """By the address of a correction: what it replaces."""


def figure_groups(session: Session) -> list[FigureGroup]:
    """The groups, newest period first; within a group villages by name."""
    figures = list_figures(session)
    owners = names_of(session, [figure.owner_uri for figure in figures])
    groups: dict[tuple[date, date, str], list[ReleasedFigure]] = {}
    replaced = replaced_uris(figures)
    earlier = {replaced[each.uri]: each for each in figures if each.uri in replaced}
    for figure in sorted(figures, key=lambda each: owners[each.owner_uri]):
        if figure.uri in replaced:
            continue
        groups.setdefault((figure.period_end, figure.period_start, figure.indicator), []).append(figure)
    return [
        _group(indicator, (start, end), found, owners, earlier)
        for (end, start, indicator), found in sorted(groups.items(), reverse=True)
    ]


def _group(
    indicator: str,
    period: tuple[date, date],
    found: list[ReleasedFigure],
    owners: Mapping[str, str],
    earlier: dict[str, ReleasedFigure],
) -> FigureGroup:
    chart = draw_chart([(owners[each.owner_uri], figure_told(each)) for each in found])
    return FigureGroup(indicator, *period, found, owners, chart, earlier)
