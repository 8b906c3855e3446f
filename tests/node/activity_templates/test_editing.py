"""Writing without losing work: what is typed is kept, two people are brought together, and the preview."""

from __future__ import annotations

from datetime import timedelta

import pytest

from node.activity_templates import editing, jobs, service
from node.activity_templates.forms import empty_values
from node.activity_templates.models import TemplateRevision, WorkingCopy
from node.activity_templates.preview import preview_of
from tests.node.activity_templates.test_form import PARTS
from tests.node.activity_templates.test_pages import ATTACK, FORM, write

GOAL = {"key": "goal", "text": "Niemand eet alleen."}
COSTS = {"key": "costs", "text": "Een klein bedrag."}
CONTENT = {"name": "Austerlitz Eet", "summary": "Samen eten.", "sections": [GOAL, COSTS], "indicators": []}


def changed(section, text):
    sections = [{**each, "text": text} if each["key"] == section else each for each in (GOAL, COSTS)]
    return {**CONTENT, "sections": sections}


def texts_of(template):
    return {section["key"]: section["text"] for section in template.draft["sections"]}


@pytest.fixture
def template(village):
    return service.create_template(village.session, CONTENT)


def test_two_who_change_different_parts_both_keep_their_work(village, template):
    assert editing.save_draft(village.session, template, changed("goal", "Elkaar zien."), revision=1) is None
    late = {**changed("costs", "Gratis."), "roles": [{"key": "kok", "name": "Kok"}]}
    assert editing.save_draft(village.session, template, late, revision=1) is None
    assert texts_of(template) == {"goal": "Elkaar zien.", "costs": "Gratis."}
    assert [role["name"] for role in template.draft["roles"]] == ["Kok"]
    assert template.revision == 3


@pytest.mark.parametrize(
    ("choice", "left"),
    [("ours", "Mijn doel."), ("theirs", "Haar doel."), ("both", "Mijn doel.\n\nHaar doel.")],
)
def test_two_who_change_the_same_choose_and_nothing_is_written_before(village, template, choice, left):
    editing.save_draft(village.session, template, changed("goal", "Haar doel."), revision=1)
    mine = changed("goal", "Mijn doel.")
    met = editing.save_draft(village.session, template, mine, revision=1)
    assert [each.place for each in met.differences] == ["sections/goal"]
    assert texts_of(template)["goal"] == "Haar doel."
    nonsense = {"sections/goal": "nonsense"}
    assert editing.save_draft(village.session, template, mine, revision=1, choices=nonsense) is not None
    chosen = {"sections/goal": choice}
    assert editing.save_draft(village.session, template, mine, revision=1, choices=chosen) is None
    assert sorted(texts_of(template)["goal"].split("\n\n")) == sorted(left.split("\n\n"))


def test_a_name_that_only_the_other_changed_stays(village, template):
    editing.save_draft(village.session, template, {**CONTENT, "name": "Wij Eten"}, revision=1)
    editing.save_draft(village.session, template, changed("goal", "Elkaar zien."), revision=1)
    assert template.draft["name"] == "Wij Eten"


def test_a_beginning_that_nobody_remembers_asks_about_everything(village, template):
    met = editing.save_draft(village.session, template, changed("goal", "Anders."), revision=99)
    assert met is not None
    assert texts_of(template)["goal"] == "Niemand eet alleen."


def test_former_drafts_are_kept_but_not_without_end(village, template):
    for number in range(editing.KEPT + 5):
        editing.save_draft(village.session, template, changed("goal", f"Doel {number}."))
    kept = village.session.query(TemplateRevision).order_by(TemplateRevision.revision).all()
    assert len(kept) == editing.KEPT
    assert kept[-1].content["sections"][0]["text"] == f"Doel {editing.KEPT + 3}."


def test_saving_the_same_again_makes_no_new_draft(village, template):
    editing.save_draft(village.session, template, CONTENT)
    assert template.revision == 1


def test_what_is_typed_is_kept_by_itself_and_comes_back(site):
    address = write(site)
    kept = site.post(
        "supporter", f"{address}/bewaren", {**FORM, "section-goal": "Half afgema", "revision": "1"}
    )
    assert kept.status_code == 200
    assert "Bewaard om" in kept.text
    assert "Half afgema" in kept.text  # in the preview beside it
    assert "Half afgema" not in site.get("supporter", address).text
    form = site.get("supporter", f"{address}/bewerken").text
    assert "Half afgema" in form
    assert "U was hier nog mee bezig" in form
    assert "Half afgema" not in site.get("board", f"{address}/bewerken").text  # each has their own
    site.post("supporter", f"{address}/opnieuw")
    assert "Half afgema" not in site.get("supporter", f"{address}/bewerken").text


