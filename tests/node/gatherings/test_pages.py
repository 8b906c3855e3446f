"""The noticeboard and the facts, as everybody sees them."""

from __future__ import annotations

from federation.database import now
from node.example_village import seed_austerlitz


def test_everybody_sees_what_there_is_to_do_and_where_the_facts_come_from(site):
    assert "Nog niets gepland" in site.get("", "/meedoen").text
    assert "Nog geen feiten" in site.get("", "/ons-dorp/feiten").text
    with site.runtime.database.session() as session:
        seed_austerlitz(session, prepared_by=1, today=now().date())
        session.commit()
    board = site.get("", "/meedoen").text
    for name in ("Austerlitz Belt", "Koffie &amp; Koters", "Ommetje Austerlitz"):
        assert name in board
    assert "Voorbeeldgegevens" in board
    facts = site.get("", "/ons-dorp/feiten").text
    assert "Bronnen verschillen" in facts
    assert "Bron: Presentatie van Austerlitz Zorgt" in facts
    api = site.app.test_client()
    assert len(api.get("/api/v1/gatherings").json["items"]) == 17
    disputed = [each["name"] for each in api.get("/api/v1/claims").json["items"] if each["isDisputed"]]
    assert "Besparing per inwoner" in disputed
