"""The health of every peer, what needs attention first: a page of hosts in a few queries.

A peer is a host that we have a connection with, tried to reach or heard from. How it is doing is
one code, computed by the database, so that sorting, counting and filtering agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from federation.actors.identities import base_url
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.origins import authority_of
from federation.relations.followers import Follow
from federation.relations.peers import BREAKER_FAILURES, Peer
from federation.sending.delivery import Delivery
from schemas.paging import pages_of

PAGE_SIZE = 50
SILENT_AFTER = timedelta(days=14)
CONDITIONS = ("alarm", "down", "undelivered", "failing", "waiting", "silent", "well")
"""How a peer is doing, the worst first."""
FILTERS: dict[str, tuple[str, ...]] = {
    "all": CONDITIONS,
    "problems": ("alarm", "down", "undelivered", "failing"),
    "waiting": ("waiting",),
    "silent": ("silent",),
}
"""What a reader may ask for. 'waiting' also shows peers with a problem for which something waits."""
_LIVING = ("pending", "accepted")


@dataclass(frozen=True)
class Problem:
    """What went wrong with a host last, as it was recorded."""

    status: int | None
    error: str
    code: str
    at: datetime | None


@dataclass(frozen=True)
class PeerHealth:
    """One host: how it is doing, what waits for it, and what is known of it."""

    host: str
    name: str
    condition: str
    due: int
    """Deliveries that are on their way, tried or not."""
    given_up: int
    oldest_at: datetime | None
    next_at: datetime | None
    """When the next attempt is."""
    peer: Peer
    """What was learned of the host; an empty one when nothing was yet."""
    problem: Problem | None


@dataclass(frozen=True)
class HealthPage:
    """One page of peers, the worst first, with how many there are in each condition."""

    peers: list[PeerHealth]
    page: int
    pages: int
    total: int
    counts: dict[str, int]


def list_peers(session: Session, *, show: str = "all", search: str = "", page: int = 1) -> HealthPage:
    """A page of peers; the number of queries does not depend on how many there are."""
    board = _board(session)
    counts = dict.fromkeys(CONDITIONS, 0) | _condition_counts(session, board)
    wanted = _wanted(board, show, search)
    if search.strip() or show == "waiting":
        total = session.scalar(select(func.count()).select_from(board).where(*wanted)) or 0
    else:
        total = sum(counts[name] for name in FILTERS.get(show, CONDITIONS))
    pages = pages_of(total, PAGE_SIZE)
    page = min(max(1, page), pages)
    query = select(board).where(*wanted).order_by(board.c.rank, board.c.oldest_at, board.c.host)
    rows = session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return HealthPage(_filled(session, rows), page, pages, total, counts)


def find_peer(session: Session, host: str) -> PeerHealth | None:
    """One peer, or None when we know nothing of this host."""
    board = _board(session)
    rows = session.execute(select(board).where(board.c.host == host)).all()
    return next(iter(_filled(session, rows)), None)


def count_conditions(session: Session) -> dict[str, int]:
    """How many peers there are in each condition."""
    return dict.fromkeys(CONDITIONS, 0) | _condition_counts(session, _board(session))


def _board(session: Session) -> Subquery:
    """Every peer with its queue and its condition."""
    hosts, queues = _hosts(authority_of(base_url(session))), _queues()
    due, given_up = func.coalesce(queues.c.due, 0), func.coalesce(queues.c.given_up, 0)
    return (
        select(
            hosts.c.host,
            due.label("due"),
            given_up.label("given_up"),
            queues.c.oldest_at,
            queues.c.next_at,
            _rank(due, given_up).label("rank"),
        )
        .outerjoin(Peer, Peer.host == hosts.c.host)
        .outerjoin(queues, queues.c.host == hosts.c.host)
        .subquery("board")
    )


def _hosts(own: str) -> Subquery:
    related = select(RemoteActor.host).join(Follow, Follow.remote_uri == RemoteActor.uri)
    known: list[Select[Any]] = [
        select(Peer.host.label("host")),
        related.where(Follow.state.in_(_LIVING)),
        select(Delivery.host).where(Delivery.state.in_(("due", "gave_up"))),
    ]
    every = union(*known).subquery()
    return select(every.c.host).where(every.c.host != own).subquery("hosts")


def _queues() -> Subquery:
    """What waits for each host, and what was given up."""
    is_due = Delivery.state == "due"
    return (
        select(
            Delivery.host,
            func.count().filter(is_due).label("due"),
            func.count().filter(Delivery.state == "gave_up").label("given_up"),
            func.min(Delivery.created_at).filter(is_due).label("oldest_at"),
            func.min(Delivery.due_at).filter(is_due).label("next_at"),
        )
        .where(Delivery.state.in_(("due", "gave_up")))
        .group_by(Delivery.host)
        .subquery("queues")
    )


def _rank(due: ColumnElement[int], given_up: ColumnElement[int]) -> ColumnElement[int]:
    """The place of a peer's condition in `CONDITIONS`."""
    since = now() - SILENT_AFTER
    is_silent = and_(
        or_(Peer.last_heard_at.is_(None), Peer.last_heard_at < since),
        or_(Peer.last_success_at.is_(None), Peer.last_success_at < since),
    )
    checks = (
        ("alarm", or_(Peer.alarm != "", Peer.clock_skew.is_not(None))),
        ("down", Peer.failures >= BREAKER_FAILURES),
        ("undelivered", given_up > 0),
        ("failing", Peer.failures > 0),
        ("waiting", due > 0),
        ("silent", is_silent),
    )
    places = [(check, literal(CONDITIONS.index(name))) for name, check in checks]
    return case(*places, else_=literal(CONDITIONS.index("well")))


