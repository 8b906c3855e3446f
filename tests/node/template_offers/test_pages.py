"""Offers in the browser and through the API: at the side that offers, and at the side that decides."""

from __future__ import annotations

import re

import pytest

from node.activity_templates import service
from node.activity_templates.service import get_own
from node.template_offers import offering
from node.template_offers.models import TemplateOffer
from tests.node.template_offers.passing import BETTER, pass_on
from tests.node.template_updates.copies import AUSTERLITZ_EET, change, copy_of, publish_origin, with_section

ATTACK = "\"><script>alert('x')</script>"


@pytest.fixture
def copied(site, neighbour):
    """Our published copy, better than the neighbour's format; gives its key."""
    origin = publish_origin(neighbour)
    with site.runtime.database.session() as session:
        village = site.village(session)
        copy = copy_of(village, neighbour, origin)
        change(village, copy, sections=with_section(copy.draft, "goal", BETTER))
        service.publish_template(session, site.settings, copy)
        session.commit()
        return copy.id


@pytest.fixture
def offered(site, neighbour):
    """An offer of the neighbour for a format of ours; gives the key of our format and the offer's number."""
    with site.runtime.database.session() as session:
        village = site.village(session)
        ours = service.create_template(session, AUSTERLITZ_EET)
        service.publish_template(session, site.settings, ours)
        copy = copy_of(neighbour, village, ours)
        sections = with_section(copy.draft, "goal", BETTER)
        change(neighbour, copy, sections=sections, summary=ATTACK)
        service.publish_template(neighbour.session, neighbour.settings, copy)
        offering.offer(neighbour.session, neighbour.settings, copy, note=ATTACK, by="Jo")
        pass_on(neighbour, village)
        session.commit()
        number = session.query(TemplateOffer).one().id
        return ours.id, f"/formats/voorstellen/{number}"


def sent(site):
    with site.runtime.database.session() as session:
        return site.village(session).sent()


def seen_on(page):
    return re.search(r'name="seen" value="([^"]+)"', page.text).group(1)


def test_a_change_is_offered_with_a_word_and_taken_back(site, copied):
    assert "Aanbieden wat wij veranderden" in site.get("supporter", f"/formats/{copied}").text
    assert "Aanbieden wat wij veranderden" not in site.get("", f"/formats/{copied}").text
    page = site.get("supporter", f"/formats/{copied}/aanbieden")
    assert "verhuizing" in page.text
    bad = site.post("supporter", f"/formats/{copied}/aanbieden", {"note": "Bel 06 12345678"})
    assert bad.status_code == 422
    assert "Bel 06 12345678" in bad.text
    assert re.search(r'id="note-error".*?telefoonnummer', bad.text, re.DOTALL)
    site.post("supporter", f"/formats/{copied}/aanbieden", {"note": "Zo werkt het bij ons."})
    assert sent(site)[-1]["object"]["offerNote"] == "Zo werkt het bij ons."
    assert "Zij hebben nog niet geantwoord" in site.get("supporter", f"/formats/{copied}").text
    assert "Wij boden aan" in site.get("", "/netwerk/delen").text
    site.post("supporter", f"/formats/{copied}/aanbieden/terug")
    assert sent(site)[-1]["type"] == "Undo"


def test_the_board_sees_chooses_previews_and_takes_over(site, offered):
    key, address = offered
    assert "voorstellen van anderen" in site.get("board", "/werkplek").text
    assert address in site.get("board", "/formats/voorstellen").text
    page = site.get("board", address)
    assert "<script>alert" not in page.text
    assert "verhuizing" in page.text
    form = {"seen": seen_on(page), "choice-summary": "ours", "choice-sections/goal": "theirs"}
    form |= {"changeClass": "improvement", "changeNote": "Van Elsendorp.", "answer": "Dank!"}
    assert "Zo wordt het" in site.post("board", address, {**form, "action": "preview"}).text
    bad = site.post("board", address, {**form, "changeClass": "nonsense", "action": "take"})
    assert bad.status_code == 422
    assert "Dank!" in bad.text
    assert site.post("board", address, {**form, "action": "take"}).status_code == 303
    public = site.get("", f"/formats/{key}")
    assert BETTER in public.text
    assert "Samen eten aan een lange tafel." in public.text
    assert "Samen beter gemaakt met" in public.text
    answer = sent(site)[-1]
    assert (answer["type"], answer["object"]["answerNote"]) == ("Accept", "Dank!")
    assert "U nam dit over in versie 2." in site.get("board", address).text


