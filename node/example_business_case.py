"""The business case of Austerlitz, recomputed from what its two sources state; all else is an example.

Sources: the presentation of Austerlitz Zorgt and the article about the meet-up there. They say 500,000
euros a year, 275 euros for each resident, and 40,000 euros from the municipality.
"""

from __future__ import annotations

from typing import Any

from node.business_case.prices import PRICES, VERSION

_SLIDES = "Presentatie van Austerlitz Zorgt"
_ARTICLE = "Artikel over de meet-up in Austerlitz"
_HOUR = PRICES["volunteer_hour"]


def _range(low: float, likely: float, high: float) -> dict[str, float]:
    return {"low": low, "likely": likely, "high": high}


def _line(kind: str, payer: str, label: str, **more: Any) -> dict[str, Any]:
    once = {"amount": _range(1, 1, 1), "unit": "jaar"}
    return {"kind": kind, "payer": payer, "label": label, **once, **more}


AUSTERLITZ_CASE: dict[str, Any] = {
    "title": "Wat Austerlitz Zorgt kost en bespaart",
    "year": 2023,
    "residents": 1900,
    "counterfactual": "De bronnen zeggen niet wat er anders was gebeurd. "
    "De oprichters noemen hun bedrag zelf een orde van grootte.",
    "comparison": "",
    "lines": [
        _line(
            "cost",
            "municipality",
            "Bijdrage van de gemeente",
            price=_range(40_000, 40_000, 40_000),
            source=f"{_ARTICLE}: veertigduizend euro",
            confidence="measured",
        ),
        _line(
            "cost",
            "residents",
            "Contributie van de leden",
            amount=_range(520, 520, 520),
            unit="leden",
            price=_range(27.5, 27.5, 27.5),
            source=f"{_SLIDES}: 520 leden, 27,50 euro",
            confidence="computed",
        ),
        _line(
            "cost",
            "residents",
            "Uren van vrijwilligers (voorbeeld)",
            amount=_range(112 * 25, 112 * 50, 112 * 100),
            unit="uur",
            price={end: getattr(_HOUR.amount, end) for end in ("low", "likely", "high")},
            priceCode=_HOUR.code,
            priceList=VERSION,
            source=f"112 vrijwilligers: {_SLIDES}; 25 tot 100 uur per jaar is een voorbeeld. {_HOUR.source}",
            confidence="assumption",
            inKind=True,
        ),
        _line(
            "saving",
            "unknown",
            "Besparing volgens de oprichters",
            price=_range(500_000, 500_000, 522_500),
            source=f"{_ARTICLE}: vijf ton. {_SLIDES}: 275 euro per inwoner, 522.500 bij 1.900 inwoners",
            confidence="estimate",
        ),
    ],
}
