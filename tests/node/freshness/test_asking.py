"""Who is asked whether an entry is right: the oldest first, with an address, and never too often."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.freshness.service import refresh
from directory.replica.entries import Entry
from federation.database import now
from node.follow_ups.service import open_tasks
from node.freshness import answering, asking
from node.freshness.models import Reminder
from node.listings import service as listings
from node.mail.models import MailMessage
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.node.listings.hubs import content

pytestmark = pytest.mark.usefixtures("hub")

DAY = timedelta(days=1)


@pytest.fixture
def mailing(settings):
    return dataclasses.replace(settings, mail_url="smtp://127.0.0.1:9", mail_from="gids@hub.example")


def make(session, settings, name, days, **initiative):
    """A listing that was confirmed so many days ago."""
    confirmed = (now() - days * DAY).date().isoformat()
    return listings.create(session, settings, content(name, confirmedOn=confirmed, **initiative), by="Ans")


def later(session, days):
    """Let time pass for all questions."""
    for reminder in session.scalars(select(Reminder)):
        reminder.asked_at -= days * DAY
    session.flush()


def mails(session):
    return session.scalars(select(MailMessage).order_by(MailMessage.id)).all()


def link_in(mail):
    return next(line for line in mail.body.splitlines() if "/bevestigen/" in line).rsplit("/", 1)[1]


def state_of(session, listing):
    return session.scalar(select(Entry.freshness).where(Entry.uri == listing.uri))


def test_the_longest_ago_is_asked_first_and_only_who_is_due(session, mailing):
    mail = {"contact": {"email": "info@dorp.example"}}
    make(session, mailing, "Vers", 10, **mail)
    make(session, mailing, "Oud", 200, **mail)
    make(session, mailing, "Ouder", 300, **mail)
    make(session, mailing, "Zonder adres", 400)
    assert asking.ask_by_mail(session, mailing) == 2
    assert [mail.subject.rpartition("? ")[2] for mail in mails(session)] == ["Ouder", "Oud"]
    assert [each.listing.name for each in asking.ask_by_letter(session, 10)] == ["Zonder adres"]


def test_the_private_address_goes_before_the_published_one(session, mailing):
    listing = make(session, mailing, "Oud", 200, contact={"email": "info@dorp.example"})
    listing.private_contact = {"email": "secretaris@dorp.example"}
    asking.ask_by_mail(session, mailing)
    (mail,) = mails(session)
    assert mail.recipient == "secretaris@dorp.example"


def test_who_has_an_address_that_is_not_right_gets_a_letter_and_the_coordinator_is_told(session, mailing):
    make(session, mailing, "Oud", 200).private_contact = {"email": "jo of mies@dorp"}
    assert asking.ask_by_mail(session, mailing) == 0
    assert session.scalars(select(Reminder)).all() == []
    (candidate,) = asking.candidates(session, 9)
    assert (candidate.email, candidate.has_bad_address) == ("", True)
    assert len(asking.ask_by_letter(session, 9)) == 1


def test_nobody_is_nagged_and_after_three_questions_it_is_called_unreachable(session, mailing):
    listing = make(session, mailing, "Stil", 200, contact={"email": "info@dorp.example"})
    for _round in range(asking.MOST):
        assert asking.ask_by_mail(session, mailing) == 1
        assert asking.ask_by_mail(session, mailing) == 0
        assert asking.give_up(session) == 0
        later(session, asking.QUIET.days + 1)
    assert asking.ask_by_mail(session, mailing) == 0
    assert asking.give_up(session) == 1
    assert state_of(session, listing) == "unreachable"
    answering.confirm_for(session, mailing, listing.key, by="Bo", note="gebeld")
    assert state_of(session, listing) == "fresh"
    assert asking.give_up(session) == 0


def test_a_day_has_its_most_and_without_a_mail_server_none_go(session, settings, mailing, monkeypatch):
    for number in range(3):
        make(session, mailing, f"Oud {number}", 200, contact={"email": "info@dorp.example"})
    assert asking.ask_by_mail(session, settings) == 0
    monkeypatch.setattr(asking, "A_DAY", 2)
    assert asking.ask_by_mail(session, mailing) == 2
    assert asking.ask_by_mail(session, mailing) == 0
    later(session, 2)
    assert asking.ask_by_mail(session, mailing) == 1


def test_invented_initiatives_are_never_written_to(session, mailing):
    make(session, mailing, "Verzonnen", 300, exampleData=True, contact={"email": "info@dorp.example"})
    assert asking.ask_by_mail(session, mailing) == 0


def test_one_press_confirms_and_the_network_hears_the_day(session, mailing):
    listing = make(session, mailing, "Oud", 300, contact={"email": "info@dorp.example"})
    asking.ask_by_mail(session, mailing)
    token = link_in(mails(session)[0])
    assert state_of(session, listing) == "stale"
    answering.answer(session, mailing, token, "confirmed")
    session.expire_all()
    assert state_of(session, listing) == "fresh"
    assert listing.content["initiative"]["confirmedOn"] == now().date().isoformat()
    with pytest.raises(Conflict):
        answering.answer(session, mailing, token, "ended")
    assert asking.candidates(session, 10) == []


@pytest.mark.parametrize(("said", "text"), [("changed", "Nieuw nummer"), ("ended", ""), ("stop", "")])
def test_what_is_not_a_confirmation_becomes_a_task_and_changes_nothing(session, mailing, said, text):
    listing = make(session, mailing, "Oud", 200, contact={"email": "info@dorp.example"})
    asking.ask_by_mail(session, mailing)
    before = listing.revision
    answering.answer(session, mailing, link_in(mails(session)[0]), said, text)
    (task,) = open_tasks(session)
    assert task.from_outside
    assert task.entry_uri == listing.uri
    assert listing.revision == before
    assert asking.candidates(session, 10) == []
    later(session, 400)
    session.execute(update(Reminder).values(answered_at=now() - 400 * DAY))
    assert bool(asking.candidates(session, 10)) == (said != "stop")


def test_a_link_that_is_wrong_old_or_misused_does_nothing(session, mailing):
    make(session, mailing, "Oud", 200, contact={"email": "info@dorp.example"})
    asking.ask_by_mail(session, mailing)
    token = link_in(mails(session)[0])
    for wrong in ("", "x", token[:-1], token + "x"):
        with pytest.raises(NotFound):
            answering.find_question(session, wrong)
    for said, text in (("onzin", ""), ("changed", ""), ("changed", "x" * 5000)):
        with pytest.raises(InvalidInput):
            answering.answer(session, mailing, token, said, text)
    later(session, asking.VALID.days + 1)
    with pytest.raises(NotFound):
        answering.answer(session, mailing, token, "confirmed")


def test_a_withdrawn_entry_is_not_confirmed(session, mailing):
    listing = make(session, mailing, "Oud", 200, contact={"email": "info@dorp.example"})
    asking.ask_by_mail(session, mailing)
    listings.withdraw(session, mailing, listing, by="Ans")
    with pytest.raises(Conflict):
        answering.answer(session, mailing, link_in(mails(session)[0]), "confirmed")


def test_a_coordinator_notes_that_nobody_answers_and_takes_it_back(session, mailing):
    listing = make(session, mailing, "Stil", 10)
    answering.nobody_answers(session, listing.key, by="Bo")
    refresh(session)
    assert state_of(session, listing) == "unreachable"
    answering.somebody_answers(session, listing.key)
    assert state_of(session, listing) == "fresh"
    with pytest.raises(NotFound):
        answering.nobody_answers(session, "bestaatniet", by="Bo")
