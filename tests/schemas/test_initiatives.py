"""What a database cannot hold stops at the schemas: endless numbers, other digits, half characters."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from schemas.initiatives import InitiativeSchema
from tests.architecture.sources import ROOT, modules

AREA = {
    "placeId": 1,
    "name": "Esbeek",
    "municipality": "Hilvarenbeek",
    "municipalityCode": "GM0798",
    "province": "NL-NB",
    "latitude": 51.5,
    "longitude": 5.1,
}
SAID = {"kind": "other", "areas": [AREA]}


def test_what_is_sound_is_read():
    contact = {"email": "a@b.nl", "website": "https://b.nl/x"}
    sound = {**SAID, "kvkNumber": "01234567", "license": "CC-BY-4.0", "contact": contact}
    assert InitiativeSchema().load(sound)["kvk_number"] == "01234567"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kvkNumber": "12345678\n"},
        {"kvkNumber": "١٢٣٤٥٦٧٨"},
        {"areas": [{**AREA, "placeId": 10**30}]},
        {"areas": [{**AREA, "placeId": -1}]},
        {"license": "x" * 41},
        {"license": "CC\x00"},
        {"contact": {"email": f"{'x' * 320}@b.nl"}},
        {"contact": {"website": "https://b.nl\n"}},
        {"contact": {"website": "https://b.nl/\x00"}},
        {"contact": {"website": "https://b.nl/\ud800"}},
        {"sources": [{"field": "name\n", "sourceName": "x", "statedOn": "2026-01-01"}]},
    ],
)
def test_what_no_database_holds_is_refused(wrong):
    with pytest.raises(ValidationError):
        InitiativeSchema().load(SAID | wrong)


def test_every_shape_fits_as_a_whole():
    loose = {str(path.relative_to(ROOT)) for path in modules() if "validate.Regexp(" in path.read_text()}
    assert loose == set()
