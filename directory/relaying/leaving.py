"""What joining and leaving mean for a hub's feed: it passes on what its present members sent, no more.

Nodes that have the records of a former member keep them; the weekly comparison tells them that this hub
no longer vouches for these, and they ask the owner. A member that returns has its records passed on again.
"""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.relaying import held_items
from directory.relaying.feed import FeedItem
from directory.relaying.held_items import HeldItem
from directory.replica.visibility import hidden_owners
from federation.actors.identities import Identity
from federation.relations.followers import Follow


def withdraw_former(session: Session) -> int:
    """Take the records of members that left out of the feed; returns how many.

    Those of a member whose request waits for a decision, because its key changed say, stay.
    """
    owner = FeedItem.owner_uri
    speaking = (owner != "", owner.not_in(select(Identity.actor_uri)))
    query = select(FeedItem.record_uri).where(*speaking, owner.not_in(_followers("accepted", "pending")))
    uris = list(session.scalars(query))
    held_items.hold_records(session, uris)
    return len(uris)


def readmit(session: Session) -> int:
    """Put back what was kept out of the feed and is of a member again that is not silenced."""
    owner = HeldItem.document["actor"].as_string()
    members = set(session.scalars(select(owner).distinct().where(owner.in_(_followers("accepted")))))
    welcome = members - hidden_owners(session, members)
    if not welcome:
        return 0
    uris = list(session.scalars(select(HeldItem.record_uri).where(owner.in_(welcome))))
    held_items.release_records(session, uris)
    return len(uris)


def _followers(*states: str) -> Select[str]:
    return select(Follow.remote_uri).where(Follow.direction == "in", Follow.state.in_(states))
