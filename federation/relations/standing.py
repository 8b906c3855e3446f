"""Who may speak to us: the mode of this node, its people's rules, and who belongs to our network.

Suspending beats everything in every mode. After that the word of this node's own people decides,
and only then who belongs with us: followers, members of our hubs, the lists that we trust.
A rule about a host covers its subdomains. See ADR 14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.identities import Identity, find_by_uri
from federation.database import Base, now
from federation.fetching.origins import authority_of
from federation.relations.actor_moves import went_to
from federation.relations.followers import Follow, followed_uris
from federation.relations.members import Member
from federation.relations.trusted_lists import is_on_list
from schemas.errors import InvalidInput, NotAllowed
from schemas.messages import N_

Rule = Literal["allow", "silence", "suspend"]
Mode = Literal["allowlist", "open", "closed"]

RULES: tuple[Rule, ...] = ("allow", "silence", "suspend")
MODES: tuple[Mode, ...] = ("allowlist", "open", "closed")
DEFAULT_MODE: Mode = "allowlist"
"""The careful one, until somebody chose."""
_STORED = {"allow": "allow", "silence": "silence", "suspend": "block"}
"""How a rule is written in the column; nodes have rows that say 'block'."""
_WORDS: dict[str, Rule] = {"allow": "allow", "silence": "silence", "block": "suspend"}
_MOST_LABELS = 8  # of a host name that are looked at for a rule about a parent of it
MOST_TARGETS = 3 + _MOST_LABELS
"""Of `targets_of`: the actor, its host with and without its port, and the hosts above that."""


class FederationPolicy(Base):
    """How this node deals with others: the one row in which its people say so."""

    __tablename__ = "federation_policy"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    mode: Mapped[str] = mapped_column(String(10), default=DEFAULT_MODE)
    """'allowlist', 'open' or 'closed'."""
    signed_reads: Mapped[bool] = mapped_column(default=True)
    """Whether other servers sign what they fetch from us."""
    changed_by: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime | None]


class PeerRule(Base):
    """A decision of this node's people about an actor or a host, as it stands now."""

    __tablename__ = "peer_rule"

    target: Mapped[str] = mapped_column(String(2000), primary_key=True)
    """An actor's URI, or a host in lower case, with its port unless that is the usual one."""
    rule: Mapped[str] = mapped_column(String(10))
    """'allow', 'silence' or 'block' (suspended)."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    """When it expires by itself; None when it stays."""
    over_allow: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether an 'allow' lies under it, which is back when this rule ends."""

    @property
    def word(self) -> Rule:
        """The rule as the rest of the code says it."""
        return word_of(self.rule)


@dataclass(frozen=True)
class Standing:
    """How an actor stands with this node."""

    rule: Rule | None
    """The strongest of this node's rules about the actor, its host and the hosts above that."""
    is_related: bool
    """Whether it belongs with us, leaving our rules aside."""
    is_added: bool = False
    """Whether our people added it, even if they silenced it since."""
    is_chosen: bool = False
    """Whether we ourselves follow it, or asked to."""


def policy(session: Session) -> FederationPolicy:
    """The policy of this node; the careful defaults until somebody chose otherwise."""
    row = session.get(FederationPolicy, 1)
    return row or FederationPolicy(id=1, mode=DEFAULT_MODE, signed_reads=True, changed_by="", changed_at=None)


def standing_of(session: Session, actor_uri: str) -> Standing:
    """How an actor stands with us."""
    rules = [(rule.word, rule.over_allow) for rule in rules_about(session, actor_uri)]
    return weigh(rules, _follows(session, actor_uri), lambda: _is_vouched_for(session, actor_uri))


def weigh(
    rules: list[tuple[Rule, bool]], follows: set[tuple[str, str]], is_vouched_for: Callable[[], bool]
) -> Standing:
    """The standing that follows from our rules in force, as (word, over_allow), and from the follows
    between us, as (direction, state).
    """
    words = {word for word, _ in rules}
    rule = next((word for word in ("suspend", "silence", "allow") if word in words), None)
    # whoever refused us may change its mind, and tell us so
    is_chosen = not follows.isdisjoint({("out", "accepted"), ("out", "pending"), ("out", "rejected")})
    return Standing(
        rule=rule,
        is_related=is_chosen or ("in", "accepted") in follows or is_vouched_for(),
        is_added=any(word == "allow" or over_allow for word, over_allow in rules),
        is_chosen=is_chosen,
    )


def check_may_send(session: Session, actor_uri: str, *, asks: bool) -> None:
    """Raise NotAllowed unless an actor may send us this.

    ``asks``: it is a request to follow us, or the withdrawal of one, which strangers may send too
    unless this node is closed.
    """
    standing, mode = standing_of(session, actor_uri), policy(session).mode
    if standing.rule == "suspend":
        raise NotAllowed(cause=f"{actor_uri} is suspended", kind="suspended")
    if may_send(standing, mode) or (asks and (mode != "closed" or standing.is_related)):
        return
    if find_by_uri(session, actor_uri):
        return  # we belong with ourselves, whatever the mode: the round trip of a node knocks on its own door
    raise NotAllowed(cause=f"{actor_uri} is a stranger, and the mode is {mode}", kind="stranger")


