"""Listings: published, changed, reviewed, restored, closed and withdrawn, with every version kept."""

from __future__ import annotations

import pytest

from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_records
from directory.replica.records import Record
from federation.actors.identities import get_identity
from federation.database import now
from node.follow_ups import service as follow_ups
from node.listings import reviewing, service
from node.listings.adoption import adopt_some, find_listing
from node.listings.models import Listing
from node.listings.revisions import EditConflict, history
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.node.listings.hubs import content, entry_of

pytestmark = pytest.mark.usefixtures("hub")


def test_a_listing_is_published_and_found(session, settings):
    told = content(
        languages=["nl", "fy"],
        accessibility=["wheelchair"],
        partners=["Huisartsen Esbeek"],
        kvkNumber="12345678",
        otherNames=["De Noabers"],
    )
    listing = service.create(session, settings, told, by="Ans", source="Lijst 2026", external_id="7")
    entry = entry_of(session, listing)
    assert (entry.name, entry.key, entry.has_node) == ("Noaberhulp Esbeek", listing.key, False)
    assert (entry.languages, entry.accessibility) == (["nl", "fy"], ["wheelchair"])
    assert (entry.kvk_number, entry.other_names, entry.partners) == (
        "12345678",
        ["De Noabers"],
        ["Huisartsen Esbeek"],
    )
    assert service.get(session, listing.key) is listing
    assert service.find(session, "Lijst 2026", "7") is listing
    assert session.query(FeedItem).count() == 1
    said = {each["field"]: each for each in entry.sources}
    assert said["languages"] == {
        "field": "languages",
        "sourceName": "Lijst 2026",
        "statedOn": now().date().isoformat(),
    }


def test_the_same_id_of_a_source_is_refused(session, settings):
    service.create(session, settings, content(), by="Ans", source="Lijst", external_id="7")
    with pytest.raises(Conflict):
        service.create(session, settings, content("Anders"), by="Ans", source="Lijst", external_id="7")
    service.create(session, settings, content("Anders"), by="Ans", source="Andere lijst", external_id="7")


