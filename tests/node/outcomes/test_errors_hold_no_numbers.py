"""What the database refuses may reach a log: never with a raw number, a key or the hash of a code."""

from __future__ import annotations

import traceback
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from node.outcomes.models import Measurement

RAW, KEY = 739_219, "geheime-sleutel"


def counted(**fields):
    period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 3, 31)}
    told = {"indicator": KEY, "indicator_version": 1, "raw_value": RAW, "prepared_by": 1, **period}
    return Measurement(**(told | fields))


@pytest.mark.parametrize("second", [{}, {"prepared_by": None}])
def test_an_error_of_the_database_holds_no_values(session, second):
    session.add(counted())
    session.flush()
    session.add(counted(**second))
    with pytest.raises(IntegrityError) as caught:
        session.flush()
    check(caught.value)


def check(error):
    """The whole text as a log would have it, with what caused it."""
    text = "".join(traceback.format_exception(error))
    assert "INSERT INTO" in text, "what went wrong is still told"
    for secret in (str(RAW), KEY):
        assert secret not in text
