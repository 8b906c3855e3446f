"""Texts of one shape: from beginning to end, in the digits that a database and a form know."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from schemas.fields import MunicipalityCode, Uri, is_municipality_code
from schemas.initiatives import AreaSchema


def test_a_code_of_a_municipality_is_read_whether_it_is_known_or_not():
    assert [MunicipalityCode().deserialize(code) for code in ("GM0355", "GM9999")] == ["GM0355", "GM9999"]


@pytest.mark.parametrize("code", ["GM0355\n", "GM03555", "GM035", "gm0355", "GM٠٣٥٥", " GM0355", ""])
def test_a_code_of_another_shape_is_refused(code):
    assert not is_municipality_code(code)
    with pytest.raises(ValidationError):
        MunicipalityCode().deserialize(code)
    assert "municipalityCode" in AreaSchema().validate({"municipalityCode": code})


@pytest.mark.parametrize(
    "address", ["https://a.example\n", "https://a.example/x\n", "https://a.example/ x", "a.example"]
)
def test_an_address_ends_where_its_line_ends(address):
    with pytest.raises(ValidationError):
        Uri().deserialize(address)
