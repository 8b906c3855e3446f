"""Whose records this node shows: nobody's who is suspended, and of who is silenced only what we follow.

The records themselves stay in the replica. Hiding takes what is derived from them away (guide, map,
search, formats, figures, the feed of a hub), showing derives it anew; see `directory.replica.showing`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.actors.identities import Identity
from federation.database import now
from federation.relations.followers import Follow, followed_uris
from federation.relations.standing import PeerRule, is_covered


def hidden_owners(session: Session, owner_uris: Iterable[str]) -> frozenset[str]:
    """Those of these owners whose records are not shown; our own always are."""
    hiding = _hiding(session)
    if not hiding:
        return frozenset()
    suspended, silenced = (
        {target for target, rule in hiding if rule == word} for word in ("block", "silence")
    )
    covered = {uri for uri in set(owner_uris) if is_covered(uri, suspended | silenced)}
    covered -= set(session.scalars(select(Identity.actor_uri).where(Identity.actor_uri.in_(covered))))
    followed = set(session.scalars(followed_uris().where(Follow.remote_uri.in_(covered))))
    kept = {uri for uri in covered & followed if not is_covered(uri, suspended)}
    return frozenset(covered - kept)


def is_hidden(session: Session, owner_uri: str) -> bool:
    """Whether this owner's records are not shown."""
    return owner_uri in hidden_owners(session, [owner_uri])


def owners_under(session: Session, target: str) -> list[str]:
    """The owners of records whom a rule about a target concerns."""
    if "://" in target:
        return [target]
    owners = session.scalars(select(Record.owner_uri).distinct().order_by(Record.owner_uri))
    return [uri for uri in owners if is_covered(uri, {target})]


def _hiding(session: Session) -> list[tuple[str, str]]:
    in_force = or_(PeerRule.until.is_(None), PeerRule.until > now())
    query = select(PeerRule.target, PeerRule.rule).where(PeerRule.rule.in_(("block", "silence")), in_force)
    return [(target, rule) for target, rule in session.execute(query)]
