"""Peers: what we learned of other hosts, and who is allowed to talk to us."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.actors.identities import Identity
from federation.database import Base, now
from federation.fetching.origins import authority_of
from federation.relations.followers import Follow
from federation.relations.members import Member
from schemas.errors import NotAllowed

BREAKER_FAILURES = 5
"""Failures of a host in a row, within `BREAKER_WINDOW` of one another, that stop us for a while."""
BREAKER_WINDOW = timedelta(minutes=10)
BREAKER_PAUSE = timedelta(minutes=30)
SCHEME_MEMORY = timedelta(days=7)


class Peer(Base):
    """One host: how to sign for it, and whether it answers."""

    __tablename__ = "peer"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Host with port, as in the address."""
    scheme: Mapped[str] = mapped_column(String(10), default="")
    """The signature scheme that worked ('rfc9421' or 'cavage'), until ``scheme_until``."""
    scheme_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Failures in a row, of the host as a whole."""
    breaker_until: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    last_failure: Mapped[str] = mapped_column(String(500), default="")
    clock_skew: Mapped[float | None]
    """Seconds its clock is ahead of ours, when that is noteworthy."""
    last_heard_at: Mapped[datetime | None]
    """When it last sent us something that we took in."""
    heard_scheme: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The signature scheme of what it sent last."""
    software: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Its software with version, as its NodeInfo says."""
    software_at: Mapped[datetime | None]
    alarm: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What a person should look at ('clock', 'key_mismatch'), or nothing."""
    alarm_at: Mapped[datetime | None]


class PeerRule(Base):
    """A decision of this node's people about an actor or a host."""

    __tablename__ = "peer_rule"

    target: Mapped[str] = mapped_column(String(2000), primary_key=True)
    """An actor's URI, or a host."""
    rule: Mapped[str] = mapped_column(String(5))
    """'allow' or 'block'."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=now)


def is_blocked(session: Session, actor_uri: str) -> bool:
    """Whether this node's people blocked the actor or its host."""
    return _rule(session, actor_uri) == "block"


def is_allowed(session: Session, actor_uri: str) -> bool:
    """Whether an actor may send us more than a Follow.

    A block beats all. Then: what we allow, whom we follow or asked to, our accepted followers,
    and the members of our hubs.
    """
    rule = _rule(session, actor_uri)
    if rule:
        return rule == "allow"
    return _is_related(session, actor_uri) or _is_fellow_member(session, actor_uri)


def blocked_targets(session: Session) -> set[str]:
    """All blocked actors and hosts."""
    return set(session.scalars(select(PeerRule.target).where(PeerRule.rule == "block")))


def set_rule(session: Session, target: str, rule: str, *, reason: str, by: str) -> PeerRule:
    """Allow or block an actor (its address) or a whole host."""
    if rule not in {"allow", "block"}:
        raise ValueError(rule)
    row = session.get(PeerRule, target) or PeerRule(target=target)
    row.rule, row.reason, row.by, row.at = rule, reason, by, now()
    session.add(row)
    return row


def check_not_blocked(session: Session, actor_uri: str) -> None:
    """Raise NotAllowed for a blocked actor or host."""
    if is_blocked(session, actor_uri):
        raise NotAllowed(cause=f"{actor_uri} is blocked")


def peer_answered(session: Session, host: str, scheme: str = "") -> None:
    """The host answered; remember the signature scheme it accepted."""
    peer = _peer(session, host)
    peer.failures, peer.breaker_until, peer.last_success_at = 0, None, now()
    if scheme:
        peer.scheme, peer.scheme_until = scheme, now() + SCHEME_MEMORY


def peer_failed(session: Session, host: str, reason: str) -> None:
    """The host as a whole failed; after five failures it gets a pause, then a single probe."""
    peer = _peer(session, host)
    probed = peer.breaker_until is not None
    recent = peer.last_failure_at is not None and now() - peer.last_failure_at < BREAKER_WINDOW
    peer.failures = peer.failures + 1 if recent or probed else 1
    peer.last_failure_at, peer.last_failure = now(), reason[:500]
    if peer.failures >= BREAKER_FAILURES:
        peer.breaker_until = now() + BREAKER_PAUSE


def note_alarm(session: Session, host: str, kind: str) -> None:
    """Something about a host that a person should look at; the last alarm is the one shown."""
    peer = _peer(session, host)
    peer.alarm, peer.alarm_at = kind[:40], now()


def clear_alarm(session: Session, host: str, kind: str) -> None:
    """The cause of an alarm is gone; an alarm of another kind stays."""
    this_alarm = (Peer.host == host, Peer.alarm == kind)
    session.execute(update(Peer).where(*this_alarm).values(alarm="", alarm_at=None))


def _peer(session: Session, host: str) -> Peer:
    peer = session.get(Peer, host)
    if peer is None:
        peer = Peer(host=host, failures=0)
        session.add(peer)
        session.flush()
    return peer


def _rule(session: Session, actor_uri: str) -> str | None:
    host = authority_of(actor_uri)
    targets = {actor_uri, host, host.rsplit(":", 1)[0]}
    rules = set(session.scalars(select(PeerRule.rule).where(PeerRule.target.in_(targets))))
    if "block" in rules:
        return "block"
    return "allow" if rules else None


def _is_related(session: Session, actor_uri: str) -> bool:
    follows = select(Follow.direction, Follow.state).where(Follow.remote_uri == actor_uri)
    # whoever refused us may change its mind, and tell us so
    known = {("in", "accepted"), ("out", "accepted"), ("out", "pending"), ("out", "rejected")}
    return any((direction, state) in known for direction, state in session.execute(follows))


def _is_fellow_member(session: Session, actor_uri: str) -> bool:
    """A member of a hub that we joined, or of the hub that we are."""
    joined = select(Follow.remote_uri).where(Follow.direction == "out", Follow.state == "accepted")
    ours = select(Identity.actor_uri).where(Identity.role == "hub")
    query = select(Member.actor_uri).where(
        Member.actor_uri == actor_uri, Member.hub_uri.in_(joined) | Member.hub_uri.in_(ours)
    )
    return session.scalar(query.limit(1)) is not None
