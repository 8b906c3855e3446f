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
    held = session.scalars(select(HeldItem)).all()
    owners = {str(item.document.get("actor")) for item in held}
    members = (
        set(session.scalars(_followers("accepted").where(Follow.remote_uri.in_(owners)))) if owners else set()
    )
    welcome = members - hidden_owners(session, members)
    uris = [item.record_uri for item in held if item.document.get("actor") in welcome]
    held_items.release_records(session, uris)
    return len(uris)


def _followers(*states: str) -> Select[str]:
    return select(Follow.remote_uri).where(Follow.direction == "in", Follow.state.in_(states))
