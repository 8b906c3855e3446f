"""Two entries become one, field by field, and two again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.replica.entries import Entry
from node.duplicates import jobs, merging, service
from node.duplicates.models import Duplicate
from node.follow_ups import service as follow_ups
from node.listings import service as listings
from node.listings.content import facts, with_values
from node.listings.revisions import revision_of
from schemas.errors import Conflict, InvalidInput
from tests.directory.organisations import add, organisation
from tests.node.listings.hubs import AREAS, content

pytestmark = pytest.mark.usefixtures("hub")

NAME = "Dorpskamer De Lindeboom"


@pytest.fixture
def pair(session, settings):
    """Two listings of one initiative, and the question about them."""
    left = listings.create(
        session,
        settings,
        content(
            NAME,
            summary="Koffie.",
            kvkNumber="12345678",
            themes=["meeting"],
            contact={"telephone": "0135161234"},
        ),
        by="Ans",
    )
    right = listings.create(
        session,
        settings,
        content(
            "Stichting De Lindebom",
            summary="",
            themes=["eating"],
            areas=[AREAS["Esbeek"], AREAS["Zeist"]],
            contact={"telephone": "+31 13 516 1234", "email": "info@lindeboom.example"},
        ),
        by="Bo",
    )
    assert service.look_again(session) == 1
    (duplicate,) = session.scalars(select(Duplicate))
    return duplicate, left, right


def names(session):
    return sorted(session.scalars(select(Entry.name)))


def test_a_pair_is_found_with_its_reasons_and_a_decision_is_kept(session, pair):
    duplicate, *_listings = pair
    assert "same_telephone" in duplicate.reasons_for
    service.keep_apart(session, duplicate, by="Ans", note=" twee zalen ")
    assert service.look_again(session) == 0
    assert (duplicate.state, duplicate.note, duplicate.decided_by) == ("different", "twee zalen", "Ans")
    with pytest.raises(Conflict):
        service.keep_apart(session, duplicate, by="Bo")
    service.ask_again(session, duplicate)
    assert service.look_again(session) == 1


def test_what_is_not_alike_any_more_is_not_asked(session, settings, pair):
    _duplicate, _left, right = pair
    other = with_values(
        right.content, {"name": "Klusbus Zeist", "areas": [AREAS["Zeist"]], "contact.telephone": None}
    )
    listings.change(session, settings, right, other, by="Bo", based_on=right.revision)
    assert service.look_again(session) == 0
    assert session.scalars(select(Duplicate)).all() == []


def test_merging_takes_what_is_chosen_and_loses_nothing_by_itself(session, settings, pair):
    duplicate, left, right = pair
    absorbed = merging.merge(session, settings, duplicate, {"areas": "stays"}, stays_uri=left.uri, by="Ans")
    assert absorbed is right
    assert (right.state, right.successor_uri) == ("withdrawn", left.uri)
    told = facts(left.content)
    assert told["name"] == NAME
    assert told["themes"] == ["meeting", "eating"]
    assert told["areas"] == [AREAS["Esbeek"]]
    assert told["contact.email"] == "info@lindeboom.example"
    assert told["otherNames"] == ["Stichting De Lindebom"]
    assert names(session) == ["Austerlitz Zorgt", NAME] or names(session) == [NAME]
    assert duplicate.state == "merged"


def test_the_other_one_can_stay_with_the_name_of_the_first(session, settings, pair):
    duplicate, left, right = pair
    merging.merge(session, settings, duplicate, {"name": "goes"}, stays_uri=right.uri, by="Ans")
    assert left.state == "withdrawn"
    assert facts(right.content)["name"] == NAME
    assert facts(right.content)["otherNames"] == ["Stichting De Lindebom"]


def test_a_merge_is_undone_with_what_was_changed_since_kept(session, settings, pair):
    duplicate, left, right = pair
    before = facts(left.content)
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    later = with_values(left.content, {"summary": "Koffie en thee."})
    listings.change(session, settings, left, later, by="Cas", based_on=left.revision)
    merging.undo_merge(session, settings, duplicate, by="Ans")
    assert facts(left.content) == {**before, "summary": "Koffie en thee."}
    assert right.state == "published"
    assert {NAME, "Stichting De Lindebom"} <= set(names(session))
    assert duplicate.state == "open"
    assert service.look_again(session) == 1
    with pytest.raises(Conflict):
        merging.undo_merge(session, settings, duplicate, by="Ans")


def test_notes_of_both_are_at_the_one_that_stays_until_that_is_undone(session, settings, pair):
    duplicate, left, right = pair
    for listing in (left, right):
        entry = session.get(Entry, listing.uri)
        follow_ups.add(session, entry, f"Bel {entry.name}", by="Ans")
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    assert len(follow_ups.of_entry(session, left.uri)) == 2
    merging.undo_merge(session, settings, duplicate, by="Ans")
    assert [note.text for note in follow_ups.of_entry(session, right.uri)] == ["Bel Stichting De Lindebom"]
    assert [note.text for note in follow_ups.of_entry(session, left.uri)] == [f"Bel {NAME}"]


def test_what_was_opened_again_meanwhile_is_not_undone_twice(session, settings, pair):
    duplicate, left, right = pair
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    listings.reopen(session, settings, right, by="Bo")
    with pytest.raises(Conflict):
        merging.undo_merge(session, settings, duplicate, by="Ans")


def test_an_entry_with_a_node_stays_and_keeps_its_own_words(session, settings, pair):
    _duplicate, left, _right = pair
    actor = organisation(NAME, "Esbeek") | {
        "id": "https://linde.example/actor",
        "inbox": "https://linde.example/inbox",
    }
    add(session, actor)
    service.look_again(session)
    duplicate = session.scalar(select(Duplicate).where(Duplicate.right_uri == actor["id"])) or session.scalar(
        select(Duplicate).where(Duplicate.left_uri == actor["id"])
    )
    plan = merging.plan_merge(session, duplicate, left.uri)
    assert (plan.stays.uri, plan.fields, plan.can_turn) == (actor["id"], [], False)
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    gone = left if left.state == "withdrawn" else _right
    assert gone.successor_uri == actor["id"]
    merging.undo_merge(session, settings, duplicate, by="Ans")
    assert gone.state == "published"


def test_entries_of_others_are_not_ours_to_merge(session):
    add(session, organisation(NAME, "Esbeek"), organisation(NAME, "Esbeek"))
    service.look_again(session)
    (duplicate,) = session.scalars(select(Duplicate))
    with pytest.raises(Conflict):
        merging.plan_merge(session, duplicate)


def test_a_choice_that_does_not_exist_changes_nothing(session, settings, pair):
    duplicate, left, _right = pair
    with pytest.raises(InvalidInput):
        merging.merge(session, settings, duplicate, {"name": "both"}, stays_uri=left.uri, by="Ans")
    assert left.revision == 1


def test_the_job_compares_by_itself_and_the_old_address_leads_on(session, settings, runtime, app, pair):
    duplicate, left, right = pair
    session.delete(duplicate)
    session.commit()
    jobs.sweep()
    (found,) = session.scalars(select(Duplicate))
    merging.merge(session, settings, found, {}, stays_uri=left.uri, by="Ans")
    session.commit()
    moved = app.test_client().get(f"/gids/{right.key}")
    assert moved.headers["Location"] == f"/gids/{left.key}"
    assert app.test_client().get("/gids/bestaatniet").status_code == 404


def test_whom_to_ask_goes_along_until_that_is_undone(session, settings, pair):
    duplicate, left, right = pair
    left.private_contact = {"telephone": "0612345678"}
    right.private_contact = {"name": "Truus", "email": "truus@thuis.example"}
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    assert left.private_contact == {
        "telephone": "0612345678",
        "name": "Truus",
        "email": "truus@thuis.example",
    }
    assert "thuis" not in str(duplicate.outcome)
    left.private_contact = left.private_contact | {"name": "Mies"}
    merging.undo_merge(session, settings, duplicate, by="Ans")
    assert left.private_contact == {"telephone": "0612345678", "name": "Mies"}
    assert right.private_contact == {"name": "Truus", "email": "truus@thuis.example"}


def test_two_people_are_not_mixed_into_one(session, settings, pair):
    duplicate, left, right = pair
    left.private_contact = {"name": "Mies"}
    right.private_contact = {"name": "Truus", "email": "truus@thuis.example"}
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    assert left.private_contact == {"name": "Mies"}


def test_the_consent_for_contact_data_goes_along_with_it(session, settings, pair):
    duplicate, left, right = pair
    ours, theirs = ({"by": name, "on": "2026-01-05", "noted_by": "Ans"} for name in ("Mies", "Truus"))
    left.contact_consent, right.contact_consent = ours, theirs
    revision_of(session, left, 1).consent = ours
    merging.merge(session, settings, duplicate, {}, stays_uri=left.uri, by="Ans")
    assert facts(left.content)["contact.email"] == "info@lindeboom.example"
    assert left.contact_consent == {"by": "Mies; Truus", "on": "2026-01-05", "noted_by": "Ans"}
    merging.undo_merge(session, settings, duplicate, by="Ans")
    assert left.contact_consent == ours
    assert right.contact_consent == theirs
