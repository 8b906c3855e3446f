"""The messages about claims: from the village to the hub, and back. See docs/federation.md."""

from __future__ import annotations

from sqlalchemy.orm import Session

from federation.actors.identities import get_identity
from federation.sending.outbox import publish
from federation.settings import Settings
from node.listing_claims.models import ListingClaim, SentListingClaim
from schemas.objects import Document

WAITS, YES, NO = "TentativeAccept", "Accept", "Reject"


def offer(session: Session, settings: Settings, sent: SentListingClaim, code_digest: str = "") -> None:
    """Make our claim, or go on with it: look at the website again, or here is the code of the letter."""
    _send_ours(session, settings, sent, "Offer", {"codeDigest": code_digest} if code_digest else {})


def take_back(session: Session, settings: Settings, sent: SentListingClaim) -> None:
    """Tell the hub that we claim it no longer."""
    _send_ours(session, settings, sent, "Undo", {})


def tell(session: Session, settings: Settings, claim: ListingClaim, listing_uri: str, word: str) -> None:
    """Tell the village how its claim stands."""
    document = _document(claim.uri, claim.claimant_uri, listing_uri, claim.way)
    answer(session, settings, word, {**document, "claimReason": claim.reason})


def answer(session: Session, settings: Settings, word: str, claim: Document) -> None:
    """Answer a claim, also one that is not kept."""
    hub = get_identity(session, "hub")
    publish(session, settings, hub, word, claim, also_to=[claim["actor"]], public=False)


def _send_ours(
    session: Session, settings: Settings, sent: SentListingClaim, word: str, more: Document
) -> None:
    own = get_identity(session, "cooperative")
    document = _document(sent.uri, own.actor_uri, sent.listing_uri, sent.way) | more
    publish(session, settings, own, word, document, also_to=[sent.hub_uri], public=False)


def _document(uri: str, actor_uri: str, listing_uri: str, way: str) -> Document:
    return {
        "id": uri,
        "type": "ListingClaim",
        "actor": actor_uri,
        "listing": listing_uri,
        "claimWay": way,
    }
