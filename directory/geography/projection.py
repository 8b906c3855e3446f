"""From degrees to the drawing of the provinces.

The drawing is `@svg-maps/netherlands` (CC BY 4.0, viewBox 0 0 613 724) in the Mercator
projection; the two lines were fitted on which province each of 2,035 places falls in. One unit
is 0.433 km. Fourteen places fall outside their province, where borders moved after the drawing.
"""

from __future__ import annotations

import math
from typing import NamedTuple

WIDTH = 613
HEIGHT = 724


class Point(NamedTuple):
    """A point of the drawing."""

    x: float
    y: float


def to_map(latitude: float, longitude: float) -> Point:
    """Where a place in WGS 84 degrees is in the drawing."""
    mercator = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return Point(round(157.8549 * longitude - 529.4226, 2), round(-9035.703 * mercator + 10040.871, 2))


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """The latitude and longitude of a point of the drawing: `to_map` the other way."""
    mercator = (10040.871 - y) / 9035.703
    return 2 * math.atan(math.exp(mercator)) * 180 / math.pi - 90, (x + 529.4226) / 157.8549


CORNERS = (*to_degrees(0, HEIGHT), *to_degrees(WIDTH, 0))
"""South, west, north and east of the drawing, in degrees."""
