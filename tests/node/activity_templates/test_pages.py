"""Formats in the browser and through the API: rights, mistakes that lose nothing, and attacks."""

from __future__ import annotations

import re

from node.activity_templates import service
from tests.example_format import AUSTERLITZ_EET

ATTACK = "\"><script>alert('x')</script>"
FORM = {
    "name": "Austerlitz Eet",
    "summary": "Samen eten.",
    "section-goal": "Niemand eet alleen.",
    "action": "save",
}
QUESTION = {
    "parameters": "1",
    "parameter-0-label": "Hoeveel eters?",
    "parameter-0-kind": "number",
    "parameter-0-value": "1.900",
    "parameter-0-minimum": "4",
    "parameter-0-maximum": "2.000,5",
}


def write(site, **changes):
    answer = site.post("supporter", "/formats/nieuw", {**FORM, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].split("?")[0]


def test_a_format_is_written_edited_published_and_found_by_a_stranger(site):
    address = write(site, **QUESTION, indicators="nl:diners")
    assert site.get("", address).status_code == 404
    assert site.post("supporter", f"{address}/publiceren").status_code == 303
    page = site.get("", address)
    assert "Niemand eet alleen." in page.text
    assert "1.900" in page.text
    found = site.get("", "/formats?q=samne+eten")
    assert "Austerlitz Eet" in found.text
    edited = site.post(
        "supporter", f"{address}/bewerken", {**FORM, **QUESTION, "section-goal": "Nog geheim."}
    )
    assert edited.status_code == 303
    assert "Nog geheim." not in site.get("", f"{address}?draft=1").text
    assert "Nog geheim." in site.get("supporter", f"{address}?draft=1").text


def test_a_mistake_is_told_in_dutch_beside_its_field_and_nothing_is_lost(site):
    text = "Een lange tekst die niemand twee keer wil typen."
    answer = site.post(
        "supporter",
        "/formats/nieuw",
        {**FORM, **QUESTION, "name": " ", "section-steps": text, "parameter-0-value": "heel veel"},
    )
    assert answer.status_code == 422
    assert text in answer.text
    assert "heel veel" in answer.text
    assert re.search(r'id="name-error".*?Vul dit in', answer.text, re.DOTALL)
    assert re.search(r'id="parameter-0-value-error".*?Vul een getal in', answer.text, re.DOTALL)


def test_a_limit_is_told_with_its_number(site):
    answer = site.post("supporter", "/formats/nieuw", {**FORM, "name": "x" * 121})
    assert "Gebruik hoogstens 120 tekens." in answer.text


def test_questions_are_added_and_removed_without_saving(site):
    answer = site.post("supporter", "/formats/nieuw", {**FORM, **QUESTION, "action": "add"})
    assert 'name="parameter-1-label"' in answer.text
    answer = site.post("supporter", "/formats/nieuw", {**FORM, **QUESTION, "action": "remove-0"})
    assert 'name="parameter-0-label"' not in answer.text
    assert "Niemand eet alleen." in answer.text
    for action in ("remove-7", "remove-x", "remove-99999999999"):
        assert site.post("supporter", "/formats/nieuw", {**FORM, "action": action}).status_code == 200


def test_an_absurd_number_of_questions_breaks_nothing(site):
    for count in ("-1", "9999999999999", "x", "31"):
        answer = site.post("supporter", "/formats/nieuw", {**FORM, "parameters": count})
        assert answer.status_code in {303, 422}, count


def test_no_field_can_run_a_script(site):
    attack = {**FORM, "name": ATTACK, "summary": ATTACK, "section-goal": ATTACK, "section-steps": ATTACK}
    attack |= {"parameters": "1", "parameter-0-label": ATTACK, "parameter-0-kind": "text"}
    attack |= {"parameter-0-value": ATTACK, "parameter-0-unit": ATTACK, "parameter-0-choices": ATTACK}
    address = write(site, **attack)
    site.post("supporter", f"{address}/publiceren")
    pages = [address, "/formats", f"{address}/bewerken", f"{address}/kopieren", "/netwerk/delen"]
    pages.append(f"/formats?q={ATTACK}")
    for path in pages:
        assert "<script>alert" not in site.get("supporter", path).text, path
    bad = site.post(
        "supporter", "/formats/nieuw", {**attack, "parameter-0-kind": ATTACK, "parameter-0-key": ATTACK}
    )
    assert bad.status_code == 422
    assert "<script>alert" not in bad.text


def test_a_copy_asks_the_questions_and_keeps_wrong_answers(site, neighbour):
    origin = service.create_template(neighbour.session, {**AUSTERLITZ_EET, "name": "Elsendorp Eet"})
    service.publish_template(neighbour.session, neighbour.settings, origin)
    with site.runtime.database.session() as session:
        site.village(session).hears(neighbour)
        session.commit()
        key = service.page_key(session, origin.object_uri)
    form = site.get("supporter", f"/formats/{key}/kopieren")
    assert 'value="25"' in form.text
    answers = {"name": "Austerlitz Eet", "answer-aantal_eters": "9999", "answer-hoe_vaak": "elke maand"}
    wrong = site.post("supporter", f"/formats/{key}/kopieren", answers)
    assert wrong.status_code == 422
    assert "Dit getal is te klein of te groot" in wrong.text
    assert 'value="9999"' in wrong.text
    right = site.post("supporter", f"/formats/{key}/kopieren", {**answers, "answer-aantal_eters": "12"})
    page = site.get("supporter", right.headers["Location"])
    assert "12 personen" in page.text
    assert "Elsendorp Eet" in page.text


def test_who_has_no_right_is_refused(site):
    key = write(site).split("/")[-1]
    changes = ("bewerken", "publiceren", "intrekken", "kopieren")
    for path in ("/formats/nieuw", *(f"/formats/{key}/{change}" for change in changes)):
        for role in ("", "member", "treasurer"):
            answer = site.post(role, path, FORM)
            assert answer.status_code in {302, 403}, (role, path)
    with site.runtime.database.session() as session:
        assert len(service.own_templates(session)) == 1
        assert not service.get_own(session, key).is_public


def test_a_form_without_its_token_is_refused(site):
    answer = site.browser("supporter").post("/formats/nieuw", data=FORM)
    assert answer.status_code == 422
    with site.runtime.database.session() as session:
        assert service.own_templates(session) == []


def test_programs_write_publish_find_and_copy(site):
    api, headers = site.app.test_client(), site.token("supporter", "write:templates")
    made = api.post("/api/v1/templates", json=AUSTERLITZ_EET, headers=headers)
    assert made.status_code == 201, made.text
    key = made.json["id"]
    assert api.get(f"/api/v1/templates/{key}").status_code == 404
    published = api.post(f"/api/v1/templates/{key}/publish", headers=headers)
    assert published.json["version"] == 1
    listed = api.get("/api/v1/templates?q=eettafel").json
    assert [item["name"] for item in listed["items"]] == ["Austerlitz Eet"]
    copied = api.post(f"/api/v1/templates/{key}/copy", json={"answers": {"aantal_eters": 9}}, headers=headers)
    assert copied.json["copiedFrom"]["contentHash"] == published.json["contentHash"]
    changed = {**AUSTERLITZ_EET, "summary": "Anders."}
    assert api.put(f"/api/v1/templates/{key}", json=changed, headers=headers).json["hasChanges"]
    api.post(f"/api/v1/templates/{copied.json['id']}/publish", headers=headers)
    family = api.get(f"/api/v1/templates/{key}/family").json["items"]
    assert [each["copiedFrom"] for each in family] == [None, published.json["uri"]]


BAD_CONTENT = [
    {},
    [],
    "x",
    {"name": ""},
    {**AUSTERLITZ_EET, "themes": ["eating"] * 50},
    {**AUSTERLITZ_EET, "indicators": ["nope"]},
    {**AUSTERLITZ_EET, "parameters": [{"key": "a", "label": "A", "kind": "number", "value": 1e300}]},
    {**AUSTERLITZ_EET, "name": "\ud800"},
    {**AUSTERLITZ_EET, "summary": {"a": 1}},
]


def test_a_program_gets_a_problem_it_can_read(site):
    api, headers = site.app.test_client(), site.token("supporter")
    for body in BAD_CONTENT:
        answer = api.post("/api/v1/templates", json=body, headers=headers)
        assert answer.status_code == 422, body
        assert answer.content_type == "application/problem+json"
        assert answer.json["fields"]


def test_a_token_does_no_more_than_its_scope_and_its_owner_may(site):
    api = site.app.test_client()
    for headers in ({}, site.token("supporter", "read"), site.token("member", "write:templates")):
        answer = api.post("/api/v1/templates", json=AUSTERLITZ_EET, headers=headers)
        assert answer.status_code in {401, 403}
