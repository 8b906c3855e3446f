"""No more messages: it goes along with a merge, holds for an address, and is taken back."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from directory.search.service import Selection
from federation.database import now
from node.coordination.mailing_recipients import recipients_of
from node.duplicates import merging
from node.duplicates.models import Duplicate
from node.freshness import answering, asking, refusals
from node.freshness.models import MessageRefusal, Reminder
from node.listings import service as listings
from node.listings.models import Listing
from tests.node.listings.hubs import content, entry_of

pytestmark = pytest.mark.usefixtures("hub")


@pytest.fixture
def with_mail(settings):
    return dataclasses.replace(settings, mail_url="smtp://127.0.0.1:9", mail_from="gids@hub.example")


def make(session, settings, name, email):
    """A listing that should be asked whether it is right."""
    old = (now() - timedelta(days=300)).date().isoformat()
    told = content(name, confirmedOn=old, contact={"email": email} if email else {})
    return listings.create(session, settings, told, by="Ans")


def stop(session, settings, listing):
    """The initiative presses “no more messages”."""
    reminder = asking._question(session, listing, "letter")
    answering.answer(session, settings, reminder.link.rsplit("/", 1)[1], "stop")


def merge(session, settings, goes, stays):
    left, right = sorted((goes.uri, stays.uri))
    pair = Duplicate(left_uri=left, right_uri=right, likelihood=0.9, reasons_for=[], reasons_against=[])
    session.add(pair)
    session.flush()
    merging.merge(session, settings, pair, {}, stays_uri=stays.uri, by="Ans")
    return pair


def reached(session):
    """Who is asked whether it is right, and who gets a message to everybody."""
    asked = {each.listing.name for each in asking.candidates(session, 99)}
    found = recipients_of(session, Selection(kinds=("entry",)))
    return asked, {each.entry.name for each in found.listed if each.entry.name != "Austerlitz Zorgt"}


@pytest.mark.parametrize("email", ["jo@dorp.example", "info@elders.example"])
def test_a_merge_remembers_who_wants_no_more_messages(session, with_mail, email):
    goes = make(session, with_mail, "Weg", "jo@dorp.example")
    stays = make(session, with_mail, "Blijft", email)
    stop(session, with_mail, goes)
    pair = merge(session, with_mail, goes, stays)
    assert reached(session) == (set(), set())
    merging.undo_merge(session, with_mail, pair, by="Ans")
    left_alone = set() if email == "jo@dorp.example" else {"Blijft"}
    assert reached(session) == (left_alone, left_alone)


def test_what_was_said_before_addresses_were_remembered_goes_along_too(session, with_mail):
    first, second, third = (make(session, with_mail, name, f"{name}@dorp.example") for name in "abc")
    stop(session, with_mail, first)
    session.execute(delete(MessageRefusal))
    merge(session, with_mail, first, second)
    merge(session, with_mail, second, third)
    assert reached(session) == (set(), set())


def test_it_goes_along_when_what_stayed_comes_back_under_another_address(session, with_mail):
    first, second = (make(session, with_mail, name, f"{name}@dorp.example") for name in "ab")
    stop(session, with_mail, first)
    merge(session, with_mail, first, second)
    listings.withdraw(session, with_mail, second, by="Ans")
    listings.reopen(session, with_mail, second, by="Ans")
    assert reached(session) == (set(), set())


def test_another_entry_with_the_same_address_is_left_alone_too(session, with_mail):
    stop(session, with_mail, make(session, with_mail, "Een", "jo@dorp.example"))
    make(session, with_mail, "Twee", "JO@dorp.example")
    make(session, with_mail, "Drie", "")
    assert reached(session) == ({"Drie"}, {"Drie"})
    (kept,) = session.scalars(select(MessageRefusal))
    assert "dorp" not in kept.address_hash


def test_who_wants_messages_again_gets_them(session, with_mail):
    goes, stays = (make(session, with_mail, name, "jo@dorp.example") for name in ("Weg", "Blijft"))
    stop(session, with_mail, goes)
    merge(session, with_mail, goes, stays)
    entry = entry_of(session, stays)
    assert refusals.refused_at(session, entry, "jo@dorp.example") is not None
    refusals.lift(session, entry.uri, refusals.address_hash("jo@dorp.example"))
    assert refusals.refused_at(session, entry, "jo@dorp.example") is None
    assert reached(session)[1] == {"Blijft"}
    assert session.scalars(select(Reminder.answer)).all() == ["lifted"]
    assert session.scalars(select(Listing.state).order_by(Listing.id)).all() == ["withdrawn", "published"]
