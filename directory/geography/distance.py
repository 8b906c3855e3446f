"""Distances within the Netherlands, in kilometres.

On a country of 300 km a flat map around the point asked for is right within a percent, and the same
two multiplications work in Python and in both databases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Near:
    """A point in WGS 84 degrees, and how far around it to look; without ``within_km`` no limit."""

    latitude: float
    longitude: float
    within_km: float | None = None

    @property
    def km_per_longitude(self) -> float:
        """The length of a degree of longitude at this point."""
        return KM_PER_DEGREE * math.cos(math.radians(self.latitude))

    def km_to(self, latitude: float, longitude: float) -> float:
        """How far another point is."""
        north = (latitude - self.latitude) * KM_PER_DEGREE
        east = (longitude - self.longitude) * self.km_per_longitude
        return math.hypot(north, east)
