"""What of an exact number may be read on our own page, and how it is rounded (docs/adr/0023)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from directory.disclosure.hiding import shown as shown_cells
from directory.disclosure.rules import (
    ACTIVITY,
    SENSITIVE,
    Reason,
    Rule,
    bin_of,
    few,
    mean,
    of_group,
)
from directory.disclosure.tables import Table
from schemas.indicators import NATIONAL, Indicator
from schemas.yearly_indicators import YEARLY


@dataclass(frozen=True)
class Presented:
    """A rounded number with what it lies between, or the reason why there is none."""

    kind: str
    """count, share (per cent) or mean (points)."""
    value: float | None
    low: float | None
    high: float | None
    step: float
    least: int
    """So many people are needed."""
    reason: str | None = None
    group: int | None = None
    """The public number it is read beside."""
    beside: int | None = None
    """Of a count: per cent of that group."""
    parts: dict[str, int | None] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As the database keeps it."""
        return asdict(self)


def rule_of(indicator: Indicator) -> Rule:
    """Ten for health and well-being, for what surveys ask, and for a village's own; five for taking part."""
    is_known = indicator.code in NATIONAL or indicator.code in YEARLY
    return ACTIVITY if is_known and indicator.topic == "taking_part" else SENSITIVE


def present(
    indicator: Indicator, counted: int, group: int | None = None, parts: Mapping[str, int] | None = None
) -> Presented:
    """The number as it may be read: thresholds first, then what would give it away, rounding last."""
    rule = rule_of(indicator)
    if indicator.aggregate == "sum":
        return _mean(indicator, counted, group or 0, rule)
    if indicator.takes_denominator == "required":
        return _share(counted, group or 0, rule)
    return _count(counted, group, parts or {}, rule)


def _count(counted: int, group: int | None, parts: Mapping[str, int], rule: Rule) -> Presented:
    of_known = group if group is not None and group >= counted else None
    reason = few(counted, rule) if of_known is None else of_group(counted, of_known, rule)
    told: dict[str, int | None] = {}
    if parts and reason is None:
        table = Table((tuple(parts.values()),))
        cells = shown_cells(table, rule)
        told = {band: cells[0, at] for at, band in enumerate(parts)}
        reason = Reason.OTHERS if cells[0, table.width] is None else None
    if reason is not None:
        return Presented("count", None, None, None, rule.step, rule.least, reason, of_known, None, told)
    found = bin_of(counted, rule, of_known)
    beside = None if of_known is None else found.share(of_known)
    return Presented(
        "count", found.value, found.low, found.high, rule.step, rule.least, None, of_known, beside, told
    )


def _share(counted: int, group: int, rule: Rule) -> Presented:
    reason = of_group(counted, group, rule)
    if reason is not None:
        return Presented("share", None, None, None, 1, rule.least, reason, group)
    found = bin_of(counted, rule, group)
    low, high = math.floor(100 * found.low / group), math.ceil(100 * found.high / group)
    return Presented("share", found.share(group), low, high, 1, rule.least, None, group)


def _mean(indicator: Indicator, counted: int, group: int, rule: Rule) -> Presented:
    """A mean at the very end of the scale says what everybody answered, so it is hidden like 0 and 100 %."""
    value = mean(counted, group)
    from_ends = min(counted - indicator.lowest * group, indicator.highest * group - counted)
    if value is None or from_ends < rule.least:
        reason = Reason.FEW if value is None else Reason.ALL
        return Presented("mean", None, None, None, 0.1, rule.least, reason, group)
    low, high = round(value - 0.05, 2), round(value + 0.05, 2)
    return Presented("mean", value, low, high, 0.1, rule.least, None, group)
