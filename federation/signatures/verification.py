"""Who sent this request? Policy first, then the key, then the signature (see docs, FEDERATION.md).

The answer is an actor whose *own* document lists the key that signed. Everything doubtful is
BadSignature, with the reason in the log only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from federation.actors.actor_documents import keys_in, public_key
from federation.actors.former_addresses import former_origin
from federation.actors.identities import base_url
from federation.actors.keys import PublicKey
from federation.actors.remote_actors import RemoteActor, find_key_owner
from federation.database import now
from federation.fetching.origins import authority_of, origin_of, same_origin
from federation.settings import Settings
from federation.signatures import cavage, rfc9421
from federation.signatures.key_fetching import fetch_key_owner
from federation.signatures.message import Claim, Message
from federation.signatures.policy import WrongClock
from schemas.errors import BadSignature, InvalidInput

__all__ = ["Claim", "Message", "Signer", "recognise", "verify_request"]

_KEY_MAY_HAVE_CHANGED = timedelta(hours=1)


@dataclass(frozen=True)
class Signer:
    """Who signed a request, and how ('rfc9421' or 'cavage')."""

    actor: RemoteActor
    scheme: str
    seal: str = ""
    """SHA-256 of the signature itself: the same for the same request, however it is written."""


def verify_request(
    session: Session, settings: Settings, message: Message, *, claimed_actor: str | None = None
) -> Signer:
    """Who signed the request. BadSignature, or TryLater while its key cannot be had.

    ``claimed_actor`` is who the body says it is from: a key of another origin is refused before
    it is fetched. The request may be for an origin that we had before a move, when its ``url`` says
    so: what may still come in there is for the caller to decide. Call it before anything is written
    in ``session``: while another server is asked for a key, the session's transaction is ended, so
    that nobody waits for its lock.
    """
    claims = _read_claims(message, _our_origin(session, message))
    if claimed_actor is not None:
        claims = [claim for claim in claims if same_origin(claim.key_id, claimed_actor)]
    if not claims:
        raise BadSignature("the key is not of the actor's origin", kind="foreign_key")
    timely = [claim for claim in claims if claim.wrong_clock is None]
    if not timely:
        raise _wrong_clock(session, claims, claimed_actor)
    known = _with_owners(session, timely, claimed_actor)
    if known:
        return _check_known(session, settings, known)
    claim = timely[0]  # at most one key is ever fetched for a message
    return _signer(claim, fetch_key_owner(session, settings, claim.key_id))


def recognise(message: Message, base: str, keys: dict[str, tuple[str, str]]) -> str | None:
    """The scheme of a signature by one of these keys; None when `verify_request` must find out.

    ``keys`` are those that the sender lists as its own, as `keys_in` gives them. It only ever says
    yes; what no key could mend is BadSignature at once.
    """
    for claim in _read_claims(message, base):
        listed = keys.get(claim.key_id)
        if listed is None or claim.wrong_clock is not None:
            continue
        try:
            claim.check(public_key(*listed))
        except BadSignature:
            continue
        return claim.scheme
    return None


def _read_claims(message: Message, base: str) -> list[Claim]:
    _check_is_for_us(message, base)
    if message.header("signature-input") is not None:
        return rfc9421.read(message)
    if message.header("signature") is not None:
        return cavage.read(message)
    raise BadSignature("no signature", kind="unsigned")


def _check_is_for_us(message: Message, base: str) -> None:
    scheme = base.split("://", 1)[0]
    try:
        host = authority_of(f"{scheme}://{message.header('host') or ''}/")
        origin = origin_of(message.url)
    except InvalidInput:
        raise BadSignature("the host cannot be read", kind="other_host") from None
    if host != authority_of(base) or origin != base:
        raise BadSignature(f"the request is for {host[:200]}, which is not us", kind="other_host")


def _our_origin(session: Session, message: Message) -> str:
    """The origin of ours that a request is for: the present one, unless it names one from before a move."""
    present = base_url(session)
    if message.url.startswith(f"{present}/"):
        return present
    try:
        return former_origin(session, authority_of(message.url)) or present
    except InvalidInput:
        return present


def _with_owners(
    session: Session, claims: list[Claim], claimed_actor: str | None
) -> list[tuple[Claim, RemoteActor]]:
    """The claims whose key we have."""
    found = [(claim, find_key_owner(session, claim.key_id, claimed=claimed_actor)) for claim in claims]
    return [(claim, owner) for claim, owner in found if owner is not None]


def _check_known(session: Session, settings: Settings, known: list[tuple[Claim, RemoteActor]]) -> Signer:
    """One signature that verifies is enough. A key that does not, and is old, is fetched once more."""
    refusals = []
    for claim, owner in known:
        try:
            return _signer(claim, owner)
        except BadSignature as error:
            refusals.append(error)
    claim, owner = min(known, key=lambda pair: pair[1].fetched_at)
    if now() - owner.fetched_at < _KEY_MAY_HAVE_CHANGED:
        raise refusals[0]
    # once an hour at most: the refreshed row is young again
    return _signer(claim, fetch_key_owner(session, settings, claim.key_id, known=owner))


def _signer(claim: Claim, owner: RemoteActor) -> Signer:
    claim.check(_key_of(owner, claim.key_id))
    return Signer(owner, claim.scheme, hashlib.sha256(claim.signature).hexdigest())


def _wrong_clock(session: Session, claims: list[Claim], claimed_actor: str | None) -> BadSignature:
    """Refused in any case. Who signed is looked at for keys we have, so that no stranger raises an alarm."""
    for claim, owner in _with_owners(session, claims, claimed_actor):
        late = claim.wrong_clock
        if not isinstance(late, WrongClock) or not late.may_be_a_clock:
            continue
        try:
            _signer(claim, owner)
        except BadSignature:
            continue
        return WrongClock(late.cause, late.seconds, signer=owner.uri)
    return claims[0].wrong_clock or BadSignature("signed at the wrong time", kind="clock")


def _key_of(actor: RemoteActor, key_id: str) -> PublicKey:
    listed = keys_in(actor.document).get(key_id)
    if listed is None:
        raise BadSignature(f"{actor.uri} does not list the key {key_id}", kind="key_unlisted")
    return public_key(*listed)
