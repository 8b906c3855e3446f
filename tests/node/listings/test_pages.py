"""The coordinator's pages of listings, as people use them; complete without JavaScript."""

from __future__ import annotations

import html
import re

import pytest

from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_records
from directory.search import index
from federation.actors.identities import get_identity
from node.listings.models import Listing
from tests.node.listings.hubs import content

LIST = "/werkkamer/vermeldingen"
FORM = {
    "name": "Noaberhulp Esbeek",
    "summary": "Wij helpen elkaar.",
    "kind": "neighbour_care",
    "places": "Esbeek",
    "phase": "starting",
    "source": "Hun website",
}


def added(hub_site, **changes):
    """The address of a new listing."""
    answer = hub_site.post("coordinator", f"{LIST}/nieuw", FORM | changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def text_of(answer):
    """A page as people read it."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def key_of(address):
    """The key in an address."""
    return address.rstrip("/").rsplit("/", 1)[1]


def test_a_coordinator_adds_an_initiative_and_everybody_finds_it(hub_site):
    assert "Nog geen vermeldingen" in hub_site.get("coordinator", LIST).text
    more = {"languages": ["fy", "dse"], "partners": "Huisartsen\nSchool", "kvkNumber": "12345678"}
    page = added(hub_site, **more)
    shown = text_of(hub_site.get("coordinator", page))
    assert "Fries, Nederlandse Gebarentaal" in shown
    assert "Hun website" in shown
    public = text_of(hub_site.get("", f"/gids/{key_of(page)}"))
    assert "Huisartsen, School" in public
    assert "12345678" in public
    assert "Wie zei wat" in public
    assert "Noaberhulp Esbeek" in hub_site.get("coordinator", f"{LIST}?q=noaber&state=published").text


def test_the_way_to_change_stands_on_the_entry_for_those_who_may(hub_site):
    public = f"/gids/{key_of(added(hub_site))}"
    assert "bewerken" not in hub_site.get("", public).text
    assert "Stel een wijziging voor" in hub_site.get("supporter", public).text
    assert "bewerken" in hub_site.get("coordinator", public).text


@pytest.mark.parametrize("role", ["", "member", "supporter"])
def test_only_a_coordinator_decides(hub_site, role):
    key = key_of(added(hub_site))
    for path in (f"{LIST}/nieuw", f"{LIST}/{key}/doen/sluiten", f"{LIST}/{key}/geschiedenis/1/terug"):
        assert hub_site.post(role, path, FORM).status_code in {302, 303, 401, 403}
    with hub_site.runtime.database.session() as session:
        assert [each.state for each in session.query(Listing)] == ["published"]


def test_what_is_wrong_is_told_and_nothing_is_lost(hub_site):
    wrong = FORM | {"foundedOn": "ooit", "otherNames": "De Noabers"}
    answer = hub_site.post("coordinator", f"{LIST}/nieuw", wrong)
    assert answer.status_code == 422
    assert "Dit is geen jaartal" in answer.text
    assert "De Noabers" in answer.text
    answer = hub_site.post(
        "coordinator", f"{LIST}/nieuw", FORM | {"kvkNumber": "12", "themes": ["meeting"] * 50}
    )
    assert answer.status_code == 422
    assert "acht cijfers" in answer.text


def test_a_place_that_exists_several_times_asks_which_one(hub_site):
    answer = hub_site.post("coordinator", f"{LIST}/nieuw", FORM | {"places": "Oudega"})
    assert answer.status_code == 422
    assert "Smallingerland" in answer.text


def test_a_place_is_looked_up_and_added_without_losing_the_form(hub_site):
    form = FORM | {"find_place": "Oude", "find_place_now": "1"}
    answer = hub_site.post("coordinator", f"{LIST}/nieuw", form)
    choice = re.search(r'name="add_place" value="(\d+)"', answer.text)
    assert choice
    answer = hub_site.post("coordinator", f"{LIST}/nieuw", FORM | {"add_place": choice[1]})
    assert "Noaberhulp Esbeek" in answer.text
    assert re.search(r"Esbeek\nOude\w+ \(", html.unescape(answer.text))
    part = hub_site.post("coordinator", f"{LIST}/plaatsen", {"find_place": "Austerl", "places": ""})
    assert "Austerlitz (gemeente Zeist, Utrecht)" in part.text
    assert "<html" not in part.text


def test_contact_data_needs_consent(hub_site):
    contact = {"contact_email": "info@noabers.example", "contact_telephone": "013 123 45 67"}
    answer = hub_site.post("coordinator", f"{LIST}/nieuw", FORM | contact)
    assert answer.status_code == 422
    assert "goedvindt" in answer.text
    nobody = hub_site.post("coordinator", f"{LIST}/nieuw", FORM | contact | {"consent": "1"})
    assert nobody.status_code == 422
    assert "Schrijf op wie dat goedvond" in nobody.text
    late = FORM | contact | {"consent": "1", "consent_by": "Het bestuur", "consent_on": "2999-01-01"}
    assert hub_site.post("coordinator", f"{LIST}/nieuw", late).status_code == 422
    agreed = {"consent": "1", "consent_by": "Penningmeester Wim", "consent_on": "2026-01-05"}
    page = added(hub_site, **contact, **agreed, private_email="truus@thuis.example")
    shown = text_of(hub_site.get("coordinator", page))
    assert "Penningmeester Wim vond dit goed op 5 januari 2026" in shown
    public = hub_site.get("", f"/gids/{key_of(page)}").text
    assert "info@noabers.example" in public
    assert "truus@thuis.example" not in public
    assert "truus@thuis.example" in hub_site.get("coordinator", page).text
    with hub_site.runtime.database.session() as session:
        (item,) = session.query(FeedItem)
    assert "info@noabers.example" in str(item.document)
    assert "truus" not in str(item.document)
    assert "Penningmeester" not in str(item.document)
    assert "Penningmeester" not in public
    edit = f"{page}/bewerken"
    assert 'value="Penningmeester Wim"' in hub_site.get("coordinator", edit).text
    assert "Penningmeester" not in hub_site.get("supporter", edit).text
    proposal = FORM | contact | {"based_on": "1", "consent": "1", "contact_email": "x@noabers.example"}
    assert hub_site.post("supporter", edit, proposal).status_code == 422
    assert hub_site.post("supporter", edit, proposal | {"consent_by": "Piet"}).status_code == 303


def test_two_coordinators_edit_at_once_and_nothing_is_lost(hub_site):
    page = added(hub_site)
    first = FORM | {"based_on": "1", "phase": "running", "foundedOn": "2015"}
    assert hub_site.post("coordinator", f"{page}/bewerken", first).status_code == 303
    second = FORM | {"based_on": "1", "name": "Noabers Esbeek", "phase": "mature"}
    answer = hub_site.post("coordinator", f"{page}/bewerken", second)
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "Iemand anders heeft dit intussen gewijzigd" in shown
    assert "U wijzigde allebei “Fase”" in shown
    assert 'value="Noabers Esbeek"' in answer.text
    assert 'value="2015"' in answer.text
    assert 'name="based_on" value="2"' in answer.text
    again = second | {"based_on": "2", "foundedOn": "2015"}
    assert hub_site.post("coordinator", f"{page}/bewerken", again).status_code == 303
    public = text_of(hub_site.get("", f"/gids/{key_of(page)}"))
    assert "2015" in public
    assert "stevig geworteld" in public


@pytest.mark.parametrize("revision", ["²", "9" * 5000, "1" + "0" * 30])
def test_a_revision_that_cannot_be_is_none(hub_site, revision):
    page = added(hub_site)
    answer = hub_site.post(
        "coordinator", f"{page}/bewerken", FORM | {"based_on": revision, "phase": "running"}
    )
    assert answer.status_code == 409
    assert "Iemand anders heeft dit intussen gewijzigd" in text_of(answer)


def test_a_proposal_is_seen_by_the_coordinator_and_published_on_a_press(hub_site):
    page = added(hub_site)
    public = f"/gids/{key_of(page)}"
    proposal = FORM | {"based_on": "1", "phase": "running", "note": "Ze zijn begonnen"}
    assert hub_site.post("supporter", f"{page}/bewerken", proposal).status_code == 303
    assert "in opbouw" in hub_site.get("", public).text
    found = re.search(rf"{LIST}/\w+/voorstellen/\d+", hub_site.get("coordinator", LIST).text)
    shown = text_of(hub_site.get("coordinator", found[0]))
    assert "in opbouw draait" in shown
    assert "Ze zijn begonnen" in shown
    stale = hub_site.post("coordinator", found[0], {"answer": "approve", "based_on": "0"})
    assert stale.headers["Location"].endswith(found[0])
    assert "in opbouw" in hub_site.get("", public).text
    hub_site.post("coordinator", found[0], {"answer": "approve", "based_on": "1"})
    assert "draait" in hub_site.get("", public).text
    assert hub_site.post("coordinator", found[0], {"answer": "approve"}).status_code == 409


def test_the_history_shows_what_changed_and_goes_back(hub_site):
    page = added(hub_site)
    hub_site.post("coordinator", f"{page}/bewerken", FORM | {"based_on": "1", "phase": "running"})
    history = text_of(hub_site.get("coordinator", f"{page}/geschiedenis"))
    assert "Fase in opbouw draait" in history
    assert hub_site.post("coordinator", f"{page}/geschiedenis/1/terug").status_code == 303
    assert "in opbouw" in hub_site.get("", f"/gids/{key_of(page)}").text
    assert "Eerdere versie teruggezet" in hub_site.get("coordinator", f"{page}/geschiedenis").text


def test_confirmed_closed_opened_withdrawn_and_back(hub_site):
    page = added(hub_site)
    words_after = {"bevestigen": "Bevestigd op", "sluiten": "Beëindigd", "heropenen": "Gepubliceerd"}
    for what, words in words_after.items():
        assert hub_site.post("coordinator", f"{page}/doen/{what}").status_code == 303
        assert words in hub_site.get("coordinator", page).text
    assert hub_site.post("coordinator", f"{page}/doen/opheffen").status_code == 404
    hub_site.post("coordinator", f"{page}/doen/intrekken")
    assert hub_site.get("", f"/gids/{key_of(page)}").status_code == 404
    back = hub_site.post("coordinator", f"{page}/doen/heropenen").headers["Location"]
    assert hub_site.get("", f"/gids/{key_of(back)}").status_code == 200


def test_scripts_in_every_field_are_text(hub_site):
    script = "<script>alert(1)</script>"
    texts = ("name", "summary", "otherNames", "partners", "source", "note", "private_name")
    page = added(hub_site, **dict.fromkeys(texts, script))
    hub_site.post("coordinator", f"{page}/bewerken", FORM | {"based_on": "1", "name": f"{script}2"})
    pages = (page, f"{page}/geschiedenis", f"{page}/bewerken", LIST, f"/gids/{key_of(page)}")
    for each in pages:
        shown = hub_site.get("coordinator", each)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text


def test_an_entry_from_before_is_taken_over_when_it_is_opened(hub_site):
    with hub_site.runtime.database.session() as session:
        hub = get_identity(session, "hub")
        document = {"type": "Organization", **content("Van vroeger")}
        (activity,) = publish_records(session, hub_site.settings, hub, [document])
        session.commit()
    page = f"{LIST}/{index.key_of(activity['object']['id'])}"
    assert "Van vroeger" in hub_site.get("coordinator", page).text
    changed = hub_site.post("coordinator", f"{page}/bewerken", FORM | {"based_on": "1"})
    assert changed.status_code == 303, changed.text
    assert "Van vroeger" in hub_site.get("coordinator", f"{page}/geschiedenis").text
    assert hub_site.get("coordinator", f"{LIST}/0123456789abcdef").status_code == 404


def test_two_coordinators_edit_whom_to_ask_and_nothing_is_lost(hub_site):
    page = added(hub_site, private_name="Truus", private_email="truus@thuis.example")
    edit = f"{page}/bewerken"
    shown = hub_site.get("coordinator", edit).text
    assert 'name="private_was_email" value="truus@thuis.example"' in shown
    old = {
        "based_on": "1",
        "private_name": "Truus",
        "private_email": "truus@thuis.example",
        "private_was_name": "Truus",
        "private_was_email": "truus@thuis.example",
    }
    first = FORM | old | {"private_name": "Mies", "private_email": "mies@thuis.example"}
    assert hub_site.post("coordinator", edit, first).status_code == 303
    assert hub_site.post("coordinator", edit, FORM | old | {"phase": "running"}).status_code == 303
    told = hub_site.get("coordinator", page).text
    assert "mies@thuis.example" in told
    assert "truus@thuis.example" not in told
    contested = FORM | old | {"based_on": "2", "phase": "running", "private_email": "jo@thuis.example"}
    answer = hub_site.post("coordinator", edit, contested)
    assert answer.status_code == 409
    assert "U wijzigde allebei “Wie vragen wij iets: e-mailadres”" in text_of(answer)
    assert 'value="jo@thuis.example"' in answer.text
    assert 'name="private_was_email" value="mies@thuis.example"' in answer.text
    again = contested | {
        "private_name": "Mies",
        "private_was_name": "Mies",
        "private_was_email": "mies@thuis.example",
    }
    assert hub_site.post("coordinator", edit, again).status_code == 303
    assert "jo@thuis.example" in hub_site.get("coordinator", page).text
    assert "thuis.example" not in hub_site.post("supporter", edit, contested | {"based_on": "1"}).text
