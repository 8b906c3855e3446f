"""The drafts of a format as they were: read, compared with now, and brought back."""

from __future__ import annotations

import pytest

from node.activity_templates import editing, former, service
from schemas.errors import Conflict, NotFound
from tests.node.activity_templates.test_editing import CONTENT, changed, texts_of
from tests.node.activity_templates.test_pages import ATTACK


@pytest.fixture
def template(village):
    """A format that was changed twice."""
    made = service.create_template(village.session, CONTENT)
    editing.save_draft(village.session, made, changed("goal", "Elkaar zien."))
    editing.save_draft(village.session, made, {**changed("goal", "Elkaar zien."), "name": "Samen Eten"})
    return made


def test_each_former_draft_tells_what_was_changed_after_it(village, template):
    last, first = former.list_former(village.session, template)
    assert (last.row.revision, last.changed, last.has_other_name) == (2, [], True)
    assert [each.place for each in first.changed] == ["sections/goal"]
    assert not first.has_other_name
    beside_now = former.get_former(village.session, template, 1)
    assert (beside_now.has_other_name, len(beside_now.changed)) == (True, 1)


def test_going_back_loses_nothing_and_can_be_undone_the_same_way(village, template):
    former.restore(village.session, template, 1)
    assert texts_of(template)["goal"] == "Niemand eet alleen."
    assert (template.name, template.revision) == ("Austerlitz Eet", 4)
    assert [each.row.revision for each in former.list_former(village.session, template)] == [3, 2, 1]
    with pytest.raises(Conflict):
        former.restore(village.session, template, 1)
    former.restore(village.session, template, 3)
    assert (template.name, texts_of(template)["goal"]) == ("Samen Eten", "Elkaar zien.")


def test_what_is_not_kept_or_not_ours_to_change_is_refused(village, template):
    for revision in (0, 3, 99, 2**63):
        with pytest.raises(NotFound):
            former.restore(village.session, template, revision)
    service.publish_template(village.session, village.settings, template)
    service.withdraw_template(village.session, village.settings, template)
    with pytest.raises(Conflict):
        former.restore(village.session, template, 1)


def test_the_published_version_stays_until_the_board_publishes_again(village, template):
    service.publish_template(village.session, village.settings, template)
    former.restore(village.session, template, 1)
    assert template.latest.content["name"] == "Samen Eten"
    assert template.has_changes()


def test_the_team_goes_back_without_a_script(site):
    browser = site.browser("board")
    with site.runtime.database.session() as session:
        made = service.create_template(session, {**CONTENT, "name": ATTACK[:100]})
        editing.save_draft(
            session, made, {**changed("goal", "Elkaar zien."), "roles": [{"key": "k", "name": "Kok"}]}
        )
        key = made.id
        session.commit()
    page = browser.get(f"/formats/{key}/eerder").text
    assert "Daarna gewijzigd" in page
    assert f"/formats/{key}/eerder" in browser.get(f"/formats/{key}?draft=1").text
    one = browser.get(f"/formats/{key}/eerder/1").text
    assert "<del>Elkaar zien.</del>" in one or "<del>Elkaar" in one
    assert "<ins>Niemand" in one
    assert ATTACK not in one
    assert site.post("board", f"/formats/{key}/eerder/1/terug").status_code == 303
    with site.runtime.database.session() as session:
        assert service.get_own(session, key).name == ATTACK[:100]
    assert site.post("board", f"/formats/{key}/eerder/1/terug").status_code == 303
    assert "staat nu al in het concept" in browser.get(f"/formats/{key}/eerder").text
    assert browser.get(f"/formats/{key}/eerder/77").status_code == 404
    assert site.get("member", f"/formats/{key}/eerder").status_code == 403


def test_programs_go_back_too(site):
    may = site.token("board")
    with site.runtime.database.session() as session:
        made = service.create_template(session, CONTENT)
        editing.save_draft(session, made, changed("goal", "Elkaar zien."))
        path = f"/api/v1/templates/{made.id}/former"
        session.commit()
    browser = site.app.test_client()
    (item,) = browser.get(path, headers=may).json["items"]
    assert (item["revision"], item["changed"], item["content"]["name"]) == (
        1,
        ["sections/goal"],
        "Austerlitz Eet",
    )
    answer = browser.post(f"{path}/1/restore", headers=may)
    assert (answer.status_code, answer.json["revision"]) == (200, 3)
    assert browser.post(f"{path}/9/restore", headers=may).status_code == 404
    assert browser.post(f"{path}/1/restore", headers=site.token("member")).status_code == 403
