"""What tests of keys do to small nodes: make new keys, let time pass, and look at who believes what."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from directory.keys import rotation
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.actors.identities import listed_keys
from federation.actors.key_generations import current_rotation
from federation.database import now
from federation.receiving.inbox import InboxActivity
from federation.relations.members import Member
from federation.relations.peers import Peer
from federation.sending.delivery import Delivery

TEND = "directory.keys.jobs.tend"


def publish(node, activity_type, document):
    """Publish a record of a node; returns its address."""
    activity = node.do(
        lambda session, identity: publish_record(session, node.settings, identity, activity_type, document)
    )
    return activity["object"]["id"]


def rotate(node, *, emergency=False):
    """Make new keys."""
    return node.do(
        lambda session, _: rotation.start(session, node.settings, emergency=emergency, by="test").id
    )


def let_time_pass(network, node):
    """The overlap that a rotation waits for is over, and everybody works."""

    def work(session, _identity):
        under_way = current_rotation(session)
        under_way.switch_at = min(under_way.switch_at, now() - timedelta(seconds=1))
        if under_way.retire_at:
            under_way.retire_at = now() - timedelta(seconds=1)

    node.do(work)
    node.run(TEND)
    network.settle()


def finish(network, node):
    """Bring a rotation to its end."""
    while node.do(lambda session, _: current_rotation(session)) is not None:
        let_time_pass(network, node)


def retry(network, *nodes):
    """What waits for another attempt is due now."""

    def work(session, _identity):
        for row in session.scalars(select(InboxActivity).where(InboxActivity.state == "new")):
            row.due_at = now()

    for node in nodes:
        node.do(work)
        node.run("federation.jobs.process_inbox")
    network.settle()


def own_keys(node):
    """The keys that a node lists as its own, the current first."""
    return node.do(lambda session, identity: list(listed_keys(session, identity).values()))


def listed(node, hub, owner):
    """The keys of an owner in a node's copy of a hub's list."""
    member = node.get(Member, (hub.actor_uri, owner.actor_uri))
    return list(member.keys.values()) if member else []


def record(node, uri):
    """A record as a node has it."""
    return node.get(Record, uri)


def reasons(node):
    """Why a node refused what it refused."""
    return [row.error for row in node.all(select(InboxActivity).where(InboxActivity.state == "failed"))]


def deliver_all(network, node):
    """Whatever waits for a host that was down is due now, in its order."""

    def work(session, _identity):
        for row in session.scalars(select(Delivery).where(Delivery.state == "due")):
            row.due_at = now()
        for peer in session.scalars(select(Peer)):
            peer.failures, peer.breaker_until = 0, None

    for _round in range(6):
        node.do(work)
        node.run("federation.jobs.deliver")
        network.settle()
