"""An import from file to directory: compared first, carried out in steps, repeated, undone."""

from __future__ import annotations

import json

import pytest

from directory.replica.entries import Entry
from directory.replica.templates import KnownTemplate
from federation.database import now
from node.imports import service
from node.imports.jobs import work_batch
from node.imports.models import ImportRow, ImportSource
from node.listings import reviewing
from node.listings import service as listings
from node.listings.content import with_values
from node.listings.models import Listing
from schemas.errors import Conflict, InvalidInput
from tests.node.imports.lists import HEAD, ROWS, carried_out, compared, csv_of, work

pytestmark = pytest.mark.usefixtures("hub")


def entries(session):
    """The entries of the directory by name."""
    session.expire_all()
    return {entry.name: entry for entry in session.query(Entry).filter(Entry.has_node.is_(False))}


def with_cell(row, column, value):
    """A row with another value in a column."""
    changed = list(row)
    changed[HEAD.index(column)] = value
    return changed


def test_a_dry_run_says_what_would_happen_and_changes_nothing(session, settings):
    run = compared(session, settings, csv_of([*ROWS, ["4", "", "Esbeek", *[""] * 6]]))
    counts = service.count_groups(session, run)
    assert (counts["create"], counts["bad"], run.state) == (3, 1, "checked")
    assert entries(session) == {}


def test_an_import_fills_the_directory(session, settings):
    run = carried_out(session, settings, csv_of(ROWS))
    found = entries(session)
    assert set(found) == {row[1] for row in ROWS}
    esbeek = found["Noaberhulp Esbeek"]
    assert (esbeek.kind, esbeek.themes, esbeek.volunteers_band) == (
        "neighbour_care",
        ["eating", "transport"],
        "25-49",
    )
    assert (esbeek.website, esbeek.source_name) == ("https://www.esbeek.example", "Lijst")
    assert {each["sourceName"] for each in esbeek.sources} == {"Lijst"}
    assert found["Dorpshart Oudega"].areas[0].municipality == "Smallingerland"
    assert service.count_groups(session, run)["done"] == 3


def test_contact_data_is_published_only_where_that_was_agreed(session, settings):
    carried_out(session, settings, csv_of(ROWS))
    assert entries(session)["Noaberhulp Esbeek"].email is None
    assert listings.find(session, "Lijst", "1").private_contact["email"] == "info@esbeek.example"
    carried_out(session, settings, csv_of(ROWS), source="Met toestemming", publish_contact=True)
    published = [entry.email for entry in session.query(Entry).filter(Entry.source_name == "Met toestemming")]
    assert "info@esbeek.example" in published
    agreed = listings.find(session, "Met toestemming", "1").contact_consent
    assert (agreed["by"], agreed["noted_by"]) == ("Met toestemming", "Ans")
    assert listings.find(session, "Lijst", "1").contact_consent == {}


def test_a_list_that_comes_again_changes_only_what_changed_at_the_source(session, settings):
    carried_out(session, settings, csv_of(ROWS))
    listing = listings.find(session, "Lijst", "1")
    by_hand = with_values(listing.content, {"summary": "Door ons geschreven.", "phase": "running"})
    listings.change(session, settings, listing, by_hand, by="Bea", based_on=listing.revision)
    session.commit()
    again = [with_cell(ROWS[0], "Vrijwilligers", "60"), *ROWS[1:]]
    run = compared(session, settings, csv_of(again))
    assert {k: v for k, v in service.count_groups(session, run).items() if v} == {"change": 1, "same": 2}
    service.start(session, run, by="Ans")
    work(session, settings)
    esbeek = entries(session)["Noaberhulp Esbeek"]
    assert (esbeek.volunteers_band, esbeek.phase, esbeek.summary) == (
        "50-99",
        "running",
        "Door ons geschreven.",
    )
    third = compared(session, settings, csv_of(again))
    assert service.count_groups(session, third)["same"] == 3


def test_what_was_changed_by_hand_too_waits_for_the_coordinator(session, settings):
    carried_out(session, settings, csv_of(ROWS))
    listing = listings.find(session, "Lijst", "1")
    by_hand = with_values(listing.content, {"volunteersBand": "10-24"})
    listings.change(session, settings, listing, by_hand, by="Bea", based_on=listing.revision)
    session.commit()
    run = carried_out(session, settings, csv_of([with_cell(ROWS[0], "Vrijwilligers", "60")]))
    assert entries(session)["Noaberhulp Esbeek"].volunteers_band == "10-24"
    ((proposal, waiting),) = reviewing.waiting(session)
    assert (waiting.id, proposal.run_id) == (listing.id, run.id)
    assert proposal.content["initiative"]["volunteersBand"] == "50-99"
    assert [each.name for each in service.missing(session, run)] == [
        "Dorpshart Oudega",
        "Zorgcoöperatie Hoogeloon",
    ]


def test_new_initiatives_wait_when_the_coordinator_wants_to_see_them_first(session, settings):
    carried_out(session, settings, csv_of(ROWS), review=True)
    assert entries(session) == {}
    assert reviewing.count_waiting(session) == 3


def test_an_import_is_undone_as_a_whole_but_for_what_people_changed_since(session, settings):
    carried_out(session, settings, csv_of(ROWS[:2]))
    run = carried_out(session, settings, csv_of([with_cell(ROWS[0], "Vrijwilligers", "60"), *ROWS[1:]]))
    assert entries(session)["Noaberhulp Esbeek"].volunteers_band == "50-99"
    service.undo(session, run, by="Ans")
    session.commit()
    work(session, settings)
    found = entries(session)
    assert set(found) == {"Noaberhulp Esbeek", "Zorgcoöperatie Hoogeloon"}
    assert found["Noaberhulp Esbeek"].volunteers_band == "25-49"
    assert (run.state, service.count_groups(session, run)["undone"]) == ("undone", 2)
    again = carried_out(session, settings, csv_of(ROWS))
    assert set(entries(session)) == {row[1] for row in ROWS}
    listing = listings.find(session, "Lijst", "3")
    changed = with_values(listing.content, {"phase": "running"})
    listings.change(session, settings, listing, changed, by="Bea", based_on=listing.revision)
    service.undo(session, again, by="Ans")
    session.commit()
    work(session, settings)
    assert "Dorpshart Oudega" in entries(session)
    assert service.count_groups(session, again)["kept"] == 1


