"""Hints about personal details: what is noticed, and what is left alone."""

from __future__ import annotations

import pytest

from schemas.personal_data import HINTS, find_hints


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Haar nummer is 111222333.", ["bsn"]),
        ("Haar nummer is 111.222.333.", ["bsn"]),
        ("Geef het aan NL91 ABNA 0417 1643 00 graag.", ["iban"]),
        ("Bel Truus op 06-12345678.", ["telephone"]),
        ("Bel +31 6 12 34 56 78.", ["telephone"]),
        ("Mail truus@dorp.example", ["email"]),
        ("Zijn moeder is dement.", ["illness"]),
        ("Na haar borstkanker", []),  # a word inside another is not looked for
        ("Hij heeft kanker gehad, bel 0343-123456", ["telephone", "illness"]),
    ],
)
def test_what_looks_personal_gives_a_hint(text, expected):
    assert find_hints([text]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Elke donderdag om 17.30 uur, al sinds 2012.",
        "Het kost 4,50 euro; we waren met 275 mensen.",
        "000000000",
        "123456789",  # fails the eleven-test
        "NL91 ABNA 1417 1643 01",  # fails modulo 97
        "Kamer 06, 3711 AB",
        "De kerk van 1650 en de school van 1920.",
    ],
)
def test_what_is_not_personal_gives_none(text):
    assert find_hints([text]) == []


def test_each_hint_is_given_once_and_has_words():
    assert find_hints(["06-12345678", "0612345678 en 111222333"]) == ["bsn", "telephone"]
    assert all(HINTS.values())
