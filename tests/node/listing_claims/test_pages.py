"""The pages of village and coordinator, the link of the mail, and the same for programs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from directory.replica import ingest
from directory.replica.publishing import publish_record
from directory.search.index import key_of
from federation.actors.identities import actor_document, create_identity, get_identity
from federation.actors.remote_actors import remember_actor
from federation.relations.followers import Follow
from federation.relations.members import add_member
from federation.sending.published import PublishedActivity
from node.accounts.spoken_codes import new_code, read_code
from node.communities.models import Community, find_community
from node.communities.publishing import publish_profile
from node.listing_claims import codes
from node.listing_claims.models import ListingClaim, SentListingClaim
from node.listing_claims.receiving import Claimed, receive
from node.listing_claims.website import PATH
from node.listings import service as listings
from node.listings.models import Listing
from node.mail.models import MailMessage
from tests.node.listings.conftest import hub_site  # noqa: F401
from tests.node.listings.hubs import AREAS, content
from tests.node.signing_in import csrf_of
from tests.node.village_pages import site  # noqa: F401
from tests.node.villages import neighbour  # noqa: F401
from tests.records import entry

ATTACK = "<script>alert('x')</script>"
PROFILE = {
    "name": "Elsendorp Zorgt",
    "place_id": 1,
    "place_name": "Elsendorp",
    "municipality": "Gemert-Bakel",
    "summary": "",
    "is_village": True,
    "is_hub": False,
    "initiative": {"kind": "neighbour_care", "areas": [AREAS["Austerlitz"]]},
}
"""Of the neighbour."""


@pytest.fixture
def claimed(hub_site, neighbour):  # noqa: F811
    """The neighbour claims an entry with an attack in its texts: the page of that claim."""
    return claim_by(hub_site, neighbour, "letter", "Austerlitz")


def claim_by(hub_site, neighbour, way, place):  # noqa: F811
    """The page of a claim that a member makes on a new entry about this place."""
    mailing = replace(hub_site.settings, mail_url="smtp://127.0.0.1:1", mail_from="gids@hub.example")
    with hub_site.runtime.database.session() as session:
        document = actor_document(neighbour.session, neighbour.settings, neighbour.cooperative)
        add_member(session, get_identity(session, "hub").actor_uri, remember_actor(session, document))
        contact = {"email": "info@dorp.example", "website": "https://dorp.example"}
        told = content(f"Zorg {ATTACK}", summary=ATTACK, areas=[AREAS[place]], contact=contact)
        listing = listings.create(session, mailing, told, by="Ans")
        uri = f"{document['id']}/claims/{way}"
        claim = receive(session, mailing, Claimed(uri, document["id"], listing.uri, way))
        session.commit()
        return f"/werkkamer/overnames/{claim.id}"


@pytest.fixture
def listed(site, neighbour):  # noqa: F811
    """An entry that a hub keeps, which Austerlitz joined: its key."""
    there, settings = neighbour.session, neighbour.settings
    hub = create_identity(
        there, settings, role="hub", username="land", name="Landelijk", base_url="http://127.0.0.1:8101"
    )
    told = entry("Austerlitz Zorgt", summary=f"Al lang. {ATTACK}")
    activity = publish_record(there, settings, hub, "Create", told)
    with site.runtime.database.session() as session:
        remember_actor(session, actor_document(there, settings, hub))
        follow = {"direction": "out", "state": "accepted", "activity_uri": f"{hub.actor_uri}/1"}
        own = get_identity(session, "cooperative")
        session.add(Follow(identity_id=own.id, remote_uri=hub.actor_uri, **follow))
        ingest.apply(session, activity, via_uri=None)
        publish_profile(session, site.settings, find_community(session))
        session.commit()
    return key_of(activity["object"]["id"])


def rows(site, model):  # noqa: F811
    with site.runtime.database.session(write=False) as session:
        return list(session.scalars(select(model)))


def page_task(site, text):  # noqa: F811
    """The number before a line of the Werkplek."""
    return re.search(
        rf'task-count[^"]*">(\d+)</span><span class="task-text">{text}', site.get("board", "/werkplek").text
    )[1]


def test_a_village_finds_its_entry_and_claims_it(site, listed):  # noqa: F811
    page = site.get("board", "/netwerk/overnemen")
    assert "Austerlitz Zorgt" in page.text
    assert f"/netwerk/overnemen/nieuw/{listed}" in page.text
    assert f"/netwerk/overnemen/nieuw/{listed}" in site.get("board", f"/gids/{listed}").text
    assert "overnemen" not in site.get("", f"/gids/{listed}").text
    form = site.get("board", f"/netwerk/overnemen/nieuw/{listed}")
    assert ATTACK not in form.text
    assert 'value="website"' not in form.text, "this entry has no website"
    sent = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", {"way": "letter"})
    assert sent.status_code == 303
    page = site.get("board", sent.location)
    assert "Onderweg naar de hub" in page.text
    assert f"/nieuw/{listed}" not in site.get("board", "/netwerk/overnemen").text
    again = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", {"way": "letter"})
    assert again.status_code == 409
    assert "al aan" in again.text
    shared = site.get("board", "/netwerk/delen").text
    assert "Wij zeiden dat een vermelding in de gids over ons gaat" in shared
    todo = "stappen om uw vermelding in de gids over te nemen"
    assert page_task(site, todo) == "0"
    with site.runtime.database.session() as session:
        session.execute(update(SentListingClaim).values(reason="letter_sent"))
        session.commit()
    assert page_task(site, todo) == "1"
    wrong = site.post("board", f"{sent.location}/code", {"code": "<b>niets"})
    assert wrong.status_code == 422
    assert "&lt;b&gt;niets" in wrong.text
    assert site.post("board", f"{sent.location}/code", {"code": new_code()}).status_code == 303
    assert site.post("board", f"{sent.location}/kijk").status_code == 409
    assert site.post("board", f"{sent.location}/terug").status_code == 303
    assert [each.state for each in rows(site, SentListingClaim)] == ["withdrawn"]
    about = [(each.type, each.document["object"]) for each in rows(site, PublishedActivity)]
    words = [word for word, thing in about if isinstance(thing, dict) and thing["type"] == "ListingClaim"]
    assert sorted(words) == ["Offer", "Offer", "Undo"]


def test_bad_choices_are_told_and_nothing_leaves(site, listed):  # noqa: F811
    for way in ("", "website", ATTACK):
        answer = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", {"way": way})
        assert answer.status_code == 422
        assert ATTACK not in answer.text
    with site.runtime.database.session() as session:
        session.execute(update(Community).values(profile_published_at=None))
        session.commit()
    answer = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", {"way": "person"})
    assert answer.status_code == 409
    assert "Publiceer eerst uw eigen profiel" in answer.text
    assert rows(site, SentListingClaim) == []
    assert site.get("board", "/netwerk/overnemen/99").status_code == 404
    assert site.get("board", "/netwerk/overnemen/nieuw/0000000000000000").status_code == 404
    for role in ("member", "supporter"):
        assert site.get(role, "/netwerk/overnemen").status_code == 403


def test_a_node_serves_the_file_of_its_own_open_claims(site, listed):  # noqa: F811
    assert site.get("", PATH).json == {"claims": []}
    sent = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", {"way": "person"})
    with site.runtime.database.session() as session:
        session.execute(update(SentListingClaim).values(way="website", website="http://127.0.0.1:8080/x"))
        session.commit()
    (claim,) = rows(site, SentListingClaim)
    (line,) = site.get("", PATH).json["claims"]
    assert line["entry"] == claim.listing_uri
    page = site.get("board", sent.location)
    assert f"http://127.0.0.1:8080{PATH}" in page.text
    download = site.get("board", f"{sent.location}/bestand")
    assert download.json == {"claims": [line]}
    assert "omzien-claim.json" in download.headers["Content-Disposition"]
    assert site.post("board", f"{sent.location}/kijk").status_code == 303


def test_the_coordinator_sees_who_claims_and_prints_a_letter(hub_site, claimed):  # noqa: F811
    assert "dorpen die hun vermelding overnemen" in hub_site.get("coordinator", "/werkkamer").text
    index = hub_site.get("coordinator", "/werkkamer/overnames")
    assert claimed in index.text
    assert ATTACK not in index.text
    page = hub_site.get("coordinator", claimed)
    assert page.status_code == 200
    assert ATTACK not in page.text
    letter = hub_site.post("coordinator", f"{claimed}/brief")
    assert letter.headers["Cache-Control"] == "no-store"
    assert ATTACK not in letter.text
    code = re.search(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", letter.text)[1]
    (claim,) = rows(hub_site, ListingClaim)
    assert claim.secret_hash == codes.hash_of(code)
    assert code not in hub_site.get("coordinator", claimed).text
    assert hub_site.post("coordinator", f"{claimed}/weigeren", {"note": ATTACK}).status_code == 303
    decided = hub_site.get("coordinator", "/werkkamer/overnames?staat=beslist")
    assert claimed in decided.text
    assert ATTACK not in hub_site.get("coordinator", claimed).text
    assert hub_site.post("coordinator", f"{claimed}/brief").status_code == 409
    assert hub_site.post("coordinator", f"{claimed}/ongedaan").status_code == 303
    assert rows(hub_site, ListingClaim)[0].state == "contested"
    assert hub_site.post("coordinator", f"{claimed}/bewijs").status_code == 303
    assert hub_site.post("coordinator", f"{claimed}/bewijs").status_code == 303  # told, and nothing changed
    assert rows(hub_site, ListingClaim)[0].state == "waiting"
    assert hub_site.post("coordinator", f"{claimed}/toekennen", {"note": "Gebeld"}).status_code == 303
    assert rows(hub_site, ListingClaim)[0].state == "proven", "their profile is not here yet"
    for role in ("supporter", "member"):
        assert hub_site.get(role, claimed).status_code == 403


ADDRESS = "Noaberhulp\n  Dorpsstraat 1 \n\n3711 AA  Austerlitz"


def test_a_letter_has_an_address_that_goes_with_the_decision(hub_site, claimed):  # noqa: F811
    assert 'name="address"' in hub_site.get("coordinator", claimed).text
    letter = hub_site.post("coordinator", f"{claimed}/brief", {"address": f"{ADDRESS}\n{ATTACK}"}).text
    assert "Noaberhulp<br>Dorpsstraat 1<br>3711 AA Austerlitz<br>" in letter
    assert ATTACK not in letter
    (claim,) = rows(hub_site, ListingClaim)
    page = hub_site.get("coordinator", claimed).text
    assert "Dorpsstraat 1" in page, "it is there for the next letter"
    for wrong in ("\n".join("1234567"), "x" * 401):
        answer = hub_site.post("coordinator", f"{claimed}/brief", {"address": wrong})
        assert answer.status_code == 422
        assert wrong in answer.text
    assert rows(hub_site, ListingClaim)[0].secret_hash == claim.secret_hash, "no letter was made"
    told = str([each.document for each in rows(hub_site, PublishedActivity)])
    assert "Dorpsstraat" not in told
    hub_site.post("coordinator", f"{claimed}/weigeren", {"note": ""})
    assert rows(hub_site, ListingClaim)[0].postal_address == ""
    assert "Dorpsstraat" not in hub_site.get("coordinator", claimed).text


def test_doubts_are_shown_before_anything_else(hub_site, neighbour):  # noqa: F811
    path = claim_by(hub_site, neighbour, "person", "Esbeek")
    assert "een andere gemeente dan de vermelding" in hub_site.get("coordinator", path).text
    assert "een andere gemeente dan de vermelding" in hub_site.get("coordinator", "/werkkamer/overnames").text


def test_the_link_of_the_mail(hub_site, neighbour):  # noqa: F811
    path = claim_by(hub_site, neighbour, "mail", "Austerlitz")
    (mail,) = rows(hub_site, MailMessage)
    link = "/overname/" + re.search(r"/overname/(\S+)", mail.body)[1]
    client = hub_site.app.test_client()
    page = client.get(link)
    assert page.status_code == 200
    assert ATTACK not in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert rows(hub_site, ListingClaim)[0].state == "waiting", "opening a link answers nothing"
    token = csrf_of(page)
    assert client.post(link, data={"csrf_token": token, "said": ATTACK}).status_code == 422
    thanks = client.post(link, data={"csrf_token": token, "said": "no"}, follow_redirects=True)
    assert "Er verandert niets" in thanks.text
    assert client.get(link).status_code == 404
    assert client.get("/overname/niets").status_code == 404
    assert "Geweigerd" in hub_site.get("coordinator", path).text


def test_a_village_does_it_by_program(site, listed):  # noqa: F811
    board, browser = site.token("board"), site.app.test_client()
    api = "/api/v1/listing-claims/sent"
    made = browser.post(api, json={"entry": listed, "way": "letter"}, headers=board)
    assert (made.status_code, made.json["state"], made.json["way"]) == (201, "waiting", "letter")
    one = f"{api}/{made.json['id']}"
    assert browser.get(one, headers=board).json["name"] == "Austerlitz Zorgt"
    assert len(browser.get(f"{one}/file", headers=board).json["claims"]) == 1
    assert browser.post(f"{one}/code", json={"code": "kort"}, headers=board).status_code == 422
    assert browser.post(f"{one}/code", json={"code": new_code()}, headers=board).status_code == 200
    assert browser.post(f"{one}/look", headers=board).status_code == 409
    assert browser.delete(one, headers=board).json["state"] == "withdrawn"
    assert len(browser.get(api, headers=board).json["items"]) == 1
    assert browser.post(api, json={"entry": listed, "way": "x"}, headers=board).status_code == 422
    assert browser.get(api).status_code == 401
    reading = site.token("board", "read")
    assert browser.post(api, json={"entry": listed, "way": "letter"}, headers=reading).status_code == 403


def test_a_coordinator_does_it_by_program(hub_site, claimed):  # noqa: F811
    coordinator, browser = hub_site.token("coordinator"), hub_site.app.test_client()
    api = "/api/v1/listing-claims/received"
    (found,) = browser.get(api, headers=coordinator).json["items"]
    one = f"{api}/{found['id']}"
    assert (found["state"], found["way"], found["doubts"]) == ("waiting", "letter", [])
    letter = browser.post(f"{one}/letter", headers=coordinator)
    assert read_code(letter.json["code"])
    assert letter.json["address"] == ""
    browser.post(f"{one}/letter", json={"address": ADDRESS}, headers=coordinator)
    again = browser.post(f"{one}/letter", headers=coordinator).json["address"]
    assert again == "Noaberhulp\nDorpsstraat 1\n3711 AA Austerlitz"
    assert browser.get(one, headers=coordinator).json["postalAddress"] == again
    assert browser.post(f"{one}/letter", json={"address": "1\n" * 7}, headers=coordinator).status_code == 422
    assert browser.post(f"{one}/let-proof-decide", headers=coordinator).status_code == 409
    refused = browser.post(f"{one}/refuse", json={"note": "Nee."}, headers=coordinator)
    assert (refused.json["state"], refused.json["note"]) == ("refused", "Nee.")
    assert browser.get(f"{api}?decided=true", headers=coordinator).json["items"][0]["id"] == found["id"]
    assert browser.post(f"{one}/grant", json={}, headers=coordinator).status_code == 409
    assert browser.post(f"{one}/undo", headers=coordinator).json["state"] == "contested"
    assert browser.post(f"{one}/grant", json={}, headers=coordinator).json["state"] == "proven"
    assert browser.get(one, headers=coordinator).json["reason"] == "no_profile"
    assert browser.get(f"{api}/99", headers=coordinator).status_code == 404
    assert browser.get(api, headers=hub_site.token("supporter")).status_code == 403


def test_from_the_villages_page_a_coordinator_reads_what_the_entry_was(hub_site, neighbour):  # noqa: F811
    path = claim_by(hub_site, neighbour, "person", "Austerlitz")
    with hub_site.runtime.database.session() as session:
        publish_profile(neighbour.session, neighbour.settings, Community(**PROFILE))
        ingest.apply(session, neighbour.sent()[-1], via_uri=None)
        session.commit()
    hub_site.post("coordinator", f"{path}/toekennen", {"note": ATTACK})
    (listing,) = rows(hub_site, Listing)
    village = key_of(neighbour.cooperative.actor_uri)
    history = f"/werkkamer/vermeldingen/{listing.key}/geschiedenis"
    for page in (f"/gids/{village}", f"/werkkamer/vermelding/{village}"):
        shown = hub_site.get("coordinator", page).text
        assert history in shown
        assert ATTACK not in shown
    assert history not in hub_site.get("", f"/gids/{village}").text
    assert history not in hub_site.get("supporter", f"/gids/{village}").text
    versions = hub_site.get("coordinator", history).text
    assert "Overgenomen door het eigen dorp" in versions
    assert "Terug naar deze versie" not in versions, "it is the village's own now"
    assert "info@dorp.example" in versions, "what it said can be read"
    assert ATTACK not in versions
    api = f"/api/v1/follow-ups/entries/{village}/before"
    browser, coordinator = hub_site.app.test_client(), hub_site.token("coordinator")
    (before,) = browser.get(api, headers=coordinator).json["items"]
    assert before["id"] == listing.key
    revisions = browser.get(f"/api/v1/listings/{before['id']}/revisions", headers=coordinator)
    assert [each["action"] for each in revisions.json["items"]] == ["claimed", "created"]
    assert browser.get(api, headers=hub_site.token("supporter")).status_code == 403
