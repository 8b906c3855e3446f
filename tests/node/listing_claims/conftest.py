"""A hub with an entry about Esbeek, and villages that may be it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from directory.replica.entries import Entry
from federation.database import now
from node.communities.models import Community
from node.communities.publishing import publish_profile
from node.listing_claims import claiming
from node.listing_claims.messages import offer
from node.listing_claims.models import ListingClaim, SentListingClaim
from node.listings import service as listings
from node.listings.models import Listing
from tests.node.listing_claims.websites import Website, website
from tests.node.listings.hubs import AREAS, content
from tests.node.mail_server import Post, mail_server
from tests.small_network import Network, SmallNode

NAME = "Noaberhulp Esbeek"


@dataclass
class Story:
    """The nodes, and what they have of each other."""

    network: Network
    hub: SmallNode
    site: Website
    post: Post
    key: str
    """Of the listing, as every node calls it."""

    def village(self, name: str, place: str = "Esbeek", *, has_profile: bool = True) -> SmallNode:
        """One more member with a profile of its own."""
        node = self.network.add(name, "village")
        self.network.join(node, self.hub)

        def begin(session: Any, _identity: Any) -> None:
            initiative = {"kind": "neighbour_care", "areas": [AREAS[place]]}
            community = Community(
                name=f"{name.title()} Helpt",
                place_id=AREAS[place]["placeId"],
                place_name=place,
                municipality="",
                is_village=True,
                is_hub=False,
                initiative=initiative,
            )
            session.add(community)
            if has_profile:
                publish_profile(session, node.settings, community)
            else:
                community.profile_published_at = now()

        node.do(begin)
        self.network.settle()
        return node

    def claim(self, village: SmallNode, way: str = "person") -> SentListingClaim:
        """The village claims the entry, and everything that follows is done."""
        made = village.do(lambda s, _i: claiming.ask(s, village.settings, self.key, way, by="Anna").id)
        self.network.settle()
        return self.sent(village, made)

    def claim_by_uri(self, village: SmallNode, other: SmallNode) -> SentListingClaim:
        """Claim what went over to another village, from before this one heard of that."""

        def work(session: Any, _identity: Any) -> None:
            earlier = claiming.list_sent(session)[0]
            sent = SentListingClaim(
                uri=f"{earlier.uri}-again",
                hub_uri=earlier.hub_uri,
                listing_uri=earlier.listing_uri,
                listing_name=other.name,
                way="person",
                asked_by="Anna",
            )
            session.add(sent)
            session.flush()
            offer(session, village.settings, sent)

        village.do(work)
        self.network.settle()
        return village.all(select(SentListingClaim).order_by(SentListingClaim.id.desc()))[0]

    def sent(self, village: SmallNode, claim_id: int = 1) -> SentListingClaim:
        """How a claim stands at the village."""
        return village.get(SentListingClaim, claim_id)

    def received(self, claimant: SmallNode) -> ListingClaim:
        """How the last claim of a village stands at the hub."""
        query = select(ListingClaim).where(ListingClaim.claimant_uri == claimant.actor_uri)
        return self.hub.all(query.order_by(ListingClaim.id.desc()))[0]

    def decide(self, act: Callable[..., Any], claimant: SmallNode, **words: Any) -> Any:
        """The coordinator does something with the last claim of a village."""
        claim_id = self.received(claimant).id

        def work(session: Any, _identity: Any) -> Any:
            return act(session, self.hub.settings, session.get_one(ListingClaim, claim_id), **words)

        done = self.hub.do(work)
        self.network.settle()
        return done

    def go_on(self, village: SmallNode, act: Callable[..., Any], *more: Any) -> SentListingClaim:
        """The village does something with its last claim."""
        village.do(lambda s, _i: act(s, village.settings, claiming.list_sent(s)[0], *more))
        self.network.settle()
        return village.all(select(SentListingClaim).order_by(SentListingClaim.id.desc()))[0]

    def pass_days(self, days: int) -> None:
        """Let time go by for the claims of the hub."""

        def work(session: Any, _identity: Any) -> None:
            for claim in session.scalars(select(ListingClaim)):
                claim.asked_at -= timedelta(days=days)
                claim.until_at -= timedelta(days=days)

        self.hub.do(work)

    def tend(self) -> None:
        """What the hub does every minute."""
        self.hub.run("node.listing_claims.jobs.sweep")
        self.network.settle()

    def listing(self) -> Listing:
        """The listing as the hub keeps it."""
        return self.hub.all(select(Listing))[0]

    def names(self, node: SmallNode) -> list[tuple[str, bool]]:
        """What the guide of a node shows: names, and whether they have a node."""
        return sorted((each.name, each.has_node) for each in node.all(select(Entry)))


@pytest.fixture
def story(network: Network) -> Iterator[Story]:
    """A hub that sends mail and keeps one entry, with a website."""
    with website() as site, mail_server() as post:
        mailing = {"mail_url": post.url, "mail_from": "gids@hub.example"}
        hub = network.add("land", "hub", **mailing)
        contact = {"website": f"{site.url}/over-ons", "email": "info@esbeek.example"}

        def begin(session: Any, _identity: Any) -> str:
            told = content(NAME, contact=contact)
            return listings.create(session, hub.settings, told, by="Ans").key

        yield Story(network, hub, site, post, hub.do(begin))