def _condition_counts(session: Session, board: Subquery) -> dict[str, int]:
    query = select(board.c.rank, func.count()).group_by(board.c.rank)
    return {CONDITIONS[rank]: count for rank, count in session.execute(query)}


def _wanted(board: Subquery, show: str, search: str) -> list[ColumnElement[bool]]:
    places = [CONDITIONS.index(name) for name in FILTERS.get(show, CONDITIONS)]
    fits = board.c.rank.in_(places)
    wanted = [or_(fits, board.c.due > 0) if show == "waiting" else fits]
    text = search.strip().lower()[:200]
    if text:
        named = select(RemoteActor.host).where(func.lower(RemoteActor.name).contains(text, autoescape=True))
        wanted.append(or_(board.c.host.contains(text, autoescape=True), board.c.host.in_(named)))
    return wanted


def _filled(session: Session, rows: Any) -> list[PeerHealth]:
    """The rows of the board with what else is known of just these hosts."""
    hosts = [row.host for row in rows]
    peers = {peer.host: peer for peer in session.scalars(select(Peer).where(Peer.host.in_(hosts)))}
    names, problems = _names(session, hosts), _problems(session, hosts)
    found = []
    for row in rows:
        peer = peers.get(row.host) or Peer(host=row.host, failures=0, alarm="", software="", last_failure="")
        problem = problems.get(row.host)
        found.append(
            PeerHealth(
                host=row.host,
                name=names.get(row.host, ""),
                condition=CONDITIONS[row.rank],
                due=row.due,
                given_up=row.given_up,
                oldest_at=row.oldest_at,
                next_at=_later(row.next_at, peer.breaker_until),
                peer=peer,
                problem=_latest(peer, problem),
            )
        )
    return found


def _later(next_at: datetime | None, pause_until: datetime | None) -> datetime | None:
    return max(next_at, pause_until) if next_at and pause_until else next_at


def _latest(peer: Peer, problem: Problem | None) -> Problem | None:
    """Of the host's own last failure and that of a delivery, the one that still says something."""
    if problem is None and peer.failures and peer.last_failure_at:
        return Problem(None, peer.last_failure, "", peer.last_failure_at)
    return problem


def _names(session: Session, hosts: list[str]) -> dict[str, str]:
    """What we call a host: after an actor there that we have a connection with."""
    query = (
        select(RemoteActor.host, func.min(RemoteActor.name))
        .join(Follow, Follow.remote_uri == RemoteActor.uri)
        .where(RemoteActor.host.in_(hosts))
        .group_by(RemoteActor.host)
    )
    return {host: name for host, name in session.execute(query)}


def _problems(session: Session, hosts: list[str]) -> dict[str, Problem]:
    """Per host the last attempt that failed, of what is not delivered yet."""
    at = func.coalesce(Delivery.finished_at, Delivery.created_at)
    place = func.row_number().over(partition_by=Delivery.host, order_by=(at.desc(), Delivery.id.desc()))
    failed = and_(Delivery.state.in_(("due", "gave_up")), Delivery.attempts > 0)
    ranked = (
        select(Delivery.id, place.label("place")).where(Delivery.host.in_(hosts), failed).subquery("ranked")
    )
    query = select(Delivery).join(ranked, ranked.c.id == Delivery.id).where(ranked.c.place == 1)
    return {
        row.host: Problem(row.last_status, row.last_error, row.reason_code, row.finished_at)
        for row in session.scalars(query)
    }
