"""Contact data of people goes some time after the entry went."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from federation.database import now
from node.listings import jobs, reviewing, service
from node.listings.consent import Consent
from node.listings.models import Listing
from node.listings.retention import WITHOUT_ENTRY, delete_contacts
from node.listings.revisions import history
from tests.node.listings.hubs import content

pytestmark = pytest.mark.usefixtures("hub")
CONTACT = {"email": "truus@thuis.example", "telephone": "0612345678", "website": "https://dorp.example"}


def make(session, settings, name):
    listing = service.create(session, settings, content(name, contact=CONTACT), by="Ans")
    listing.private_contact = {"name": "Truus", "email": "truus@thuis.example"}
    listing.contact_consent = {"by": "Truus", "on": "2026-01-01"}
    return listing


def long_ago(listing):
    listing.changed_at = now() - WITHOUT_ENTRY - WITHOUT_ENTRY / 365


def told(session, listing):
    """All that is kept of it."""
    kept = [[each.content, each.consent] for each in history(session, listing)]
    return str([listing.content, listing.private_contact, listing.contact_consent, *kept])


def test_contact_data_goes_a_year_after_the_entry_and_the_rest_stays(session, settings, runtime):
    gone, recent, here = (make(session, settings, name) for name in ("Weg", "Kort weg", "Hier"))
    for listing in (gone, recent):
        service.withdraw(session, settings, listing, by="Ans")
    long_ago(gone)
    long_ago(here)
    session.commit()
    jobs.sweep()
    session.expire_all()
    assert "ruus" not in told(session, gone)
    assert "0612345678" not in told(session, gone)
    assert "https://dorp.example" in told(session, gone)
    for listing in (recent, here):
        assert listing.private_contact["email"] == "truus@thuis.example"
        assert "0612345678" in told(session, listing)
    assert delete_contacts(session) == 0


def test_what_comes_back_and_goes_again_is_looked_at_again(session, settings):
    listing = make(session, settings, "Weg")
    for _time in range(2):
        service.withdraw(session, settings, listing, by="Ans")
        long_ago(listing)
        assert delete_contacts(session) == 1
        assert listing.private_contact == {}
        service.reopen(session, settings, listing, by="Ans")
        listing.private_contact = {"name": "Mies"}


def test_a_refused_proposal_counts_from_the_refusal(session):
    listing = reviewing.propose_new(session, service.NewListing(content("Nieuw")), by="Bo")
    long_ago(listing)
    (proposal,) = reviewing.proposals(session, listing)
    reviewing.reject(session, listing, proposal, by="Ans")
    assert delete_contacts(session) == 0
    assert session.scalars(select(Listing.contact_deleted_at)).all() == [None]


def test_consent_for_one_address_is_none_for_another(session, settings):
    listing = make(session, settings, "Een")
    assert listing.contact_consent["by"] == "Truus"
    other = content("Een", contact=CONTACT | {"email": "mies@thuis.example"})
    service.change(session, settings, listing, other, by="Ans", based_on=1)
    assert listing.contact_consent == {}
    consent = Consent("Mies", now().date())
    service.change(session, settings, listing, other, by="Ans", based_on=2, consent=consent)
    service.change(session, settings, listing, other | {"summary": "x"}, by="Ans", based_on=2)
    assert listing.contact_consent["by"] == "Mies"
    service.restore(session, settings, listing, 1, by="Ans")
    assert listing.contact_consent == {}
