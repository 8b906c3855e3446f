"""The form of a format: its lists, mistakes, and what is asked when a version goes out."""

from __future__ import annotations

import pytest

from node.activity_templates import service
from node.activity_templates.form_rows import LISTS
from tests.example_format import AUSTERLITZ_EET
from tests.node.activity_templates.test_pages import FORM, write

PARTS = {
    "roles": "1", "role-0-name": "Kok", "role-0-number": "3", "role-0-requirements": ["training", "vog"],
    "role-0-note": "Vier uur per keer.",
    "materials": "2", "material-0-name": "Grote pan", "material-0-amount": "2", "material-1-name": "Borden",
    "costs": "1", "cost-0-label": "Boodschappen", "cost-0-amount": "4,50", "cost-0-per": "person",
    "safeguards": "1", "safeguard-0-text": "Vraag wat iemand niet mag eten.",
    "checklist": "2", "check-0-text": "Bel de gasten na.", "check-0-when": "after",
    "check-1-text": "Dek de tafels.", "check-1-when": "before",
    "own": "1", "own-0-title": "Een goed menu", "own-0-text": "Begin met soep.",
}  # fmt: skip


def draft_of(site, address):
    with site.runtime.database.session(write=False) as session:
        return service.get_own(session, address.split("/")[-1]).draft


def test_all_parts_are_written_shown_and_edited(site):
    address = write(site, **PARTS)
    shown = site.get("supporter", address).text
    for told in (
        "3 × Kok",
        "VOG",
        "Grote pan",
        "€ 4,50",
        "per persoon per keer",
        "Een goed menu",
        "Begin met soep.",
    ):
        assert told in shown, told
    assert shown.index("Dek de tafels.") < shown.index("Bel de gasten na.")  # before comes before after
    draft = draft_of(site, address)
    assert [item["key"] for item in draft["materials"]] == ["grote_pan", "borden"]
    form = site.get("supporter", f"{address}/bewerken").text
    assert 'name="material-1-key" value="borden"' in form
    assert 'value="4,50"' in form
    moved = {
        **PARTS,
        "material-0-key": "grote_pan",
        "material-0-name": "Reuzenpan",
        "material-1-key": "borden",
    }
    assert site.post("supporter", f"{address}/bewerken", {**FORM, **moved}).status_code == 303
    assert [item["key"] for item in draft_of(site, address)["materials"]] == ["grote_pan", "borden"]
    assert draft_of(site, address)["materials"][0]["name"] == "Reuzenpan"


@pytest.mark.parametrize("part", [rows.part for rows in LISTS if rows.part != "pictures"])
def test_rows_are_added_moved_and_removed_without_saving(site, part):
    prefix = next(rows.prefix for rows in LISTS if rows.part == part)
    first = next(rows.typed[0] for rows in LISTS if rows.part == part)
    sent = {**FORM, part: "2", f"{prefix}-0-{first}": "Eerste", f"{prefix}-1-{first}": "Tweede"}
    added = site.post("supporter", "/formats/nieuw", {**sent, "action": f"add-{part}"}).text
    assert f'name="{prefix}-2-{first}"' in added
    for action in (f"up-{part}-1", f"down-{part}-0"):
        moved = site.post("supporter", "/formats/nieuw", {**sent, "action": action}).text
        assert moved.index("Tweede") < moved.index("Eerste"), action
        assert f'id="{prefix}-{action.startswith("down") + 0}" tabindex="-1" autofocus' in moved, action
    removed = site.post("supporter", "/formats/nieuw", {**sent, "action": f"remove-{part}-0"}).text
    assert "Eerste" not in removed
    assert "Tweede" in removed
    for action in (
        f"up-{part}-0",
        f"down-{part}-1",
        f"up-{part}-99",
        f"remove-{part}-x",
        "add-nonsense",
        "up",
    ):
        page = site.post("supporter", "/formats/nieuw", {**sent, "action": action})
        assert page.status_code == 200
        assert "Eerste" in page.text
        assert "Tweede" in page.text
    with site.runtime.database.session(write=False) as session:
        assert service.own_templates(session) == []


def test_a_format_has_a_language_and_says_what_it_is_measured_by(site):
    address = write(site, language="fy", indicators="nl:diners")
    assert draft_of(site, address)["language"] == "fy"
    assert "Gemeten met" in site.get("supporter", address).text
    site.post("supporter", f"{address}/bewerken", FORM)  # a form that does not ask changes nothing of it
    assert draft_of(site, address)["language"] == "fy"
    assert site.post("supporter", "/formats/nieuw", {**FORM, "language": "xx"}).status_code == 422


def test_a_row_that_was_left_empty_is_no_row(site):
    address = write(site, **{**PARTS, "costs": "2", "cost-1-per": "year"})
    assert len(draft_of(site, address)["costs"]) == 1


def test_mistakes_in_rows_stand_beside_their_field(site):
    wrong = {"role-0-number": "veel", "cost-0-amount": "-3", "own-0-title": "", "check-1-when": "ooit"}
    answer = site.post("supporter", "/formats/nieuw", {**FORM, **PARTS, **wrong})
    assert answer.status_code == 422
    for name in wrong:
        assert f'id="{name}-error"' in answer.text, name
    assert "Begin met soep." in answer.text
    assert 'value="veel"' in answer.text


def test_a_next_version_asks_what_is_different(site):
    address = write(site)
    site.post("supporter", f"{address}/publiceren")
    assert 'name="changeClass"' not in site.get("supporter", address).text
    site.post("supporter", f"{address}/bewerken", {**FORM, "section-goal": "Niemand hoeft alleen te eten."})
    assert 'name="changeClass"' in site.get("supporter", address).text
    silent = site.post("supporter", f"{address}/publiceren", {"changeClass": "safety", "changeNote": " "})
    assert silent.status_code == 422
    assert "Vertel wat niet veilig is" in silent.text
    told = {"changeClass": "safety", "changeNote": "Leg een blusdeken klaar."}
    assert site.post("supporter", f"{address}/publiceren", told).status_code == 303
    with site.runtime.database.session(write=False) as session:
        assert service.get_own(session, address.split("/")[-1]).latest.change_class == "safety"


def test_a_program_says_what_a_version_changes(site):
    headers, call = site.token("board", "write:templates"), site.app.test_client()
    made = call.post("/api/v1/templates", json=AUSTERLITZ_EET, headers=headers).json["id"]
    assert call.post(f"/api/v1/templates/{made}/publish", headers=headers).status_code == 200
    call.put(f"/api/v1/templates/{made}", json={**AUSTERLITZ_EET, "summary": "Anders."}, headers=headers)
    wrong = call.post(f"/api/v1/templates/{made}/publish", json={"changeClass": "safety"}, headers=headers)
    assert wrong.status_code == 422
    told = {"changeClass": "correction", "changeNote": "Een tikfout."}
    assert call.post(f"/api/v1/templates/{made}/publish", json=told, headers=headers).json["version"] == 2
