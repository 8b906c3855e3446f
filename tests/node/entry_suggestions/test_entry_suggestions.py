"""An initiative that is missing in the guide is proposed by anybody, and decided on by a coordinator."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.replica.entries import Entry
from federation import runtime as runtime_module
from federation.database import now
from node.app import create_app
from node.entry_suggestions import forms, service
from node.entry_suggestions.jobs import sweep
from node.entry_suggestions.models import EntrySuggestion
from node.listings import reviewing
from node.listings.models import Listing, ListingRevision
from node.listings.service import NewListing
from node.mail.jobs import send as send_mail
from node.mail.models import MailMessage
from schemas.errors import InvalidInput, NotFound, TooMany
from tests.node.listings.sites import hub_site
from tests.node.mail_server import mail_server
from tests.node.signing_in import csrf_of
from tests.node.village_pages import Site, site

__all__ = ["hub_site", "site"]
PAGE = "/gids/aanmelden"
TOLD = {"name": "Soep in Esbeek", "place": "Esbeek", "kind": "neighbour_care", "summary": "Elke week soep."}


def fill_in(at, form=None, *, seconds=30):
    """Send the form as somebody who took this long."""
    browser = at.browser("")
    token = csrf_of(browser.get(PAGE))
    opened = forms.stamp(at.settings, now() - timedelta(seconds=seconds))
    return browser.post(PAGE, data={"csrf_token": token, "opened": opened, **TOLD, **(form or {})})


def kept(at, model=Listing):
    with at.runtime.database.session(write=False) as session:
        return list(session.scalars(select(model)))


def decide(at, answer):
    """A coordinator decides on the one proposal."""
    (listing,) = kept(at)
    path = f"/werkkamer/vermeldingen/{listing.key}/voorstellen/1"
    return at.post("coordinator", path, {"answer": answer, "based_on": "0", "decision": "Ons geheim"})


def test_a_stranger_proposes_and_nobody_sees_it_before_a_coordinator_takes_it(hub_site):
    assert PAGE in hub_site.get("", "/gids").text
    assert fill_in(hub_site, {"website": "soep.example"}).status_code == 303
    assert hub_site.get("", f"{PAGE}/bedankt").status_code == 200
    assert not [entry for entry in kept(hub_site, Entry) if entry.name == TOLD["name"]]
    assert TOLD["name"] in hub_site.get("coordinator", "/werkkamer/vermeldingen").text
    listed = (
        hub_site.browser("")
        .get("/api/v1/entry-suggestions", headers=hub_site.token("coordinator"))
        .json["items"]
    )
    assert [(each["name"], each["getsAnswer"]) for each in listed] == [(TOLD["name"], False)]
    assert decide(hub_site, "approve").status_code == 303
    (entry,) = [entry for entry in kept(hub_site, Entry) if entry.name == TOLD["name"]]
    assert (entry.website, entry.email, entry.kind) == ("https://soep.example", None, "neighbour_care")


def test_who_is_no_coordinator_reads_no_proposals(hub_site):
    for role in ("member", "supporter"):
        told = hub_site.token(role)
        assert hub_site.browser("").get("/api/v1/entry-suggestions", headers=told).status_code == 403


def test_a_node_that_is_no_hub_has_no_such_form(site: Site, session):
    assert site.get("", PAGE).status_code == 404
    assert PAGE not in site.get("", "/gids").text
    with pytest.raises(NotFound):
        service.suggest(session, site.settings, forms.content_of(dict(forms.typed(TOLD))))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Kijk op www.goedkoop.example"}, "name"),
        ({"name": "Goedkope leningen op geldnu.nl"}, "name"),
        ({"name": "GELDNU.NL/nu"}, "name"),
        ({"summary": "Koop <a href=x>hier</a> https://x.example"}, "summary"),
        ({"summary": "Bel Truus: 06 12345678"}, "summary"),
        ({"name": "truus@dorp.example"}, "name"),
        ({"place": ""}, "place"),
        ({"place": "Xyzzyplugh"}, "place"),
        ({"place": "Oudega"}, "place"),
        ({"kind": "casino"}, "kind"),
        ({"website": "javascript://x"}, "website"),
        ({"name": "\x00"}, "name"),
    ],
)
def test_what_does_not_belong_in_the_guide_comes_back_with_a_word(hub_site, told, field):
    answer = fill_in(hub_site, told)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert kept(hub_site) == []


@pytest.mark.parametrize("name", ["v.v.Esbeek", "Eetclub St.Jan e.o.", "K.B.O. Alphen a.d. Rijn"])
def test_a_short_form_in_a_name_is_no_web_address(name):
    assert forms.content_of(forms.typed({**TOLD, "name": name}))["name"] == name


def test_a_name_that_several_places_have_is_asked_about(hub_site):
    page = fill_in(hub_site, {"place": "Oudega"}).text
    choices = re.findall(r'<option value="(Oudega[^"]*)"', page)
    assert len(choices) > 1
    assert fill_in(hub_site, {"place": choices[0]}).status_code == 303


def test_programs_that_spread_advertising_get_nowhere(hub_site):
    assert fill_in(hub_site, {forms.TRAP: "x"}).status_code == 303
    for seconds in (0, 2, 3600 * 25, -100):
        assert fill_in(hub_site, seconds=seconds).status_code == 422, seconds
    for stamp in ("", "1", "9" * 20, f"{int(now().timestamp()) - 30}.{'0' * 32}", "é.é"):
        assert fill_in(hub_site, {"opened": stamp}).status_code == 422, stamp
    assert kept(hub_site) == []


def test_what_is_in_the_guide_already_is_shown_first(hub_site):
    fill_in(hub_site)
    decide(hub_site, "approve")
    again = fill_in(hub_site)
    assert again.status_code == 409
    assert TOLD["name"] in again.text
    assert fill_in(hub_site, {"is_another": "1"}).status_code == 303


def test_there_is_an_end_to_what_a_team_can_look_at(hub_site, monkeypatch):
    monkeypatch.setattr(service, "MOST_A_DAY", 1)
    assert fill_in(hub_site).status_code == 303
    assert fill_in(hub_site, {"is_another": "1"}).status_code == 429
    with hub_site.runtime.database.session() as session:
        session.execute(update(EntrySuggestion).values(asked_at=now() - timedelta(days=2)))
        monkeypatch.setattr(service, "MOST_WAITING", 1)
        with pytest.raises(TooMany):
            service.suggest(session, hub_site.settings, forms.content_of(forms.typed(TOLD)))


@pytest.fixture
def mailing(hub_site):
    """The hub with a mail server."""
    with mail_server() as post:
        settings = dataclasses.replace(hub_site.settings, mail_url=post.url, mail_from="gids@hub.example")
        runtime = dataclasses.replace(hub_site.runtime, settings=settings)
        runtime_module.install(runtime)
        yield Site(create_app(settings, runtime), runtime, settings), post


@pytest.mark.parametrize(("answer", "words"), [("approve", "staat er nu in"), ("reject", "niet opgenomen")])
def test_the_answer_goes_to_the_address_and_then_nobody_has_it(mailing, answer, words):
    at, post = mailing
    assert fill_in(at, {"email": "truus@"}).status_code == 422
    assert fill_in(at, {"email": "truus@dorp.example"}).status_code == 303
    sweep()
    assert post.taken == [], "nothing is sent to an address before a person decided"
    (listing,) = kept(at)
    assert (
        "e-mailadres achter"
        in at.get("coordinator", f"/werkkamer/vermeldingen/{listing.key}/voorstellen/1").text
    )
    decide(at, answer)
    sweep()
    send_mail()
    (mail,) = post.taken
    assert mail["To"] == "truus@dorp.example"
    assert words in mail.get_content()
    assert "Ons geheim" not in mail.get_content()
    assert (TOLD["name"] in f"{mail['Subject']} {mail.get_content()}") is (answer == "approve")
    assert [each.email for each in kept(at, EntrySuggestion)] == [""]
    assert kept(at, MailMessage) == []
    sweep()
    send_mail()
    assert len(post.taken) == 1


@pytest.mark.parametrize("way", ["page", "program"])
def test_what_is_rejected_without_an_answer_is_told_to_nobody(mailing, way):
    at, post = mailing
    fill_in(at, {"email": "buur@dorp.example"})
    (listing,) = kept(at)
    path = f"/werkkamer/vermeldingen/{listing.key}/voorstellen/1"
    if way == "page":
        assert f'formaction="{path}/zonder-antwoord"' in at.get("coordinator", path).text
        assert at.post("coordinator", f"{path}/zonder-antwoord", {"decision": "Reclame"}).status_code == 303
    else:
        address = f"/api/v1/entry-suggestions/{listing.key}/proposals/1/reject-unanswered"
        token = at.token("coordinator", "write:directory")
        assert at.browser("").post(address, json={}, headers=token).status_code == 204
    assert [each.email for each in kept(at, EntrySuggestion)] == [""]
    assert [each.state for each in kept(at, ListingRevision)] == ["rejected"]
    sweep()
    send_mail()
    assert (post.taken, kept(at, MailMessage)) == ([], [])
    again = at.post("coordinator", f"{path}/zonder-antwoord", {})
    assert again.status_code == 409


def test_without_an_answer_only_what_came_from_the_form_is_rejected(session, hub_site):
    listing = reviewing.propose_new(
        session, NewListing(forms.content_of(forms.typed(TOLD)), "Lijst van Ans"), by="Ans"
    )
    (proposal,) = reviewing.proposals(session, listing)
    with pytest.raises(NotFound):
        service.reject_unanswered(session, listing, proposal, by="Bea")
    assert proposal.state == "proposed"


@pytest.mark.parametrize("email", ["a\x00@b.example", "Win geld op x.example <a@b.example>", "a@[1.2.3.4]"])
def test_an_address_is_one_address_and_nothing_else(mailing, email):
    at, _post = mailing
    answer = fill_in(at, {"email": email})
    assert answer.status_code == 422
    assert re.search(r'id="email-error".*Vul alleen één e-mailadres in', answer.text)
    assert kept(at) == []


def test_an_answer_that_does_not_come_is_not_waited_for(mailing):
    at, _post = mailing
    fill_in(at, {"email": "truus@dorp.example"})
    with at.runtime.database.session() as session:
        session.execute(update(EntrySuggestion).values(asked_at=now() - service.UNANSWERED))
        session.commit()
    sweep()
    assert [each.email for each in kept(at, EntrySuggestion)] == [""]
    assert len(kept(at)) == 1


def test_of_what_was_rejected_nothing_stays_and_what_was_taken_stays(hub_site):
    for name in ("Onzin BV", TOLD["name"]):
        fill_in(hub_site, {"name": name, "is_another": "1"})
    with hub_site.runtime.database.session() as session:
        (bad, first), (good, second) = [
            (listing, revision) for revision, listing in reviewing.waiting(session)
        ]
        reviewing.reject(session, bad, first, by="Ans")
        reviewing.approve(session, hub_site.settings, good, second, by="Ans")
        session.commit()
    sweep()
    with hub_site.runtime.database.session() as session:
        session.execute(update(EntrySuggestion).values(answered_at=now() - service.REJECTED))
        session.commit()
    sweep()
    assert [each.name for each in kept(hub_site)] == [TOLD["name"]]
    assert len(kept(hub_site, ListingRevision)) == 1
    assert kept(hub_site, EntrySuggestion) == []


def test_a_bad_address_is_told_before_it_is_kept(session, hub_site):
    settings = dataclasses.replace(hub_site.settings, mail_url="smtp://127.0.0.1:1", mail_from="a@b.example")
    with pytest.raises(InvalidInput):
        service.suggest(session, settings, forms.content_of(forms.typed(TOLD)), email="x\ny@z")