def test_undoing_keeps_another_field_that_somebody_changed_since(session, settings):
    carried_out(session, settings, csv_of(ROWS[:1]))
    run = carried_out(session, settings, csv_of([with_cell(ROWS[0], "Vrijwilligers", "60")]))
    listing = listings.find(session, "Lijst", "1")
    changed = with_values(listing.content, {"phase": "running"})
    listings.change(session, settings, listing, changed, by="Bea", based_on=listing.revision)
    service.undo(session, run, by="Ans")
    session.commit()
    work(session, settings)
    esbeek = entries(session)["Noaberhulp Esbeek"]
    assert (esbeek.volunteers_band, esbeek.phase) == ("25-49", "running")


def test_a_job_that_dies_goes_on_where_the_rows_say(session, settings):
    many = [[str(at), f"Buurthulp {at}", "Esbeek", "", "", "", "", "", ""] for at in range(120)]
    run = compared(session, settings, csv_of(many))
    service.start(session, run, by="Ans")
    session.commit()
    assert work_batch(session, settings, run.id)
    session.commit()
    assert work_batch(session, settings, run.id)
    session.rollback()  # the worker was killed in the middle of a batch
    assert session.query(Listing).count() == 50
    work(session, settings)
    assert session.query(Listing).count() == 120
    assert run.state == "done"


def test_the_columns_of_a_source_are_remembered(session, settings):
    run = service.begin(session, csv_of(ROWS), file_name="a.csv", source_name="Lijst", by="Ans")
    chosen = {**run.mapping, "Soort": "summary"}
    del chosen["Website"]
    service.map_columns(session, run, chosen, publish_contact=True, review=False)
    session.commit()
    later = service.begin(session, csv_of(ROWS), file_name="b.csv", source_name="Lijst", by="Bea")
    assert (later.mapping, later.options["publish_contact"]) == (chosen, True)
    assert session.query(ImportSource).count() == 1


def test_characters_that_no_database_keeps_stand_in_no_name(session, settings):
    content = json.dumps([{"naam": "Dorps\ud800hart", "plaats": "Zei\x00st"}]).encode()
    run = compared(session, settings, content, source="Li\x00jst", name="l\ud800.json")
    assert (run.source_name, run.file_name, run.state) == ("Lijst", "l.json", "checked")
    (row,) = service.rows_of(session, run, "create")
    assert row.name == "Dorpshart"


def test_steps_come_in_their_order(session, settings):
    run = service.begin(session, csv_of(ROWS), file_name="a.csv", source_name="Lijst", by="Ans")
    for step in (service.start, service.undo):
        with pytest.raises(Conflict):
            step(session, run, by="Ans")
    service.discard(session, run)
    assert session.query(ImportRow).count() == 0


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"Naam": "name"},
        {"Plaats": "places"},
        {"Naam": "name", "ID": "name", "Plaats": "places"},
        {"Naam": "x"},
    ],
)
def test_a_mapping_that_cannot_be_is_refused(session, mapping):
    run = service.begin(session, csv_of(ROWS), file_name="a.csv", source_name="Lijst", by="Ans")
    with pytest.raises(InvalidInput):
        service.map_columns(session, run, mapping, publish_contact=False, review=False)


def test_the_same_id_twice_in_a_list_is_said_with_the_row(session, settings):
    run = compared(session, settings, csv_of([ROWS[0], with_cell(ROWS[1], "ID", "1")]))
    (bad,) = service.rows_of(session, run, "bad")
    assert (bad.number, bad.remarks[0]["words"]["value"]) == (3, "2")


def test_what_a_coordinator_withdrew_is_left_alone(session, settings):
    carried_out(session, settings, csv_of(ROWS[:1]))
    listings.withdraw(session, settings, listings.find(session, "Lijst", "1"), by="Bea")
    session.commit()
    run = carried_out(session, settings, csv_of(ROWS[:1]))
    assert entries(session) == {}
    assert service.count_groups(session, run)["same"] == 1


def test_a_list_tells_which_formats_they_use_their_licence_and_their_end(session, settings):
    uri = "https://zeist.example/objects/1"
    known = {"uri": uri, "key": "a" * 32, "owner_uri": uri, "name": "Samen eten op dinsdag"}
    session.add(KnownTemplate(**known, version=1, content_hash="x", updated_at=now()))
    head = ["ID", "Naam", "Plaats", "Formats", "Licentie", "Gestopt op"]
    row = [
        "1",
        "Eetclub",
        "Esbeek",
        "samen eten op dinsdag; Onbekend; https://a.example/1",
        "CC0 1.0",
        "1-3-2024",
    ]
    session.commit()
    run = carried_out(session, settings, csv_of([row], head))
    listing = listings.find(session, "Lijst", "1")
    facts = listing.content["initiative"]
    assert facts["activities"] == [uri, "https://a.example/1"]
    assert (facts["license"], facts["closedOn"], listing.state) == ("CC0-1.0", "2024-03-01", "closed")
    (told,) = service.rows_of(session, run, "done")[0].remarks
    assert told["words"] == {"value": "Onbekend", "column": "Formats"}
