"""Letters: deliveries with everything needed to post them, made for many at once."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import Identity, keys_of
from federation.actors.keys import KeyPair
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.relations.peers import Peer
from federation.sending.claiming import Claimed
from federation.sending.published import PublishedActivity
from federation.settings import Settings
from federation.signatures.signing import SCHEMES
from schemas.context import is_ours
from schemas.objects import Document


@dataclass(frozen=True)
class Body:
    """What is posted, with its digest made once for all who get it."""

    data: bytes

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the body in base64."""
        return base64.b64encode(hashlib.sha256(self.data).digest()).decode()


@dataclass(frozen=True)
class Sender:
    """Who signs."""

    actor_uri: str
    keys: KeyPair


@dataclass(frozen=True)
class Manner:
    """How a host wants to be spoken to: signature schemes in the order to try them, and its wish."""

    schemes: Sequence[str] = SCHEMES
    wish: str = ""


@dataclass(frozen=True)
class Letter:
    """One delivery with everything needed to post it."""

    delivery_id: int
    inbox: str
    host: str
    body: Body
    sender: Sender
    manner: Manner = field(default_factory=Manner)


def body_of(activity: Document) -> bytes:
    """An activity as it is posted."""
    return json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()


class Writer:
    """Makes letters of claimed deliveries; remembers the bodies and senders it used last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bodies: dict[str, Body] = {}
        self._actors: dict[str, str] = {}
        self._senders: dict[int, Sender] = {}

    def write(self, session: Session, claimed: Iterable[Claimed]) -> dict[int, Letter]:
        """The letters for those whose inbox is known, by the number of the delivery."""
        ready = [row for row in claimed if row.inbox]
        if not ready:
            return {}
        self._load_bodies(session, {row.activity_uri for row in ready})
        self._load_senders(session, {row.identity_id for row in ready})
        manners = manners_of(session, {row.host for row in ready})
        return {
            row.id: Letter(
                delivery_id=row.id,
                inbox=row.inbox,
                host=row.host,
                body=self._bodies[row.activity_uri],
                sender=replace(self._senders[row.identity_id], actor_uri=self._actors[row.activity_uri]),
                manner=manners[row.host],
            )
            for row in ready
        }

    def _load_bodies(self, session: Session, uris: set[str]) -> None:
        """Only what these letters need is kept: bodies are large."""
        self._bodies = {uri: body for uri, body in self._bodies.items() if uri in uris}
        missing = uris - self._bodies.keys()
        if missing:
            query = select(PublishedActivity.uri, PublishedActivity.document)
            rows = session.execute(query.where(PublishedActivity.uri.in_(missing))).all()
            self._bodies |= {uri: Body(body_of(document)) for uri, document in rows}
            # not always what the identity is called now: it may have moved since
            self._actors = {uri: self._actors[uri] for uri in self._bodies.keys() & self._actors.keys()}
            self._actors |= {uri: str(document["actor"]) for uri, document in rows}

    def _load_senders(self, session: Session, numbers: set[int]) -> None:
        """Read anew each time: a key may have been replaced in between. The key files are read once."""
        for identity in session.scalars(select(Identity).where(Identity.id.in_(numbers))):
            self._senders[identity.id] = Sender(identity.actor_uri, keys_of(self._settings, identity))


def manners_of(session: Session, hosts: set[str]) -> dict[str, Manner]:
    """Per host how to sign: what worked, else RFC 9421 for nodes of the network, else draft-cavage.

    Other software knows RFC 9421 with RSA at most, and ours signs it with Ed25519: there it comes second.
    """
    remembered = session.execute(
        select(Peer.host, Peer.scheme, Peer.wish).where(Peer.host.in_(hosts), Peer.scheme_until > now())
    )
    found = {host: Manner(_first(scheme), wish) for host, scheme, wish in remembered if scheme}
    unknown = hosts - found.keys()
    nodes = _nodes(session, unknown)
    for host in unknown:
        found[host] = Manner(_first("rfc9421" if host in nodes else "cavage"))
    return found


def _nodes(session: Session, hosts: set[str]) -> set[str]:
    """The hosts of which we know an actor that speaks our vocabulary."""
    if not hosts:
        return set()
    query = select(RemoteActor.host, RemoteActor.document).where(RemoteActor.host.in_(hosts))
    return {host for host, document in session.execute(query) if is_ours(document)}


def _first(scheme: str) -> tuple[str, ...]:
    return (scheme, *(other for other in SCHEMES if other != scheme))
