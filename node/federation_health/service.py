"""What the board sees of the network's health: one look over all of it, and one at a peer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.remote_actors import RemoteActor
from federation.health.alarms import Alarm, DismissedAlarm, dismissed, list_alarms
from federation.health.inbox_failures import messages_of
from federation.health.peers import HealthPage, PeerHealth, count_conditions, find_peer, list_peers
from federation.health.queues import Queues, queues
from federation.health.round_trips import RoundTrip, last_round_trip
from federation.receiving.inbox import InboxActivity
from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity
from node.federation_health.comparisons import Comparisons, comparisons
from node.network.sharing import SharedThing, describe
from schemas.errors import NotFound
from schemas.messages import N_

LATEST = 20
NEEDS_ATTENTION = ("alarm", "down", "undelivered")


@dataclass(frozen=True)
class Overview:
    """The network at a glance."""

    listed: HealthPage
    alarms: list[Alarm]
    names: dict[str, str]
    """What we call the hosts of the alarms."""
    queues: Queues
    round_trip: RoundTrip | None
    comparisons: Comparisons

    @property
    def attention(self) -> int:
        """How many peers need a person."""
        return sum(self.listed.counts[name] for name in NEEDS_ATTENTION)


@dataclass(frozen=True)
class OnePeer:
    """One peer with what went to it and came from it last."""

    health: PeerHealth
    alarms: list[Alarm]
    dismissed: list[DismissedAlarm]
    sent: list[tuple[Delivery, SharedThing]]
    received: list[InboxActivity]
    test: RoundTrip | None


def overview(session: Session, *, show: str = "all", search: str = "", page: int = 1) -> Overview:
    """The network at a glance, in a number of queries that does not grow with it."""
    alarms = list_alarms(session)
    return Overview(
        listed=list_peers(session, show=show, search=search, page=page),
        alarms=alarms,
        names=names_of_hosts(session, {alarm.host for alarm in alarms}),
        queues=queues(session),
        round_trip=last_round_trip(session),
        comparisons=comparisons(session),
    )


def one_peer(session: Session, host: str) -> OnePeer:
    """One peer. NotFound when we never had to do with it."""
    health = find_peer(session, host)
    if health is None:
        raise NotFound(N_("We do not know this server."), cause=f"no peer {host}")
    latest = select(Delivery).where(Delivery.host == host).order_by(Delivery.id.desc()).limit(LATEST)
    deliveries = list(session.scalars(latest))
    return OnePeer(
        health=health,
        alarms=list_alarms(session, host=host),
        dismissed=dismissed(session, host),
        sent=with_contents(session, deliveries),
        received=messages_of(session, host, LATEST),
        test=last_round_trip(session, host),
    )


def with_contents(session: Session, deliveries: list[Delivery]) -> list[tuple[Delivery, SharedThing]]:
    """Deliveries, each with what it carries."""
    uris = {delivery.activity_uri for delivery in deliveries}
    rows = session.scalars(select(PublishedActivity).where(PublishedActivity.uri.in_(uris)))
    contents = {row.uri: describe(row) for row in rows}
    return [(delivery, contents[delivery.activity_uri]) for delivery in deliveries]


def names_of_hosts(session: Session, hosts: set[str]) -> dict[str, str]:
    """What we call some hosts: by the first actor we know there, else by their address."""
    query = select(RemoteActor.host, RemoteActor.name).where(RemoteActor.host.in_(hosts))
    known: dict[str, str] = {}
    for host, name in session.execute(query.order_by(RemoteActor.uri)):
        known.setdefault(host, name)
    return {host: known.get(host) or host for host in hosts}


def count_attention(session: Session) -> int:
    """For the Werkplek: what about the network needs a person."""
    counts = count_conditions(session)
    trip = last_round_trip(session)
    own = trip is not None and trip.state == "failed"
    return sum(counts[name] for name in NEEDS_ATTENTION) + int(own) + int(queues(session).is_late)