def test_the_board_declines_with_a_word_and_may_come_back_on_it(site, offered):
    _key, address = offered
    assert site.post("board", address, {"action": "decline", "answer": "x" * 501}).status_code == 422
    assert site.post("board", address, {"action": "decline", "answer": "Past niet."}).status_code == 303
    assert sent(site)[-1]["type"] == "Reject"
    page = site.get("board", address)
    assert "U wees dit af." in page.text
    assert site.post("board", address, {"action": "take", "seen": seen_on(page)}).status_code == 422
    form = {"seen": seen_on(page), "changeClass": "correction", "action": "take"}
    assert site.post("board", address, form).status_code == 303
    assert sent(site)[-1]["type"] == "Accept"


def test_who_has_no_right_is_refused(site, copied, offered):
    pages = (f"/formats/{copied}/aanbieden", "/formats/voorstellen", offered[1])
    for role in ("", "member", "treasurer"):
        for path in pages:
            assert site.get(role, path).status_code in {302, 403}, (role, path)
        for path in (pages[0], f"{pages[0]}/terug", pages[2]):
            assert site.post(role, path, {"action": "take"}).status_code in {302, 403}, (role, path)
    with site.runtime.database.session() as session:
        assert session.query(TemplateOffer).one().state == "waiting"


@pytest.mark.parametrize("path", ["/formats/voorstellen/999", "/formats/voorstellen/99999999999"])
def test_an_offer_that_does_not_exist(site, path):
    assert site.get("board", path).status_code == 404
    assert site.post("board", path, {"action": "take"}).status_code == 404


def test_programs_offer_and_take_back(site, copied):
    api, headers = site.app.test_client(), site.token("supporter", "read", "write:templates")
    address = f"/api/v1/templates/{copied}/offers"
    made = api.post(address, json={"note": "Zo werkt het."}, headers=headers)
    assert (made.status_code, made.json["state"], made.json["community"]) == (
        201,
        "waiting",
        "Austerlitz Zorgt",
    )
    assert api.post(address, json={}, headers=headers).status_code == 409
    assert api.post(f"{address}/withdraw", headers=headers).json["state"] == "withdrawn"
    assert [each["state"] for each in api.get(address, headers=headers).json["items"]] == ["withdrawn"]
    assert api.post(address, json={"note": "x" * 501}, headers=headers).status_code == 422


def test_programs_see_choose_and_take_over(site, offered):
    api, headers = site.app.test_client(), site.token("board", "read", "write:templates")
    (listed,) = api.get("/api/v1/templates/offers", headers=headers).json["items"]
    address = f"/api/v1/templates/offers/{listed['id']}"
    found = api.get(address, headers=headers).json
    assert {each["place"] for each in found["differences"]} == {"summary", "sections/goal"}
    wanted = {"seen": found["seen"], "choices": {"summary": "ours"}}
    wanted["change"] = {"changeClass": "safety", "changeNote": ""}
    preview = api.post(f"{address}/accept", json={**wanted, "preview": True}, headers=headers)
    assert preview.json["content"]["summary"] == AUSTERLITZ_EET["summary"]
    assert api.post(f"{address}/accept", json=wanted, headers=headers).status_code == 422  # safety says why
    wanted["change"]["changeNote"] = "Niemand vergeten."
    taken = api.post(f"{address}/accept", json=wanted, headers=headers).json
    assert (taken["state"], taken["takenVersion"]) == ("taken", 2)
    assert api.post(f"{address}/decline", json={}, headers=headers).status_code == 409
    with site.runtime.database.session() as session:
        assert get_own(session, offered[0]).latest.change_class == "safety"
