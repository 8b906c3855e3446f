"""A village takes the facts of its entry over in its own profile, and may give them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from federation.database import now
from federation.settings import Settings
from node.communities import former
from node.communities.models import Community
from node.communities.publishing import publish_profile
from node.communities.service import lock_profile, save_profile
from node.listing_claims.facts import compare, known_facts, sources_of, values_of
from node.listing_claims.models import SentListingClaim
from node.listings.content import Content, facts, with_values
from schemas.errors import Conflict
from schemas.messages import N_

Sources = dict[str, dict[str, Any]]
MAY_TAKE = ("waiting", "granted")


def take_over(
    session: Session, settings: Settings, sent: SentListingClaim, choices: Mapping[str, str], *, by: str
) -> bool:
    """Put the chosen facts into our profile and publish it; False when nothing was chosen.

    What nobody chose of is taken over where our own profile has nothing. Raises InvalidInput with
    ``fields``, and Conflict when the entry is not ours, or is not here any more.
    """
    community = _hold(session, sent)
    if sent.state not in MAY_TAKE:
        raise Conflict(N_("This entry is not yours: its facts cannot be taken over."))
    if not (found := compare(session, known_facts(session, sent))):
        raise Conflict(N_("We have nothing of this entry any more. Ask the hub for its history."))
    values = values_of(found, choices)
    if not values:
        return False
    before = former.told_by(former.profile_of(community))
    _save(session, community, values, sources_of(found, values), by=by, reason="taken")
    _note(sent, before, values, by=by)
    publish_profile(session, settings, community)
    return True


def give_back(session: Session, settings: Settings, sent: SentListingClaim, *, by: str) -> None:
    """Let our profile say again what it said before; what was changed since stays. Raises Conflict."""
    community, taken = _hold(session, sent), sent.taken
    if sent.taken_at is None:
        raise Conflict(N_("There is nothing to undo here."))
    present = facts(former.told_by(former.profile_of(community)))
    untouched = [name for name, value in taken["after"].items() if present.get(name) == value]
    values = {name: taken["before"][name] for name in untouched}
    roots = {name.partition(".")[0] for name in untouched}
    sources = {each["field"]: each for each in taken["sources"] if each["field"] in roots}
    if values:
        _save(session, community, values, sources, by=by, reason="given_back")
        publish_profile(session, settings, community)
    sent.taken, sent.taken_at, sent.taken_by = {}, None, ""
    session.flush()


def _hold(session: Session, sent: SentListingClaim) -> Community:
    """Our profile and the claim as they are now, before anything is compared."""
    session.flush()
    community = lock_profile(session)
    session.refresh(sent)
    return community


def _save(
    session: Session,
    community: Community,
    values: Mapping[str, Any],
    sources: Sources,
    *,
    by: str,
    reason: str,
) -> None:
    profile = former.profile_of(community)
    content = with_values(former.told_by(profile), values)
    changes = {**profile, "name": content["name"], "summary": content["summary"]}
    kept = _sources_by_field(content)
    for name in {field.partition(".")[0] for field in values}:
        kept.pop(name, None)
    initiative = {"activities": [], **content["initiative"], "sources": [*kept.values(), *sources.values()]}
    save_profile(session, community, changes | {"initiative": initiative}, by=by, reason=reason)


def _note(sent: SentListingClaim, before: Content, values: Mapping[str, Any], *, by: str) -> None:
    """Keep what was there before, also of what was taken over earlier."""
    earlier = sent.taken or {"before": {}, "after": {}, "sources": []}
    had, sources = facts(before), _sources_by_field(before)
    roots = {name.partition(".")[0] for name in values}
    known = {name.partition(".")[0] for name in earlier["before"]}
    sent.taken = {
        "before": {**{name: had.get(name) for name in values}, **earlier["before"]},
        "after": {**earlier["after"], **values},
        "sources": [*earlier["sources"], *(sources[name] for name in roots - known if name in sources)],
    }
    sent.taken_at, sent.taken_by = now(), by


def _sources_by_field(content: Content) -> Sources:
    return {each["field"]: each for each in content["initiative"].get("sources", [])}
