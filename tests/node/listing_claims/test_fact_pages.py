"""The pages on which a village puts the entry beside its own profile, and the same for programs."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, update

from directory.replica.records import Record
from federation.actors.identities import get_identity
from node.communities.models import Community
from node.listing_claims.models import SentListingClaim
from tests.node.communities.test_former_profiles import change, profile
from tests.node.listing_claims.test_pages import ATTACK, listed, rows  # noqa: F401
from tests.node.village_pages import site  # noqa: F401
from tests.node.villages import neighbour  # noqa: F401

API = "/api/v1/listing-claims"


def published(site):  # noqa: F811
    """What the network was told of us last."""
    with site.runtime.database.session(write=False) as session:
        record = session.get(Record, get_identity(session, "cooperative").actor_uri)
        return record.document


def press(site, path, **chosen):  # noqa: F811
    """Choose on the page as it is now: ``path`` is that of a form with choices."""
    seen = re.search(r'name="seen" value="(\w+)"', site.get("board", path).text)
    more = {f"choice-{name}": value for name, value in chosen.items() if name not in {"way", "take"}}
    more |= {name: chosen[name] for name in ("way", "take") if name in chosen}
    return site.post("board", path, more | {"seen": seen[1] if seen else ""})


@pytest.fixture
def asked(site, listed):  # noqa: F811
    """The path of a claim without taking anything over."""
    answer = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", {"way": "letter"})
    assert answer.status_code == 303
    return answer.location


def test_one_press_asks_and_takes_the_facts_over(site, listed):  # noqa: F811
    form = site.get("board", f"/netwerk/overnemen/nieuw/{listed}")
    assert "Dit staat nog niet in uw profiel" in form.text
    assert re.search(r'name="choice-summary" value="theirs" checked', form.text)
    assert ATTACK not in form.text
    path = f"/netwerk/overnemen/nieuw/{listed}"
    answer = press(site, path, way="letter", take="1", summary="theirs", kind="theirs")
    assert answer.status_code == 303
    page = site.get("board", answer.location).text
    assert "Overgenomen in uw profiel" in page
    assert profile(site)["summary"] == f"Al lang. {ATTACK}"
    assert "Al lang." in published(site)["summary"]
    undone = site.post("board", f"{answer.location}/gegevens/terug")
    assert undone.status_code == 303
    assert profile(site)["summary"] == ""
    assert "Al lang." not in published(site)["summary"]
    twice = site.post("board", f"{answer.location}/gegevens/terug")
    assert "niets terug te draaien" in site.get("board", twice.location).text


def test_only_asking_changes_no_profile_and_what_is_wrong_keeps_the_choices(site, listed):  # noqa: F811
    path = f"/netwerk/overnemen/nieuw/{listed}"
    answer = press(site, path, way="", take="1", summary="theirs")
    assert answer.status_code == 422
    assert re.search(r'name="choice-summary" value="theirs" checked', answer.text)
    answer = press(site, path, way="letter", take="1", summary=ATTACK)
    assert answer.status_code == 422
    assert ATTACK not in answer.text
    assert rows(site, SentListingClaim) == []
    press(site, path, way="letter", summary="theirs")
    assert profile(site)["summary"] == ""


def test_later_from_the_page_of_the_claim_also_when_the_entry_is_gone(site, asked):  # noqa: F811
    with site.runtime.database.session() as session:
        (sent,) = rows(site, SentListingClaim)
        session.execute(delete(Record).where(Record.uri == sent.listing_uri))
        session.execute(update(SentListingClaim).values(state="granted", reason="granted"))
        session.commit()
    assert f"{asked}/gegevens" in site.get("board", asked).text
    page = site.get("board", f"{asked}/gegevens").text
    assert "Alles naast elkaar" in page
    assert ATTACK not in page
    nothing = press(site, f"{asked}/gegevens")
    assert "liet alles zoals het was" in site.get("board", nothing.location).text
    assert press(site, f"{asked}/gegevens", summary="both").status_code == 422
    assert press(site, f"{asked}/gegevens", summary="theirs").status_code == 303
    assert profile(site)["summary"] == f"Al lang. {ATTACK}"
    assert "Overgenomen" in site.get("board", asked).text
    assert site.get("supporter", f"{asked}/gegevens").status_code == 403
    assert site.post("member", f"{asked}/gegevens", {"choice-summary": "theirs"}).status_code == 403


def test_a_claim_of_before_we_kept_a_copy_says_so(site, asked):  # noqa: F811
    with site.runtime.database.session() as session:
        session.execute(delete(Record).where(Record.uri == rows(site, SentListingClaim)[0].listing_uri))
        session.execute(update(SentListingClaim).values(state="granted", entry={}))
        session.commit()
    assert "niets meer van deze vermelding" in site.get("board", f"{asked}/gegevens").text
    answer = site.post("board", f"{asked}/gegevens", {})
    assert "niets meer van deze vermelding" in site.get("board", answer.location).text


def test_a_draft_that_is_published_along_is_told_beforehand(site, asked):  # noqa: F811
    words = "wijzigingen die nog niet gepubliceerd zijn"
    assert words not in site.get("board", f"{asked}/gegevens").text
    change(site, telephone="0343 123456")
    assert words in site.get("board", f"{asked}/gegevens").text


def test_nobody_chooses_of_something_else_than_they_saw(site, asked, listed):  # noqa: F811
    seen = re.search(r'name="seen" value="(\w+)"', site.get("board", f"{asked}/gegevens").text)[1]
    change(site, summary="Dit schreef een ander net.")
    told = {"seen": seen, "choice-summary": "theirs"}
    answer = site.post("board", f"{asked}/gegevens", told)
    assert "veranderde iets" in site.get("board", answer.location).text
    again = site.post("board", f"/netwerk/overnemen/nieuw/{listed}", told | {"way": "letter", "take": "1"})
    assert again.status_code == 409
    assert "veranderde iets" in again.text
    assert profile(site)["summary"] == "Dit schreef een ander net."


def test_a_refused_claim_offers_nothing(site, asked):  # noqa: F811
    with site.runtime.database.session() as session:
        session.execute(update(SentListingClaim).values(state="refused", reason="refused"))
        session.commit()
    assert "Overnemen in ons profiel" not in site.get("board", f"{asked}/gegevens").text
    answer = press(site, f"{asked}/gegevens", summary="theirs")
    assert "niet van u" in site.get("board", answer.location).text
    assert profile(site)["summary"] == ""


def test_a_profile_without_facts_of_its_own_can_be_compared(site, listed):  # noqa: F811
    with site.runtime.database.session() as session:
        session.execute(update(Community).values(initiative=None))
        session.commit()
    assert site.get("board", f"/netwerk/overnemen/nieuw/{listed}").status_code == 200


def test_a_program_puts_them_beside_each_other_and_chooses(site, listed):  # noqa: F811
    board, browser = site.token("board"), site.app.test_client()
    before = browser.get(f"{API}/entries/{listed}/facts", headers=board).json["items"]
    summary = next(each for each in before if each["field"] == "summary")
    assert (summary["choices"], summary["chosen"]) == (["ours", "theirs"], "theirs")
    assert summary["source"]["sourceName"] == "Landelijk"
    made = browser.post(f"{API}/sent", json={"entry": listed, "way": "letter"}, headers=board).json
    assert made["taken"] == []
    one = f"{API}/sent/{made['id']}/facts"
    fields = {each["field"] for each in browser.get(one, headers=board).json["items"]}
    assert {"name", "summary", "kind", "areas"} <= fields
    wrong = browser.post(one, json={"choices": {"summary": "both"}}, headers=board)
    assert wrong.status_code == 422
    taken = browser.post(one, json={"choices": {"summary": "theirs"}}, headers=board)
    assert "summary" in taken.json["taken"]
    assert taken.json["takenAt"]
    assert browser.get("/api/v1/community").json["summary"] == f"Al lang. {ATTACK}"
    assert browser.delete(one, headers=board).json["taken"] == []
    assert browser.get("/api/v1/community").json["summary"] == ""
    assert browser.delete(one, headers=board).status_code == 409
    assert browser.post(one, json={}, headers=site.token("board", "read")).status_code == 403
    assert browser.post(one, json={}, headers=site.token("supporter")).status_code == 403


def test_a_program_asks_and_takes_over_in_one_call(site, listed):  # noqa: F811
    board, browser = site.token("board"), site.app.test_client()
    made = browser.post(f"{API}/sent", json={"entry": listed, "way": "letter", "choices": {}}, headers=board)
    assert made.status_code == 201
    assert "summary" in made.json["taken"]
    assert "Al lang." in site.get("", "/ons-dorp").text
