"""What a national figure promises, in plain Dutch: it goes with the figure wherever that goes."""

from __future__ import annotations

import math

from directory.national.estimating import Estimate
from directory.national.parts import is_about_answers
from directory.national.rates import NationalRate
from schemas.survey_indicators import CATALOGUE

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
_ANSWERED = (
    "{reporting} van de {communities} gemeenschappen met een eigen plek op dit netwerk gaven dit cijfer, "
    "over samen {people} {who}. Daarvan is het {rate}. Elk van hun cijfers is met opzet een beetje "
    "veranderd, zodat niemand te vinden is. Daardoor kan het {noise} ernaast zitten, naar boven of naar "
    "beneden (95 procent zeker)."
)
_FOR_ALL = (
    "Voor alle gemeenschappen samen schatten we {rate}, met een marge van {bar}. In die marge zit dat niet "
    "elke gemeenschap dit gaf en dat niet iedereen antwoordde. Of wie niet antwoordde op de anderen lijkt, "
    "weten we niet."
)
_BESIDE = (
    "{number} van hen zeiden ook hoeveel {who} er zijn, samen {people}. Voor alle gemeenschappen schatten we "
    "{rate}, met een marge van {bar}."
)


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


def rate_guarantee(
    indicator: str,
    communities: int,
    reporting: int,
    told: NationalRate | None,
    estimated: NationalRate | None,
) -> str:
    """The sentences for a share or a mean: alone for a survey, beside the sum for what is counted."""
    if told is None:
        return ""
    known = {"who": CATALOGUE[indicator].element("denominator")}
    if not is_about_answers(indicator):
        if estimated is None:
            return ""
        numbers = {"number": dutch(estimated.communities), "people": dutch(estimated.people)}
        return _BESIDE.format(**known, **numbers, rate=_in_words(estimated), bar=_bar(estimated, "error_bar"))
    numbers = {"reporting": dutch(reporting), "communities": dutch(communities), "people": dutch(told.people)}
    parts = [_ANSWERED.format(**known, **numbers, rate=_in_words(told), noise=_bar(told, "noise"))]
    if estimated is None:
        parts.append(_TOO_FEW)
    else:
        parts.append(_FOR_ALL.format(rate=_in_words(estimated), bar=_bar(estimated, "error_bar")))
    return " ".join([*parts, _NOTHING_MORE])


def _in_words(rate: NationalRate) -> str:
    if rate.kind == "share":
        return f"{rate.value:.1f} procent".replace(".", ",")
    return f"gemiddeld {rate.value:.2f} punten".replace(".", ",")


def _bar(rate: NationalRate, part: str) -> str:
    step = 10 if rate.kind == "share" else 100
    number = math.ceil(round(getattr(rate, part) * step, 6)) / step
    unit = "procentpunt" if rate.kind == "share" else "punt"
    return f"{number} {unit}".replace(".", ",")


def shown(value: float) -> int:
    """A sum as people read it: whole, and never below zero, for nobody counts fewer than none."""
    return max(0, round(value))


def upwards(bar: float) -> int:
    """An error bar as people read it: whole, never smaller than it is."""
    return math.ceil(round(bar, 6))


def dutch(number: int) -> str:
    """1234 as “1.234”."""
    return f"{number:,}".replace(",", ".")
