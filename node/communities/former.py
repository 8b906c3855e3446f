"""The profile as it was before: what changed since, where its facts come from, and going back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from federation.database import now
from node.communities.models import Community, ProfileRevision
from node.listings.content import Content, Difference, checked, differences, with_sources
from schemas.errors import NotFound
from schemas.messages import N_

Profile = dict[str, Any]
"""``name``, ``summary``, ``telephone``, ``accent`` and ``initiative``."""

KEPT = 30
"""Former profiles that are kept."""

REASONS = {
    "changed": N_("Changed"),
    "restored": N_("Earlier version restored"),
    "taken": N_("Facts taken over from our entry in the guide"),
    "given_back": N_("Taking over undone"),
}
"""What can replace a profile."""

_OWN = ("telephone", "accent")
"""What stands on the pages of this node only."""


@dataclass(frozen=True)
class Former:
    """A profile that was replaced."""

    row: ProfileRevision
    changed: list[Difference]
    """What differs in the one it is compared with: the next one, or the profile of now."""


def profile_of(community: Community) -> Profile:
    """What the profile says now."""
    names = ("name", "summary", *_OWN)
    return {**{name: getattr(community, name) for name in names}, "initiative": community.initiative or {}}


def told_by(profile: Profile) -> Content:
    """What the profile tells the network, without what is empty; also while it tells no kind and place."""
    if profile["initiative"]:
        return checked(profile)
    return {"name": profile["name"], "summary": profile["summary"], "initiative": {}}


def sources_after(before: Profile, after: Profile) -> list[dict[str, Any]]:
    """Where the facts come from after a change: a changed one from nowhere, unless that was told with it."""
    if not before["initiative"]:
        return list(after["initiative"].get("sources", []))
    told = with_sources(told_by(before), told_by(after), "", now().date())
    return list(told["initiative"].get("sources", []))


def keep(session: Session, community: Community, before: Profile, *, by: str, reason: str) -> None:
    """Keep what the profile said before this change; the oldest of many is forgotten."""
    revision = community.revision
    session.add(ProfileRevision(revision=revision, content=before, reason=reason, replaced_by=by[:200]))
    community.revision = revision + 1
    session.flush()
    session.execute(delete(ProfileRevision).where(ProfileRevision.revision < community.revision - KEPT))


def list_former(session: Session, community: Community) -> list[Former]:
    """The former profiles that are kept, the newest first."""
    rows = _rows(session)
    following = [profile_of(community), *(row.content for row in rows)]
    return [Former(row, changed(row.content, after)) for row, after in zip(rows, following, strict=False)]


def get_former(session: Session, community: Community, revision: int) -> Former:
    """One former profile beside the one of now: what going back would change. Raises NotFound."""
    found = next((row for row in _rows(session) if row.revision == revision), None)
    if found is None:
        raise NotFound(N_("This version is not kept any more."), cause=f"profile {revision}")
    return Former(found, changed(profile_of(community), found.content))


def changed(before: Profile, after: Profile) -> list[Difference]:
    """The facts that differ, and what stands on our own pages only."""
    own = [Difference(name, before[name], after[name]) for name in _OWN if before[name] != after[name]]
    return [*differences(told_by(before), told_by(after)), *own]


def _rows(session: Session) -> Sequence[ProfileRevision]:
    return session.scalars(select(ProfileRevision).order_by(ProfileRevision.revision.desc())).all()
