"""National figures for a part of the communities: a theme, a size, the years in which they began.

Only where enough of them told something, and in a fixed order: this is no league table. All of it is made
of figures that were released before, so it tells nothing more about anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from directory.national.estimating import Estimate, estimated_sum
from directory.national.parts import Community, Released, is_about_answers
from directory.national.rates import NationalRate, estimated_rate
from schemas.taxonomies import BANDS, PROVINCES, THEMES

BEGAN = ("-2004", "2005-2009", "2010-2014", "2015-2019", "2020-")
"""Spans of years, the first and last open."""
_Choose = Callable[[Community], Sequence[str]]


@dataclass(frozen=True)
class Group:
    """Some communities: how many, how many told, the mean of one and the share; None where too few told."""

    code: str
    communities: int
    reporting: int
    mean: Estimate | None
    rate: NationalRate | None


def span_of(year: int | None) -> list[str]:
    """The span in which a year lies; none when it is not known."""
    if year is None:
        return []
    return [BEGAN[min(max((year - 2000) // 5, 0), len(BEGAN) - 1)]]


KINDS: dict[str, tuple[tuple[str, ...], _Choose]] = {
    "province": (PROVINCES.codes, lambda each: each.provinces),
    "theme": (THEMES.codes, lambda each: each.themes),
    "size": (BANDS.codes, lambda each: [each.members_band] if each.members_band else []),
    "began": (BEGAN, lambda each: span_of(each.founded_on)),
}
"""By what is divided: the codes in their order, and those of a community."""


def divide(kind: str, communities: Sequence[Community], told: dict[str, Released]) -> list[Group]:
    """The groups of one kind that have any community."""
    codes, choose = KINDS[kind]
    members: dict[str, list[Community]] = {code: [] for code in codes}
    for each in communities:
        for code in choose(each):
            members.setdefault(code, []).append(each)
    return [_group(code, found, told) for code, found in members.items() if found]


def _group(code: str, members: list[Community], told: dict[str, Released]) -> Group:
    listed = [told[each.uri] for each in members if each.uri in told]
    is_sum = not any(is_about_answers(each.indicator) for each in listed)
    total = estimated_sum(members, told) if is_sum else None
    mean = total.per(len(members)) if total else None
    return Group(code, len(members), len(listed), mean, estimated_rate(members, told))
