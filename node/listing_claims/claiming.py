"""A village claims the entry that a hub keeps about it: ask, prove, and hear what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.matching.service import Match, find_matches
from directory.replica.entries import Entry, get_entry
from federation.actors.identities import base_url, find_identity
from federation.database import now
from federation.relations.follows import joined_hubs
from federation.settings import Settings
from node.accounts.spoken_codes import read_code
from node.communities.models import Community, find_community
from node.listing_claims import codes, website
from node.listing_claims.facts import entry_facts, known_facts
from node.listing_claims.messages import offer
from node.listing_claims.messages import take_back as tell_taken_back
from node.listing_claims.models import SentListingClaim
from node.listing_claims.taking_over import take_over
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.listing_claims import CLAIM_WAYS
from schemas.messages import N_

FOR_US = ("file_missing", "letter_sent", "wrong_code", "no_profile")
"""What the hub says when it is our turn."""


def may_claim(session: Session, entry: Entry) -> bool:
    """Whether this could be ours: an entry without a node, kept by a hub that we joined."""
    if entry.has_node or find_identity(session, "cooperative") is None:
        return False
    return entry.owner_uri in {hub.uri for hub in joined_hubs(session)}


def likely_ours(session: Session, limit: int = 5) -> list[Match]:
    """Entries that may be about us and that we did not ask for, the likeliest first."""
    community, own = find_community(session), find_identity(session, "cooperative")
    if community is None or own is None or not community.initiative:
        return []
    found = find_matches(session, community.name, community.initiative, without=[own.actor_uri], limit=20)
    asked = {each.listing_uri for each in list_sent(session) if each.is_open}
    return [match for match in found if match.entry.uri not in asked and may_claim(session, match.entry)][
        :limit
    ]


def ways_for(entry: Entry) -> tuple[str, ...]:
    """How we may prove it; what the hub cannot do becomes a matter of its coordinator."""
    return tuple(way for way in CLAIM_WAYS if way != "website" or entry.website)


def ask(
    session: Session,
    settings: Settings,
    entry_key: str,
    way: str,
    *,
    by: str,
    choices: Mapping[str, str] | None = None,
) -> SentListingClaim:
    """Claim an entry; with ``choices`` its facts come into our profile at once, see `take_over`.

    Raises NotFound, InvalidInput, and Conflict when it cannot be claimed (now).
    """
    entry = get_entry(session, entry_key)
    if not may_claim(session, entry):
        raise Conflict(N_("Only an entry without a node, of a hub that you joined, can be taken over."))
    if way not in ways_for(entry):
        raise InvalidInput(fields={"way": [N_("Choose one of the list.")]})
    _check_published(find_community(session))
    query = select(SentListingClaim).where(SentListingClaim.listing_uri == entry.uri)
    if any(each.is_open for each in session.scalars(query)):
        raise Conflict(N_("You asked for this entry already."))
    sent = SentListingClaim(
        uri=f"{base_url(session)}/claims/{uuid.uuid4()}",
        hub_uri=entry.owner_uri,
        listing_uri=entry.uri,
        listing_name=entry.name,
        website=entry.website or "",
        way=way,
        asked_by=by,
        entry=entry_facts(session, entry.uri, entry.owner_uri),
    )
    session.add(sent)
    session.flush()
    offer(session, settings, sent)
    if choices is not None:
        take_over(session, settings, sent, choices, by=by)
    return sent


def send_code(session: Session, settings: Settings, sent: SentListingClaim, typed: str) -> None:
    """Send the code of the letter, as a digest. Raises InvalidInput for what is no code, and Conflict."""
    _check_open(sent)
    code = read_code(typed)
    if not code:
        raise InvalidInput(
            fields={"code": [N_("The code has three groups of four letters and digits. Look at the letter.")]}
        )
    sent.reason = ""
    offer(session, settings, sent, codes.digest_of(codes.hash_of(code), sent.uri))


def look_again(session: Session, settings: Settings, sent: SentListingClaim) -> None:
    """Ask the hub to look at the website now. Raises Conflict when that is not the way, or it is over."""
    _check_open(sent)
    if sent.way != "website":
        raise Conflict(N_("The hub does not look at a website for this."))
    offer(session, settings, sent)


def take_back(session: Session, settings: Settings, sent: SentListingClaim) -> None:
    """Claim it no longer. Raises Conflict when the hub decided already."""
    _check_open(sent)
    sent.state = "withdrawn"
    tell_taken_back(session, settings, sent)


def answered(session: Session, uri: str, hub_uri: str, state: str, way: str, reason: str) -> None:
    """Note what the hub says; only the hub that we asked may say something."""
    sent = session.scalar(select(SentListingClaim).where(SentListingClaim.uri == uri))
    if sent is None or sent.hub_uri != hub_uri:
        raise NotFound(cause=f"{hub_uri} answers a claim that we did not make there")
    if sent.state == "withdrawn" and state != "granted":
        return
    if sent.state in {"granted", "undone"} and state == "waiting":
        return  # said before the decision
    if state == "refused" and sent.state == "granted":
        state = "undone"
    sent.state, sent.way, sent.reason, sent.answered_at = state, way, reason, now()
    sent.entry = known_facts(session, sent)  # of what may be gone tomorrow
    session.flush()


def list_sent(session: Session) -> Sequence[SentListingClaim]:
    """Our claims, the newest first."""
    return session.scalars(select(SentListingClaim).order_by(SentListingClaim.id.desc()).limit(100)).all()


def count_to_do(session: Session) -> int:
    """How many of our claims wait for something that we must do."""
    query = select(func.count()).select_from(SentListingClaim).where(SentListingClaim.state == "waiting")
    return session.scalar(query.where(SentListingClaim.reason.in_(FOR_US))) or 0


def get_sent(session: Session, claim_id: int) -> SentListingClaim:
    """One claim of ours. Raises NotFound."""
    sent = session.get(SentListingClaim, claim_id)
    if sent is None:
        raise NotFound(cause=f"sent claim {claim_id}")
    return sent


def file_for(session: Session, sent: Sequence[SentListingClaim]) -> dict[str, object]:
    """The file that proves these claims, for the entries' websites."""
    own = find_identity(session, "cooperative")
    node = own.actor_uri if own is not None else ""
    return website.document_of((node, each.listing_uri) for each in sent)


def open_by_website(session: Session) -> Sequence[SentListingClaim]:
    """Our open claims that a file proves."""
    query = select(SentListingClaim).where(
        SentListingClaim.state == "waiting", SentListingClaim.way == "website"
    )
    return session.scalars(query.order_by(SentListingClaim.id)).all()


def _check_published(community: Community | None) -> None:
    if community is None or community.profile_published_at is None:
        raise Conflict(N_("Publish your own profile first: it takes the place of the entry."))


def _check_open(sent: SentListingClaim) -> None:
    if not sent.is_open:
        raise Conflict(N_("The hub has decided on this already."))
