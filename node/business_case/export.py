"""A business case as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io

from flask_babel import gettext as _

from directory.exports.tables import safe_cell
from node.business_case.calculation import Range, total
from node.business_case.content import lines_of
from node.business_case.models import BusinessCase
from node.business_case.words import CONFIDENCES, KINDS, PAYERS


def lines_csv(case: BusinessCase) -> str:
    """The lines with their ranges in euros a year, and the totals; formulas in cells are harmless text."""
    lines = io.StringIO()
    table = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    ends = (_("lowest"), _("likely"), _("highest"))
    table.writerow([_("Line"), _("Kind"), _("Payer"), *ends, _("Source"), _("How sure")])
    for kept, line in zip(case.content["lines"], lines_of(case.content), strict=True):
        words = [safe_cell(line.label), _(KINDS[line.kind]), _(PAYERS[line.payer])]
        how_sure = CONFIDENCES[kept["confidence"]]
        known = [safe_cell(kept["source"]), _(how_sure)]
        table.writerow([*words, *_euros(line.value), *known])
    all_lines = total(lines_of(case.content))
    for name, value in (
        (_("costs"), all_lines.costs),
        (_("saves"), all_lines.savings),
        (_("net"), all_lines.net),
    ):
        table.writerow([_("Total"), name, "", *_euros(value), "", ""])
    return "\ufeff" + lines.getvalue()


def _euros(value: Range) -> list[str]:
    return [str(round(each)) for each in (value.low, value.likely, value.high)]
