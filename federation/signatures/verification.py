"""Who sent this request? Policy first, then the key, then the signature (see docs, FEDERATION.md).

The answer is an actor whose *own* document lists the key that signed. Everything doubtful is
BadSignature, with the reason in the log only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from federation.actors.actor_documents import keys_in, public_key
from federation.actors.identities import base_url
from federation.actors.keys import PublicKey
from federation.actors.remote_actors import RemoteActor, find_key_owner
from federation.database import now
from federation.fetching.origins import authority_of, origin_of, same_origin
from federation.settings import Settings
from federation.signatures import cavage, rfc9421
from federation.signatures.key_owners import fetch_key_owner
from federation.signatures.message import Claim, Message
from schemas.errors import BadSignature, InvalidInput

__all__ = ["Claim", "Message", "Signer", "verify_request"]

_KEY_MAY_HAVE_CHANGED = timedelta(hours=1)


@dataclass(frozen=True)
class Signer:
    """Who signed a request, and how ('rfc9421' or 'cavage')."""

    actor: RemoteActor
    scheme: str


def verify_request(
    session: Session, settings: Settings, message: Message, *, claimed_actor: str | None = None
) -> Signer:
    """Who signed the request. BadSignature, or TryLater while its key cannot be had.

    ``claimed_actor`` is who the body says it is from: a key of another origin is refused before
    it is fetched. Call it before anything is written in ``session``: while another server is
    asked for a key, the session's transaction is ended, so that nobody waits for its lock.
    """
    claims = _read_claims(message, base_url(session))
    if claimed_actor is not None:
        claims = [claim for claim in claims if same_origin(claim.key_id, claimed_actor)]
    if not claims:
        raise BadSignature("the key is not of the actor's origin")
    claim, actor = _choose(session, claims, claimed_actor)
    if actor is None:
        actor = fetch_key_owner(session, settings, claim.key_id)
        claim.check(_key_of(actor, claim.key_id))
    else:
        actor = _check_known(session, settings, claim, actor)
    return Signer(actor, claim.scheme)


def _read_claims(message: Message, base: str) -> list[Claim]:
    _check_is_for_us(message, base)
    if message.header("signature-input") is not None:
        return rfc9421.read(message)
    if message.header("signature") is not None:
        return cavage.read(message)
    raise BadSignature("no signature")


def _check_is_for_us(message: Message, base: str) -> None:
    scheme = base.split("://", 1)[0]
    try:
        host = authority_of(f"{scheme}://{message.header('host') or ''}/")
        origin = origin_of(message.url)
    except InvalidInput:
        raise BadSignature("the host cannot be read") from None
    if host != authority_of(base) or origin != base:
        raise BadSignature(f"the request is for {host[:200]}, which is not us")


def _choose(
    session: Session, claims: list[Claim], claimed_actor: str | None
) -> tuple[Claim, RemoteActor | None]:
    """Of several signatures, the one whose key we have."""
    for claim in claims:
        owner = find_key_owner(session, claim.key_id, claimed=claimed_actor)
        if owner is not None:
            return claim, owner
    return claims[0], None


def _check_known(session: Session, settings: Settings, claim: Claim, actor: RemoteActor) -> RemoteActor:
    try:
        claim.check(_key_of(actor, claim.key_id))
    except BadSignature:
        if now() - actor.fetched_at < _KEY_MAY_HAVE_CHANGED:
            raise
        # once an hour at most: the refreshed row is young again
        actor = fetch_key_owner(session, settings, claim.key_id, known=actor)
        claim.check(_key_of(actor, claim.key_id))
    return actor


def _key_of(actor: RemoteActor, key_id: str) -> PublicKey:
    listed = keys_in(actor.document).get(key_id)
    if listed is None:
        raise BadSignature(f"{actor.uri} does not list the key {key_id}")
    return public_key(*listed)
