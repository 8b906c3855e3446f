"""Whom we ask: what a list says of it goes on with each list, is taken back, and people's own words stay."""

from __future__ import annotations

import pytest

from federation.database import now
from node.imports import service
from node.imports.jobs import KEPT_FOR, forget_old
from node.imports.models import ImportRow
from node.listings import reviewing
from node.listings import service as listings
from node.listings.consent import Consent
from node.listings.private_contact import PARTS, merge_contact
from tests.node.imports.lists import carried_out, compared, csv_of, work

pytestmark = pytest.mark.usefixtures("hub")

HEAD = ["ID", "Naam", "Plaats", "Contactpersoon", "E-mail contactpersoon", "Gecontroleerd", "Vrijwilligers"]
AN = {"name": "An", "email": "an@esbeek.example"}


def told(name="An", email="an@esbeek.example", day="", volunteers="30"):
    """A list of one row."""
    return csv_of([["1", "Noaberhulp Esbeek", "Esbeek", name, email, day, volunteers]], HEAD)


def listing_of(session):
    """The listing as it is now."""
    session.expire_all()
    return listings.find(session, "Lijst", "1")


def asked(session):
    """Whom we ask, without where that comes from."""
    contact = listing_of(session).private_contact
    return {part: contact[part] for part in PARTS if part in contact}


def by_hand(session, settings, **contact):
    """What a coordinator writes in the form."""
    listing = listing_of(session)
    base = listing.private_contact
    listing.private_contact = merge_contact(base, {**base, **contact}, base).contact
    session.commit()


def groups(session, run):
    """How many rows of each kind."""
    return {name: count for name, count in service.count_groups(session, run).items() if count}


def undo(session, settings, run):
    """Take it all back."""
    service.undo(session, run, by="Bo")
    session.commit()
    work(session, settings)


def test_who_agreed_to_publish_is_kept_with_what_a_list_published_and_taken_back_with_it(session, settings):
    head = ["ID", "Naam", "Plaats", "E-mail"]
    first, second = (csv_of([["1", "Noabers", "Esbeek", f"{name}@esbeek.example"]], head) for name in "ab")
    carried_out(session, settings, first, publish_contact=True)
    agreed = listing_of(session).contact_consent
    assert (agreed["by"], agreed["noted_by"]) == ("Lijst", "Ans")
    listing = listing_of(session)
    consent = Consent("Het bestuur", now().date(), noted_by="Bo")
    listings.change(
        session, settings, listing, listing.content, by="Bo", based_on=listing.revision, consent=consent
    )
    session.commit()
    run = carried_out(session, settings, second, publish_contact=True)
    assert listing_of(session).contact_consent["by"] == "Lijst"
    undo(session, settings, run)
    assert listing_of(session).content["initiative"]["contact"]["email"] == "a@esbeek.example"
    assert listing_of(session).contact_consent["by"] == "Het bestuur"
    carried_out(session, settings, first, source="Zonder", publish_contact=False)
    assert listings.find(session, "Zonder", "1").contact_consent == {}


def test_a_new_address_alone_is_a_change_and_is_taken_back(session, settings):
    carried_out(session, settings, told())
    before = listing_of(session).private_contact
    run = compared(session, settings, told(email="bo@esbeek.example"))
    assert groups(session, run) == {"change": 1}
    service.start(session, run, by="Ans")
    session.commit()
    work(session, settings)
    assert asked(session) == {"name": "An", "email": "bo@esbeek.example"}
    undo(session, settings, run)
    assert listing_of(session).private_contact == before


def test_a_new_address_is_known_after_the_cells_were_forgotten(session, settings):
    run = carried_out(session, settings, told())
    run.at -= KEPT_FOR * 2
    forget_old(session)
    session.commit()
    assert session.query(ImportRow.private_contact, ImportRow.private_before).one() == ({}, {})
    again = carried_out(session, settings, told(email="bo@esbeek.example"))
    assert asked(session)["email"] == "bo@esbeek.example"
    assert groups(session, again) == {"done": 1}
    undo(session, settings, run)
    assert asked(session)["email"] == "bo@esbeek.example"


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_what_people_wrote_stays_and_that_is_said(session, settings, is_forgotten):
    run = carried_out(session, settings, told())
    by_hand(session, settings, email="riet@esbeek.example")
    if is_forgotten:
        run.at -= KEPT_FOR * 2
        forget_old(session)
        session.commit()
    run = carried_out(session, settings, told(email="bo@esbeek.example"))
    assert asked(session) == {"name": "An", "email": "riet@esbeek.example"}
    (row,) = service.rows_of(session, run, "same")
    assert "names someone else to ask" in row.remarks[0]["text"]


def test_undoing_leaves_whom_people_wrote_after_the_import(session, settings):
    carried_out(session, settings, told())
    run = carried_out(session, settings, told(email="bo@esbeek.example"))
    by_hand(session, settings, name="Riet", email="riet@esbeek.example")
    undo(session, settings, run)
    assert asked(session) == {"name": "Riet", "email": "riet@esbeek.example"}


def test_a_form_that_leaves_it_alone_leaves_the_source_of_it_too(session, settings):
    carried_out(session, settings, told())
    by_hand(session, settings)
    carried_out(session, settings, told(email="bo@esbeek.example"))
    assert asked(session)["email"] == "bo@esbeek.example"


def test_a_later_day_of_checking_alone_makes_the_entry_fresh_and_is_taken_back(session, settings):
    carried_out(session, settings, told(day="2026-03-01"))
    run = carried_out(session, settings, told(day="1-6-2026"))
    listing = listing_of(session)
    assert listing.content["initiative"]["confirmedOn"] == "2026-06-01"
    assert listing.confirmed_at.date().isoformat() == "2026-06-01"
    earlier = carried_out(session, settings, told(day="1-4-2026"))
    assert groups(session, earlier) == {"same": 1}
    undo(session, settings, run)
    listing = listing_of(session)
    assert listing.content["initiative"]["confirmedOn"] == "2026-03-01"
    assert listing.confirmed_at.date().isoformat() == "2026-03-01"


def test_a_day_of_checking_waits_with_what_is_contested(session, settings):
    carried_out(session, settings, told(day="2026-03-01"))
    listing = listing_of(session)
    mine = {**listing.content["initiative"], "volunteersBand": "10-24"}
    content = {**listing.content, "initiative": mine}
    listings.change(session, settings, listing, content, by="Bea", based_on=listing.revision)
    session.commit()
    carried_out(session, settings, told(day="2026-06-01", volunteers="60"))
    assert listing_of(session).content["initiative"]["confirmedOn"] == "2026-03-01"
    ((proposal, _listing),) = reviewing.waiting(session)
    assert proposal.content["initiative"]["confirmedOn"] == "2026-06-01"


def test_a_day_that_is_still_to_come_confirms_nothing(session, settings):
    run = carried_out(session, settings, told(day="2099-01-01"))
    assert "confirmedOn" not in listing_of(session).content["initiative"]
    assert "still to come" in service.rows_of(session, run, "done")[0].remarks[0]["text"]
