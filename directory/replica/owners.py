"""Who owns a record: the name of a cooperative or hub, from whatever this node knows of it."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor
from federation.relations.members import Member


def names_of(session: Session, actor_uris: Collection[str]) -> dict[str, str]:
    """The names of these actors by their address; the host stands in for one we do not know."""
    wanted = set(actor_uris)
    names = {uri: urlsplit(uri).hostname or uri for uri in wanted}
    for model, column in (
        (Member, Member.actor_uri),
        (RemoteActor, RemoteActor.uri),
        (Identity, Identity.actor_uri),
    ):
        rows = session.execute(select(column, model.name).where(column.in_(wanted)))
        names |= {uri: name for uri, name in rows if name}
    return names


def name_of(session: Session, actor_uri: str) -> str:
    """The name of one actor."""
    return names_of(session, [actor_uri])[actor_uri]


def places_of(session: Session, actor_uri: str) -> list[str]:
    """The names of the places where this initiative works, as far as we know them."""
    identity = session.scalar(select(Identity).where(Identity.actor_uri == actor_uri))
    remote = session.get(RemoteActor, actor_uri)
    initiative = identity.initiative if identity else (remote.document if remote else {}).get("initiative")
    areas = (initiative or {}).get("areas") or []
    return [str(area["name"]) for area in areas if isinstance(area, dict) and area.get("name")]
