"""Instants: read with any offset, kept and written in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from marshmallow import ValidationError

from schemas.fields import Instant


@pytest.mark.parametrize(
    "text", ["2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00", "2024-05-01T12:00:00.000+00:00"]
)
def test_an_instant_is_in_utc_whatever_its_offset_was(text):
    instant = Instant().deserialize(text)
    assert (instant, instant.tzinfo) == (datetime(2024, 5, 1, 12, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2024-05-01T12:00:00",
        "2024-13-01T12:00:00Z",
        "gisteren",
        "",
        7,
        None,
    ],
)
def test_what_is_no_instant_in_utc_is_refused(text):
    with pytest.raises(ValidationError):
        Instant().deserialize(text)