@pytest.mark.parametrize(
    "wrong",
    [
        {"themes": ["meeting"] * 50},
        {"areas": []},
        {"kvkNumber": "123"},
        {"languages": ["klingon"]},
        {"partners": ["x" * 121]},
        {"areas": [{**content()["initiative"]["areas"][0], "latitude": 55.0, "longitude": 3.0}]},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(session, settings, wrong):
    with pytest.raises(InvalidInput) as refused:
        service.create(session, settings, content(**wrong), by="Ans")
    assert refused.value.fields["initiative"]
    assert session.query(Record).count() == 0


def test_a_change_is_published_with_its_source_and_the_old_version_is_kept(session, settings):
    listing = service.create(session, settings, content(phase="starting"), by="Ans", source="Lijst")
    new = content(phase="running", foundedOn=2015)
    revision = service.change(
        session, settings, listing, new, by="Bea", note="Gebeld", based_on=1, source="Telefoon"
    )
    entry = entry_of(session, listing)
    assert (revision.number, entry.phase, entry.founded_on) == (2, "running", 2015)
    said = {each["field"]: each["sourceName"] for each in entry.sources}
    assert (said["phase"], said["foundedOn"], said["kind"]) == ("Telefoon", "Telefoon", "Lijst")
    assert [(each.number, each.by, each.action) for each in history(session, listing)] == [
        (2, "Bea", "changed"),
        (1, "Ans", "created"),
    ]


def test_saving_the_same_again_writes_nothing(session, settings):
    listing = service.create(session, settings, content(), by="Ans")
    sent = session.query(FeedItem).count()
    same = service.change(session, settings, listing, content(), by="Ans", based_on=1)
    assert (same.number, session.query(FeedItem).count()) == (1, sent)


def test_the_second_of_two_editors_sees_what_changed_and_loses_nothing(session, settings):
    listing = service.create(session, settings, content(phase="starting"), by="Ans")
    service.change(session, settings, listing, content(phase="running", foundedOn=2015), by="Ans", based_on=1)
    mine = content("Noabers Esbeek", phase="mature")
    with pytest.raises(EditConflict) as conflict:
        service.change(session, settings, listing, mine, by="Bea", based_on=1)
    error = conflict.value
    assert {each.field for each in error.theirs} == {"phase", "foundedOn"}
    assert error.contested == {"phase"}
    assert (error.merged["name"], error.merged["initiative"]["phase"]) == ("Noabers Esbeek", "mature")
    assert error.merged["initiative"]["foundedOn"] == 2015
    assert entry_of(session, listing).phase == "running"
    service.change(session, settings, listing, error.merged, by="Bea", based_on=error.revision)
    entry = entry_of(session, listing)
    assert (entry.name, entry.phase, entry.founded_on) == ("Noabers Esbeek", "mature", 2015)


def test_a_confirmation_meanwhile_is_no_conflict(session, settings):
    listing = service.create(session, settings, content(), by="Ans")
    service.confirm(session, settings, listing, by="Truus van Esbeek")
    assert listing.confirmed_at is not None
    assert entry_of(session, listing).confirmed_on == now().date()
    service.change(session, settings, listing, content("Anders"), by="Bea", based_on=1)
    assert entry_of(session, listing).name == "Anders"


def test_what_is_proposed_waits_while_the_approved_version_stays(session, settings):
    listing = service.create(session, settings, content(phase="starting"), by="Ans")
    proposal = reviewing.propose(session, listing, content(phase="running"), by="Truus", based_on=1)
    assert entry_of(session, listing).phase == "starting"
    assert reviewing.count_waiting(session) == 1
    service.change(session, settings, listing, content("Noabers", phase="starting"), by="Ans", based_on=1)
    with pytest.raises(EditConflict) as conflict:
        reviewing.approve(session, settings, listing, proposal, by="Bea")
    merged = conflict.value.merged
    reviewing.approve(session, settings, listing, proposal, by="Bea", content=merged)
    entry = entry_of(session, listing)
    assert (entry.name, entry.phase) == ("Noabers", "running")
    assert listing.revision == proposal.number
    with pytest.raises(Conflict):
        reviewing.reject(session, listing, proposal, by="Bea")


def test_a_rejected_proposal_changes_nothing_and_stays_in_the_history(session, settings):
    listing = service.create(session, settings, content(), by="Ans")
    proposal = reviewing.propose(session, listing, content("Onzin"), by="Truus", based_on=1)
    reviewing.reject(session, listing, proposal, by="Bea", decision="Dat klopt niet")
    assert entry_of(session, listing).name == "Noaberhulp Esbeek"
    newest = history(session, listing)[0]
    assert (newest.state, newest.decided_by, newest.decision) == ("rejected", "Bea", "Dat klopt niet")


def test_a_new_initiative_is_seen_after_its_approval(session, settings):
    listing = reviewing.propose_new(session, service.NewListing(content()), by="Truus")
    assert entry_of(session, listing) is None
    (proposal,) = reviewing.proposals(session, listing)
    reviewing.approve(session, settings, listing, proposal, by="Bea")
    assert entry_of(session, listing).name == "Noaberhulp Esbeek"
    assert listing.state == "published"


def test_an_earlier_version_comes_back_with_its_sources(session, settings):
    listing = service.create(session, settings, content(phase="idea"), by="Ans", source="Lijst")
    service.change(session, settings, listing, content("Anders"), by="Bea", based_on=1)
    restored = service.restore(session, settings, listing, 1, by="Ans")
    entry = entry_of(session, listing)
    assert (restored.number, restored.action, entry.name, entry.phase) == (
        3,
        "restored",
        "Noaberhulp Esbeek",
        "idea",
    )
    assert {each["sourceName"] for each in entry.sources} == {"Lijst"}
    with pytest.raises(NotFound):
        service.restore(session, settings, listing, 9, by="Ans")


def test_a_closed_initiative_stays_in_view_and_may_open_again(session, settings):
    listing = service.create(session, settings, content(), by="Ans")
    service.close(session, settings, listing, by="Ans", note="Gestopt")
    assert entry_of(session, listing).closed_on == now().date()
    assert listing.state == "closed"
    service.reopen(session, settings, listing, by="Ans")
    assert entry_of(session, listing).closed_on is None
    with pytest.raises(Conflict):
        service.reopen(session, settings, listing, by="Ans")


def test_entries_from_before_are_taken_over_once(session, settings):
    hub = get_identity(session, "hub")
    documents = [{"type": "Organization", **content(f"Van vroeger {at}")} for at in range(5)]
    publish_records(session, settings, hub, documents)
    kept = service.create(session, settings, content("Van nu"), by="Ans")
    assert [adopt_some(session, 3), adopt_some(session, 3), adopt_some(session, 3)] == [3, 2, 0]
    assert session.query(Listing).count() == 6
    adopted = session.query(Listing).filter(Listing.id != kept.id).first()
    service.change(session, settings, adopted, content("Nieuwe naam"), by="Bea", based_on=1)
    assert entry_of(session, adopted).name == "Nieuwe naam"


def test_a_withdrawn_listing_is_gone_everywhere_and_comes_back_under_a_new_address(session, settings):
    listing = service.create(session, settings, content(), by="Ans")
    address = listing.uri
    note = follow_ups.add(session, entry_of(session, listing), "Bel Riet", by="Ans")
    service.withdraw(session, settings, listing, by="Ans", successor_uri="https://dorp.example/actors/esbeek")
    assert entry_of(session, listing) is None
    assert session.get(Record, address).deleted_at is not None
    with pytest.raises(Conflict):
        service.change(session, settings, listing, content("Anders"), by="Ans", based_on=listing.revision)
    service.restore(session, settings, listing, 1, by="Ans")
    assert listing.uri != address
    assert entry_of(session, listing).name == "Noaberhulp Esbeek"
    assert listing.successor_uri is None
    assert list(follow_ups.of_entry(session, listing.uri)) == [note]


def test_an_entry_of_others_that_says_to_have_been_ours_opens_nothing_of_ours(session, settings, hub):
    ours = service.create(session, settings, content(), by="Anna")
    theirs = service.create(session, settings, content("Van een ander"), by="Anna")
    record = session.get(Record, theirs.uri)
    record.document = {**record.document, "alsoKnownAs": [ours.uri]}
    key = theirs.key
    session.delete(theirs)
    session.flush()
    assert find_listing(session, key) is ours  # as after a move of our own
    record.owner_uri = "https://elders.example/actors/hub"
    session.flush()
    assert find_listing(session, key) is None
