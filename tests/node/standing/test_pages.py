"""Who speaks to us, in the browser: rules, reasons, the mode, undoing, and who may do it."""

from __future__ import annotations

import re

from federation.actors.remote_actors import RemoteActor
from federation.relations import deciding
from federation.relations.moves import block_if_alias_is
from federation.relations.standing import PeerRule, policy
from tests.node.standing.conftest import HUB, work

ATTACK = "\"><script>alert('x')</script>"
FORM = {"target": "elders.example", "rule": "suspend", "reason": "Stuurt reclame", "days": "0"}


def rules(site):
    with site.runtime.database.session(write=False) as session:
        return {row.target: row.word for row in session.query(PeerRule)}


def undo_path(page: str) -> str:
    return re.search(r'action="(/netwerk/wie/besluiten/\d+/terugdraaien)"', page).group(1)


def test_the_board_sees_the_mode_and_that_there_is_nothing_to_do(site):
    page = site.get("board", "/netwerk/wie").text
    for text in ("Wie praat met ons", "Alleen wie we kennen", "Er zijn nog geen regels"):
        assert text in page
    assert "Er is nog niets besloten" in site.get("board", "/netwerk/wie/geschiedenis").text


def test_a_rule_is_made_lifted_and_undone_and_all_of_it_stays_visible(site):
    made = site.post("board", "/netwerk/wie/regels", {**FORM, "target": "https://Elders.Example/"})
    assert made.status_code == 303
    page = site.get("board", "/netwerk/wie").text
    assert "Stuurt reclame" in page
    assert "Geblokkeerd" in page
    assert "Test board" in page
    assert rules(site) == {"elders.example": "suspend"}
    lifted = site.post("board", "/netwerk/wie/regels/opheffen", {"target": "elders.example"})
    assert lifted.status_code == 303
    page = site.get("board", "/netwerk/wie").text
    assert "vraag die opnieuw aan" in page
    assert rules(site) == {}
    assert site.post("board", undo_path(page)).status_code == 303
    assert rules(site) == {"elders.example": "suspend"}
    history = site.get("board", "/netwerk/wie/geschiedenis").text
    assert history.count("elders.example is geblokkeerd") == 2
    assert "De regel over elders.example is opgeheven" in history
    assert "teruggedraaid" in history
    assert len(re.findall(r"besluiten/\d+/terugdraaien", history)) == 1


def test_a_rule_that_went_along_to_another_address_says_so_and_can_be_undone(site):
    old, new = "https://elders.example/actors/a", "https://nieuw.example/actors/a"
    with site.runtime.database.session() as session:
        deciding.decide(session, site.settings, old, "suspend", reason="Stuurt reclame", by="Ria")
        moved = RemoteActor(uri=new, host="nieuw.example", document={"id": new, "alsoKnownAs": [old]})
        assert block_if_alias_is(session, site.settings, moved)
        session.commit()
    history = site.get("board", "/netwerk/wie/geschiedenis").text
    assert "Door de verhuizing: dit gold voor het vorige adres" in history
    assert history.count("Stuurt reclame") == 2
    assert site.post("board", undo_path(history)).status_code == 303
    assert rules(site) == {old: "suspend"}


def test_mistakes_stand_next_to_the_field_and_nothing_typed_is_lost(site):
    for change, field in (
        ({"reason": ""}, "reason"),
        ({"target": "geen adres"}, "target"),
        ({"target": ""}, "target"),
        ({"target": "http://127.0.0.1:8080"}, "target"),
        ({"rule": "maybe"}, "rule"),
        ({"days": "12"}, "days"),
        ({"reason": "x" * 501}, "reason"),
        ({"target": ATTACK, "reason": ATTACK}, "target"),
    ):
        answer = site.post("board", "/netwerk/wie/regels", {**FORM, **change})
        assert answer.status_code == 422, change
        assert f'id="{field}-error"' in answer.text, change
        assert "<script>alert" not in answer.text
        assert "Stuurt reclame" in answer.text or "reason" in change
    assert rules(site) == {}
    site.post("board", "/netwerk/wie/regels", FORM)
    again = site.post("board", "/netwerk/wie/regels", FORM)
    assert again.status_code == 409
    assert "Dit was al besloten" in again.text


