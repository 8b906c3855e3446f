"""The facts of the entry come along: chosen beside those of the village, published, and given back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.replica.entries import Entry
from directory.replica.records import Record
from directory.search.index import key_of
from node.communities import former
from node.communities.models import Community, ProfileRevision, get_community
from node.communities.publishing import publish_profile
from node.communities.service import save_profile
from node.follow_ups.service import entries_before
from node.listing_claims import claiming, deciding, taking_over
from node.listing_claims.facts import compare, known_facts, values_of
from node.listing_claims.models import SentListingClaim
from node.listings import service as listings
from node.listings.models import Listing
from node.listings.revisions import history
from node.listings.successors import successor_key
from schemas.errors import Conflict, InvalidInput
from tests.node.listing_claims.conftest import NAME
from tests.node.listing_claims.test_flow import claiming_file
from tests.node.listings.hubs import AREAS, content

FORMAT = "https://land.example/formats/1"
LISTED_BY = {"sourceName": "Lijst van de provincie", "statedOn": "2024-05-03"}
TOLD = {
    "kvkNumber": "12345678",
    "themes": ["meeting", "odd_jobs"],
    "targetGroups": ["older_people"],
    "phase": "running",
    "foundedOn": 2011,
    "legalForm": "foundation",
    "volunteersBand": "10-24",
    "membersBand": "50-99",
    "languages": ["nl"],
    "accessibility": ["wheelchair"],
    "partners": ["Dorpsraad Esbeek"],
    "activities": [FORMAT],
    "otherNames": ["Noaberhulp"],
    "areas": [AREAS["Esbeek"], AREAS["Zeist"]],
}


def listed(story):
    """The hub tells all this of its entry."""
    contact = {"website": f"{story.site.url}/over-ons", "email": "info@esbeek.example"}
    sources = [{"field": name, **LISTED_BY} for name in ("foundedOn", "kvkNumber", "phase", "themes")]
    given = {**TOLD, "contact": contact, "sources": sources}
    told = content(NAME, summary="Wij helpen elkaar al jaren.", **given)

    def work(session, _identity):
        listing = session.get_one(Listing, story.listing().id)
        listings.change(session, story.hub.settings, listing, told, by="Ans", based_on=listing.revision)

    story.hub.do(work)
    story.network.settle()


def claim(story, village, choices, way="website"):
    """The village claims the entry, and takes over what it chose in the same press."""

    def ask(session, _identity):
        return claiming.ask(session, village.settings, story.key, way, by="Anna", choices=choices).id

    claim_id = village.do(ask)
    story.network.settle()
    return claim_id


def entry(node, uri):
    """What the guide of a node shows of a village."""
    return node.all(select(Entry).where(Entry.uri == uri))[0]


def asked(session, name):
    """What can be chosen of a fact, and what is taken when nobody does."""
    (sent,) = claiming.list_sent(session)
    fact = next(each for each in compare(session, known_facts(session, sent)) if each.field == name)
    return fact.choices, fact.chosen


def test_a_claim_moves_the_entry_with_all_its_facts_everywhere(story):
    esbeek, other = story.village("esbeek"), story.village("zeist", "Zeist")
    listed(story)
    choices = {"areas": "both", "contact.email": "agreed"}
    claim_id = claim(story, esbeek, choices)
    story.site.file = claiming_file(esbeek)
    assert story.go_on(esbeek, claiming.look_again).state == "granted"
    for node in (story.hub, esbeek, other):
        shown = entry(node, esbeek.actor_uri)
        assert (shown.name, shown.has_node) == ("Esbeek Helpt", True), "its own name stays"
        assert shown.other_names == ["Noaberhulp", NAME], "who looks for the old name finds it"
        assert shown.summary == "Wij helpen elkaar al jaren."
        assert (shown.kvk_number, shown.phase, shown.founded_on) == ("12345678", "running", 2011)
        assert shown.themes == TOLD["themes"]
        assert shown.target_groups == TOLD["targetGroups"]
        assert (shown.volunteers_band, shown.members_band) == ("10-24", "50-99")
        assert (shown.languages, shown.accessibility) == (["nl"], ["wheelchair"])
        assert (shown.partners, shown.activities) == (TOLD["partners"], [FORMAT])
        assert [area.name for area in shown.areas] == ["Esbeek", "Zeist"]
        assert (shown.website, shown.email) == (f"{story.site.url}/over-ons", "info@esbeek.example")
        said = {each["field"]: (each["sourceName"], each["statedOn"]) for each in shown.sources}
        assert said["foundedOn"] == said["themes"] == tuple(LISTED_BY.values())
        assert said["partners"][0] == "Land", "what had no source of its own was said by the hub"
        assert "otherNames" not in said, "what was joined says the village itself"
        assert node.all(select(Entry).where(Entry.key == story.key)) == []
        with node.session() as session:
            assert successor_key(session, story.key) == key_of(esbeek.actor_uri), node.name
    with story.hub.session() as session:
        village = session.scalar(select(Entry).where(Entry.uri == esbeek.actor_uri))
        (before,) = entries_before(session, village)
        contents = [each.content["initiative"].get("kvkNumber") for each in history(session, before)]
        assert contents == ["12345678", "12345678", None], "the history of the entry is still there"
    assert esbeek.get(SentListingClaim, claim_id).taken_by == "Anna"


def test_contact_data_comes_only_with_a_consent_of_its_own(story):
    esbeek = story.village("esbeek")
    listed(story)
    claim(story, esbeek, {})
    story.network.settle()
    shown = entry(story.hub, esbeek.actor_uri)
    assert (shown.website, shown.email) == (f"{story.site.url}/over-ons", None)
    for wrong in ({"contact.email": "theirs"}, {"name": "no"}, {"nothing": "theirs"}):
        with pytest.raises(InvalidInput):
            esbeek.do(lambda s, _i, w=wrong: values_of(compare(s, claiming.list_sent(s)[0].entry), w))


def test_facts_are_there_and_offered_after_the_entry_went_over(story):
    esbeek = story.village("esbeek")
    listed(story)
    claim(story, esbeek, None, "person")
    story.decide(deciding.settle, esbeek, by="Ans")
    assert esbeek.all(select(Record.deleted_at).where(Record.uri == story.listing().uri)) != [None]
    assert entry(story.hub, esbeek.actor_uri).kvk_number is None
    story.go_on(esbeek, lambda s, settings, sent: taking_over.take_over(s, settings, sent, {}, by="Bo"))
    for node in (story.hub, esbeek):
        shown = entry(node, esbeek.actor_uri)
        assert (shown.kvk_number, shown.themes, shown.founded_on) == ("12345678", TOLD["themes"], 2011)


def test_what_differs_is_asked_and_ours_stays_when_nobody_chooses(story):
    esbeek = story.village("esbeek")
    listed(story)
    change(esbeek, phase="idea", themes=["meeting", "moving"], kvkNumber="12345678")
    claim(story, esbeek, None)
    with esbeek.session() as session:
        assert asked(session, "phase") == (("ours", "theirs"), "ours")
        assert asked(session, "themes") == (("ours", "both", "theirs"), "ours")
        assert asked(session, "kvkNumber") == ((), "ours"), "the same in both"
        assert asked(session, "kind") == ((), "ours")
        assert asked(session, "name") == (("ours", "both", "theirs"), "both")
        assert asked(session, "foundedOn") == (("ours", "theirs"), "theirs")
        assert asked(session, "contact.email") == (("ours", "agreed"), "ours")
    story.go_on(esbeek, taking({"themes": "both", "name": "theirs"}))
    shown = entry(story.hub, esbeek.actor_uri)
    assert (shown.name, shown.phase, shown.founded_on) == (NAME, "idea", 2011)
    assert shown.themes == ["meeting", "moving", "odd_jobs"]


def taking(choices):
    """One press of the village."""
    return lambda s, settings, sent: taking_over.take_over(s, settings, sent, choices, by="Bo")


def change(village, **told):
    """The board changes its profile and publishes it."""

    def work(session, _identity):
        community = get_community(session)
        profile = former.profile_of(community)
        profile["initiative"] = {**profile["initiative"], **told}
        save_profile(session, community, profile, by="Bo")
        publish_profile(session, village.settings, community)

    village.do(work)


def test_one_press_gives_it_back_and_leaves_what_was_changed_since(story):
    esbeek = story.village("esbeek")
    listed(story)
    before = esbeek.do(lambda s, _i: former.told_by(former.profile_of(get_community(s))))
    claim(story, esbeek, {"contact.email": "agreed"})
    change(esbeek, phase="mature")
    story.go_on(esbeek, taking({"areas": "theirs"}))
    story.go_on(esbeek, lambda s, settings, sent: taking_over.give_back(s, settings, sent, by="Bo"))
    after = esbeek.do(lambda s, _i: former.told_by(former.profile_of(get_community(s))))
    assert after["initiative"].pop("phase") == "mature"
    assert after == before
    shown = entry(story.hub, esbeek.actor_uri)
    assert (shown.kvk_number, shown.activities, shown.sources) == (None, [], [])
    reasons = esbeek.all(select(ProfileRevision.reason).order_by(ProfileRevision.revision))
    assert reasons == ["taken", "changed", "taken", "given_back"]
    with pytest.raises(Conflict):
        story.go_on(esbeek, lambda s, settings, sent: taking_over.give_back(s, settings, sent, by="Bo"))


def test_nothing_comes_over_of_an_entry_that_is_not_ours(story):
    esbeek = story.village("esbeek")
    listed(story)
    claim(story, esbeek, None, "person")
    story.decide(deciding.refuse, esbeek, by="Ans")
    with pytest.raises(Conflict):
        story.go_on(esbeek, taking({}))
    assert esbeek.all(select(Community.revision)) == [0]


def test_the_hub_takes_it_back_and_the_village_gives_the_facts_back(story):
    esbeek = story.village("esbeek")
    listed(story)
    claim(story, esbeek, {}, "person")
    story.decide(deciding.settle, esbeek, by="Ans")
    story.decide(deciding.undo, esbeek, by="Ans")
    story.go_on(esbeek, lambda s, settings, sent: taking_over.give_back(s, settings, sent, by="Bo"))
    assert entry(story.hub, esbeek.actor_uri).kvk_number is None
    with story.hub.session() as session:
        village = session.scalar(select(Entry).where(Entry.uri == esbeek.actor_uri))
        assert entries_before(session, village) == []