def may_send(standing: Standing, mode: str) -> bool:
    """Whether more than a request to follow is taken from somebody of this standing."""
    if standing.rule == "suspend":
        return False
    if standing.is_added or standing.is_chosen or mode == "open":
        return True
    return mode == "allowlist" and standing.is_related


def is_allowed(session: Session, actor_uri: str) -> bool:
    """Whether an actor may send us more than a request to follow."""
    return may_send(standing_of(session, actor_uri), policy(session).mode)


def is_blocked(session: Session, actor_uri: str) -> bool:
    """Whether this node's people suspended the actor or its host."""
    return any(rule.word == "suspend" for rule in rules_about(session, actor_uri))


def check_not_blocked(session: Session, actor_uri: str) -> None:
    """Raise NotAllowed for a suspended actor or host."""
    if is_blocked(session, actor_uri):
        raise NotAllowed(cause=f"{actor_uri} is suspended", kind="suspended")


def blocked_targets(session: Session) -> set[str]:
    """All suspended actors and hosts; ask `is_covered` whether an actor is one of them."""
    in_force = or_(PeerRule.until.is_(None), PeerRule.until > now())
    return set(session.scalars(select(PeerRule.target).where(PeerRule.rule == "block", in_force)))


def is_covered(actor_uri: str, targets: set[str]) -> bool:
    """Whether an actor, its host or a host above that is among the targets of rules."""
    return bool(targets) and not targets.isdisjoint(targets_of(actor_uri))


def set_rule(
    session: Session, target: str, rule: Rule, *, reason: str, by: str, until: datetime | None = None
) -> PeerRule:
    """Allow, silence or suspend an actor (its address) or a whole host with its subdomains.

    ``target`` is normalised (see `federation.relations.targets`). Raises InvalidInput without a
    reason, except to allow.
    """
    if rule not in RULES:
        raise ValueError(rule)
    if rule != "allow" and not reason.strip():
        raise InvalidInput(N_("Say why: others on your board will want to know."))
    row = session.get(PeerRule, target) or PeerRule(target=target, rule="", over_allow=False)
    row.over_allow = rule != "allow" and (row.rule == "allow" or row.over_allow)
    row.rule, row.reason, row.by, row.at, row.until = _STORED[rule], reason, by, now(), until
    session.add(row)
    session.flush()
    return row


def lift_rule(session: Session, target: str) -> PeerRule | None:
    """End a rule; an 'allow' that lay under it is back. Returns what is left of it."""
    row = session.get(PeerRule, target)
    if row is None:
        return None
    if row.over_allow:
        row.rule, row.over_allow, row.until, row.at = "allow", False, None, now()
        return row
    session.delete(row)
    session.flush()
    return None


def rules_about(session: Session, actor_uri: str) -> list[PeerRule]:
    """The rules in force about an actor, its host, and the hosts above that.

    A rule over an 'allow' that has expired counts as that 'allow'.
    """
    in_force = or_(PeerRule.until.is_(None), PeerRule.until > now(), PeerRule.over_allow)
    rows = session.scalars(select(PeerRule).where(PeerRule.target.in_(targets_of(actor_uri)), in_force))
    return [_as_of_now(row) for row in rows]


def targets_of(actor_uri: str) -> list[str]:
    """Every target that a rule about an actor may have, the narrowest first."""
    authority = authority_of(actor_uri)
    host = authority if authority.endswith("]") else authority.rsplit(":", 1)[0]
    labels = host.split(".")[-_MOST_LABELS:]
    above = [] if host.replace(".", "").isdigit() else [".".join(labels[at:]) for at in range(len(labels))]
    return list(dict.fromkeys([actor_uri, authority, host, *above]))


def word_of(stored: str, *, is_over: bool = False) -> Rule:
    """What a stored rule says now: one that is over left the 'allow' that lay under it."""
    return "allow" if is_over else _WORDS[stored]


def _as_of_now(row: PeerRule) -> PeerRule:
    if row.until is None or row.until > now():
        return row
    return PeerRule(
        target=row.target, rule="allow", reason=row.reason, by=row.by, at=row.at, over_allow=False
    )


def _follows(session: Session, actor_uri: str) -> set[tuple[str, str]]:
    query = select(Follow.direction, Follow.state).where(Follow.remote_uri == actor_uri)
    return {(direction, state) for direction, state in session.execute(query)}


def _is_vouched_for(session: Session, actor_uri: str) -> bool:
    """By a hub of ours, or by a list that we trust; an old address for a while by who moved away from it."""
    if is_fellow_member(session, actor_uri) or is_on_list(session, actor_uri):
        return True
    new_uri = went_to(session, actor_uri)
    return new_uri is not None and standing_of(session, new_uri).is_related


def is_fellow_member(session: Session, actor_uri: str) -> bool:
    """A member of a hub that we joined, or of the hub that we are."""
    return vouching_hub(session, actor_uri) is not None


def vouching_hub(session: Session, actor_uri: str) -> str | None:
    """A hub that has this member, and that we joined or are ourselves."""
    ours = select(Identity.actor_uri).where(Identity.role == "hub")
    query = select(Member.hub_uri).where(
        Member.actor_uri == actor_uri, Member.hub_uri.in_(followed_uris()) | Member.hub_uri.in_(ours)
    )
    return session.scalar(query.limit(1))
