"""Numbers that no database can hold, in forms and questions: an answer in words, and nothing breaks."""

from __future__ import annotations

from datetime import date

import pytest

from node.accounts.roles import Role
from node.communities import drafts
from node.gatherings.rules import complete, count_of
from schemas.errors import InvalidInput
from tests.node.signing_in import add_account
from tests.node.village_pages import Site, site
from tests.node.villages import village

__all__ = ["site", "village"]

STRANGE = ("²", "٣", "1" + "0" * 30, "9" * 5000)
LARGE = ("99999999999", "1" + "0" * 30, "-99999999999", "9" * 5000)
GATHERING = {
    "name": "Koffie",
    "text": "Samen.",
    "audience": "village",
    "repeat": "once",
    "placeName": "Dorpshuis",
}
PAGED = (
    "/netwerk/onbestelbaar?page=",
    "/netwerk/mislukt?page=",
    "/netwerk/gezondheid?page=",
    "/netwerk/wie/geschiedenis?page=",
    "/netwerk/delen?page=",
    "/formats?page=",
    "/agenda?page=",
    "/verhalen?page=",
)


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
        asked += [site.get("board", path + number) for path in PAGED]
        broken += [each.request.path for each in asked if each.status_code >= 500]
    assert broken == []


def test_a_form_that_sends_no_number_of_ours_is_answered_in_words(site: Site) -> None:
    with site.runtime.database.session() as session:
        add_account(session, site.settings, Role.COORDINATOR)
        session.commit()
    rule = {"target": "elders.example", "rule": "silence", "reason": "Ruzie."}
    words = {"terms": "eettafel\naanschuiftafel"}
    broken = []
    for number in STRANGE:
        asked = [
            site.post("member", "/account/tokens", {"name": "x", "scopes": "read", "days": number}),
            site.post("board", "/netwerk/wie/regels", {**rule, "days": number}),
            site.post("board", "/netwerk/onbestelbaar/weg", {"id": number}),
            site.post("coordinator", "/werkkamer/woorden/eettafel", {**words, "based_on": number}),
        ]
        broken += [(each.request.path, number[:9]) for each in asked if each.status_code >= 500]
    assert broken == []


@pytest.mark.parametrize("number", STRANGE)
def test_a_place_that_is_no_number_is_none_of_the_list(site: Site, number: str) -> None:
    with site.runtime.database.session() as session:
        found = drafts.save_community(
            session, name="Ons Dorp", telephone="", place_text="Oudega", place_id=number
        )
    assert isinstance(found, drafts.Choices)


@pytest.mark.parametrize("number", STRANGE)
def test_a_rule_with_a_strange_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidInput):
        complete({"FREQ": "WEEKLY", "INTERVAL": number}, date(2026, 1, 5))
    with pytest.raises(InvalidInput):
        count_of({"FREQ": "WEEKLY", "COUNT": number})
