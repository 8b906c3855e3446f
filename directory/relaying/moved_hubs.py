"""A hub of ours that moved: how far we read it and what it listed go along to its new address.

Its feed is the same feed, so nothing is read twice, and nothing that it lists is doubted meanwhile.
"""

from __future__ import annotations

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from directory.relaying.catch_up import FeedCursor
from directory.relaying.listings import FeedListing
from directory.relaying.reconciliation import Reconciliation
from directory.replica.records import Record
from federation.queue import wake_after_commit
from federation.relations.actor_moves import ActorMove
from federation.relations.follows import joined_hubs

log = structlog.get_logger(__name__)


def follow_along(session: Session) -> list[str]:
    """Carry over what is kept of hubs that moved; returns their new addresses."""
    joined = {hub.uri for hub in joined_hubs(session)}
    known = select(FeedCursor.hub_uri).union(select(Reconciliation.hub_uri))
    query = select(ActorMove).where(ActorMove.new_uri.in_(joined), ActorMove.old_uri.in_(known))
    moves = list(session.scalars(query.order_by(ActorMove.at)))
    for move in moves:
        _carry_over(session, move.old_uri, move.new_uri)
        wake_after_commit(session, "directory.jobs.catch_up", move.new_uri)
    return [move.new_uri for move in moves]


def _carry_over(session: Session, old_uri: str, new_uri: str) -> None:
    for model in (FeedCursor, Reconciliation):
        if session.get(model, new_uri) is None:
            session.execute(update(model).where(model.hub_uri == old_uri).values(hub_uri=new_uri))
        else:
            session.execute(delete(model).where(model.hub_uri == old_uri))
    listed = select(FeedListing.record_uri).where(FeedListing.hub_uri == new_uri)
    twice = (FeedListing.hub_uri == old_uri, FeedListing.record_uri.in_(listed))
    session.execute(delete(FeedListing).where(*twice).execution_options(synchronize_session=False))
    session.execute(update(FeedListing).where(FeedListing.hub_uri == old_uri).values(hub_uri=new_uri))
    session.execute(update(Record).where(Record.via_uri == old_uri).values(via_uri=new_uri))
    log.info("directory.hub_moved", old=old_uri, new=new_uri)
