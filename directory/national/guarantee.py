"""What a national figure promises, in plain Dutch: it goes with the figure wherever that goes."""

from __future__ import annotations

import math

from directory.national.estimating import Estimate

_TOLD = (
    "{reporting} van de {communities} gemeenschappen met een eigen plek op dit netwerk gaven dit cijfer. "
    "Samen is dat ongeveer {value}. Elk van hun cijfers is met opzet een beetje veranderd, zodat niemand te "
    "vinden is. Daardoor kan de som er {noise} naast zitten, naar boven of naar beneden (95 procent zeker)."
)
_SILENT = (
    "Voor wie niets gaf, rekenen we met het gemiddelde van gemeenschappen die ongeveer even groot zijn. "
    "Dan is het samen ongeveer {value}, met een marge van {bar}. "
    "Of wie niets gaf echt op de anderen lijkt, weten we niet."
)
_TOO_FEW = "Het zijn er te weinig om iets over de andere te zeggen."
_NOTHING_MORE = "Dit vertelt niets extra over een mens: het is gemaakt van cijfers die al openbaar waren."


def guarantee(communities: int, reported: int, told: Estimate, estimated: Estimate | None) -> str:
    """The sentences for a sum: what noise does, what silence does, and that it tells of nobody."""
    parts = [
        _TOLD.format(
            reporting=dutch(reported),
            communities=dutch(communities),
            value=dutch(shown(told.value)),
            noise=dutch(upwards(told.error_bar)),
        )
    ]
    if estimated is None:
        parts.append(_TOO_FEW)
    elif reported < communities:
        parts.append(
            _SILENT.format(value=dutch(shown(estimated.value)), bar=dutch(upwards(estimated.error_bar)))
        )
    return " ".join([*parts, _NOTHING_MORE])


def shown(value: float) -> int:
    """A sum as people read it: whole, and never below zero, for nobody counts fewer than none."""
    return max(0, round(value))


def upwards(bar: float) -> int:
    """An error bar as people read it: whole, never smaller than it is."""
    return math.ceil(round(bar, 6))


def dutch(number: int) -> str:
    """1234 as “1.234”."""
    return f"{number:,}".replace(",", ".")
