"""The identities of a node: its cooperative, its hub and its server, each an actor on the wire.

A village has cooperative and server, a hub has hub and server, a node may have all three.
People are never identities.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.former_addresses import former_uris
from federation.actors.key_generations import PUBLISHED, IdentityKey, succession_of
from federation.actors.keys import (
    KeyPair,
    create_keys,
    ed25519_key_id,
    load_keys,
    multibase_of,
    pem_of,
    rsa_key_id,
)
from federation.actors.profiles import property_values, summary_html
from federation.database import Base, now
from federation.fetching.origins import LOOPBACK_HOSTS, authority_of, host_of, origin_of
from federation.settings import Settings
from federation.signatures import proofs
from schemas.context import CONTEXT
from schemas.errors import Conflict, InvalidInput, NotReady
from schemas.initiatives import InitiativeSchema
from schemas.messages import N_
from schemas.objects import Document

ROLES = {"cooperative": "Organization", "hub": "Service", "server": "Application"}
"""The roles of an identity and the actor type of each."""

IMPLEMENTS = [
    {"href": "https://datatracker.ietf.org/doc/html/rfc9421", "name": "RFC-9421: HTTP Message Signatures"},
    {
        "href": "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25",
        "name": "RFC-9421 signatures using the Ed25519 algorithm",
    },
]
"""What our server understands (FEP-844e)."""

_PAGES = {"cooperative": "/ons-dorp", "hub": "/gids", "server": "/"}


class Identity(Base):
    """One actor of this node. Its keys are replaced by `federation.actors.rotation`, never here."""

    __tablename__ = "identity"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(12), unique=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    actor_uri: Mapped[str] = mapped_column(String(2000), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    """Plain text; paragraphs by blank lines."""
    initiative: Mapped[dict[str, Any] | None]
    """The facts of the initiative as the wire writes them (schemas.initiatives)."""
    rsa_public_pem: Mapped[str] = mapped_column(Text)
    ed25519_multibase: Mapped[str] = mapped_column(String(200))
    """The public keys that belong to what it signs with now."""
    key_generation: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def followers_uri(self) -> str:
        """The address of its followers collection."""
        return f"{self.actor_uri}/followers"

    @property
    def host(self) -> str:
        """Host and port, as in ``@username@host``."""
        return authority_of(self.actor_uri)


def find_identity(session: Session, role: str) -> Identity | None:
    """The identity with this role, if the node plays it."""
    return session.scalar(select(Identity).where(Identity.role == role))


def get_identity(session: Session, role: str) -> Identity:
    """The identity with this role; NotReady when the node does not play it."""
    identity = find_identity(session, role)
    if identity is None:
        raise NotReady(cause=f"no identity with the role {role}")
    return identity


def own_uri(session: Session) -> str:
    """The address of our own cooperative, ``""`` when this node has none."""
    identity = find_identity(session, "cooperative")
    return identity.actor_uri if identity else ""


def find_by_uri(session: Session, actor_uri: str) -> Identity | None:
    """The identity with this address."""
    return session.scalar(select(Identity).where(Identity.actor_uri == actor_uri))


def find_by_username(session: Session, username: str) -> Identity | None:
    """The identity with this username."""
    return session.scalar(select(Identity).where(Identity.username == username))


def is_set_up(session: Session) -> bool:
    """True once the node has its server identity, which every node gets at set-up."""
    return find_identity(session, "server") is not None


def base_url(session: Session) -> str:
    """The node's address in the world, such as ``https://dorp.example``, without a slash at the end."""
    return origin_of(get_identity(session, "server").actor_uri)


def create_identity(  # noqa: PLR0913  # what an identity is made of, each named
    session: Session,
    settings: Settings,
    *,
    role: str,
    username: str,
    name: str,
    base_url: str,
    summary: str = "",
    initiative: dict[str, Any] | None = None,
) -> Identity:
    """Give the node an identity, with keys. Conflict when the role or the name is taken."""
    if role not in ROLES:
        raise InvalidInput(cause=f"no such role: {role}")
    base = check_base_url(settings, base_url)
    if find_identity(session, role) or find_by_username(session, username):
        raise Conflict(N_("This node already has this identity."))
    keys = create_keys(settings, username)
    identity = Identity(
        role=role,
        username=username,
        actor_uri=f"{base}/actors/{username}",
        name=name,
        summary=summary,
        initiative=_checked(initiative),
        rsa_public_pem=pem_of(keys.rsa.public_key()),
        ed25519_multibase=multibase_of(keys.ed25519.public_key()),
    )
    session.add(identity)
    session.flush()
    return identity


def update_profile(
    session: Session, identity: Identity, *, name: str, summary: str, initiative: dict[str, Any] | None
) -> None:
    """Change what the identity tells of itself; publish an ``Update`` afterwards."""
    identity.name = name
    identity.summary = summary
    identity.initiative = _checked(initiative)
    identity.updated_at = now()
    session.flush()


