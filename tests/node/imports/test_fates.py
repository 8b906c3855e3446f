"""A list beside everything else that happens to an entry: merged, confirmed, claimed, refused, undone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.replica.entries import Entry
from directory.replica.successors import EntrySuccessor
from node.duplicates import merging
from node.duplicates import service as duplicates
from node.duplicates.models import Duplicate
from node.imports import approving, service
from node.imports.models import ImportRow
from node.listings import reviewing
from node.listings import service as listings
from node.listings.content import with_values
from node.listings.models import Listing
from node.listings.revisions import history
from schemas.errors import Conflict
from tests.node.imports.lists import HEAD, ROWS, carried_out, compared, csv_of, work
from tests.node.listings.hubs import content

pytestmark = pytest.mark.usefixtures("hub")

NAME = ROWS[0][1]
ONE = csv_of(ROWS[:1])


def with_cells(row=ROWS[0], **cells):
    """A list of one row with other values, by the names of the columns."""
    return csv_of([[cells.get(name, cell) for name, cell in zip(HEAD, row, strict=True)]])


def listing_of(session, source="Lijst", number="1"):
    """The listing that a source knows by this id, as it is now."""
    session.expire_all()
    return listings.find(session, source, number)


def names(session):
    """What the directory shows."""
    session.expire_all()
    return sorted(session.scalars(select(Entry.name)))


def counted(session, run):
    """How many rows of each kind a run has."""
    return {name: count for name, count in service.count_groups(session, run).items() if count}


def undone(session, settings, run, by="Bo"):
    """The run, undone."""
    service.undo(session, run, by=by)
    session.commit()
    work(session, settings)
    return counted(session, run)


def start(session, settings, run, by="Ans"):
    """Carry out a list that was compared before."""
    service.start(session, run, by=by)
    session.commit()
    work(session, settings)
    return counted(session, run)


def merge(session, settings, goes, stays):
    """Let one listing be part of another."""
    duplicates.look_again(session)
    duplicate = session.scalars(select(Duplicate).where(Duplicate.state == "open")).one()
    merging.merge(session, settings, duplicate, {}, stays_uri=stays.uri, by="Ans")
    session.commit()


def added_by_hand(session, settings, **facts):
    """A listing that a coordinator wrote."""
    listing = listings.create(session, settings, content(NAME, **facts), by="Bea")
    session.commit()
    return listing


def changed(session, settings, listing, **values):
    """What a coordinator changes by hand."""
    content = with_values(listing.content, values)
    listings.change(session, settings, listing, content, by="Bea", based_on=listing.revision)
    session.commit()


def remarks(session, run):
    """The texts of all remarks of a run."""
    rows = session.scalars(select(ImportRow).where(ImportRow.run_id == run.id))
    return [each["text"] for row in rows for each in row.remarks]


# --- undoing -----------------------------------------------------------------------------------------


def test_undoing_keeps_the_entry_that_another_was_merged_into(session, settings):
    carried_out(session, settings, ONE, source="Lijst A")
    second = carried_out(session, settings, ONE, source="Lijst B")
    goes, stays = listing_of(session, "Lijst A"), listing_of(session, "Lijst B")
    merge(session, settings, goes, stays)
    before = listing_of(session, "Lijst B").last_revision
    assert undone(session, settings, second) == {"kept": 1}
    assert names(session) == [NAME]
    assert listing_of(session, "Lijst B").last_revision == before
    assert "merged into this one" in " ".join(remarks(session, second))


def test_undoing_keeps_the_entry_that_a_hand_made_one_was_merged_into(session, settings):
    by_hand = added_by_hand(session, settings)
    run = carried_out(session, settings, ONE)
    merge(session, settings, by_hand, listing_of(session))
    assert undone(session, settings, run) == {"kept": 1}
    assert names(session) == [NAME]


@pytest.mark.parametrize("cells", [{}, {"Vrijwilligers": "60"}], ids=["added", "changed"])
def test_undoing_keeps_what_the_initiative_confirmed_since(session, settings, cells):
    run = carried_out(session, settings, ONE)
    if cells:
        run = carried_out(session, settings, with_cells(**cells))
    listings.confirm(session, settings, listing_of(session), by="het initiatief")
    session.commit()
    kept = listing_of(session).content
    assert undone(session, settings, run) == {"kept": 1}
    assert (names(session), listing_of(session).content) == ([NAME], kept)


def test_two_imports_are_undone_in_either_order(session, settings):
    first = carried_out(session, settings, ONE)
    second = carried_out(session, settings, with_cells(Vrijwilligers="60"))
    assert undone(session, settings, first) == {"kept": 1}
    assert undone(session, settings, second) == {"undone": 1}
    assert names(session) == [NAME]
    first = carried_out(session, settings, ONE, source="Andere")
    second = carried_out(session, settings, with_cells(Vrijwilligers="60"), source="Andere")
    assert undone(session, settings, second) == {"undone": 1}
    assert undone(session, settings, first) == {"undone": 1}
    assert names(session) == [NAME]


def test_undoing_takes_back_a_proposal_that_was_approved(session, settings):
    carried_out(session, settings, ONE)
    changed(session, settings, listing_of(session), volunteersBand="10-24")
    run = carried_out(session, settings, with_cells(Vrijwilligers="60"))
    ((proposal, listing),) = reviewing.waiting(session)
    reviewing.approve(session, settings, listing, proposal, by="Ans")
    session.commit()
    assert undone(session, settings, run) == {"undone": 1}
    assert listing_of(session).content["initiative"]["volunteersBand"] == "10-24"


def test_undoing_says_so_of_an_entry_that_was_merged_away(session, settings):
    by_hand = added_by_hand(session, settings)
    run = carried_out(session, settings, ONE)
    merge(session, settings, listing_of(session), by_hand)
    assert undone(session, settings, run) == {"kept": 1}
    assert names(session) == [NAME]


# --- carrying out ------------------------------------------------------------------------------------


def test_carrying_out_brings_back_nothing_that_was_merged_meanwhile(session, settings):
    by_hand = added_by_hand(session, settings)
    carried_out(session, settings, ONE)
    run = compared(session, settings, with_cells(Vrijwilligers="60"))
    merge(session, settings, listing_of(session), by_hand)
    start(session, settings, run)
    absorbed = listing_of(session)
    assert (absorbed.state, absorbed.successor_uri) == ("withdrawn", by_hand.uri)
    assert names(session) == [NAME]


def test_carrying_out_brings_back_nothing_that_was_withdrawn_or_undone_meanwhile(session, settings):
    first = carried_out(session, settings, csv_of(ROWS[:2]))
    other = [*ROWS[1][:6], "300", *ROWS[1][7:]]
    run = compared(session, settings, csv_of([[*ROWS[0][:6], "60", *ROWS[0][7:]], other]))
    assert counted(session, run) == {"change": 2}
    listings.withdraw(session, settings, listing_of(session), by="Bea")
    undone(session, settings, first)
    assert start(session, settings, run) == {"same": 2}
    assert names(session) == []
    assert len(set(remarks(session, run))) == 2


def test_a_list_that_two_people_compared_is_carried_out_once(session, settings):
    first, second = (compared(session, settings, ONE) for _each in range(2))
    assert start(session, settings, first) == {"done": 1}
    assert start(session, settings, second) == {"same": 1}
    assert session.query(Listing).count() == 1


# --- after an undone import --------------------------------------------------------------------------


def test_an_undone_import_comes_back_as_the_list_says_it_now(session, settings):
    run = carried_out(session, settings, ONE)
    old = listing_of(session).key
    undone(session, settings, run)
    carried_out(session, settings, with_cells(Website="", Vrijwilligers="60"))
    (entry,) = session.scalars(select(Entry))
    assert (entry.website, entry.volunteers_band) == (None, "50-99")
    assert session.get_one(EntrySuccessor, old).uri == entry.uri


def test_an_undone_import_with_review_can_come_again(session, settings):
    run = carried_out(session, settings, ONE, review=True)
    assert undone(session, settings, run) == {"undone": 1}
    assert reviewing.count_waiting(session) == 0
    again = compared(session, settings, ONE, review=True)
    assert counted(session, again) == {"create": 1}
    start(session, settings, again)
    ((proposal, listing),) = reviewing.waiting(session)
    assert (listing.state, names(session)) == ("review", [])
    reviewing.approve(session, settings, listing, proposal, by="Ans")
    session.commit()
    assert names(session) == [NAME]
    assert undone(session, settings, again) == {"undone": 1}
    assert names(session) == []


def test_all_that_an_import_added_is_approved_at_once(session, settings):
    carried_out(session, settings, csv_of(ROWS[:1]))
    changed(session, settings, listing_of(session), volunteersBand="10-24")
    run = carried_out(session, settings, csv_of([[*ROWS[0][:6], "60", *ROWS[0][7:]], *ROWS[1:]]), review=True)
    refused = listing_of(session, number="3")
    reviewing.reject(session, refused, *reviewing.proposals(session, refused), by="Bea")
    session.commit()
    assert approving.count_waiting(session, run) == 1
    service.approve(session, run, by="Bo")
    session.commit()
    work(session, settings)
    assert (run.state, names(session)) == ("done", sorted([NAME, ROWS[1][1]]))
    assert history(session, listing_of(session, number="2"))[0].decided_by == "Bo"
    ((_proposal, listing),) = reviewing.waiting(session)
    assert (listing.external_id, approving.count_waiting(session, run)) == ("1", 0)
    with pytest.raises(Conflict):
        service.approve(session, compared(session, settings, ONE), by="Bo")


def test_what_comes_back_waits_for_review_when_that_was_asked(session, settings):
    run = carried_out(session, settings, ONE)
    old = listing_of(session).key
    undone(session, settings, run)
    again = carried_out(session, settings, ONE, review=True)
    assert names(session) == []
    ((proposal, listing),) = reviewing.waiting(session)
    reviewing.approve(session, settings, listing, proposal, by="Ans")
    session.commit()
    assert names(session) == [NAME]
    assert session.get_one(EntrySuccessor, old).uri == listing.uri
    assert undone(session, settings, again) == {"undone": 1}
    assert names(session) == []


def test_what_a_coordinator_refused_does_not_come_back_through_an_undo(session, settings):
    run = carried_out(session, settings, ONE, review=True)
    ((proposal, listing),) = reviewing.waiting(session)
    reviewing.reject(session, listing, proposal, by="Bea")
    session.commit()
    assert undone(session, settings, run) == {"kept": 1}
    again = carried_out(session, settings, ONE)
    assert (counted(session, again), names(session)) == ({"same": 1}, [])


def test_the_next_list_takes_the_place_of_a_proposal_that_waits(session, settings):
    first = carried_out(session, settings, ONE, review=True)
    second = carried_out(session, settings, with_cells(Vrijwilligers="60"))
    assert counted(session, second) == {"done": 1}
    ((proposal, _listing),) = reviewing.waiting(session)
    assert proposal.content["initiative"]["volunteersBand"] == "50-99"
    assert names(session) == []
    assert counted(session, compared(session, settings, with_cells(Vrijwilligers="60"))) == {"same": 1}
    assert undone(session, settings, second) == {"undone": 1}
    ((proposal, _listing),) = reviewing.waiting(session)
    assert (proposal.run_id, proposal.content["initiative"]["volunteersBand"]) == (first.id, "25-49")
    assert undone(session, settings, first) == {"undone": 1}
    assert (listing_of(session).state, reviewing.count_waiting(session)) == ("withdrawn", 0)
    assert counted(session, compared(session, settings, ONE)) == {"create": 1}


# --- after a merge -----------------------------------------------------------------------------------


def test_what_changes_at_the_source_of_a_merged_entry_is_proposed_where_it_is_now(session, settings):
    by_hand = added_by_hand(session, settings, volunteersBand="10-24")
    carried_out(session, settings, ONE)
    merge(session, settings, listing_of(session), by_hand)
    assert counted(session, compared(session, settings, ONE)) == {"same": 1}
    run = carried_out(session, settings, with_cells(Vrijwilligers="60"))
    ((proposal, listing),) = reviewing.waiting(session)
    assert (listing.id, proposal.run_id) == (by_hand.id, run.id)
    assert proposal.content["initiative"]["volunteersBand"] == "50-99"
    assert "is part of" in remarks(session, run)[0]
    assert listing_of(session).state == "withdrawn"
    assert counted(session, compared(session, settings, with_cells(Vrijwilligers="60"))) == {"same": 1}
    assert undone(session, settings, run) == {"undone": 1}
    assert reviewing.count_waiting(session) == 0


# --- fields apart ------------------------------------------------------------------------------------


def test_a_contested_field_does_not_hold_back_the_others(session, settings):
    carried_out(session, settings, ONE)
    changed(session, settings, listing_of(session), volunteersBand="10-24")
    run = carried_out(session, settings, with_cells(Vrijwilligers="60", Website="https://nieuw.example"))
    facts = listing_of(session).content["initiative"]
    assert (facts["volunteersBand"], facts["contact"]["website"]) == ("10-24", "https://nieuw.example")
    ((proposal, listing),) = reviewing.waiting(session)
    reviewing.reject(session, listing, proposal, by="Bea")
    session.commit()
    assert listing_of(session).content["initiative"]["contact"]["website"] == "https://nieuw.example"
    assert undone(session, settings, run) == {"undone": 1}
    facts = listing_of(session).content["initiative"]
    assert (facts["volunteersBand"], facts["contact"]["website"]) == ("10-24", "https://www.esbeek.example")


def test_the_history_names_who_carried_it_out_and_who_undid_it(session, settings):
    run = compared(session, settings, ONE)
    start(session, settings, run, by="Bea")
    undone(session, settings, run, by="Bo")
    assert [each.by for each in history(session, listing_of(session))] == ["Bo", "Bea"]
    assert (run.by, run.started_by, run.undone_by) == ("Ans", "Bea", "Bo")
