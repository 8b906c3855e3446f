"""How alike two communities are, and why. Pure.

Five parts, each 0 to 1: themes (a rare shared one says more), size, phase, area and kind. What one of the
two does not tell adds nothing, so that who tells more is found more easily.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from directory.geography.distance import Near
from schemas.taxonomies import BANDS, PHASES

WEIGHTS = {"themes": 0.35, "size": 0.25, "phase": 0.15, "area": 0.15, "kind": 0.1}
EMPHASIS = 8
"""How much more a part counts when somebody says that it matters most."""
FAR_KM = 60
STEPS = 3  # of a band, or doublings of the number of inhabitants, after which sizes have nothing in common
IN_COMMON = 0.6
"""From here on a part is worth telling as a reason."""


@dataclass(frozen=True)
class Traits:
    """What is compared of a community. ``inhabitants`` are those of the places where it works."""

    kind: str
    phase: str | None
    themes: frozenset[str]
    volunteers_band: str | None
    members_band: str | None
    inhabitants: int | None
    points: tuple[tuple[float, float], ...]
    """Latitude and longitude of each place."""


@dataclass(frozen=True)
class Reason:
    """Why two communities are alike: ``what`` names the part, ``values`` what they share."""

    what: str
    values: tuple[str, ...] = ()
    number: int | None = None


def likeness(
    one: Traits, other: Traits, rarity: Mapping[str, float], emphasis: str | None = None
) -> tuple[float, tuple[Reason, ...]]:
    """From 0 to 1 how much ``other`` is like ``one``, and the reasons, the strongest first."""
    parts = {"themes": _themes(one, other, rarity)}
    parts |= {name: part(one, other) for name, part in _PARTS.items()}
    weights = {name: weight * (EMPHASIS if name == emphasis else 1) for name, weight in WEIGHTS.items()}
    total = sum(weights.values())
    score = sum(weights[name] * value for name, (value, _reasons) in parts.items()) / total
    strongest = sorted(parts, key=lambda name: -weights[name] * parts[name][0])
    return score, tuple(reason for name in strongest for reason in parts[name][1])


Part = tuple[float, list[Reason]]


def _themes(one: Traits, other: Traits, rarity: Mapping[str, float]) -> Part:
    shared, either = one.themes & other.themes, one.themes | other.themes
    if not shared:
        return 0.0, []
    weigh = sum(rarity.get(code, 1.0) for code in shared) / sum(rarity.get(code, 1.0) for code in either)
    by_rarity = sorted(shared, key=lambda code: (-rarity.get(code, 1.0), code))
    return weigh, [Reason("themes", tuple(by_rarity))]


def _size(one: Traits, other: Traits) -> Part:
    parts: list[tuple[float, Reason]] = []
    if one.inhabitants and other.inhabitants:
        doublings = abs(math.log2(one.inhabitants / other.inhabitants))
        parts.append((1 - doublings / STEPS, Reason("inhabitants", number=other.inhabitants)))
    for what in ("volunteers", "members"):
        mine, theirs = getattr(one, f"{what}_band"), getattr(other, f"{what}_band")
        if mine and theirs and not mine == theirs == "0":
            steps = abs(BANDS.codes.index(mine) - BANDS.codes.index(theirs))
            parts.append((1 - steps / STEPS, Reason(what, (theirs,))))
    if not parts:
        return 0.0, []
    value = sum(max(0.0, each) for each, _reason in parts) / len(parts)
    return value, [reason for each, reason in parts if each >= IN_COMMON]


def _phase(one: Traits, other: Traits) -> Part:
    if not one.phase or not other.phase:
        return 0.0, []
    if one.phase == other.phase:
        return 1.0, [Reason("phase", (other.phase,))]
    growing = [code for code in PHASES.codes if code != "paused"]
    if one.phase in growing and other.phase in growing:
        return (0.5, []) if abs(growing.index(one.phase) - growing.index(other.phase)) == 1 else (0.0, [])
    return 0.0, []


def _area(one: Traits, other: Traits) -> Part:
    km = min(
        (Near(*mine).km_to(*theirs) for mine in one.points for theirs in other.points), default=float(FAR_KM)
    )
    value = max(0.0, 1 - km / FAR_KM)
    return value, [Reason("area", number=round(km))] if value >= IN_COMMON else []


def _kind(one: Traits, other: Traits) -> Part:
    return (1.0, [Reason("kind", (other.kind,))]) if one.kind == other.kind else (0.0, [])


_PARTS: dict[str, Callable[[Traits, Traits], Part]] = {
    "size": _size,
    "phase": _phase,
    "area": _area,
    "kind": _kind,
}
