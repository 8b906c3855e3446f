"""A claim by somebody else: the wrong place, two villages, guessed codes, other people's files, too many."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from directory.replica.publishing import publish_record
from federation.receiving.inbox import InboxActivity
from federation.relations.members import remove_member
from federation.sending.outbox import publish
from federation.settings import Settings
from node.listing_claims import claiming, deciding, proving, receiving, website
from node.listing_claims.models import ListingClaim, SentListingClaim
from node.listings import service as listings
from node.listings.successors import successor_key
from schemas.errors import AppError, Conflict, GaveUp, InvalidInput, NotFound
from tests.node.listing_claims.test_flow import LISTED, OURS, claiming_file, publish_now
from tests.node.listing_claims.websites import website as a_website
from tests.node.listings.hubs import content

on_sqlite = pytest.mark.parametrize("network", ["sqlite"], indirect=True)
"""What is said and refused, which no database changes; `test_flow` and `test_contested` run on both."""


@on_sqlite
def test_a_village_of_elsewhere_is_looked_at_whatever_it_proves(story):
    zeist = story.village("zeist", "Zeist")
    sent = story.claim(zeist, "website")
    assert (sent.state, sent.reason) == ("waiting", "place")
    story.site.file = claiming_file(zeist)
    assert story.go_on(zeist, claiming.look_again).reason == "looked_at"
    claim = story.received(zeist)
    assert (claim.state, claim.proven_by, claim.doubts) == ("contested", "website", ["place"])
    assert story.listing().state == "published"
    story.decide(deciding.let_proof_decide, zeist)
    assert story.sent(zeist).state == "granted"


@on_sqlite
def test_a_code_is_good_for_one_claim_only(story):
    real, other = story.village("esbeek"), story.village("nep")
    story.claim(real, "letter")
    code = story.decide(proving.make_letter, real)
    story.claim(other, "letter")
    story.decide(proving.make_letter, other)
    sent = story.go_on(other, claiming.send_code, code)
    assert (sent.state, story.received(other).attempts) == ("waiting", 1)
    assert story.listing().state == "published"


@on_sqlite
@pytest.mark.parametrize("typed", ["", "abc", "0000-0000-0000", "abcd-efgh-jkm", "é" * 12, "x" * 500])
def test_what_is_no_code_is_told_before_it_is_sent(story, typed):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "letter")
    with pytest.raises(InvalidInput):
        story.go_on(esbeek, claiming.send_code, typed)


@on_sqlite
def test_the_initiative_says_no_and_the_link_works_once(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "mail")
    secret = _secret_of_the_mail(story)

    def say(said):
        story.hub.do(lambda s, _i: proving.answer_mail(s, story.hub.settings, secret, said))
        story.network.settle()

    with pytest.raises(InvalidInput):
        say("perhaps")
    say("no")
    assert (story.sent(esbeek).state, story.sent(esbeek).reason) == ("refused", "denied")
    with pytest.raises(NotFound):
        say("yes")
    assert story.names(story.hub) == sorted([LISTED, OURS])


@on_sqlite
def test_a_flood_of_claims_is_refused_and_then_not_answered(story):
    esbeek = story.village("esbeek")
    for _time in range(receiving.MOST_RECENT):
        story.claim(esbeek)
        story.go_on(esbeek, claiming.take_back)
    story.claim(esbeek)
    last = esbeek.all(select(SentListingClaim).order_by(SentListingClaim.id.desc()))[0]
    assert (last.state, last.reason) == ("refused", "too_many")
    assert len(story.hub.all(select(ListingClaim))) == receiving.MOST_RECENT


@on_sqlite
def test_who_is_no_member_claims_nothing(story):
    esbeek = story.village("esbeek")
    story.hub.do(lambda s, i: remove_member(s, i.actor_uri, esbeek.actor_uri))
    story.claim(esbeek)
    assert story.hub.all(select(ListingClaim)) == []
    refused = story.hub.all(select(InboxActivity).where(InboxActivity.type == "Offer"))
    assert [(each.state, "no member" in each.error) for each in refused] == [("failed", True)]


@on_sqlite
def test_who_left_the_hub_in_the_meantime_proves_nothing(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "mail")
    secret = _secret_of_the_mail(story)
    story.hub.do(lambda s, i: remove_member(s, i.actor_uri, esbeek.actor_uri))
    story.hub.do(lambda s, _i: proving.answer_mail(s, story.hub.settings, secret, "yes"))
    story.network.settle()
    claim = story.received(esbeek)
    assert (claim.state, claim.reason) == ("refused", "refused")
    assert story.listing().state == "published"


@on_sqlite
def test_two_claims_that_wait_for_a_profile_do_not_stop_what_the_hub_does_every_minute(story):
    esbeek, other = (story.village(name, has_profile=False) for name in ("esbeek", "nep"))
    for village in (esbeek, other):
        story.claim(village)
    for village in (esbeek, other):
        story.decide(deciding.settle, village, by="Ans")
        assert story.received(village).state == "proven"
    for village in (esbeek, other):
        publish_now(village)
    story.network.settle()
    story.tend()
    story.tend()
    assert (story.received(esbeek).state, story.received(other).state) == ("granted", "refused")


@on_sqlite
def test_a_word_of_the_hub_that_comes_late_takes_nothing_back(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek)
    story.decide(deciding.settle, esbeek, by="Ans")
    hub, uri = story.hub.actor_uri, story.sent(esbeek).uri
    esbeek.do(lambda s, _i: claiming.answered(s, uri, hub, "waiting", "person", "person_asked"))
    assert (story.sent(esbeek).state, story.sent(esbeek).reason) == ("granted", "granted")


@on_sqlite
def test_nobody_speaks_for_another_village(story):
    esbeek, other = story.village("esbeek"), story.village("nep")
    story.claim(esbeek, "letter")
    claim = story.received(esbeek)
    payload = {
        "id": claim.uri,
        "type": "ListingClaim",
        "actor": esbeek.actor_uri,
        "listing": story.listing().uri,
        "claimWay": "letter",
    }
    for stolen in (payload, payload | {"actor": other.actor_uri}):
        other.do(
            lambda s, i, told=stolen: publish(
                s, other.settings, i, "Offer", told, also_to=[story.hub.actor_uri], public=False
            )
        )
    story.network.settle()
    assert [each.claimant_uri for each in story.hub.all(select(ListingClaim))] == [esbeek.actor_uri]
    for node in (other, esbeek):  # and no village says what only the hub may say
        node.do(
            lambda s, i, here=node: publish(
                s, here.settings, i, "Accept", payload, also_to=[esbeek.actor_uri], public=False
            )
        )
    story.network.settle()
    assert story.sent(esbeek).state == "waiting"


@on_sqlite
def test_a_file_of_another_site_or_about_another_node_proves_nothing(story):
    esbeek, other = story.village("esbeek"), story.village("nep")
    story.claim(other, "website")
    theirs = claiming_file(other)
    story.go_on(other, claiming.take_back)
    story.claim(esbeek, "website")
    for file in (theirs, {}, {"claims": "x"}, {"claims": [None, {"node": []}]}, b"<html>", b"[1]", [1]):
        story.site.file = file
        assert story.go_on(esbeek, claiming.look_again).reason == "file_missing", file
    story.site.file = None
    with a_website("localhost") as elsewhere:
        elsewhere.file = claiming_file(esbeek)
        story.site.leads_to = elsewhere.url
        assert story.go_on(esbeek, claiming.look_again).reason == "file_missing"
        assert elsewhere.asked, "it was followed, and not believed"
    assert story.listing().state == "published"


@on_sqlite
def test_the_site_of_many_needs_a_person(story):
    esbeek = story.village("esbeek")
    story.hub.do(
        lambda s, _i: listings.create(
            s,
            story.hub.settings,
            content("Zorg Hilvarenbeek", contact={"website": f"{story.site.url}/hilvarenbeek"}),
            by="Ans",
        )
    )
    assert story.claim(esbeek, "website").reason == "shared_site"


@on_sqlite
def test_an_entry_that_is_merged_meanwhile_goes_to_nobody(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "letter")
    code = story.decide(proving.make_letter, esbeek)
    story.hub.do(
        lambda s, _i: listings.withdraw(
            s, story.hub.settings, listings.get(s, story.key), by="Ans", successor_uri="https://x.example/1"
        )
    )
    sent = story.go_on(esbeek, claiming.send_code, code)
    assert (sent.state, sent.reason) == ("refused", "taken")


@on_sqlite
def test_what_the_coordinator_decided_is_not_decided_again(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek)
    story.decide(deciding.refuse, esbeek, by="Ans")
    for act, words in (
        (deciding.settle, {"by": "Ans"}),
        (deciding.refuse, {"by": "Ans"}),
        (deciding.let_proof_decide, {}),
    ):
        with pytest.raises(Conflict):
            story.decide(act, esbeek, **words)
    story.hub.do(lambda s, _i: listings.withdraw(s, story.hub.settings, listings.get(s, story.key), by="Ans"))
    with pytest.raises(Conflict):
        story.decide(deciding.undo, esbeek, by="Ans")


@on_sqlite
def test_a_village_asks_only_for_what_it_may(story):
    esbeek = story.village("esbeek")
    with pytest.raises(InvalidInput):
        story.claim(esbeek, "magic")
    with pytest.raises(NotFound):
        esbeek.do(lambda s, _i: claiming.ask(s, esbeek.settings, "0" * 16, "person", by="Anna"))
    story.claim(esbeek)
    with pytest.raises(Conflict):
        story.claim(esbeek)
    with pytest.raises(Conflict):
        story.go_on(esbeek, claiming.look_again)
    esbeek.do(lambda s, _i: s.execute(update(SentListingClaim).values(state="withdrawn")))
    with pytest.raises(Conflict):
        story.go_on(esbeek, claiming.take_back)
    story.network.leave(esbeek, story.hub)
    with pytest.raises(AppError):
        story.claim(esbeek)


def _secret_of_the_mail(story):
    """What stands in the link of the one mail that went out."""
    story.hub.run("node.mail.jobs.send")
    return re.search(r"/overname/(\S+)", story.post.taken[0].get_content())[1]


@pytest.mark.parametrize(
    ("site", "asked"),
    [
        ("http://dorp.example/zorg?x=1", "https://dorp.example/.well-known/omzien-claim.json"),
        ("https://Dorp.Example:443", "https://dorp.example/.well-known/omzien-claim.json"),
        ("http://10.0.0.1.example", "https://10.0.0.1.example/.well-known/omzien-claim.json"),
    ],
)
def test_websites_are_asked_by_https_at_their_root(site, asked):
    assert website.address_on(Settings(), site) == asked


@pytest.mark.parametrize(
    "site", ["", "dorp", "ftp://dorp.example", "https://anna@dorp.example", "http://[::"]
)
def test_what_is_no_website_is_not_asked(site):
    with pytest.raises(GaveUp):
        website.address_on(Settings(), site)


@on_sqlite
def test_a_tombstone_leads_to_nothing_that_is_not_in_the_guide(story):
    esbeek = story.village("esbeek")
    uri = story.listing().uri
    for elsewhere in ("https://kwaad.example/x", "javascript:alert(1)", uri):
        told = {"id": uri, "type": "Tombstone", "movedTo": elsewhere}
        try:
            story.hub.do(lambda s, i, it=told: publish_record(s, story.hub.settings, i, "Delete", it))
        except AppError:
            assert elsewhere.startswith("javascript"), "only what is no address is refused"
        story.network.settle()
        for node in (story.hub, esbeek):
            with node.session() as session:
                assert successor_key(session, story.key) is None
    with pytest.raises(NotFound):
        story.hub.do(lambda s, i: publish_record(s, story.hub.settings, i, "Delete", uri))
