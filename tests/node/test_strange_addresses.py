"""Addresses with what no database can hold: nothing is there, and nothing breaks."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

STRANGE = (
    "/gids/%00",
    "/gids/?zoek=%00",
    "/gids/?%00=1",
    f"/meedoen/{2**31}",
    f"/api/v1/gatherings/{2**31}",
    "/api/v1/entries/%00",
    "/static/%00.css",
    "/welkom/%00",
    "/%00",
)


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("address", STRANGE)
def test_nothing_is_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
