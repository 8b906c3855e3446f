"""One national figure with all that belongs to it, as the page, the interface and the files give it.

It is made of nothing but released figures and the public facts of communities, so whoever has the signed
feed of a hub can make the very same: `directory.national.feed_parts` does. Numbers are rounded last.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from directory.national import completeness, groups, trend
from directory.national.estimating import Estimate, estimated_sum, reported_sum
from directory.national.guarantee import guarantee, rate_guarantee, upwards
from directory.national.parts import Asked, Community, Gathered, expected, is_about_answers
from directory.national.rates import NationalRate, estimated_rate, reported_rate

Document = dict[str, Any]


def figure(gathered: Gathered, asked: Asked) -> Document:
    """The figure for one indicator, definition and period; its names are those of the interface."""
    communities = expected(gathered, asked)
    told = gathered.figures[asked]
    reported = reported_sum(told.values())
    about_answers = is_about_answers(asked.indicator)
    estimated = None if about_answers else estimated_sum(communities, told)
    rates = reported_rate(told.values()), estimated_rate(communities, told)
    is_rate_alone = about_answers and rates[0] is not None
    sentences = "" if is_rate_alone else guarantee(len(communities), len(told), reported, estimated)
    return {
        **head(asked),
        "exampleData": gathered.is_example,
        "communities": len(communities),
        "reporting": len(told),
        "reported": _sum(reported, len(told)),
        "estimated": _sum(estimated, len(communities)) if estimated else None,
        "rate": _rates(*rates),
        "guarantee": " ".join(
            part
            for part in (sentences, rate_guarantee(asked.indicator, len(communities), len(told), *rates))
            if part
        ),
        "change": _change(gathered, asked),
        "completeness": _completeness(gathered, asked, communities),
        "groups": {
            kind: [_group(each) for each in groups.divide(kind, communities, told)] for kind in groups.KINDS
        },
    }


def figures(gathered: Gathered) -> list[Document]:
    """Every figure there is, by indicator and period."""
    indicators = sorted({asked.indicator for asked in gathered.figures})
    return [figure(gathered, asked) for code in indicators for asked in trend.periods_of(gathered, code)]


def points(gathered: Gathered, indicator: str) -> list[Document]:
    """The trend of an indicator: the mean per community by period, oldest first."""
    return [
        {
            **head(point.asked),
            "communities": point.communities,
            "reporting": point.reporting,
            "mean": _mean(point.mean),
            "rate": _rate(point.rate),
            "isBreak": point.is_break,
        }
        for point in trend.trend(gathered, indicator)
    ]


def head(asked: Asked) -> Document:
    """What the figure is about."""
    return {
        "indicator": asked.indicator,
        "indicatorVersion": asked.version,
        "period": {"start": asked.start.isoformat(), "end": asked.end.isoformat()},
    }


def _sum(estimate: Estimate, number: int) -> Document:
    return {
        "sum": round(estimate.value),
        "errorBar": upwards(estimate.error_bar),
        "noise": upwards(estimate.noise),
        "nonResponse": upwards(estimate.non_response),
        "mean": _mean(estimate.per(number)),
    }


def _mean(estimate: Estimate | None) -> Document | None:
    """To one decimal; a bar is never made smaller by rounding."""
    if estimate is None:
        return None
    parts = (estimate.error_bar, estimate.noise, estimate.non_response)
    bar, noise, silent = (math.ceil(round(part * 10, 6)) / 10 for part in parts)
    return {"value": round(estimate.value, 1), "errorBar": bar, "noise": noise, "nonResponse": silent}


def _rates(reported: NationalRate | None, estimated: NationalRate | None) -> Document | None:
    """A share or mean of people, of those that told and for all; None without any denominator."""
    if reported is None:
        return None
    return {"kind": reported.kind, "reported": _rate(reported), "estimated": _rate(estimated)}


def _rate(rate: NationalRate | None) -> Document | None:
    """Per cent to one decimal, points to two; a bar is never made smaller by rounding."""
    if rate is None:
        return None
    places = 1 if rate.kind == "share" else 2
    step = 10**places
    parts = (rate.error_bar, rate.noise, rate.non_response)
    bar, noise, silent = (math.ceil(round(part * step, 6)) / step for part in parts)
    return {
        "value": round(rate.value, places),
        "errorBar": bar,
        "noise": noise,
        "nonResponse": silent,
        "communities": rate.communities,
        "people": rate.people,
    }


def _group(group: groups.Group) -> Document:
    return {
        "code": group.code,
        "communities": group.communities,
        "reporting": group.reporting,
        "mean": _mean(group.mean),
        "rate": _rate(group.rate),
    }


def _change(gathered: Gathered, asked: Asked) -> Document | None:
    found = trend.change(gathered, asked)
    if found is None:
        return None
    return {
        "since": head(found.since)["period"],
        "communities": found.communities,
        "value": found.value,
        "errorBar": found.error_bar,
        "isClear": found.is_clear,
    }


def _completeness(gathered: Gathered, asked: Asked, communities: Sequence[Community]) -> list[Document]:
    return [
        {
            "province": each.province,
            "communities": each.communities,
            "reporting": each.reporting,
            "inTime": each.in_time,
            "medianDays": each.median_days,
        }
        for each in completeness.by_province(gathered, asked, communities)
    ]
