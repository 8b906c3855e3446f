"""What makes a person look at a claim before its proof decides."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.matching.keys import MatchKey, code_of
from directory.matching.traits import site_of
from directory.matching.words import SHARED_SITES
from directory.replica.entries import Entry
from federation.actors.remote_actors import RemoteActor
from node.listing_claims.models import OPEN, ListingClaim
from node.listings.models import Listing


def website_of(listing: Listing) -> str:
    """The website that the listing shows; "" for none."""
    return str((listing.content["initiative"].get("contact") or {}).get("website") or "")


def doubts_about(session: Session, listing: Listing, claimant_uri: str, way: str) -> list[str]:
    """The reasons why proof alone should not decide; none for an ordinary claim."""
    found = []
    if not _shares_a_municipality(session, listing, claimant_uri):
        found.append("place")
    if rivals_of(session, listing, claimant_uri):
        found.append("rival")
    if way == "website" and _is_shared_site(session, listing, claimant_uri):
        found.append("shared_site")
    return found


def rivals_of(session: Session, listing: Listing, claimant_uri: str) -> list[ListingClaim]:
    """The open claims of others on the same listing."""
    query = select(ListingClaim).where(ListingClaim.listing_id == listing.id, ListingClaim.state.in_(OPEN))
    return list(session.scalars(query.where(ListingClaim.claimant_uri != claimant_uri)))


def _shares_a_municipality(session: Session, listing: Listing, claimant_uri: str) -> bool:
    told = {area["municipalityCode"] for area in listing.content["initiative"]["areas"]}
    return not told.isdisjoint(_municipalities(session, claimant_uri))


def _municipalities(session: Session, claimant_uri: str) -> set[str]:
    """Where the claimant works: by its profile, or by the actor that was accepted as a member."""
    entry = session.get(Entry, claimant_uri)
    if entry is not None:
        return {area.municipality_code for area in entry.areas}
    remote = session.get(RemoteActor, claimant_uri)
    initiative: Any = remote.document.get("initiative") if remote is not None else None
    areas = initiative.get("areas") if isinstance(initiative, dict) else None
    return {str(area.get("municipalityCode")) for area in areas or [] if isinstance(area, dict)}


def _is_shared_site(session: Session, listing: Listing, claimant_uri: str) -> bool:
    """True for a site of many, where the one who may write a file in its root is somebody else."""
    site = site_of(website_of(listing))
    if site.split("/")[0] in SHARED_SITES:
        return True
    holders = select(MatchKey.document_id).where(MatchKey.code == code_of(f"site:{site}"))
    others = select(Entry.uri).where(Entry.document_id.in_(holders))
    without = others.where(Entry.uri.not_in([listing.uri, claimant_uri])).limit(1)
    return bool(site) and session.scalar(without) is not None
