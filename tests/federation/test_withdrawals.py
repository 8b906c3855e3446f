"""What was changed or withdrawn is said by no earlier message: not in the outbox, not in what waits."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from federation.actors.collections import outbox, outbox_page
from federation.database import now
from federation.sending import claiming
from federation.sending.dead_letters import discard, retry
from federation.sending.delivery import Delivery
from federation.sending.letters import Writer
from federation.sending.outbox import publish
from federation.sending.published import PublishedActivity
from federation.sending.withdrawals import forget_old_offers, forget_replaced
from tests.federation.remote import ALICE
from tests.records import template

SECRET = "0612345678"


@pytest.fixture
def tell(session, settings, village):
    """Publish something about one record to Alice; the record's address stays the same."""
    told = {}

    def say(activity_type, name="", **options):
        payload = {**template(name), **told} if activity_type != "Delete" else told["id"]
        activity = publish(
            session, settings, village, activity_type, payload, **{"also_to": [ALICE], **options}
        )
        told["id"] = activity["object"]["id"]
        session.commit()
        return activity

    return say


def waiting(session):
    """What waits to go out, in its order: kind and name."""
    rows = session.scalars(select(Delivery).where(Delivery.state != "done").order_by(Delivery.id))
    session.expire_all()
    found = [session.get_one(PublishedActivity, row.activity_uri).document for row in rows]
    return [(each["type"], each["object"].get("name")) for each in found]


def all_is(session, state):
    session.execute(update(Delivery).values(state=state, finished_at=now()))
    session.commit()


def written(session):
    session.expire_all()
    return str([row.document for row in session.scalars(select(PublishedActivity))])


def shown(session, identity):
    page = outbox_page(session, identity, 1)["orderedItems"]
    assert outbox(session, identity)["totalItems"] == len(page)
    return [(each["type"], each["object"].get("name")) for each in page]


def test_the_outbox_has_the_newest_version_alone(session, village, alice, tell):
    tell("Create", SECRET)
    all_is(session, "done")
    tell("Update", "Anders")
    all_is(session, "done")
    tell("Update", "Weer anders")
    assert shown(session, village) == [("Update", "Weer anders")]
    assert SECRET not in written(session)
    assert "'Anders'" not in written(session)
    tell("Delete")
    assert shown(session, village) == [("Delete", None)]
    assert "Weer" not in written(session)


def test_what_is_left_says_that_something_was_sent_and_when(session, village, alice, tell):
    created = tell("Create", SECRET)
    all_is(session, "done")
    tell("Update", "Anders")
    session.expire_all()
    left = session.get_one(PublishedActivity, created["id"])
    assert not left.is_public
    assert left.document == {
        **{name: created[name] for name in ("id", "type", "actor", "published", "to", "cc")},
        "object": {
            **{name: created["object"][name] for name in ("id", "type", "recordType", "version")},
        },
    }


def test_a_create_that_waits_says_what_stands_and_keeps_its_place(session, village, alice, tell):
    tell("Create", SECRET)
    tell("Update", "Anders")
    assert waiting(session) == [("Create", "Anders"), ("Update", "Anders")]
    tell("Update", "Weer anders")
    assert waiting(session) == [("Create", "Weer anders"), ("Update", "Weer anders")]
    assert SECRET not in written(session)
    tell("Delete")
    assert waiting(session) == [("Delete", None)]


def test_who_gets_no_update_gets_the_newest_version_all_the_same(session, village, alice, tell):
    """Such as the origin of a copy, which was told of one version and not of the next."""
    tell("Create", "Eerst")
    all_is(session, "done")
    tell("Update", SECRET)
    tell("Update", "Anders", also_to=[])
    assert waiting(session) == [("Update", "Anders")]
    assert SECRET not in written(session)


@pytest.mark.parametrize("again", ["gave_up", "discarded"])
def test_what_people_send_again_is_what_stands(session, village, alice, tell, again):
    tell("Create", SECRET)
    all_is(session, "gave_up")
    if again == "discarded":
        discard(session, "elders.example", by="anna")
    tell("Update", "Anders", also_to=[])
    retry(session, "elders.example")
    assert waiting(session) == [("Create", "Anders")]


def test_a_letter_in_hand_is_not_posted_when_it_was_taken_back(session, settings, village, alice, tell):
    tell("Create", SECRET)
    claimed = claiming.claim(session, 10)
    assert claiming.still_carrying(session, claimed) == {claimed[0].id}
    tell("Update", "Anders")
    assert claiming.still_carrying(session, claimed) == set()
    session.execute(update(Delivery).values(claimed_until=None))
    again = claiming.claim(session, 10)
    (letter,) = Writer(settings).write(session, again).values()
    assert b"Anders" in letter.body.data
    assert claiming.still_carrying(session, again) == {again[0].id}
    tell("Delete")
    assert claiming.still_carrying(session, again) == set()


@pytest.fixture
def offer(session, settings, village, tell):
    """Offer the record, as it stands, to Alice."""

    def make(published):
        home = village.actor_uri.split("/actors/")[0]
        told = {
            "id": f"{home}/template-offers/1",
            "type": "TemplateOffer",
            "actor": village.actor_uri,
            "template": f"{ALICE}/formats/1",
            "variant": published["object"]["id"],
            "document": published["object"],
        }
        activity = publish(session, settings, village, "Offer", told, also_to=[ALICE], public=False)
        session.commit()
        return activity["id"]

    return make


def offered(session, uri):
    forget_old_offers(session)
    session.commit()
    session.expire_all()
    return session.get_one(PublishedActivity, uri).document["object"].get("document")


def test_an_offer_is_forgotten_when_it_arrived(session, alice, tell, offer):
    created = tell("Create", "Eerst")
    uri = offer(created)
    assert offered(session, uri) == created["object"]
    all_is(session, "done")
    assert offered(session, uri) is None


@pytest.mark.parametrize("ending", ["Update", "Delete"])
def test_an_offer_that_waits_ends_with_what_it_offers(session, alice, tell, offer, ending):
    uri = offer(tell("Create", SECRET))
    tell(ending, "Anders")
    assert offered(session, uri) is None
    assert SECRET not in written(session)
    assert "Offer" not in [kind for kind, _name in waiting(session)]


def test_what_was_replaced_before_an_upgrade_is_forgotten(session, village, alice, tell):
    created = tell("Create", SECRET)
    tell("Update", "Anders")
    all_is(session, "done")
    left = session.get_one(PublishedActivity, created["id"])
    left.document, left.is_public = created, True
    session.commit()
    assert forget_replaced(session) == 1
    assert forget_replaced(session) == 0
    assert SECRET not in written(session)
    assert shown(session, village) == [("Update", "Anders")]