def test_what_was_typed_long_ago_is_forgotten(site):
    address = write(site)
    for path, days in ((f"{address}/bewaren", 0), ("/formats/nieuw/bewaren", 181)):
        site.post("supporter", path, FORM)
        with site.runtime.database.session() as session:
            newest = session.query(WorkingCopy).order_by(WorkingCopy.id.desc()).first()
            newest.saved_at -= timedelta(days=days)
            session.commit()
    jobs.sweep()
    with site.runtime.database.session(write=False) as session:
        assert [copy.template_id for copy in session.query(WorkingCopy)] == [address.split("/")[-1]]


def test_a_new_format_is_kept_before_it_exists_also_when_it_is_wrong(site):
    typed = {**FORM, **PARTS, "name": "", "role-0-number": "veel"}
    assert site.post("supporter", "/formats/nieuw/bewaren", typed).status_code == 200
    form = site.get("supporter", "/formats/nieuw").text
    assert 'value="veel"' in form
    write(site, **PARTS)
    assert 'value="veel"' not in site.get("supporter", "/formats/nieuw").text
    with site.runtime.database.session(write=False) as session:
        assert session.query(WorkingCopy).count() == 0


def test_a_row_button_keeps_what_is_typed_without_javascript(site):
    address = write(site)
    site.post("supporter", f"{address}/bewerken", {**FORM, **PARTS, "action": "add-roles"})
    assert "Begin met soep." in site.get("supporter", f"{address}/bewerken").text


def test_two_people_in_the_form_choose_on_the_page(site):
    address = write(site)
    board = {**FORM, "section-goal": "Het doel van het bestuur.", "revision": "1"}
    assert site.post("board", f"{address}/bewerken", board).status_code == 303
    mine = {**FORM, "section-goal": "Mijn doel.", "summary": "Mijn samenvatting.", "revision": "1"}
    page = site.post("supporter", f"{address}/bewerken", mine)
    assert page.status_code == 409
    for text in (
        "Het doel van het bestuur.",
        "Mijn doel.",
        'name="choice-sections/goal"',
        'name="revision" value="1"',
    ):
        assert text in page.text, text
    saved = site.post("supporter", f"{address}/bewerken", {**mine, "choice-sections/goal": "theirs"})
    assert saved.status_code == 303
    shown = site.get("supporter", address).text
    assert "Het doel van het bestuur." in shown
    assert "Mijn samenvatting." in shown


def test_the_preview_comes_without_javascript_and_runs_nothing(site):
    page = site.post(
        "supporter", "/formats/nieuw", {**FORM, **PARTS, "own-0-text": ATTACK, "action": "preview"}
    ).text
    assert "3 × Kok" in page
    assert "<script>alert" not in page


def test_the_preview_shows_what_is_right_and_counts_what_is_not():
    values = {**empty_values(), "summary": "x" * 500}
    values["roles"] = [
        {"key": "", "name": name, "number": number, "note": "", "requirements": []}
        for name, number in (("Kok", "veel"), ("Gastvrouw", "1"))
    ]
    content, wrong = preview_of(values, "nl", "Nog geen naam")
    assert (content["name"], content["summary"], wrong) == ("Nog geen naam", "", 3)
    assert [role["name"] for role in content["roles"]] == ["Gastvrouw"]


@pytest.mark.parametrize("path", ["bewaren", "opnieuw"])
def test_who_may_not_write_keeps_nothing(site, path):
    address = write(site)
    for role in ("", "member"):
        assert site.post(role, f"{address}/{path}", FORM).status_code in {302, 403}
    assert site.post("supporter", f"/formats/onbekend/{path}", FORM).status_code == 404


def test_programs_that_write_at_once_lose_nothing(site):
    headers, call = site.token("board", "write:templates"), site.app.test_client()
    made = call.post("/api/v1/templates", json=CONTENT, headers=headers).json
    address = f"/api/v1/templates/{made['id']}?revision={made['revision']}"
    assert call.put(address, json=changed("goal", "Elkaar zien."), headers=headers).status_code == 200
    both = call.put(address, json=changed("costs", "Gratis."), headers=headers)
    assert {each["key"]: each["text"] for each in both.json["content"]["sections"]} == {
        "goal": "Elkaar zien.",
        "costs": "Gratis.",
    }
    clash = call.put(address, json=changed("goal", "Iets anders."), headers=headers)
    assert clash.status_code == 409
    assert call.put(f"{address}x", json=CONTENT, headers=headers).status_code == 422
