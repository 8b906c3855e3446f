"""What software a peer runs, as its NodeInfo says: asked at leisure, for people to read.

Only hosts that we have a relation with are asked, once a week, a few at a time; what is said is
a short text that decides nothing. Sources: NodeInfo 2.0 and 2.1.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from federation.actors.identities import base_url
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.fetch import PLAIN_JSON, fetch_json
from federation.fetching.origins import authority_of, origin_of, same_origin
from federation.relations.followers import Follow
from federation.relations.peers import Peer
from federation.relations.standing import blocked_targets, is_covered
from federation.runtime import Runtime
from federation.settings import Settings
from federation.upserts import insert_or_update
from schemas.errors import GaveUp, RemoteError
from schemas.objects import Document

PER_SWEEP = 3
"""Hosts asked in a minute: 2,000 take half a day, each at most ten seconds per question."""
EVERY = timedelta(days=7)
_SCHEMAS = (
    "http://nodeinfo.diaspora.software/ns/schema/2.1",
    "http://nodeinfo.diaspora.software/ns/schema/2.0",
)
_MOST = 40  # characters of a name, and of a version
_LIVING = ("pending", "accepted")


def learn_some(runtime: Runtime, limit: int = PER_SWEEP) -> int:
    """Ask the hosts that were not asked for longest; returns how many were asked."""
    with runtime.database.session(write=False) as session:
        origins = _due(session, limit)
    for origin in origins:
        found = _ask(runtime.settings, origin)
        with runtime.database.session() as session:
            _keep(session, authority_of(origin), found)
            session.commit()
    return len(origins)


def software_of(settings: Settings, origin: str) -> str:
    """The software of a server as “name version”; '' when it does not say. Raises TryLater or GaveUp."""
    links = fetch_json(settings, f"{origin}/.well-known/nodeinfo", accept=PLAIN_JSON).document.get("links")
    address = _address(links if isinstance(links, list) else [], origin)
    found = fetch_json(settings, address, accept=PLAIN_JSON).document.get("software")
    return " ".join(_words(found)) if isinstance(found, dict) else ""


def _address(links: list[object], origin: str) -> str:
    """Where the document is: at the same server, in the newest version that we read."""
    known: dict[str, str] = {}
    for link in links[:20]:
        if isinstance(link, dict) and isinstance(link.get("rel"), str) and isinstance(link.get("href"), str):
            known.setdefault(link["rel"], link["href"])
    for schema in _SCHEMAS:
        if schema in known:
            if not same_origin(known[schema], origin):
                raise GaveUp(cause="the NodeInfo document is said to be at another server")
            return known[schema]
    raise GaveUp(cause="no NodeInfo of a version that we read")


def _words(software: Document) -> list[str]:
    values = [software.get("name"), software.get("version")]
    texts = [" ".join(value.split())[:_MOST] for value in values if isinstance(value, str)]
    return ["".join(letter for letter in text if letter.isprintable()) for text in texts if text]


def _due(session: Session, limit: int) -> list[str]:
    """The origins of hosts that we follow or that follow us, and that were not asked this week."""
    is_old = or_(Peer.software_at.is_(None), Peer.software_at < now() - EVERY)
    query = (
        select(RemoteActor.uri)
        .join(Follow, Follow.remote_uri == RemoteActor.uri)
        .outerjoin(Peer, Peer.host == RemoteActor.host)
        .where(
            Follow.state.in_(_LIVING), is_old, or_(Peer.breaker_until.is_(None), Peer.breaker_until < now())
        )
        .order_by(RemoteActor.uri)
        .limit(limit * 5)
    )
    blocked, ours = blocked_targets(session), base_url(session)
    uris = [uri for uri in session.scalars(query) if not is_covered(uri, blocked)]
    origins = dict.fromkeys(origin_of(uri) for uri in uris)
    return [origin for origin in origins if origin != ours][:limit]


def _ask(settings: Settings, origin: str) -> str | None:
    try:
        return software_of(settings, origin)
    except RemoteError:
        return None  # asked; not again this week. What was known stays


def _keep(session: Session, host: str, found: str | None) -> None:
    values: dict[str, object] = {"host": host, "software_at": now()}
    if found is not None:
        values["software"] = found[:80]
    insert_or_update(session, Peer, "host", values)
