"""What somebody agrees to before the first question, word for word and by version.

A changed text is a new version: what people agreed to stays known, with their answers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Consent:
    """The promises, and the sentence that is agreed to; ``{name}`` is the community."""

    promises: tuple[str, ...]
    sentence: str


CONSENTS = {
    "1": Consent(
        (
            "Wij vragen niet naar uw naam, adres of geboortedatum.",
            "Wij bewaren niet wie u bent, en niet wanneer u antwoordde.",
            "Niemand kijkt naar de antwoorden van één mens. Wij tellen alleen groepen.",
            "Elke vraag mag u overslaan: kies dan ‘Liever niet zeggen’.",
            "U mag altijd stoppen. Dan bewaren wij niets.",
            "Na het versturen kunnen wij uw antwoorden niet meer opzoeken of wissen: wij weten niet welke"
            " van u zijn.",
            "{months} maanden na de uitkomsten wissen wij alle antwoorden.",
        ),
        "Ik doe vrijwillig mee. {name} mag mijn antwoorden gebruiken om te tellen hoe het met ons dorp gaat,"
        " ook als ze over mijn gezondheid of mijn gevoel gaan.",
    ),
}
CURRENT = "1"
