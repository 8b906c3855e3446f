"""Who this node is connected with, in the words of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.keys import fingerprint
from federation.actors.remote_actors import RemoteActor
from federation.relations.followers import Follow
from federation.relations.follows import is_hub, is_node
from node.network.models import RequestDecision


@dataclass(frozen=True)
class Connection:
    """One follow with what is known of the other side."""

    id: int
    direction: str
    """'out' when we asked them, 'in' when they asked us."""
    state: str
    uri: str
    name: str
    handle: str
    places: list[str]
    url: str
    kind: str
    """'hub', 'village' or 'other'."""
    fingerprint: str
    """Of the other side's key, at the moment it asked or was asked."""
    key_changed: bool
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    decisions: list[RequestDecision] = field(default_factory=list)
    new_fingerprint: str = ""
    """Of another key with which it asks again; nobody believes it yet."""
    new_key_at: datetime | None = None


def list_connections(session: Session, direction: str, states: Sequence[str]) -> list[Connection]:
    """Connections in one direction, newest first."""
    query = select(Follow).where(Follow.direction == direction, Follow.state.in_(states))
    follows = session.scalars(query.order_by(Follow.created_at.desc(), Follow.id.desc())).all()
    decisions = _decisions(session, [follow.id for follow in follows])
    return [connection_of(session, follow, decisions.get(follow.id, [])) for follow in follows]


def list_key_offers(session: Session) -> list[Connection]:
    """Whom we know and who asks again with another key, newest first."""
    query = select(Follow).where(Follow.direction == "in", Follow.offered_at.is_not(None))
    return [
        connection_of(session, each) for each in session.scalars(query.order_by(Follow.offered_at.desc()))
    ]


def connection_of(
    session: Session, follow: Follow, decisions: list[RequestDecision] | None = None
) -> Connection:
    """One follow as a page tells it."""
    remote = session.get(RemoteActor, follow.remote_uri)
    document: dict[str, Any] = remote.document if remote else {}
    present = fingerprint(remote.ed25519_multibase) if remote and remote.ed25519_multibase else ""
    return Connection(
        id=follow.id,
        direction=follow.direction,
        state=follow.state,
        uri=follow.remote_uri,
        name=remote.name if remote else follow.remote_uri,
        handle=f"@{remote.username}@{remote.host}" if remote else follow.remote_uri,
        places=_places(document),
        url=_web_address(document.get("url")) or follow.remote_uri,
        kind=_kind(remote),
        fingerprint=follow.key_fingerprint or present,
        key_changed=bool(follow.key_fingerprint and present and follow.key_fingerprint != present),
        asked_at=follow.created_at,
        decided_at=follow.decided_at,
        decided_by=follow.decided_by,
        decisions=decisions or [],
        new_fingerprint=follow.offered_fingerprint,
        new_key_at=follow.offered_at,
    )


def own_fingerprints(session: Session) -> list[tuple[Identity, str]]:
    """Our own identities that people meet, each with the fingerprint of its key."""
    order = select(Identity).where(Identity.role != "server").order_by(Identity.id)
    return [(identity, fingerprint(identity.ed25519_multibase)) for identity in session.scalars(order)]


def _decisions(session: Session, follow_ids: list[int]) -> dict[int, list[RequestDecision]]:
    found: dict[int, list[RequestDecision]] = {}
    query = select(RequestDecision).where(RequestDecision.follow_id.in_(follow_ids))
    for decision in session.scalars(query.order_by(RequestDecision.id.desc())):
        found.setdefault(decision.follow_id, []).append(decision)
    return found


def _kind(remote: RemoteActor | None) -> str:
    if remote is None:
        return "other"
    if is_hub(remote):
        return "hub"
    return "village" if is_node(remote) else "other"


def _places(document: dict[str, Any]) -> list[str]:
    """The places an actor states, as “Elsendorp (Gemert-Bakel)”; nothing that is not text."""
    initiative = document.get("initiative")
    areas = initiative.get("areas") if isinstance(initiative, dict) else None
    found = [area for area in areas or [] if isinstance(area, dict) and isinstance(area.get("name"), str)]
    return [f"{area['name']} ({area['municipality']})" for area in found[:5] if area.get("municipality")]


def _web_address(url: Any) -> str:
    """An address that may stand behind a link; anything but http(s) could run a script."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""
