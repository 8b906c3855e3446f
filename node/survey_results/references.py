"""What is known of the Netherlands, to hold a village's figure against: always with year, source and warning.

Numbers as their publishers give them. One that a model estimated says so; a scale that was asked in other
words says so too. There is none for a village: no norm, no rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.messages import N_


@dataclass(frozen=True)
class Reference:
    """One published figure, or the range of many places."""

    measure: str
    """The code of a `node.survey_results.measures.Measure`."""
    of: Literal["share", "strong", "mean"]
    """Of whom: at or above the cut, in the class of strong loneliness, or the mean."""
    year: str
    who: str
    value: float
    """In per cent, or in points."""
    source: str
    highest: float | None = None
    """The other end, when ``value`` begins a range."""
    is_modelled: bool = False
    warning: str = ""


_MONITOR = "Gezondheidsmonitor 2022, GGD’en, CBS en RIVM"
_EARLIER = "Gezondheidsmonitor 2020, GGD’en, CBS en RIVM"
_SAFETY = "Veiligheidsmonitor 2021, CBS"
_HAPPY = "CBS, geluk en tevredenheid 2013–2020"
_ADULTS = N_("the Netherlands, 18 and older")
_OLD = N_("the Netherlands, 75 and older")
_MUNICIPALITIES = N_("from the lowest to the highest municipality")
_OTHER_WORDS = N_("Asked there in other words. Compare with care.")
_OTHER_WAY = N_("Asked there in another way. Compare with care.")

REFERENCES = (
    Reference("djg6", "share", "2022", _ADULTS, 48.6, _MONITOR),
    Reference(
        "djg6", "share", "2022", _MUNICIPALITIES, 30.2, f"{_MONITOR}; kleine gebieden: RIVM", 59.4, True
    ),
    Reference("djg6", "share", "2020", _ADULTS, 46.6, _EARLIER),
    Reference("djg6", "share", "2020", _OLD, 56, _EARLIER),
    Reference("djg6", "strong", "2022", _ADULTS, 14.2, _MONITOR),
    Reference(
        "djg6", "strong", "2022", _MUNICIPALITIES, 5.7, f"{_MONITOR}; kleine gebieden: RIVM", 22.6, True
    ),
    Reference("djg6", "strong", "2020", _ADULTS, 11.0, _EARLIER),
    Reference("djg6", "strong", "2020", _OLD, 12, _EARLIER),
    Reference("cohesion6", "mean", "2021", N_("the Netherlands"), 6.4, _SAFETY, warning=_OTHER_WORDS),
    Reference("cohesion6", "mean", "2021", N_("not urban places"), 7.1, _SAFETY, warning=_OTHER_WORDS),
    Reference("cohesion6", "mean", "2021", N_("very urban places"), 5.9, _SAFETY, warning=_OTHER_WORDS),
    Reference("life.1", "share", "2013–2020", _ADULTS, 85, _HAPPY, warning=_OTHER_WAY),
    Reference("life.2", "share", "2013–2020", _ADULTS, 88, _HAPPY, warning=_OTHER_WAY),
)


def references_for(measure: str) -> list[Reference]:
    """What may be held against a measure; nothing of another instrument, however alike its name."""
    return [each for each in REFERENCES if each.measure == measure]
