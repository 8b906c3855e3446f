"""Released figures as CSV: the noisy values with all that is needed to use them well."""

from __future__ import annotations

import csv
import io

from sqlalchemy.orm import Session

from directory.exports.tables import BYTE_ORDER_MARK, safe_cell
from directory.replica.figures import ReleasedFigure, list_figures, replaced_uris
from directory.replica.owners import names_of
from node.outcomes.rates import rate_in

COLUMNS = (
    "village",
    "village_uri",
    "indicator",
    "indicator_version",
    "period_start",
    "period_end",
    "value",
    "error_bar_95",
    "denominator",
    "rate_kind",
    "rate",
    "rate_error_bar_95",
    "mechanism",
    "epsilon",
    "sensitivity",
    "example_data",
    "guarantee",
    "release_uri",
    "replaces_uri",
    "correction_reason",
    "replaced_by_uri",
)


def figures_csv(session: Session) -> str:
    """All released figures this node knows, safe to open in a spreadsheet."""
    figures = list_figures(session, most=10_000)
    owners = names_of(session, [figure.owner_uri for figure in figures])
    replaced = replaced_uris(figures)
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    for each in figures:
        row = [
            owners[each.owner_uri],
            each.owner_uri,
            each.indicator,
            each.indicator_version,
            each.period_start,
            each.period_end,
            each.value,
            each.error_bar,
            each.denominator,
            *_rate(session, each),
            "discrete-laplace",
            each.epsilon,
            each.sensitivity,
            int(each.example_data),
            each.guarantee,
            each.uri,
            each.replaces_uri,
            each.correction_reason,
            replaced.get(each.uri),
        ]
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _rate(session: Session, figure: ReleasedFigure) -> list[str | float | None]:
    """Kind, value and margin of the share or mean; empty without denominator."""
    rate = rate_in(session, figure)
    return [None] * 3 if rate is None else [rate.kind, round(rate.value, 6), round(rate.error_bar, 6)]
