"""What hangs on a wall: the week and a poster."""

from __future__ import annotations

from datetime import timedelta

import pytest

from node.gatherings.service import local_today
from node.gatherings.week import monday_of, week_name

SOON = local_today() + timedelta(days=1)
MEAL = {"name": "Austerlitz Eet", "place": "Dorpshuis", "repeat": "weekly", "atTime": "17.30"}


@pytest.fixture
def address(site):
    return site.post("supporter", "/meedoen/nieuw", {**MEAL, "firstOn": SOON.isoformat()}).headers["Location"]


def test_the_list_of_a_week(site, address):
    week = week_name(monday_of(SOON))
    page = site.get("", f"/meedoen/week/{week}").text
    assert "Austerlitz Eet" in page
    assert page.count('scope="row"') == 7
    assert "Eerste Kerstdag" in site.get("", "/meedoen/week/2026-W52").text
    assert site.get("", "/meedoen/week").status_code == 200
    for wrong in ("2026-W54", "2026-W00", "0000-W01", "morgen", "2026-52"):
        assert site.get("", f"/meedoen/week/{wrong}").status_code == 404


def test_a_poster(site, address):
    page = site.get("", f"{address}/poster").text
    for words in ("Austerlitz Eet", "Dorpshuis", "17.30", '<svg class="scene"'):
        assert words in page
    assert site.get("", "/meedoen/999999/poster").status_code == 404
    site.post(
        "supporter", f"{address}/bewerken", {**MEAL, "firstOn": SOON.isoformat(), "audience": "members"}
    )
    assert site.get("", f"{address}/poster").status_code == 404
    assert "Austerlitz Eet" not in site.get("", f"/meedoen/week/{week_name(monday_of(SOON))}").text
