"""The background of the map that moves: nothing from elsewhere, unless the operator says so."""

from __future__ import annotations

import dataclasses

import pytest

from federation.settings import InvalidSettings, load_settings
from tests.directory.organisations import add, organisation

PDOK = "https://service.pdok.nl"


@pytest.fixture
def with_map(runtime, village):
    """One initiative on the map."""
    with runtime.database.session() as session:
        add(session, organisation("A", "Austerlitz"))
        session.commit()


@pytest.fixture
def settings(settings, request):
    """The settings with the background that a test asks for."""
    return dataclasses.replace(settings, basemap=getattr(request, "param", "none"))


def test_by_default_nothing_is_asked_elsewhere(client, with_map):
    answer = client.get("/kaart")
    assert PDOK not in answer.text + answer.headers["Content-Security-Policy"]
    assert 'data-places="/api/v1/map/places"' in answer.text


@pytest.mark.parametrize("settings", ["pdok"], indirect=True)
def test_with_the_setting_the_map_alone_may_show_its_images(client, with_map):
    answer = client.get("/kaart?province=NL-UT")
    assert f'data-tiles="{PDOK}/brt/' in answer.text
    assert "© Kadaster" in answer.text
    assert f"img-src 'self' data: {PDOK};" in answer.headers["Content-Security-Policy"]
    for address in ("/gids", "/insluiten/kaart", "/open-data"):
        assert PDOK not in client.get(address).headers["Content-Security-Policy"]


def test_a_background_that_does_not_exist_is_refused_at_the_start():
    with pytest.raises(InvalidSettings, match="none, pdok"):
        load_settings({"OMZIEN_BASEMAP": "google"})


def test_the_map_in_the_api_has_the_same_places(client, with_map):
    (cluster,) = client.get("/api/v1/map?municipality=GM0355").json["clusters"]
    assert (cluster["name"], cluster["count"], cluster["municipalityCode"]) == ("Austerlitz", 1, "GM0355")
    assert abs(cluster["latitude"] - 52.08) < 0.01
    (spot,) = client.get("/api/v1/map/places").json["items"]
    assert (spot["name"], spot["municipality"], spot["count"]) == ("Austerlitz", "Zeist", 1)
    assert client.get("/api/v1/map?province=XX").status_code == 422
