"""Others who move to another address: what we had with the old one we have with the new one.

The new actor must name the old one (``alsoKnownAs``); for a member of a hub the message must be
proven by a key that we believe, because whoever holds an address alone is not yet the village.
"""

from __future__ import annotations

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.origins import is_web_address
from federation.relations import members
from federation.relations.actor_moves import ActorMove
from federation.relations.deciding import settle, snapshot
from federation.relations.decisions import BY_MOVE, StandingDecision
from federation.relations.followers import Follow, find_follow
from federation.relations.hubs import is_node
from federation.relations.members import Member, lists_of
from federation.relations.standing import PeerRule, is_blocked, rules_about, set_rule
from federation.relations.targets import is_host
from federation.sending.outbox import publish
from federation.settings import Settings
from federation.signatures.owner_keys import check_proof, owner_keys
from schemas.errors import NotAllowed
from schemas.objects import Document

log = structlog.get_logger(__name__)


def aliases_of(document: Document) -> list[str]:
    """The other addresses an actor says to have, at most 20."""
    value = document.get("alsoKnownAs")
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries[:20] if isinstance(entry, str)]


def is_done(session: Session, old_uri: str, new_uri: str) -> bool:
    """Whether we took this very move over already. NotAllowed when the old actor went elsewhere before."""
    known = session.get(ActorMove, old_uri)
    if known is not None and known.new_uri != new_uri:
        raise NotAllowed(cause=f"{old_uri} moved to {known.new_uri} before")
    return known is not None


def check(session: Session, old_uri: str, new: RemoteActor, activity: Document) -> None:
    """Raise NotAllowed or BadSignature unless the move may be followed."""
    if old_uri not in aliases_of(new.document):
        raise NotAllowed(cause=f"{new.uri} does not say that it was {old_uri}")
    if new.document.get("movedTo") or session.get(ActorMove, new.uri):
        raise NotAllowed(cause=f"{new.uri} has moved itself")
    if is_blocked(session, new.uri) or is_blocked(session, old_uri):
        raise NotAllowed(cause=f"{old_uri} or {new.uri} is blocked")
    if lists_of(session, old_uri):
        check_proof(activity, owner_uri=old_uri, keys=owner_keys(session, old_uri))


def carry_over(session: Session, settings: Settings, old_uri: str, new: RemoteActor) -> None:
    """Give the new actor all that the old one had with us: follows, membership, rules."""
    session.add(ActorMove(old_uri=old_uri, new_uri=new.uri))
    _carry_rule(session, settings, old_uri, new.uri)
    for follow in session.scalars(select(Follow).where(Follow.remote_uri == old_uri)).all():
        _carry_follow(session, settings, follow, new)
    session.execute(update(Member).where(Member.hub_uri == old_uri).values(hub_uri=new.uri))
    _carry_membership(session, settings, old_uri, new)
    log.warning("moves.carried_over", old=old_uri, new=new.uri)


def block_if_alias_is(session: Session, settings: Settings, actor: RemoteActor) -> bool:
    """A block counts for the new address too: whoever says to be a blocked actor is blocked."""
    blocks = [
        rule
        for uri in aliases_of(actor.document)
        if is_web_address(uri)
        for rule in rules_about(session, uri)
        if rule.word == "suspend"
    ]
    if blocks and not is_blocked(session, actor.uri):
        _copy_rule(session, settings, blocks[0], actor.uri)
    return bool(blocks)


def _carry_rule(session: Session, settings: Settings, old_uri: str, new_uri: str) -> None:
    """What our people decided about the new address itself stays."""
    rule = next((each for each in rules_about(session, old_uri) if each.target == old_uri), None)
    if rule is not None and session.get(PeerRule, new_uri) is None:
        _copy_rule(session, settings, rule, new_uri)


def _copy_rule(session: Session, settings: Settings, rule: PeerRule, new_uri: str) -> None:
    """The rule for the new address too, with the decision in the history that says so."""
    before = snapshot(session.get(PeerRule, new_uri))
    row = set_rule(session, new_uri, rule.word, reason=rule.reason, by=rule.by, until=rule.until)
    row.over_allow = row.over_allow or (rule.over_allow and not is_host(rule.target))
    made = StandingDecision(
        kind="rule",
        target=new_uri,
        word=rule.word,
        before=before,
        reason=rule.reason,
        until=rule.until,
        by=BY_MOVE,
    )
    settle(session, settings, made)


def _carry_follow(session: Session, settings: Settings, follow: Follow, new: RemoteActor) -> None:
    """One follow; where the new actor asked before its move was known, the old agreement answers it."""
    identity = session.get_one(Identity, follow.identity_id)
    known = find_follow(session, identity.id, new.uri, follow.direction)
    if known is not None:
        was_accepted = follow.state == "accepted"
        follow.state, follow.decided_at, follow.decided_by = "ended", now(), BY_MOVE
        if was_accepted and known.state == "pending" and known.direction == "in":
            known.state, known.decided_at, known.decided_by = "accepted", now(), BY_MOVE
            ours = identity.actor_uri
            answer = {"id": known.activity_uri, "type": "Follow", "actor": new.uri, "object": ours}
            publish(session, settings, identity, "Accept", answer, also_to=[new.uri], public=False)
        return
    follow.remote_uri = new.uri
    if follow.direction == "out" and follow.state in {"accepted", "pending"}:
        activity = publish(session, settings, identity, "Follow", new.uri, also_to=[new.uri], public=False)
        follow.activity_uri = activity["id"]


def _carry_membership(session: Session, settings: Settings, old_uri: str, new: RemoteActor) -> None:
    hubs = {hub.actor_uri: hub for hub in session.scalars(select(Identity).where(Identity.role == "hub"))}
    for member in lists_of(session, old_uri):
        hub = hubs.get(member.hub_uri)
        if hub is None:
            continue  # another hub's list is that hub's word
        session.execute(delete(Member).where(Member.hub_uri == member.hub_uri, Member.actor_uri == old_uri))
        publish(session, settings, hub, "Remove", old_uri)
        if is_node(new):
            added = members.add_member(session, hub.actor_uri, new)
            publish(session, settings, hub, "Add", members.document_of(added))
