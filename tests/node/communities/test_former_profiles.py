"""The profile keeps what it said before, and where each of its facts comes from."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from federation.actors.identities import get_identity
from node.communities import former
from node.communities.models import ProfileRevision, get_community
from node.communities.service import save_profile
from tests.node.village_pages import site  # noqa: F401

LIST = "/ons-dorp/eerder"
ATTACK = "<script>alert('x')</script>"
SOURCE = {"field": "foundedOn", "sourceName": "Lijst van de provincie", "statedOn": "2024-05-03"}
FORMAT = "https://dorp.example/formats/1"


def change(site, by="Bo", **told):  # noqa: F811
    """Somebody saves the profile by another way than the form."""
    with site.runtime.database.session() as session:
        community = get_community(session)
        own = {name: told.pop(name, getattr(community, name)) for name in ("name", "summary", "telephone")}
        facts = {**community.initiative, **told}
        save_profile(session, community, {**own, "accent": "sea", "initiative": facts}, by=by)
        session.commit()


def profile(site):  # noqa: F811
    with site.runtime.database.session(write=False) as session:
        return former.profile_of(get_community(session))


def sent_form(site, **changed):  # noqa: F811
    """The form as it opens, saved with something else in it."""
    facts = profile(site)
    values = {"name": facts["name"], "summary": "", "accent": "leaf", "kind": "caring_village"}
    values |= {"places": "Austerlitz (Zeist)", "foundedOn": str(facts["initiative"].get("foundedOn") or "")}
    answer = site.post("board", "/ons-dorp/bewerken", values | changed)
    assert answer.status_code == 303


def test_each_save_keeps_what_was_there_and_one_press_brings_it_back(site):  # noqa: F811
    assert "Nog geen eerdere versies" in site.get("board", LIST).text
    sent_form(site, summary=f"Eerst dit. {ATTACK}", kvkNumber="12345678")
    sent_form(site, summary="Toen dat.", kvkNumber="12345678")
    page = site.get("board", LIST).text
    assert page.count("Daarna gewijzigd") == 2
    newest = re.search(rf"{LIST}/(\d+)", page)[1]
    one = site.get("board", f"{LIST}/{newest}").text
    assert "Toen dat." in one
    assert "Eerst dit." in one
    assert ATTACK not in one
    assert site.post("board", f"{LIST}/{newest}/terug").status_code == 303
    assert profile(site)["summary"] == f"Eerst dit. {ATTACK}"
    assert profile(site)["initiative"]["kvkNumber"] == "12345678"
    with site.runtime.database.session(write=False) as session:
        reasons = session.scalars(select(ProfileRevision.reason).order_by(ProfileRevision.revision)).all()
        names = set(session.scalars(select(ProfileRevision.replaced_by)))
        assert get_identity(session, "cooperative").summary == "", "going back publishes nothing by itself"
    assert reasons == ["changed", "changed", "restored"]
    assert len(names) == 1
    again = site.post("board", f"{LIST}/{newest}/terug")
    assert again.status_code == 303
    assert "Dit staat nu in het profiel" in site.get("board", again.location).text
    assert site.get("board", f"{LIST}/99").status_code == 404
    assert site.get("supporter", LIST).status_code == 403
    assert site.post("member", f"{LIST}/{newest}/terug").status_code == 403


def test_saving_the_same_keeps_nothing(site):  # noqa: F811
    sent_form(site, summary="Wij.")
    sent_form(site, summary="Wij.")
    with site.runtime.database.session(write=False) as session:
        assert get_community(session).revision == 1


def test_the_form_loses_no_source_and_nothing_that_it_does_not_ask(site):  # noqa: F811
    change(site, foundedOn=2011, sources=[SOURCE], activities=[FORMAT])
    sent_form(site, summary="Een ander verhaal.")
    assert profile(site)["initiative"]["sources"] == [SOURCE]
    assert profile(site)["initiative"]["activities"] == [FORMAT]
    sent_form(site, foundedOn="2012")
    assert profile(site)["initiative"]["sources"] == [], "nobody but the village says 2012"
    first = min(each.row.revision for each in versions(site) if each.row.content["initiative"]["sources"])
    assert site.post("board", f"{LIST}/{first}/terug").status_code == 303
    assert profile(site)["initiative"]["foundedOn"] == 2011
    assert profile(site)["initiative"]["sources"] == [SOURCE]


def versions(site):  # noqa: F811
    with site.runtime.database.session(write=False) as session:
        return former.list_former(session, get_community(session))


def test_the_oldest_of_many_are_forgotten(site):  # noqa: F811
    for number in range(former.KEPT + 3):
        change(site, summary=f"Verhaal {number}")
    kept = [each.row.revision for each in versions(site)]
    assert kept == list(range(former.KEPT + 2, 2, -1))


def test_a_program_reads_them_and_goes_back(site):  # noqa: F811
    change(site, summary="Eerst dit.")
    change(site, summary="Toen dat.", by=ATTACK)
    board, browser = site.token("board"), site.app.test_client()
    api = "/api/v1/community/former"
    newest, oldest = browser.get(api, headers=board).json["items"]
    assert (newest["changed"], newest["content"]["summary"]) == (["summary"], "Eerst dit.")
    assert set(oldest["changed"]) == {"summary", "accent"}
    restored = browser.post(f"{api}/{newest['revision']}/restore", headers=board)
    assert restored.json == {"revision": 3}
    assert browser.get("/api/v1/community").json["summary"] == "Eerst dit."
    assert browser.post(f"{api}/{newest['revision']}/restore", headers=board).status_code == 409
    assert browser.post(f"{api}/99/restore", headers=board).status_code == 404
    reading = site.token("board", "read")
    assert browser.post(f"{api}/{newest['revision']}/restore", headers=reading).status_code == 403
    assert browser.get(api, headers=site.token("supporter")).status_code == 403


@pytest.mark.parametrize("nothing", [None, {}])
def test_a_profile_that_told_nothing_yet_is_kept_too(site, nothing):  # noqa: F811
    with site.runtime.database.session() as session:
        get_community(session).initiative = nothing
        session.commit()
    sent_form(site, summary="Nu wel.")
    (only,) = versions(site)
    assert "areas" in {each.field for each in only.changed}
    assert site.get("board", f"{LIST}/{only.row.revision}").status_code == 200
