"""How many records this node keeps of one owner.

A cooperative has some hundreds, and whoever floods us has more. A hub hosts the entries of everybody
without a node, up to a whole country. Only hubs that belong with us get so much room; that a stranger
says it is a hub gives it none.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.actors.remote_actors import RemoteActor
from federation.relations.followers import follows_actor
from federation.relations.hubs import is_hub
from federation.relations.standing import is_fellow_member

MOST_RECORDS = 10_000
MOST_RECORDS_OF_A_HUB = 500_000


def most_records(session: Session, owner_uri: str) -> int:
    """How many records we keep of this owner."""
    remote = session.get(RemoteActor, owner_uri)
    if remote is None or not is_hub(remote):
        return MOST_RECORDS
    belongs = follows_actor(session, owner_uri) or is_fellow_member(session, owner_uri)
    return MOST_RECORDS_OF_A_HUB if belongs else MOST_RECORDS


def room_for(session: Session, owner_uri: str) -> int:
    """How many more records this owner may have here."""
    kept = select(func.count()).select_from(Record).where(Record.owner_uri == owner_uri)
    return most_records(session, owner_uri) - (session.scalar(kept) or 0)
