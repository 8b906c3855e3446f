"""Why somebody may or may not speak to us, in reasons that a page can put into a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.replica.owners import name_of, names_of
from directory.replica.visibility import is_hidden
from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor
from federation.relations.followers import Follow
from federation.relations.members import Member
from federation.relations.standing import (
    PeerRule,
    Standing,
    may_send,
    policy,
    rules_about,
    standing_of,
    vouching_hub,
)
from federation.relations.targets import is_host
from federation.relations.trusted_lists import TrustedActor, lists_with

MOST_FOUND = 10


@dataclass(frozen=True)
class Explanation:
    """How one actor or host stands with us, and because of what."""

    target: str
    name: str
    is_host: bool
    verdict: str
    """'sends', 'asks' (only whether it may follow us) or 'nothing'."""
    reason: str
    """'suspended', 'added', 'follow', 'asked', 'member', 'follower', 'list', 'open' or 'stranger'."""
    through: str = ""
    """The hub or the publisher of the list."""
    shown: str = "shown"
    """Whether we show its records: 'shown', 'hidden', or 'followed' (silenced, but we follow it)."""
    rules: list[PeerRule] = field(default_factory=list)
    actors: list[Explanation] = field(default_factory=list)
    """Of a host: those of it whom we know."""


def explain(session: Session, target: str) -> Explanation:
    """How an actor (its address) or a host stands with us."""
    if not is_host(target):
        return _explain(session, target, name_of(session, target), target)
    found = _explain(session, f"https://{target}/", target, target)
    actors = [_explain(session, uri, name_of(session, uri), uri) for uri in _actors_of(session, target)]
    return Explanation(**{**found.__dict__, "is_host": True, "actors": actors})


def find_named(session: Session, typed: str) -> list[Explanation]:
    """The actors whose name has these words in it."""
    words = f"%{_escaped(' '.join(typed.split()))}%"
    uris: list[str] = []
    for column, name in (
        (Member.actor_uri, Member.name),
        (RemoteActor.uri, RemoteActor.name),
        (TrustedActor.actor_uri, TrustedActor.name),
    ):
        uris += session.scalars(select(column).where(name.ilike(words, escape="\\")).limit(MOST_FOUND))
    ours = set(session.scalars(select(Identity.actor_uri)))
    wanted = [uri for uri in dict.fromkeys(uris) if uri not in ours][:MOST_FOUND]
    names = names_of(session, wanted)
    return [_explain(session, uri, names[uri], uri) for uri in wanted]


def _explain(session: Session, actor_uri: str, name: str, target: str) -> Explanation:
    standing, mode = standing_of(session, actor_uri), policy(session).mode
    reason, through = _reason(session, actor_uri, standing, mode)
    asks = standing.rule != "suspend" and (mode != "closed" or standing.is_related)
    return Explanation(
        target=target,
        name=name,
        is_host=False,
        verdict="sends" if may_send(standing, mode) else "asks" if asks else "nothing",
        reason=reason,
        through=through,
        shown=_shown(session, actor_uri, standing),
        rules=rules_about(session, actor_uri),
    )


def _reason(session: Session, actor_uri: str, standing: Standing, mode: str) -> tuple[str, str]:
    """The first reason that decides, in the order of ADR 14."""
    if standing.rule == "suspend":
        return "suspended", ""
    if standing.is_added:
        return "added", ""
    if standing.is_chosen:
        return _chosen(session, actor_uri), ""
    if mode == "allowlist" and standing.is_related:
        return _related(session, actor_uri)
    return ("open", "") if mode == "open" else ("stranger", "")


def _chosen(session: Session, actor_uri: str) -> str:
    accepted = select(Follow.id).where(
        Follow.remote_uri == actor_uri, Follow.direction == "out", Follow.state == "accepted"
    )
    return "follow" if session.scalar(accepted.limit(1)) is not None else "asked"


def _related(session: Session, actor_uri: str) -> tuple[str, str]:
    hub = vouching_hub(session, actor_uri)
    if hub is not None:
        return "member", name_of(session, hub)
    lists = lists_with(session, actor_uri)
    return ("list", lists[0].name) if lists else ("follower", "")


def _shown(session: Session, actor_uri: str, standing: Standing) -> str:
    if is_hidden(session, actor_uri):
        return "hidden"
    return "followed" if standing.rule == "silence" else "shown"


def _actors_of(session: Session, host: str) -> list[str]:
    known = list(session.scalars(select(RemoteActor.uri).where(RemoteActor.host == host).limit(MOST_FOUND)))
    begins = or_(
        *(Member.actor_uri.startswith(f"{scheme}://{host}/", autoescape=True) for scheme in ("https", "http"))
    )
    members = session.scalars(select(Member.actor_uri).where(begins).distinct().limit(MOST_FOUND))
    return list(dict.fromkeys([*known, *members]))[:MOST_FOUND]


def _escaped(words: str) -> str:
    return words[:200].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
