"""The price list: amounts with their source and year, in versions that never change.

What has no published source has no amount here: who uses it fills it in, and says where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.business_case.calculation import Range
from schemas.messages import N_


@dataclass(frozen=True)
class Price:
    """One price in euros; ``amount`` is None when nobody published it."""

    code: str
    name: str
    unit: str
    payer: str
    amount: Range | None
    source: str
    note: str = ""


VERSION = "2026-1"
"""Of the list that new lines use; a line remembers the version that it took its price from."""

_NO_SOURCE = N_(
    "We found no published amount. Ask your care office or municipality, and fill in who said it."
)

PRICES = {
    price.code: price
    for price in (
        Price(
            "wmo_per_resident",
            N_("Wmo support for one resident in a year"),
            N_("resident"),
            "municipality",
            Range(144, 308, 577),
            "CBS 84580NED, 2023 (voorlopig); laagste en hoogste gemeente die wij zagen",
            N_("The average of all residents, also of those without support."),
        ),
        Price(
            "volunteer_hour",
            N_("An hour of a volunteer"),
            N_("hour"),
            "residents",
            Range(5.60, 20, 20),
            "Laag: hoogste onbelaste vergoeding per uur 2025; midden: Erasmus Universiteit 2009",
            N_("Volunteers give it. It is a cost all the same."),
        ),
        Price(
            "volunteer_year",
            N_("A volunteer during a year"),
            N_("volunteer"),
            "residents",
            Range(818, 2091, 3182),
            "Meijs, over circa 11.000 vrijwilligers van Humanitas: investering 818–2.909, "
            "vervanging 1.818–2.364, markt 3.182 euro",
            N_("Three methods give three answers; the range spans them all."),
        ),
        Price(
            "nursing_home_year",
            N_("A year in a nursing home"),
            N_("year"),
            "care_office",
            None,
            "",
            _NO_SOURCE,
        ),
        Price(
            "supporter_hour",
            N_("An hour of a village supporter"),
            N_("hour"),
            "municipality",
            None,
            "",
            _NO_SOURCE,
        ),
        Price(
            "gp_visit",
            N_("A visit to the general practitioner"),
            N_("visit"),
            "health_insurer",
            None,
            "",
            _NO_SOURCE,
        ),
    )
}
WMO_PER_RESIDENT = 308.0
"""Euros in 2023 (provisional), the average of the country: CBS 84580NED."""
