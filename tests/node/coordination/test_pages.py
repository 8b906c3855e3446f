"""The coordinator's room in the browser and for programs."""

from __future__ import annotations

import pytest

from directory.replica.templates import KnownTemplate
from federation.database import now
from node.listings import service as listings
from tests.node.listings.hubs import content

ATTACK = "<script>alert('x')</script>"
PAGES = ("", "/dekking", "/dekking?province=NL-NB", "/groei", "/selecties")


@pytest.fixture
def entry(site):
    """An entry with an attack in its name."""
    with site.runtime.database.session() as session:
        told = content(
            f"Eten {ATTACK}", themes=["eating"], foundedOn=2015, contact={"email": "x@dorp.example"}
        )
        listings.create(session, site.settings, told, by="Ans")
        session.commit()


def test_every_page_is_for_the_coordinator_alone(site, entry):
    for path in PAGES:
        page = site.get("coordinator", f"/werkkamer{path}")
        assert page.status_code == 200, path
        assert ATTACK not in page.text
        for role in ("", "member"):
            assert site.get(role, f"/werkkamer{path}").status_code in {302, 403}
    assert site.get("coordinator", "/werkkamer/dekking?province=onzin").status_code == 422
    assert "Bewaar deze selectie" not in site.get("", "/gids?theme=eating").text


def test_a_selection_is_saved_from_the_guide_written_to_and_thrown_away(site, entry):
    assert "Bewaar deze selectie" in site.get("coordinator", "/gids?theme=eating").text
    room = "/werkkamer/selecties"
    form = {"name": f"Eten {ATTACK}", "theme": "eating"}
    assert site.post("coordinator", room, form).status_code == 303
    again = site.post("coordinator", room, form)
    assert again.headers["Location"] == "/gids?theme=eating"
    page = site.get("coordinator", room).text
    assert ATTACK not in page
    assert f"{room}/1" in page
    assert site.get("", "/gids.atom?theme=eating").status_code == 200
    assert site.get("coordinator", f"{room}/1/bericht").status_code == 200
    example = site.post(
        "coordinator", f"{room}/1/bericht", {"subject": "Dag {naam}", "text": ATTACK, "look": "0"}
    )
    assert example.status_code == 200
    assert "Dag Eten" in example.text
    assert ATTACK not in example.text
    assert site.post("coordinator", f"{room}/1/bericht", {"subject": "", "text": ""}).status_code == 422
    off = site.post("coordinator", f"{room}/1/bericht", {"subject": "a", "text": "b", "do": "send"})
    assert off.status_code == 503
    table = site.get("coordinator", f"{room}/1/adressen.csv")
    assert table.headers["Cache-Control"] == "no-store"
    assert "x@dorp.example" in table.text
    for role in ("", "member"):
        assert site.get(role, f"{room}/1/adressen.csv").status_code in {302, 403}
        assert site.post(role, f"{room}/1/bericht", {"do": "send"}).status_code in {302, 403}
    assert site.post("coordinator", f"{room}/1/weg").status_code == 303
    assert site.post("coordinator", f"{room}/1/weg").status_code == 404


def test_programs_see_which_formats_travel(site):
    with site.runtime.database.session() as session:
        for key, parent in (("a", None), ("b", "a"), ("c", "a"), ("d", "b")):
            copied = f"https://{parent}.example/1" if parent else None
            known = KnownTemplate(
                uri=f"https://{key}.example/1", key=key, owner_uri="https://a.example", name=f"Eet {key}",
                version=1, content_hash="x", copied_from_uri=copied, license="CC-BY-4.0", updated_at=now(),
            )  # fmt: skip
            session.add(known)
        session.commit()
    grown = site.app.test_client().get("/api/v1/coordination/growth").json
    assert [(each["id"], each["name"], each["copies"]) for each in grown["adoption"]] == [
        ("a", "Eet a", 2),
        ("b", "Eet b", 1),
    ]
    assert "Eet a" in site.get("coordinator", "/werkkamer/groei").text


def test_programs_see_the_same(site, entry):
    api, path = site.app.test_client(), "/api/v1/coordination"
    covered = api.get(f"{path}/coverage?province=NL-NB").json
    assert {each["code"]: each["count"] for each in covered["provinces"]}["NL-NB"] == 1
    assert covered["municipalities"][-1]["count"] == 1
    assert api.get(f"{path}/coverage?province=onzin").status_code == 422
    grown = api.get(f"{path}/growth").json
    assert grown["themes"] == [{"code": "eating", "count": 1}]
    assert grown["years"] == [{"year": 2015, "began": 1, "ended": 0, "total": 1}]
    assert grown["adoption"] == []
    assert api.get(f"{path}/waiting").status_code == 401
    reader, writer = site.token("coordinator", "read"), site.token("coordinator", "write:directory")
    assert {each["name"] for each in api.get(f"{path}/waiting", headers=reader).json["items"]} >= {
        "tasks",
        "stale",
    }
    new = {"name": "Eten", "parameters": {"theme": "eating"}}
    assert api.post(f"{path}/views", json=new, headers=reader).status_code == 403
    made = api.post(f"{path}/views", json=new, headers=writer).json
    assert api.post(f"{path}/views", json=new, headers=writer).status_code == 409
    assert [each["name"] for each in api.get(f"{path}/views", headers=reader).json["items"]] == ["Eten"]
    assert api.delete(f"{path}/views/{made['id']}", headers=writer).status_code == 204
