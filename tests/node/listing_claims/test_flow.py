"""A village takes over its entry: over the wire, by file, mail, letter and by the coordinator's word."""

from __future__ import annotations

import re

from sqlalchemy import select

from directory.search.index import key_of
from federation.receiving.inbox import InboxActivity
from federation.sending.published import PublishedActivity
from node.follow_ups.models import FollowUp
from node.listing_claims import claiming, codes, deciding, proving
from node.listings.models import ListingRevision
from node.listings.successors import successor_key
from tests.node.listing_claims.conftest import NAME

OURS = ("Esbeek Helpt", True)
LISTED = (NAME, False)


def code_for(story, village):
    """The code of a letter that the coordinator prints."""
    return story.decide(proving.make_letter, village)


def test_a_file_on_the_website_makes_the_entry_the_villages_own_everywhere(story):
    esbeek, other = story.village("esbeek"), story.village("zeist", "Zeist")
    assert story.names(other) == sorted([LISTED, OURS, ("Zeist Helpt", True)])
    sent = story.claim(esbeek, "website")
    assert (sent.state, sent.reason) == ("waiting", "file_missing")
    story.site.file = claiming_file(esbeek)
    sent = story.go_on(esbeek, claiming.look_again)
    assert (sent.state, sent.reason) == ("granted", "granted")
    assert (story.listing().state, story.listing().successor_uri) == ("withdrawn", esbeek.actor_uri)
    for node in (story.hub, esbeek, other):
        assert story.names(node) == sorted([OURS, ("Zeist Helpt", True)]), node.name
    for node in (story.hub, esbeek, other):  # every node leads from the old page to the new one
        with node.session() as session:
            assert successor_key(session, story.key) == key_of(esbeek.actor_uri), node.name
    actions = story.hub.all(select(ListingRevision.action).order_by(ListingRevision.number))
    assert actions == ["created", "claimed"]


def claiming_file(village):
    """The file as the village's page gives it."""
    with village.session() as session:
        return claiming.file_for(session, claiming.list_sent(session))


def test_the_one_who_reads_the_listed_address_says_yes(story):
    esbeek = story.village("esbeek")
    assert story.claim(esbeek, "mail").reason == "mail_sent"
    story.hub.run("node.mail.jobs.send")
    (mail,) = story.post.taken
    assert mail["To"] == "info@esbeek.example"
    text = mail.get_content()
    assert "Esbeek Helpt (Esbeek) zegt: dat zijn wij." in text
    secret = re.search(r"/overname/(\S+)", text)[1]
    story.hub.do(lambda s, _i: proving.answer_mail(s, story.hub.settings, secret, "yes"))
    story.network.settle()
    assert story.sent(esbeek).state == "granted"
    assert story.received(esbeek).proven_by == "mail"
    assert story.names(esbeek) == [OURS]


def test_a_letter_with_a_code_that_is_typed_at_the_village(story):
    esbeek = story.village("esbeek")
    assert story.claim(esbeek, "letter").reason == "letter_asked"
    code = code_for(story, esbeek)
    assert story.sent(esbeek).reason == "letter_sent"
    sent = story.go_on(esbeek, claiming.send_code, code.upper().replace("-", " "))
    assert sent.state == "granted"
    assert story.names(story.hub) == [OURS]
    everything = [
        *story.hub.all(select(InboxActivity.document)),
        *esbeek.all(select(PublishedActivity.document)),
    ]
    assert code not in str(everything)
    assert codes.hash_of(code) not in str(everything)


def test_the_coordinator_grants_it_and_takes_that_back(story):
    esbeek, other = story.village("esbeek"), story.village("zeist", "Zeist")
    story.hub.do(
        lambda s, _i: s.add(FollowUp(entry_uri=story.listing().uri, entry_name=NAME, text="Bel Riet", by="A"))
    )
    assert story.claim(esbeek).reason == "person_asked"
    story.decide(deciding.settle, esbeek, by="Ans", note="Gebeld.")
    assert story.sent(esbeek).state == "granted"
    assert story.hub.all(select(FollowUp.entry_uri)) == [esbeek.actor_uri]
    assert "Ans" not in str(esbeek.all(select(InboxActivity.document)))
    assert "Gebeld" not in str(esbeek.all(select(InboxActivity.document)))
    story.decide(deciding.undo, esbeek, by="Ans")
    assert (story.sent(esbeek).state, story.sent(esbeek).reason) == ("undone", "undone")
    assert story.hub.all(select(FollowUp.entry_uri)) == [story.listing().uri]
    for node in (story.hub, esbeek, other):
        assert LISTED in story.names(node)
        assert OURS in story.names(node)
        with node.session() as session:  # the old address leads to where the entry is now, not to the village
            assert successor_key(session, story.key) == story.listing().key, node.name


def test_a_refusal_changes_nothing_and_can_be_taken_back(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek)
    story.decide(deciding.refuse, esbeek, by="Ans", note="Niet gebeld.")
    assert (story.sent(esbeek).state, story.sent(esbeek).reason) == ("refused", "refused")
    assert story.names(esbeek) == sorted([LISTED, OURS])
    story.decide(deciding.undo, esbeek, by="Ans")
    assert story.sent(esbeek).state == "waiting"
    story.decide(deciding.settle, esbeek, by="Ans")
    assert story.sent(esbeek).state == "granted"


def test_the_village_takes_its_claim_back(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "letter")
    assert story.go_on(esbeek, claiming.take_back).state == "withdrawn"
    assert story.received(esbeek).state == "withdrawn"
    assert story.claim(esbeek, "letter").state == "waiting"
    assert story.received(esbeek).state == "waiting"


def test_a_proof_waits_for_the_villages_own_profile(story):
    esbeek = story.village("esbeek", has_profile=False)
    story.claim(esbeek)
    story.decide(deciding.settle, esbeek, by="Ans")
    assert story.received(esbeek).state == "proven"
    assert story.sent(esbeek).reason == "no_profile"
    assert story.listing().state == "published"
    publish_now(esbeek)
    story.network.settle()
    story.tend()
    assert story.sent(esbeek).state == "granted"
    assert (story.received(esbeek).decided_by, story.listing().state) == ("Ans", "withdrawn")


def publish_now(village):
    """The board publishes its profile."""
    from node.communities.models import find_community
    from node.communities.publishing import publish_profile

    village.do(lambda s, _i: publish_profile(s, village.settings, find_community(s)))


def test_a_claim_that_nobody_proves_ends_by_itself(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "letter")
    story.pass_days(31)
    story.tend()
    assert (story.sent(esbeek).state, story.sent(esbeek).reason) == ("refused", "expired")