def test_why_somebody_may_speak_to_us_is_told_in_a_sentence(site, shown):
    def sentence(asked):
        return site.get("board", f"/netwerk/wie?zoek={asked}").text

    by_name = sentence("Austerlitz")
    assert "want het is lid van uw hub Landelijk Netwerk" in by_name
    assert "want het is lid van uw hub Landelijk Netwerk" in sentence(shown.actor_uri)
    assert "want het is lid van uw hub" in sentence("127.0.0.1:8101")
    assert "want wij volgen het" in sentence(HUB)
    assert "mag ons alleen vragen of het ons mag volgen" in sentence("vreemd.example")
    assert "We kennen niemand met die naam" in sentence("Nergenshuizen")
    assert 'id="zoek-error"' in sentence("http://")
    assert "vreemd.example mag ons alleen vragen" in sentence("@iemand@vreemd.example")
    site.post("board", "/netwerk/wie/beleid", {"mode": "closed"})
    assert "onze deur is dicht" in sentence("vreemd.example")
    assert "want wij volgen het" in sentence(HUB)
    site.post("board", "/netwerk/wie/beleid", {"mode": "open"})
    assert "onze deur staat open" in sentence("vreemd.example")
    site.post("board", "/netwerk/wie/regels", {**FORM, "target": "vreemd.example"})
    blocked = sentence("http://sub.vreemd.example")
    assert "want u heeft het geblokkeerd" in blocked
    assert "Stuurt reclame" in blocked
    site.post("board", "/netwerk/wie/regels", {**FORM, "target": shown.actor_uri, "rule": "allow"})
    assert "want u heeft dat toegestaan" in sentence(shown.actor_uri)


def test_who_is_silenced_disappears_from_guide_search_and_formats_and_comes_back(site, shown):
    def found():
        return {
            path: text in site.get("", path).text
            for path, text in (
                ("/gids", "Eetgroep Elsendorp"),
                ("/gids?q=eetgroep", "Eetgroep Elsendorp"),
                ("/formats", "Elsendorp Eet"),
                ("/formats?q=elsendorp", "Elsendorp Eet"),
            )
        }

    assert all(found().values())
    site.post("board", "/netwerk/wie/regels", {**FORM, "target": shown.actor_uri, "rule": "silence"})
    assert "worden verborgen of weer getoond" in site.get("board", "/netwerk/wie").text
    work(site)
    page = site.get("board", f"/netwerk/wie?zoek={shown.actor_uri}").text
    assert "worden verborgen of weer getoond" not in page
    assert "maar staat hier niet" in page
    assert not any(found().values())
    site.post("board", undo_path(page))
    work(site)
    assert all(found().values())


def test_the_door_and_reading_along_are_changed_and_undone(site):
    def now_is():
        with site.runtime.database.session(write=False) as session:
            row = policy(session)
            return row.mode, row.signed_reads

    site.post("board", "/netwerk/wie/beleid", {"mode": "closed"})
    site.post("board", "/netwerk/wie/beleid", {"signed_reads": "off"})
    assert now_is() == ("closed", False)
    page = site.get("board", "/netwerk/wie").text
    assert "De deur staat nu op “Dicht”" in page
    site.post("board", undo_path(page))
    assert now_is() == ("closed", True)
    assert site.post("board", "/netwerk/wie/beleid", {"mode": "wide"}).status_code == 422
    assert now_is() == ("closed", True)


