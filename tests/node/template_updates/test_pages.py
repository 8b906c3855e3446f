"""Improvements in the browser and through the API: quiet notices, choices, preview, mistakes, attacks."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from node.activity_templates import copying, service
from node.activity_templates.service import get_own
from node.gatherings.models import Gathering
from tests.node.template_updates.copies import change, copy_of, improve, publish_origin, section, with_section

ATTACK = "\"><script>alert('x')</script>"
SAFER = {"safeguards": [{"key": "kaart", "text": "Een allergie is privé. Gooi de kooklijst weg."}]}


@pytest.fixture
def copied(site, neighbour):
    """Our copy of the neighbour's format; gives its key and how the neighbour's next version arrives."""
    origin = publish_origin(neighbour)
    with site.runtime.database.session() as session:
        key = copy_of(site.village(session), neighbour, origin).id
        session.commit()

    def hear(changes, **said):
        improve(neighbour, origin, changes, **said)
        with site.runtime.database.session() as session:
            site.village(session).hears(neighbour)
            session.commit()

    return key, origin, hear


def edit_own(site, key, **parts):
    with site.runtime.database.session() as session:
        own = get_own(session, key)
        if "goal" in parts:
            parts["sections"] = with_section(own.draft, "goal", parts.pop("goal"))
        change(site.village(session), own, **parts)
        session.commit()


def seen_on(page):
    return re.search(r'name="seen" value="([^"]+)"', page.text).group(1)


def waiting(site):
    """The number before the line about safety on the workplace."""
    page = BeautifulSoup(site.get("supporter", "/werkplek").text, "html.parser")
    (line,) = page.select('a[href="/formats/verbeteringen"]')
    return re.search(r"\d+", line.get_text()).group()


def test_an_improvement_is_a_quiet_notice_and_safety_interrupts(site, copied):
    key, _origin, hear = copied
    hear({"summary": "Samen eten, nog gezelliger."}, note="Zo leest het prettiger.")
    assert "Zo leest het prettiger." in site.get("supporter", f"/formats/{key}").text
    assert "Nieuwere versie bij Austerlitz Zorgt" in site.get("supporter", "/formats").text
    assert waiting(site) == "0"
    hear(SAFER, change_class="safety", note="Gooi kooklijsten weg.")
    assert waiting(site) == "1"
    page = site.get("supporter", "/formats/verbeteringen")
    assert "Over veiligheid" in page.text
    assert "Gooi kooklijsten weg." in page.text


def test_a_running_activity_hears_of_safety_alone(site, copied):
    key, _origin, hear = copied
    with site.runtime.database.session() as session:
        session.add(Gathering(name="Samen eten", template_id=key, audience="village"))
        session.commit()
    hear({"summary": "Samen eten, nog gezelliger."})
    assert "veiliger geworden" not in site.get("supporter", "/meedoen/1").text
    hear(SAFER, change_class="safety", note="Gooi kooklijsten weg.")
    assert "Gooi kooklijsten weg." in site.get("supporter", "/meedoen/1").text
    assert "Gooi kooklijsten weg." not in site.get("", "/meedoen/1").text


def test_choices_preview_taking_and_undoing(site, copied):
    key, origin, hear = copied
    edit_own(site, key, goal="Elsendorp eet samen.")
    hear({"sections": with_section(origin.draft, "goal", "Iedereen eet mee."), **SAFER})
    page = site.get("supporter", f"/formats/{key}/verbetering")
    for text in (
        "Onze houden",
        "Hun nieuwe nemen",
        "Allebei",
        "Elsendorp eet samen.",
        "Iedereen",
        "kooklijst",
    ):
        assert text in page.text, text
    assert "<<<<" not in page.text
    form = {"seen": seen_on(page), "choice-sections/goal": "both", "choice-safeguards/kaart": "theirs"}
    preview = site.post("supporter", f"/formats/{key}/verbetering", {**form, "action": "preview"})
    assert "Zo wordt het" in preview.text
    assert "Zo wordt het" not in page.text
    taken = site.post("supporter", f"/formats/{key}/verbetering", {**form, "action": "take"})
    assert taken.status_code == 303
    draft = site.get("supporter", f"/formats/{key}?draft=1")
    for text in ("Elsendorp eet samen.", "Iedereen eet mee.", "kooklijst weg", "U nam versie 2 over."):
        assert text in draft.text, text
    site.post("supporter", f"/formats/{key}/verbetering/terug")
    after = site.get("supporter", f"/formats/{key}?draft=1")
    assert "Iedereen eet mee." not in after.text
    assert "verbeterde dit" in after.text


def test_a_choice_that_is_missing_is_told_beside_it_and_the_others_are_kept(site, copied):
    key, origin, hear = copied
    edit_own(site, key, goal="Elsendorp eet samen.")
    hear({"sections": with_section(origin.draft, "goal", "Iedereen eet mee."), **SAFER})
    seen = seen_on(site.get("supporter", f"/formats/{key}/verbetering"))
    answer = site.post(
        "supporter", f"/formats/{key}/verbetering", {"seen": seen, "choice-safeguards/kaart": "ours"}
    )
    assert answer.status_code == 422
    assert re.search(r'id="choice-sections/goal-error".*?Kies wat het wordt', answer.text, re.DOTALL)
    assert re.search(r'id="choice-safeguards/kaart-ours"[^>]* checked', answer.text)


def test_a_result_that_grows_too_long_is_told_above_the_form(site, copied):
    key, _origin, hear = copied
    things = [{"key": f"t{at}", "name": f"Ding {at}", "amount": ""} for at in range(30)]
    edit_own(site, key, materials=[{**each, "key": f"o{each['key']}"} for each in things])
    hear({"materials": things})
    seen = seen_on(site.get("supporter", f"/formats/{key}/verbetering"))
    answer = site.post("supporter", f"/formats/{key}/verbetering", {"seen": seen, "action": "take"})
    assert answer.status_code == 422
    assert "Gebruik er hoogstens 40." in answer.text


def test_skipping_is_undone_on_the_page_of_the_format(site, copied):
    key, _origin, hear = copied
    hear({"summary": "Twee."})
    site.post("supporter", f"/formats/{key}/verbetering/overslaan")
    page = site.get("supporter", f"/formats/{key}")
    assert "U sloeg versie 2 over." in page.text
    site.post("supporter", f"/formats/{key}/verbetering/terug")
    assert "verbeterde dit" in site.get("supporter", f"/formats/{key}").text


def test_what_an_ancestor_made_safer_is_told_until_we_know_it(site, copied):
    key, origin, hear = copied
    with site.runtime.database.session() as session:
        own = get_own(session, key)
        service.publish_template(session, site.settings, own)
        third = copying.copy_template(session, own.object_uri, name="Handel Eet", answers={}).id
        session.commit()
    hear(SAFER, change_class="safety", note=ATTACK)
    for path in (f"/formats/{third}", "/formats/verbeteringen"):
        page = site.get("supporter", path)
        assert "waar dit ook van komt" in page.text, path
        assert "<script>alert" not in page.text
    assert waiting(site) == "2"
    api, headers = site.app.test_client(), site.token("supporter", "read", "write:templates")
    (word,) = api.get("/api/v1/templates/updates", headers=headers).json["ancestors"]
    assert (word["id"], word["ancestor"], word["version"]) == (third, origin.object_uri, 2)
    form = {"ancestor": origin.object_uri}
    for role in ("", "member"):
        assert site.post(role, f"/formats/{third}/verbetering/gelezen", form).status_code in {302, 403}
    assert site.post("supporter", f"/formats/{third}/verbetering/gelezen", form).status_code == 303
    assert waiting(site) == "1"
    address = f"/api/v1/templates/{third}/update/known"
    assert api.post(address, json=form, headers=headers).status_code == 404
    assert api.post(address, json={"ancestor": "x"}, headers=headers).status_code == 422


def test_no_word_of_theirs_can_run_a_script(site, copied):
    key, origin, hear = copied
    edit_own(site, key, goal="Van ons.")
    hear(
        {
            "summary": ATTACK,
            "sections": with_section(origin.draft, "goal", ATTACK),
            "roles": [{"key": "kok", "name": ATTACK[:70], "number": 2}],
        },
        change_class="safety",
        note=ATTACK,
    )
    for path in (f"/formats/{key}/verbetering", f"/formats/{key}", "/formats/verbeteringen"):
        assert "<script>alert" not in site.get("supporter", path).text, path


def test_a_format_that_is_up_to_date_has_no_choices(site, copied):
    key, _origin, _hear = copied
    assert site.get("supporter", f"/formats/{key}/verbetering").status_code == 303
    for path in ("", "/overslaan", "/terug"):
        answer = site.post("supporter", f"/formats/{key}/verbetering{path}", {"seen": "x", "action": "take"})
        assert answer.status_code in {404, 409}, path


def test_who_has_no_right_is_refused(site, copied):
    key, _origin, hear = copied
    hear({"summary": "Twee."})
    for role in ("", "member", "treasurer"):
        for path in ("/formats/verbeteringen", f"/formats/{key}/verbetering"):
            assert site.get(role, path).status_code in {302, 403}, (role, path)
        for path in ("", "/overslaan", "/terug"):
            assert site.post(role, f"/formats/{key}/verbetering{path}").status_code in {302, 403}, (
                role,
                path,
            )
    assert "verbeterde dit" not in site.get("", "/formats").text


def test_programs_see_choose_take_and_undo(site, copied):
    key, origin, hear = copied
    edit_own(site, key, goal="Elsendorp eet samen.")
    hear(
        {"sections": with_section(origin.draft, "goal", "Iedereen eet mee."), **SAFER}, change_class="safety"
    )
    api, headers = site.app.test_client(), site.token("supporter", "read", "write:templates")
    (notice,) = api.get("/api/v1/templates/updates", headers=headers).json["items"]
    assert (notice["id"], notice["version"], notice["isSafety"]) == (key, 2, True)
    proposal = api.get(f"/api/v1/templates/{key}/update", headers=headers).json
    assert {each["place"]: each["needsChoice"] for each in proposal["differences"]} == {
        "sections/goal": True,
        "safeguards/kaart": False,
    }
    wanted = {"seen": proposal["seen"], "choices": {"sections/goal": "theirs"}}
    address = f"/api/v1/templates/{key}/update"
    preview = api.post(address, json={**wanted, "preview": True}, headers=headers).json["content"]
    taken = api.post(address, json=wanted, headers=headers).json["content"]
    assert preview == taken
    assert section(taken, "goal") == "Iedereen eet mee."
    undone = api.post(f"{address}/undo", headers=headers).json
    assert section(undone["content"], "goal") == "Elsendorp eet samen."
    assert undone["kept"] == []
    assert api.post(f"{address}/skip", headers=headers).status_code == 204
    assert api.get("/api/v1/templates/updates", headers=headers).json["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seen": "x", "choices": {"sections/goal": "mine"}},
        {"seen": "x", "choices": []},
        {"seen": "x" * 101},
        {"seen": "x", "choices": {}, "force": True},
    ],
)
def test_a_program_gets_a_problem_it_can_read(site, copied, body):
    key, _origin, hear = copied
    hear({"summary": "Twee."})
    answer = site.app.test_client().post(
        f"/api/v1/templates/{key}/update", json=body, headers=site.token("supporter")
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
