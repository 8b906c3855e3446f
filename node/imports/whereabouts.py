"""The places of a row: by name, with the municipality, province or coordinates to tell them apart."""

from __future__ import annotations

from dataclasses import dataclass

from directory.geography.distance import Near
from directory.geography.places import Place, find_places, gazetteer, resolve_place
from directory.search.folding import fold
from node.imports.values import Remark, code_of, parts_of
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.taxonomies import PROVINCES

NO_PLACE = N_("This row has no place.")
UNKNOWN_PLACE = N_("We do not know the place “%(value)s”.")
UNKNOWN_PLACE_ALIKE = N_("We do not know the place “%(value)s”. Perhaps it is %(alike)s.")
SEVERAL_PLACES = N_("There is more than one “%(value)s”. Add the municipality: %(alike)s.")
AT_SEA = N_("The coordinates %(value)s are at sea or outside the Netherlands.")
FAR_AWAY = N_("The coordinates %(value)s are %(alike)s km away from the place.")
MOST_PLACES = 40
MOST_KM = 12.0
"""From any point on Dutch land a place of the gazetteer is nearer than this."""
MOST_APART = 40.0


@dataclass(frozen=True)
class Whereabouts:
    """What the cells of a row say about where it is."""

    places: str = ""
    municipality: str = ""
    province: str = ""
    latitude: str = ""
    longitude: str = ""


class NoPlace(Exception):
    """The row says no place that we know; ``remark`` says why."""

    def __init__(self, remark: Remark) -> None:
        self.remark = remark
        super().__init__(remark.text)


def find_areas(told: Whereabouts) -> list[Place]:
    """The places, each once, the first as the row has it. Raises NoPlace."""
    point = _point(told)
    names = parts_of(told.places) if told.places else []
    if not names and told.municipality:
        names = [told.municipality]
    if not names:
        if point is None:
            raise NoPlace(Remark(NO_PLACE))
        return [_nearest(point, gazetteer().by_id.values())]
    found = [_named(name, told, point) for name in names[:MOST_PLACES]]
    if point is not None:
        _check_near(point, found[0])
    return list(dict.fromkeys(found))


def _named(name: str, told: Whereabouts, point: Near | None) -> Place:
    for written in _spellings(name, told):
        try:
            return resolve_place(written)
        except InvalidInput:
            continue
    candidates = [each for each in find_places(name, 20) if fold(each.name) == fold(name)]
    if candidates and point is not None:
        return _nearest(point, candidates)
    if len(candidates) > 1:
        alike = ", ".join(f"{each.name} ({each.municipality})" for each in candidates[:6])
        raise NoPlace(Remark(SEVERAL_PLACES, {"value": name[:60], "alike": alike}))
    alike = ", ".join(each.label for each in find_places(name, 2))
    if alike:
        raise NoPlace(Remark(UNKNOWN_PLACE_ALIKE, {"value": name[:60], "alike": alike}))
    raise NoPlace(Remark(UNKNOWN_PLACE, {"value": name[:60]}))


def _spellings(name: str, told: Whereabouts) -> list[str]:
    """How the place may stand in the gazetteer, the surest first."""
    hints = [told.municipality] if told.municipality else []
    code = code_of(told.province, PROVINCES) if told.province else None
    hints += [PROVINCES.label(code)] if code else []
    return [*(f"{name} ({hint})" for hint in hints if "(" not in name), name]


def _point(told: Whereabouts) -> Near | None:
    if not (told.latitude and told.longitude):
        return None
    written = f"{told.latitude}, {told.longitude}"[:60]
    try:
        point = Near(float(told.latitude.replace(",", ".")), float(told.longitude.replace(",", ".")))
    except ValueError:
        raise NoPlace(Remark(AT_SEA, {"value": written})) from None
    inside = 50.7 <= point.latitude <= 53.6 and 3.3 <= point.longitude <= 7.3
    nearest = _nearest(point, gazetteer().by_id.values()) if inside else None
    if nearest is None or point.km_to(nearest.latitude, nearest.longitude) > MOST_KM:
        raise NoPlace(Remark(AT_SEA, {"value": written}))
    return point


def _check_near(point: Near, found: Place) -> None:
    apart = point.km_to(found.latitude, found.longitude)
    if apart > MOST_APART:
        written = f"{point.latitude}, {point.longitude}"
        raise NoPlace(Remark(FAR_AWAY, {"value": written, "alike": str(round(apart))}))


def _nearest(point: Near, places: object) -> Place:
    return min(places, key=lambda each: point.km_to(each.latitude, each.longitude))  # type: ignore[call-overload,no-any-return]
