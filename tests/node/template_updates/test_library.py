"""A format that began from the starter library hears of a better text, without any network."""

from __future__ import annotations

import pytest

from node.activity_templates.content import hash_of
from node.starter_library.beginning import begin
from node.starter_library.starters import get_starter
from node.template_updates import service
from node.template_updates.merging import OURS
from node.template_updates.notices import count_safety, notice_of, notices
from schemas.errors import Conflict, NotFound

KEY = "eet"


def make_older(template, goal="Zo stond het in een eerdere versie."):
    """As if it was begun with an earlier version of the program."""
    old = dict(template.base_content)
    old["sections"] = [{**each, "text": goal} if each["key"] == "goal" else each for each in old["sections"]]
    template.base_content, template.draft = old, {**old, "name": template.draft["name"]}
    return template


def goal_of(content):
    return next(each["text"] for each in content["sections"] if each["key"] == "goal")


@pytest.fixture
def begun(village):
    """A format that began from the library of now."""
    return begin(village.session, get_starter(KEY), name="Wij Eten", answers={})


def test_nothing_is_said_while_the_library_is_the_same(village, begun):
    assert notice_of(village.session, begun) is None
    begun.base_content = {**begun.base_content, "name": "Elders Eet"}
    assert notice_of(village.session, begun) is None, "only the village is called otherwise"
    with pytest.raises(NotFound):
        service.open_proposal(village.session, begun)


def test_a_better_text_is_told_taken_part_by_part_and_undone(village, begun):
    make_older(begun)
    (notice,) = notices(village.session)
    assert (notice.is_library, notice.owner, notice.is_safety) == (True, "", False)
    assert notice.changes[0].change_note == get_starter(KEY).change["changeNote"]
    assert count_safety(village.session) == 0
    proposal = service.open_proposal(village.session, begun)
    assert [each.place for each in proposal.differences] == ["sections/goal"]
    before = dict(begun.draft)
    service.take(village.session, begun, {}, seen=proposal.seal, by="Anna")
    assert goal_of(begun.draft) == goal_of(get_starter(KEY).content)
    assert (begun.name, begun.copied_from, notices(village.session)) == ("Wij Eten", None, [])
    assert service.undo(village.session, begun) == []
    assert begun.draft == before
    assert len(notices(village.session)) == 1


def test_what_we_wrote_ourselves_is_never_lost(village, begun):
    make_older(begun)
    own = {**begun.draft, "summary": "Bij ons aan de brink."}
    begun.write(own)
    proposal = service.open_proposal(village.session, begun)
    service.take(village.session, begun, {"sections/goal": OURS}, seen=proposal.seal, by="Anna")
    assert begun.draft == own
    assert notice_of(village.session, begun) is None


def test_one_text_is_skipped_and_the_next_comes_by_again(village, begun):
    make_older(begun)
    service.skip(village.session, begun, by="Anna")
    assert notices(village.session) == []
    with pytest.raises(Conflict):
        service.skip(village.session, begun, by="Anna")
    row = service.last_decision(village.session, begun)
    assert (row.origin_uri, row.content_hash) == (
        f"starter:{KEY}",
        hash_of(notice_of(village.session, begun).origin.content),
    )
    row.content_hash = "sha256:" + "0" * 64  # as if that was the text of a version in between
    assert len(notices(village.session)) == 1


def test_an_activity_that_the_program_no_longer_brings_says_nothing(village, begun):
    make_older(begun).starter_key = "gone"
    assert notice_of(village.session, begun) is None


def test_the_team_sees_it_and_takes_it_without_a_script(site):
    with site.runtime.database.session() as session:
        key = make_older(begin(session, get_starter(KEY), name="Wij Eten", answers={})).id
        session.commit()
    assert "De startbibliotheek" in site.get("board", "/formats/verbeteringen").text
    page = site.get("board", f"/formats/{key}/verbetering").text
    assert f"/formats/startbibliotheek/{KEY}" in page
    listed = site.browser("").get("/api/v1/templates/updates", headers=site.token("board")).json["items"]
    assert [(each["id"], each["origin"]) for each in listed] == [(key, f"starter:{KEY}")]
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert (
        site.post("board", f"/formats/{key}/verbetering", {"action": "take", "seen": seen}).status_code == 303
    )
    assert "U nam de nieuwere tekst" in site.get("board", f"/formats/{key}?draft=1").text
    assert site.post("board", f"/formats/{key}/verbetering/terug").status_code == 303
    assert site.post("board", f"/formats/{key}/verbetering/overslaan").status_code == 303
    assert "U sloeg de nieuwere tekst" in site.get("board", f"/formats/{key}").text
