"""Fetching in the name of our server, signed by the scheme that the other host takes.

Which one that is, is remembered with the host (`Peer.scheme`) and expires; see ADR 10.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from federation.actors.identities import find_identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now, reading, writing
from federation.fetching.fetch import ACTIVITY, Accept, Fetched, fetch_json
from federation.fetching.origins import authority_of
from federation.relations.peers import SCHEME_MEMORY, Peer
from federation.settings import Settings
from federation.upserts import insert_or_update
from schemas.context import is_ours
from schemas.errors import GaveUp, InvalidInput

_BOTH = ("cavage", "rfc9421")


def fetch_signed(
    bind: Engine | Connection, settings: Settings, url: str, *, accept: Accept = ACTIVITY
) -> Fetched:
    """Fetch one document in the name of our server. TryLater or GaveUp, as `fetch_json`.

    Reads and remembers the scheme in transactions of its own: call it while none is open for writing.
    """
    host = _host_of(url)
    with Session(reading(bind), expire_on_commit=False) as session:
        server = find_identity(session, "server")
        schemes = _order(session, host)
    fetched = fetch_json(settings, url, sign_as=server, accept=accept, schemes=schemes)
    if fetched.scheme not in ("", schemes[0]) and _host_of(fetched.url) == host:
        _remember(bind, host, fetched.scheme)
    return fetched


def _host_of(url: str) -> str:
    try:
        return authority_of(url)
    except InvalidInput as error:
        raise GaveUp(cause=f"not an address we fetch: {error.cause}") from None


def _order(session: Session, host: str) -> tuple[str, ...]:
    """What worked before; else RFC 9421 for nodes of the network and draft-cavage for others."""
    peer = session.get(Peer, host)
    if peer is not None and peer.scheme in _BOTH and peer.scheme_until and peer.scheme_until > now():
        first = peer.scheme
    else:
        documents = session.scalars(select(RemoteActor.document).where(RemoteActor.host == host).limit(5))
        first = "rfc9421" if any(is_ours(document) for document in documents) else "cavage"
    return (first, *(scheme for scheme in _BOTH if scheme != first))


def _remember(bind: Engine | Connection, host: str, scheme: str) -> None:
    values = {"host": host, "scheme": scheme, "scheme_until": now() + SCHEME_MEMORY}
    with Session(writing(bind)) as session:
        insert_or_update(session, Peer, "host", values)
        session.commit()
