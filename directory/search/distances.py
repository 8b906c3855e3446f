"""How far the places of entries are from a point, as SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from directory.geography.distance import KM_PER_DEGREE, Near
from directory.replica.entries import EntryArea


def is_within(near: Near, km: float) -> ColumnElement[bool]:
    """Whether a place lies in the circle; the square around it is what the index finds."""
    north, east = km / KM_PER_DEGREE, km / near.km_per_longitude
    return and_(
        EntryArea.latitude.between(near.latitude - north, near.latitude + north),
        EntryArea.longitude.between(near.longitude - east, near.longitude + east),
        square_km(near) <= km * km,
    )


def square_km(near: Near) -> ColumnElement[float]:
    """The squared distance of a place: what sorts alike needs no root."""
    north = (EntryArea.latitude - near.latitude) * KM_PER_DEGREE
    east = (EntryArea.longitude - near.longitude) * near.km_per_longitude
    return north * north + east * east
