"""Duplicates in the browser and for programs: found, merged, undone, suggested; no scripts get in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from node.duplicates.models import Duplicate
from node.listings import service as listings
from tests.node.listings.hubs import AREAS, content

ATTACK = "<script>alert('x')</script>"
ROOM = "/werkkamer/dubbelen"


@pytest.fixture
def pair(site):
    """Two listings of one initiative with an attack in their names."""
    with site.runtime.database.session() as session:
        for name in (f"De Lindeboom {ATTACK}", f"Stichting de Lindeboom {ATTACK}"):
            told = content(name, summary=ATTACK, kvkNumber="12345678", partners=[ATTACK, name])
            listings.create(session, site.settings, told, by="Ans")
        session.commit()
    assert site.post("coordinator", f"{ROOM}/zoeken").status_code == 303
    with site.runtime.database.session() as session:
        return session.scalars(select(Duplicate.id)).one()


def test_a_coordinator_merges_and_undoes_without_a_script(site, pair):
    page = site.get("coordinator", ROOM)
    assert "hetzelfde KvK-nummer" in page.text
    assert f"{ROOM}/{pair}" in page.text
    compare = site.get("coordinator", f"{ROOM}/{pair}")
    assert compare.status_code == 200
    assert ATTACK not in page.text + compare.text
    stays = compare.text.split('name="stays" value="')[1].split('"')[0]
    form = {"stays": stays, "field-name": "goes"}
    assert site.post("coordinator", f"{ROOM}/{pair}/samenvoegen", form).status_code == 303
    assert site.post("coordinator", f"{ROOM}/{pair}/samenvoegen", form).status_code == 409
    merged = site.get("coordinator", f"{ROOM}?staat=merged")
    assert "Terugdraaien" in merged.text
    assert site.get("coordinator", f"{ROOM}/{pair}").status_code == 200
    assert site.post("coordinator", f"{ROOM}/{pair}/terugdraaien").status_code == 303
    assert site.post("coordinator", f"{ROOM}/{pair}/verschillend", {"note": ATTACK}).status_code == 303
    apart = site.get("coordinator", f"{ROOM}?staat=different").text
    assert "alert(" in apart
    assert ATTACK not in apart
    assert site.post("coordinator", f"{ROOM}/{pair}/terugdraaien").status_code == 303


def test_who_has_no_right_sees_and_decides_nothing(site, pair):
    for role in ("", "member"):
        for path in (ROOM, f"{ROOM}/{pair}", f"{ROOM}/lijkt-op?name=Linde"):
            assert site.get(role, path).status_code in {302, 403}, path
        for word in ("samenvoegen", "verschillend", "terugdraaien"):
            assert site.post(role, f"{ROOM}/{pair}/{word}", {"stays": "x"}).status_code in {302, 403}
    assert site.get("coordinator", f"{ROOM}/999999").status_code == 404
    assert site.get("coordinator", f"{ROOM}?staat=onzin&page=-3").status_code == 200


def test_while_typing_the_form_shows_what_is_there(site, pair):
    found = site.get("coordinator", f"{ROOM}/lijkt-op?name=lindebom&places=Esbeek&kvkNumber=12345678").text
    assert found.count("<li>") == 2
    assert ATTACK not in found
    assert site.get("coordinator", f"{ROOM}/lijkt-op?name=").text.strip() == ""


def test_programs_get_suggestions_and_decide_by_the_same_rules(site, pair):
    api, path = site.app.test_client(), "/api/v1/duplicates"
    place = AREAS["Esbeek"]["placeId"]
    items = api.get(f"{path}/suggestions?name=Lindeboom&places={place}&kvkNumber=1234.56.78").json["items"]
    assert len(items) == 2
    assert items[0]["reasonsFor"][0] == "same_kvk"
    assert api.get(f"{path}/suggestions").json["items"] == []
    assert api.get(f"{path}/suggestions?kind=onzin").status_code == 422
    assert api.get(path).status_code == 401
    reader, writer = site.token("coordinator", "read"), site.token("coordinator", "write:directory")
    (found,) = api.get(path, headers=reader).json["items"]
    assert api.post(f"{path}/{pair}/merge", json={"stays": found["left"]}, headers=reader).status_code == 403
    wrong = {"stays": found["left"], "fields": {"name": "beide"}}
    assert api.post(f"{path}/{pair}/merge", json=wrong, headers=writer).status_code == 422
    merged = api.post(f"{path}/{pair}/merge", json={"stays": found["left"]}, headers=writer)
    assert merged.json["state"] == "merged"
    assert api.post(f"{path}/{pair}/undo", headers=writer).json["state"] == "open"
    apart = api.post(f"{path}/{pair}/keep-apart", json={"note": "twee"}, headers=writer)
    assert (apart.json["state"], apart.json["note"]) == ("different", "twee")
    assert api.post(f"{path}/{pair}/undo", headers=writer).json["state"] == "open"


def test_who_adds_an_initiative_twice_is_asked_and_may_say_that_it_is_another(site):
    form = {"name": "Klusbus De Boomgaard", "places": "Esbeek", "kind": "transport", "kvkNumber": "12345678"}
    new = "/werkkamer/vermeldingen/nieuw"
    assert 'hx-get="/werkkamer/dubbelen/lijkt-op"' in site.get("coordinator", new).text
    assert site.post("coordinator", new, form).status_code == 303
    again = site.post("coordinator", new, {**form, "name": "Stichting klusbus Boomgaard"})
    assert again.status_code == 409
    assert "hetzelfde KvK-nummer" in again.text
    assert 'name="is_another"' in again.text
    assert "Stichting klusbus Boomgaard" in again.text
    assert site.post("coordinator", new, {**form, "is_another": "1"}).status_code == 303
