"""A hub receives claims: who may make one, how often, and how its proof begins.

Nothing here asks another server. What cannot become a claim is refused with a word of
`schemas.listing_claims.CLAIM_REASONS`; nothing of it is kept but that it was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.search.index import key_of
from federation.actors.identities import find_identity
from federation.database import now
from federation.relations.members import find_member
from federation.settings import Settings
from node.listing_claims import proving
from node.listing_claims.deciding import is_successor
from node.listing_claims.doubts import doubts_about, rivals_of
from node.listing_claims.holding import hold
from node.listing_claims.messages import NO, WAITS, YES, answer, tell
from node.listing_claims.models import ListingClaim, RefusedClaim
from node.listings.adoption import open_listing
from node.listings.models import Listing
from node.listings.revisions import lock
from schemas.errors import NotAllowed, NotFound, TooMany
from schemas.objects import Document

MOST_RECENT = 10
"""Claims of one village in `RECENT`; more are refused, and after twice as many not even answered."""
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Claimed:
    """What a claim says, as its schema read it."""

    uri: str
    claimant_uri: str
    listing_uri: str
    way: str
    code_digest: str = ""

    @property
    def document(self) -> Document:
        """The claim in an answer to it."""
        return {
            "id": self.uri,
            "type": "ListingClaim",
            "actor": self.claimant_uri,
            "listing": self.listing_uri,
            "claimWay": self.way,
        }


def receive(session: Session, settings: Settings, claimed: Claimed) -> ListingClaim | None:
    """Take a claim, or what a village adds to the one it made. None when it is refused at once.

    Raises NotAllowed for who is no member of this hub, TooMany for a flood.
    """
    _check_member(session, claimed.claimant_uri)
    known = session.scalar(select(ListingClaim).where(ListingClaim.uri == claimed.uri))
    if known is not None:
        return _go_on(session, settings, known, claimed)
    reason = _why_not(session, claimed)
    listing = None if reason else _listing_of(session, claimed.listing_uri)
    if listing is not None:
        lock(session, listing)
    if listing is None or not listing.is_public:
        _refuse_at_once(session, settings, claimed, listing, reason or "not_here")
        return None
    return _begin(session, settings, claimed, listing)


def take_back(session: Session, claimed: Claimed) -> None:
    """The village claims it no longer; a decision stays."""
    known = session.scalar(select(ListingClaim).where(ListingClaim.uri == claimed.uri))
    if known is None or known.claimant_uri != claimed.claimant_uri:
        return
    hold(session, known)
    if known.is_open:
        known.decide("withdrawn", known.reason, by="")


def _check_member(session: Session, claimant_uri: str) -> None:
    hub = find_identity(session, "hub")
    if hub is None or find_member(session, hub.actor_uri, claimant_uri) is None:
        raise NotAllowed(cause=f"{claimant_uri} claims an entry and is no member of ours", kind="stranger")


def _go_on(session: Session, settings: Settings, claim: ListingClaim, claimed: Claimed) -> ListingClaim:
    """What a village adds to a claim: the code of its letter, or the wish to look at the website again."""
    if claim.claimant_uri != claimed.claimant_uri:
        raise NotAllowed(cause=f"{claimed.uri} is a claim of {claim.claimant_uri}", kind="foreign_object")
    listing = hold(session, claim)
    if not claim.is_open:
        _count_refused(session, claimed, claim.reason)
        word = YES if claim.state == "granted" else NO
        tell(session, settings, claim, listing.uri, word)
    elif claimed.code_digest:
        proving.try_code(session, settings, claim, claimed.code_digest)
    elif claim.way == "website":
        proving.look_again(session, claim)
    return claim


def _why_not(session: Session, claimed: Claimed) -> str:
    return "too_many" if _recent(session, claimed.claimant_uri) >= MOST_RECENT else ""


def _recent(session: Session, claimant_uri: str) -> int:
    """How often a village asked lately, what was refused at once included. TooMany when it floods us."""
    made = 0
    for model in (ListingClaim, RefusedClaim):
        mine = (model.claimant_uri == claimant_uri, model.asked_at > now() - RECENT)
        made += session.scalar(select(func.count()).select_from(model).where(*mine)) or 0
    if made >= 2 * MOST_RECENT:
        raise TooMany(cause=f"{claimant_uri} made {made} claims")
    return made


def _count_refused(session: Session, claimed: Claimed, reason: str) -> None:
    """Nothing is kept of what is refused at once but that it was asked; TooMany ends the answers too."""
    _recent(session, claimed.claimant_uri)
    session.add(RefusedClaim(claimant_uri=claimed.claimant_uri, reason=reason))
    session.flush()


def _listing_of(session: Session, uri: str) -> Listing | None:
    try:
        return open_listing(session, key_of(uri))
    except NotFound:
        return None


def _refuse_at_once(
    session: Session, settings: Settings, claimed: Claimed, listing: Listing | None, reason: str
) -> None:
    """No claim is kept; to whom the entry belongs already, it is granted again."""
    if listing is not None and is_successor(listing, claimed.claimant_uri):
        _count_refused(session, claimed, "granted")
        answer(session, settings, YES, claimed.document | {"claimReason": "granted"})
        return
    if listing is not None and listing.successor_uri is not None:
        reason = "taken"
    _count_refused(session, claimed, reason)
    answer(session, settings, NO, claimed.document | {"claimReason": reason})


def _begin(session: Session, settings: Settings, claimed: Claimed, listing: Listing) -> ListingClaim:
    claim = ListingClaim(
        uri=claimed.uri,
        listing_id=listing.id,
        claimant_uri=claimed.claimant_uri,
        way=claimed.way,
        state="waiting",
        attempts=_replace_earlier(session, claimed, listing),
    )
    session.add(claim)
    claim.doubts = doubts_about(session, listing, claim.claimant_uri, claim.way)
    proving.begin(session, settings, claim, listing)
    if claim.doubts:
        claim.state, claim.reason = "contested", claim.doubts[0]
    session.flush()
    tell(session, settings, claim, listing.uri, WAITS)
    _contest_rivals(session, settings, claim, listing)
    return claim


def _replace_earlier(session: Session, claimed: Claimed, listing: Listing) -> int:
    """A new claim takes the place of an open one of the same village; wrong codes go on counting."""
    query = select(ListingClaim).where(
        ListingClaim.claimant_uri == claimed.claimant_uri, ListingClaim.listing_id == listing.id
    )
    earlier = list(session.scalars(query.where(ListingClaim.asked_at > now() - RECENT)))
    for each in earlier:
        if each.is_open:
            each.decide("withdrawn", each.reason, by="")
    return max((each.attempts for each in earlier), default=0)


def _contest_rivals(session: Session, settings: Settings, claim: ListingClaim, listing: Listing) -> None:
    for rival in rivals_of(session, listing, claim.claimant_uri):
        if rival.state != "contested":
            rival.state, rival.reason = "contested", "rival"
            tell(session, settings, rival, listing.uri, WAITS)
        rival.doubts = list(dict.fromkeys([*rival.doubts, "rival"]))
