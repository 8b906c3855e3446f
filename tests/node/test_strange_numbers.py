"""Numbers that no database can hold, in forms and questions: an answer in words, and nothing breaks."""

from __future__ import annotations

from tests.node.village_pages import Site, site
from tests.node.villages import village

__all__ = ["site", "village"]

LARGE = ("99999999999", "1" + "0" * 30, "-99999999999")
GATHERING = {
    "name": "Koffie",
    "text": "Samen.",
    "audience": "village",
    "repeat": "once",
    "placeName": "Dorpshuis",
}


def test_a_number_that_is_too_large_breaks_nothing(site: Site) -> None:
    role, broken = "supporter", []
    for number in LARGE:
        asked = [
            site.get(role, f"/formats/nieuw?activiteit={number}"),
            site.post(role, "/formats/nieuw", {"name": "X", "gathering": number, "section-goal": "x"}),
            site.post(role, "/formats/nieuw/bewaren", {"name": "X", "revision": number}),
            site.post(role, "/meedoen/nieuw", {**GATHERING, "leaderId": number}),
            site.get(role, f"/meedoen/uit-agenda?made={number}"),
            site.get(role, f"/werkkamer/overnames?page={number}"),
            site.get(role, f"/netwerk/overnemen/{number}"),
            site.get(role, f"/formats/voorstellen/{number}"),
        ]
        broken += [each.request.path for each in asked if each.status_code >= 500]
    assert broken == []