def test_a_list_that_cannot_be_had_is_told_and_a_trusted_one_can_be_removed(site, shown):
    for address in ("", "geen adres", "http://127.0.0.1:9", ATTACK):
        answer = site.post("board", "/netwerk/wie/lijsten", {"address": address})
        assert 400 <= answer.status_code < 600
        assert answer.status_code != 500
        assert 'id="address-error"' in answer.text
    with site.runtime.database.session() as session:
        deciding.trust_list(session, HUB, "Landelijk Netwerk", by="Anna")
        session.commit()
    page = site.get("board", "/netwerk/wie").text
    assert "Nog niet gelezen" in page
    assert "De lijst van Landelijk Netwerk wordt vertrouwd" in page
    gone = site.post("board", "/netwerk/wie/lijsten/verwijderen", {"publisher": HUB})
    assert gone.status_code == 303
    assert site.post("board", "/netwerk/wie/lijsten/verwijderen", {"publisher": HUB}).status_code == 404


def test_only_who_decides_sees_or_changes_anything(site):
    paths = {
        "/netwerk/wie": {},
        "/netwerk/wie/geschiedenis": {},
        "/netwerk/meldingen": {},
    }
    for role in ("", "member", "supporter", "treasurer"):
        for path in paths:
            assert site.get(role, path).status_code in {302, 403}, (role, path)
        for path in (
            "/netwerk/wie/regels",
            "/netwerk/wie/regels/opheffen",
            "/netwerk/wie/beleid",
            "/netwerk/wie/lijsten",
            "/netwerk/wie/lijsten/verwijderen",
            "/netwerk/wie/besluiten/1/terugdraaien",
            "/netwerk/meldingen/1/afhandelen",
            "/netwerk/meldingen/1/terugdraaien",
        ):
            assert site.post(role, path, FORM).status_code in {302, 403}, (role, path)
    assert rules(site) == {}


def test_programs_decide_by_the_same_rules(site, shown):
    api, base = site.app.test_client(), "/api/v1/standing"
    board = site.token("board")
    assert api.get(f"{base}/policy").status_code == 401
    assert api.get(f"{base}/policy", headers=site.token("member")).status_code == 403
    assert api.patch(f"{base}/policy", json={}, headers=site.token("board", "read")).status_code == 403
    assert api.get(f"{base}/policy", headers=board).json["mode"] == "allowlist"
    changed = api.patch(f"{base}/policy", json={"signedReads": False}, headers=board)
    assert (changed.json["signedReads"], changed.json["mode"]) == (False, "allowlist")
    assert api.patch(f"{base}/policy", json={"mode": "wide"}, headers=board).status_code == 422
    rule = {"target": "Elders.example", "rule": "suspend", "reason": ""}
    assert api.post(f"{base}/rules", json=rule, headers=board).status_code == 422
    made = api.post(f"{base}/rules", json={**rule, "reason": "spam", "days": 7}, headers=board)
    assert (made.status_code, made.json["target"]) == (201, "elders.example")
    items = api.get(f"{base}/rules", headers=board).json["items"]
    assert [(each["rule"], each["isHost"], bool(each["until"])) for each in items] == [
        ("suspend", True, True)
    ]
    why = api.get(f"{base}/explanations?target=elders.example", headers=board).json["items"][0]
    assert (why["verdict"], why["reason"]) == ("nothing", "suspended")
    why = api.get(f"{base}/explanations?target=Austerlitz", headers=board).json["items"][0]
    assert (why["verdict"], why["reason"], why["through"]) == ("sends", "member", "Landelijk Netwerk")
    undone = api.post(f"{base}/decisions/{made.json['id']}/undo", headers=board)
    assert undone.json["undoesId"] == made.json["id"]
    assert api.post(f"{base}/decisions/{made.json['id']}/undo", headers=board).status_code == 409
    assert api.delete(f"{base}/rules?target=elders.example", headers=board).status_code == 404
    assert api.get(f"{base}/decisions", headers=board).json["total"] == 3
    assert api.get(f"{base}/lists", headers=board).json["items"] == []
    nowhere = api.post(f"{base}/lists", json={"address": "http://127.0.0.1:9"}, headers=board)
    assert nowhere.status_code == 502
    assert api.delete(f"{base}/lists?target={HUB}", headers=board).status_code == 404
