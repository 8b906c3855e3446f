"""What left this node, told from the very documents that were signed and sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from federation.sending.published import PublishedActivity, PublishedObject
from schemas.context import PUBLIC
from schemas.objects import type_of
from schemas.paging import pages_of

PER_PAGE = 30


@dataclass(frozen=True)
class SharedThing:
    """One message that left: what it was, about what, for whom."""

    what: str
    """A code that the page puts into words, see `_CODES`."""
    name: str
    count: int
    is_public: bool
    recipients: list[str]
    at: datetime
    url: str


@dataclass(frozen=True)
class SharedPage:
    """One page of what was shared, newest first."""

    things: Sequence[SharedThing]
    page: int
    pages: int
    total: int


_CODES = {
    ("Create", "ActivityTemplate"): "template",
    ("Update", "ActivityTemplate"): "template_version",
    ("Create", "OutcomeRelease"): "figure",
    ("Create", "PublicEvent"): "event",
    ("Update", "PublicEvent"): "event_change",
    ("Create", "Story"): "story",
    ("Update", "Story"): "story_change",
    ("Create", "SynonymGroup"): "synonyms",
    ("Update", "SynonymGroup"): "synonyms",
    ("Create", "UnreachableEntry"): "unreachable",
    ("Create", "Organization"): "entry",
    ("Update", "Organization"): "profile",
    ("Update", "Service"): "profile",
    ("Update", "Application"): "profile",
    ("Delete", "Tombstone"): "withdrawal",
    ("Undo", "Follow"): "leave",
    ("Offer", "TemplateOffer"): "offer",
    ("Undo", "TemplateOffer"): "offer_end",
    ("Accept", "TemplateOffer"): "offer_answer",
    ("Reject", "TemplateOffer"): "offer_answer",
    ("Offer", "ListingClaim"): "claim",
    ("Undo", "ListingClaim"): "claim_end",
    ("TentativeAccept", "ListingClaim"): "claim_answer",
    ("Accept", "ListingClaim"): "claim_answer",
    ("Reject", "ListingClaim"): "claim_answer",
}
_BY_ACTIVITY = {
    "Follow": "join_request",
    "Accept": "accept",
    "Reject": "reject",
    "Undo": "leave",
    "Add": "member_in",
    "Remove": "member_out",
    "Announce": "relay",
    "Flag": "report",
    "Update": "update",
    "Create": "create",
    "Delete": "withdrawal",
}


def list_shared(session: Session, page: int = 1) -> SharedPage:
    """Everything that left, newest first."""
    total = session.scalar(select(func.count()).select_from(PublishedActivity)) or 0
    pages = pages_of(total, PER_PAGE)
    page = min(max(1, page), pages)
    query = select(PublishedActivity).order_by(PublishedActivity.created_at.desc(), PublishedActivity.uri)
    activities = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return SharedPage([describe(activity) for activity in activities], page, pages, total)


def describe(activity: PublishedActivity) -> SharedThing:
    """What a published activity was, for a page to put into words."""
    carried = activity.document.get("object")
    thing: dict[str, Any] = carried if isinstance(carried, dict) else {}
    now_public = thing if thing.get("name") else _as_it_is_now(activity)
    what = _CODES.get((activity.type, type_of(thing))) or _BY_ACTIVITY.get(activity.type, "other")
    if what == "template_version" and thing.get("version") == _version_before(activity):
        what = "template_use"
    if what == "figure" and thing.get("replaces"):
        what = "figure_correction"
    is_public = activity.is_public or PUBLIC in activity.document.get(
        "to", []
    )  # the first is lost by withdrawal
    return SharedThing(
        what=what,
        name=str(now_public.get("name") or ""),
        count=len(carried) if isinstance(carried, list) else 1,
        is_public=is_public,
        recipients=[] if is_public else [str(uri) for uri in activity.document.get("to", [])],
        at=activity.created_at,
        url=str(now_public.get("url") or ""),
    )


def _as_it_is_now(activity: PublishedActivity) -> dict[str, Any]:
    """What an activity was about whose own words were taken back; nothing of what was withdrawn."""
    session = object_session(activity)
    known = session.get(PublishedObject, activity.object_uri) if session and activity.object_uri else None
    return known.document if known and known.deleted_at is None else {}


def _version_before(activity: PublishedActivity) -> Any:
    """The version of a format that we sent before this one: the same when only its use was told."""
    session = object_session(activity)
    if session is None:
        return None
    query = select(PublishedActivity).where(
        PublishedActivity.object_uri == activity.object_uri,
        PublishedActivity.created_at < activity.created_at,
    )
    before = session.scalar(query.order_by(PublishedActivity.created_at.desc()).limit(1))
    carried = before.document.get("object") if before else None
    return carried.get("version") if isinstance(carried, dict) else None
