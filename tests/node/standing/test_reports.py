"""Reports: what leaves, what comes in from whom in which shape, and what is decided about it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.identities import find_identity, get_identity
from federation.receiving.inbox import Received, find_listener
from federation.relations.standing import PeerRule
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from node.standing import inbox, reporting, reports
from node.standing.models import Report
from schemas.errors import Conflict, InvalidInput, NotFound, TooMany
from tests.node.standing.conftest import HUB, work
from tests.records import entry

ELDERS = "https://elders.example/actors/alice"
SECRET = "Truus de Vries, 06-12345678"


def receive(site, activity, actor=ELDERS):
    """What the worker does with an admitted Flag."""
    with site.runtime.database.session() as session:
        handle = find_listener("Flag", "")
        document = {"id": f"{actor}/flags/1", "type": "Flag", "actor": actor, **activity}
        handle(Received(session, site.settings, actor, document, document.get("object", "")))
        session.commit()


def kept(site):
    with site.runtime.database.session(write=False) as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def sent(site):
    with site.runtime.database.session(write=False) as session:
        return list(session.scalars(select(PublishedActivity).where(PublishedActivity.type == "Flag")))


def form(shown, **changes):
    return {"wat": shown.entry_uri, "reason": "outdated", "text": "Deze groep is gestopt.", **changes}


def test_the_team_reports_something_in_the_name_of_the_place(site, shown):
    assert "Meld dat er iets niet klopt" in first_entry(site, "supporter")
    assert "Meld dat er iets niet klopt" not in first_entry(site, "")
    page = site.get("supporter", f"/netwerk/melden?wat={shown.entry_uri}").text
    for text in ("Wat de deur uit gaat", "coördinator van Landelijk Netwerk", "Uw eigen naam gaat niet mee"):
        assert text in page
    assert site.post("supporter", "/netwerk/melden", form(shown, to_owner="1")).status_code == 303
    flag = sent(site)[0]
    assert flag.document["object"] == [shown.entry_uri]
    assert flag.document["reportReason"] == "outdated"
    assert flag.document["content"] == "Deze groep is gestopt."
    assert sorted(flag.document["to"]) == sorted([HUB, shown.actor_uri])
    assert not flag.is_public
    assert "supporter" not in str(flag.document)
    with site.runtime.database.session(write=False) as session:
        assert flag.document["actor"] == get_identity(session, "cooperative").actor_uri
        assert len(session.scalars(select(Delivery).where(Delivery.activity_uri == flag.uri)).all()) == 2
    report = kept(site)[0]
    assert (report.is_ours, report.reported_by, report.state) == (True, "Test supporter", "open")
    assert "Een melding dat er iets niet klopt" in site.get("", "/netwerk/delen").text


def first_entry(site, role):
    guide = site.get(role, "/gids?q=eetgroep").text
    return site.get(role, re.search(r'href="(/gids/[a-z0-9]+)"', guide).group(1)).text


def test_without_a_hub_or_the_owner_it_stays_with_our_own_board(site, shown):
    with site.runtime.database.session() as session:
        record = session.get(Record, shown.entry_uri)
        assert [hub.uri for hub in reporting.find_subject(session, record.uri).hubs] == [HUB]
        document = entry("Onze groep")
        us = get_identity(session, "cooperative")
        own = publish_record(session, site.settings, us, "Create", document)["object"]["id"]
        subject = reporting.find_subject(session, own)
        assert (subject.hubs, subject.may_tell_owner) == ([], False)
        session.commit()
    site.post("supporter", "/netwerk/melden", form(shown, wat=own))
    assert sent(site) == []
    assert kept(site)[0].sent_to == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "anders"}, "reason"),
        ({"text": "x" * 501}, "text"),
        ({"text": SECRET}, "text"),
        ({"text": "Haar BSN is 111222333"}, "text"),
        ({"text": "NL91ABNA0417164300"}, "text"),
        ({"text": "vraag truus@dorp.example"}, "text"),
    ],
)
def test_a_text_about_people_does_not_leave(site, shown, change, field):
    answer = site.post("supporter", "/netwerk/melden", form(shown, **change))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sent(site) == []
    assert kept(site) == []


def test_the_same_is_not_reported_twice_and_what_we_do_not_have_not_at_all(site, shown):
    assert site.post("supporter", "/netwerk/melden", form(shown)).status_code == 303
    assert site.post("board", "/netwerk/melden", form(shown)).status_code == 409
    for uri in ("https://elders.example/objects/9", "", "x" * 3000):
        assert site.get("supporter", f"/netwerk/melden?wat={uri}").status_code == 404
        assert site.post("supporter", "/netwerk/melden", form(shown, wat=uri)).status_code == 404
    for role in ("", "member"):
        assert site.post(role, "/netwerk/melden", form(shown)).status_code in {302, 403}


SHAPES = {
    "ours": lambda uri: {"object": [uri], "reportReason": "harmful", "content": "Kwetsend."},
    "mastodon": lambda uri: {"object": [uri.split("/objects")[0] + "/actors/x", uri], "content": "Kwetsend."},
    "fedify": lambda uri: {"object": {"id": uri, "type": "Article"}, "content": "Kwetsend."},
    "one address": lambda uri: {"object": uri, "summary": "x", "content": "Kwetsend."},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_is_understood_in_every_shape(site, shown, shape):
    receive(site, SHAPES[shape](shown.entry_uri))
    report = kept(site)[0]
    assert shown.entry_uri in report.about
    assert report.owner_uri == shown.actor_uri
    assert report.text == "Kwetsend."
    assert report.reason == ("harmful" if shape == "ours" else "other")
    page = site.get("board", "/netwerk/meldingen").text
    assert "Eetgroep Elsendorp" in page
    assert "elders.example" in page


def test_a_report_with_an_attack_is_shown_as_text(site, shown):
    attack = "<script>alert(1)</script>"
    bad = ["javascript:alert(1)", 7, None, {"id": 3}, "https://x.example/\x00"]
    receive(site, {"object": [shown.entry_uri, *bad], "content": attack, "reportReason": ["x"]})
    page = site.get("board", "/netwerk/meldingen").text
    assert attack not in page
    assert "javascript:" not in page
    assert kept(site)[0].about == [shown.entry_uri]
    receive(site, {"id": "https://elders.example/f/2", "object": [shown.template_uri], "content": {"a": 1}})
    assert kept(site)[1].text == ""


def test_the_same_report_is_counted_and_a_flood_is_refused(site, shown, monkeypatch):
    activity = {"object": [shown.entry_uri]}
    receive(site, activity)
    receive(site, activity)  # the same message once more
    receive(site, {**activity, "id": "https://elders.example/f/2"})
    assert [report.times for report in kept(site)] == [2]
    monkeypatch.setattr(inbox, "MOST_OPEN", 2)
    receive(site, {"id": "https://elders.example/f/3", "object": [shown.template_uri]})
    with pytest.raises(TooMany):
        receive(
            site,
            {"id": "https://elders.example/f/4", "object": [shown.actor_uri]},
            "https://elders.example/actors/bob",
        )
    receive(site, {"id": "https://daar.example/f/1", "object": [shown.entry_uri]}, "https://daar.example/a")
    assert len(kept(site)) == 3


@pytest.mark.parametrize("carried", [[], "", 7, ["geen adres"], [None], {"id": 5}])
def test_a_report_about_nothing_is_refused(site, shown, carried):
    with pytest.raises(InvalidInput):
        receive(site, {"object": carried})


def test_a_report_about_something_unknown_is_not_ours_to_judge(site, shown):
    with pytest.raises(NotFound):
        receive(site, {"object": ["https://daar.example/objects/1"]})
    assert kept(site) == []


def test_the_board_silences_the_owner_and_takes_it_back(site, shown):
    receive(site, {"object": [shown.entry_uri], "reportReason": "harmful"})
    report_id = kept(site)[0].id
    assert "meldingen dat er iets niet klopt" in site.get("board", "/werkplek").text
    path = f"/netwerk/meldingen/{report_id}"
    for bad in (
        {"verdict": ""},
        {"verdict": "silence", "answer": ""},
        {"verdict": "withdraw", "answer": "x"},
    ):
        answer = site.post("board", f"{path}/afhandelen", bad)
        assert answer.status_code == 422, bad
    good = {"verdict": "silence", "answer": "Ze stoppen er niet mee"}
    assert site.post("board", f"{path}/afhandelen", good).status_code == 303
    assert site.post("board", f"{path}/afhandelen", good).status_code == 409
    work(site)
    assert "Eetgroep Elsendorp" not in site.get("", "/gids").text
    assert "Ze stoppen er niet mee" in site.get("board", "/netwerk/wie").text
    handled = site.get("board", "/netwerk/meldingen?staat=afgehandeld").text
    assert "De eigenaar is stil gezet" in handled
    assert site.post("board", f"{path}/terugdraaien").status_code == 303
    work(site)
    assert "Eetgroep Elsendorp" in site.get("", "/gids").text
    assert kept(site)[0].state == "open"
    with site.runtime.database.session(write=False) as session:
        assert session.scalars(select(PeerRule)).all() == []
    assert site.post("board", f"{path}/terugdraaien").status_code == 409


def test_our_own_record_is_withdrawn_and_that_is_for_good(site, shown):
    with site.runtime.database.session() as session:
        own = find_identity(session, "cooperative")
        published = publish_record(session, site.settings, own, "Create", entry("Onze oude groep"))
        uri = published["object"]["id"]
        session.commit()
    receive(site, {"object": [uri], "reportReason": "outdated"})
    report_id = kept(site)[0].id
    page = site.get("board", "/netwerk/meldingen").text
    assert "Het intrekken uit het netwerk" in page
    with site.runtime.database.session() as session, pytest.raises(InvalidInput):
        reports.handle(session, site.settings, report_id, "suspend", answer="x", by="Anna")
    answer = {"verdict": "withdraw", "answer": "Klopt, bestaat niet meer"}
    assert site.post("board", f"/netwerk/meldingen/{report_id}/afhandelen", answer).status_code == 303
    assert "Onze oude groep" not in site.get("", "/gids").text
    assert site.post("board", f"/netwerk/meldingen/{report_id}/terugdraaien").status_code == 409
    with site.runtime.database.session() as session, pytest.raises(Conflict):
        reports.reopen(session, site.settings, report_id, by="Anna")


def test_programs_report_and_decide(site, shown):
    api, base = site.app.test_client(), "/api/v1/standing/reports"
    body = {"about": shown.entry_uri, "reason": "wrong", "text": "Andere plaats."}
    assert api.post(base, json=body).status_code == 401
    assert api.post(base, json=body, headers=site.token("member")).status_code == 403
    made = api.post(base, json=body, headers=site.token("supporter"))
    assert (made.status_code, made.json["sentTo"]) == (201, ["Landelijk Netwerk"])
    assert api.post(base, json={**body, "name": "x"}, headers=site.token("supporter")).status_code == 422
    assert api.get(base, headers=site.token("supporter")).status_code == 403
    board = site.token("board")
    assert api.get(base, headers=board).json["items"][0]["about"] == [shown.entry_uri]
    path = f"{base}/{made.json['id']}"
    handled = api.post(f"{path}/handle", json={"verdict": "nothing"}, headers=board)
    assert (handled.json["state"], handled.json["handledBy"]) == ("handled", "Test board")
    assert api.get(f"{base}?state=handled", headers=board).json["total"] == 1
    assert api.post(f"{path}/reopen", headers=board).json["state"] == "open"
    assert api.post(f"{base}/999/handle", json={"verdict": "nothing"}, headers=board).status_code == 404