def check_base_url(settings: Settings, address: str) -> str:
    """The origin in ``address``; InvalidInput unless it is https, or loopback where that is allowed."""
    origin = origin_of(address.strip())
    parts = urlsplit(address.strip())
    loopback = settings.allow_loopback and host_of(origin) in LOOPBACK_HOSTS
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise InvalidInput(
            N_("Give the address without anything after the name, such as https://dorp.example.")
        )
    if parts.scheme != "https" and not loopback:
        raise InvalidInput(N_("The address must begin with https://."))
    return origin


def keys_of(settings: Settings, identity: Identity) -> KeyPair:
    """The private keys of an identity; NotReady when the files hold other keys than it was made with."""
    keys = load_keys(settings, identity.username, identity.key_generation)
    if multibase_of(keys.ed25519.public_key()) != identity.ed25519_multibase:
        raise NotReady(
            N_("The key files are not those of this node. Put back your backup of the keys."),
            cause=f"{identity.username}: the Ed25519 key differs from the database",
        )
    return keys


def page_of(identity: Identity) -> str:
    """The page for people about this identity."""
    return origin_of(identity.actor_uri) + _PAGES[identity.role]


def listed_keys(session: Session, identity: Identity) -> dict[str, str]:
    """The Ed25519 keys that an identity of ours lists as its own, the current first: key id → multibase."""
    query = (
        select(IdentityKey)
        .where(IdentityKey.identity_id == identity.id, IdentityKey.state.in_(PUBLISHED))
        .order_by(IdentityKey.generation)
    )
    uri = identity.actor_uri
    others = {ed25519_key_id(uri, row.generation): row.ed25519_multibase for row in session.scalars(query)}
    return {ed25519_key_id(uri, identity.key_generation): identity.ed25519_multibase, **others}


def actor_document(session: Session, settings: Settings, identity: Identity) -> Document:
    """The complete, signed actor document (schemas.actors.ActorSchema)."""
    document = {
        "@context": CONTEXT,
        "id": identity.actor_uri,
        "type": ROLES[identity.role],
        "preferredUsername": identity.username,
        "name": identity.name,
        "summary": summary_html(identity.summary),
        "url": page_of(identity),
        **_addresses(identity),
        **_keys(identity, listed_keys(session, identity)),
        "attachment": property_values(identity.initiative),
        "manuallyApprovesFollowers": True,
        "discoverable": identity.role != "server",
        "indexable": identity.role != "server",
        "published": _instant(identity.created_at),
        "updated": _instant(identity.updated_at),
    }
    if succession := succession_of(session, identity.id):
        document["keySuccession"] = [c for c in succession if c["controller"] == identity.actor_uri]
    document |= _other_addresses(session, identity) | _software(session, identity)
    if identity.initiative is not None:
        document["initiative"] = identity.initiative
    keys = keys_of(settings, identity)
    key_id = ed25519_key_id(identity.actor_uri, keys.generation)
    return proofs.sign(document, keys, key_id, identity.updated_at)


def _software(session: Session, identity: Identity) -> Document:
    """By which server an actor speaks (FEP-2677), and what that server understands (FEP-844e)."""
    if identity.role == "server":
        return {"implements": IMPLEMENTS}
    server = find_identity(session, "server")
    return {"generator": server.actor_uri} if server else {}


def _other_addresses(session: Session, identity: Identity) -> Document:
    """Who the identity was before a move; under a former address, where it went."""
    former = former_uris(session, identity.id)
    if identity.actor_uri in former:
        query = select(Identity.actor_uri).where(Identity.id == identity.id)
        return {"movedTo": session.scalar(query)}
    return {"alsoKnownAs": former} if former else {}


def _addresses(identity: Identity) -> Document:
    uri, base = identity.actor_uri, origin_of(identity.actor_uri)
    addresses: Document = {name: f"{uri}/{name}" for name in ("inbox", "outbox", "followers", "following")}
    addresses["endpoints"] = {"sharedInbox": f"{base}/inbox"}
    if identity.role == "hub":
        addresses |= {"members": f"{uri}/members", "feed": f"{base}/directory/feed"}
        addresses["digest"] = f"{base}/directory/digest"
    return addresses


def _keys(identity: Identity, listed: dict[str, str]) -> Document:
    uri = identity.actor_uri
    rsa = rsa_key_id(uri, identity.key_generation)
    public_key = {"id": rsa, "owner": uri, "publicKeyPem": identity.rsa_public_pem}
    return {"publicKey": public_key, "assertionMethod": multikeys(uri, listed)}


def multikeys(actor_uri: str, keys: dict[str, str]) -> list[Document]:
    """Ed25519 keys as an ``assertionMethod`` lists them (FEP-521a)."""
    return [
        {"id": key_id, "type": "Multikey", "controller": actor_uri, "publicKeyMultibase": multibase}
        for key_id, multibase in keys.items()
    ]


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _checked(initiative: dict[str, Any] | None) -> dict[str, Any] | None:
    if initiative is None:
        return None
    schema = InitiativeSchema()
    try:
        return dict(schema.dump(schema.load(initiative)))
    except ValidationError as error:
        raise InvalidInput(fields={"initiative": error.messages}) from None
