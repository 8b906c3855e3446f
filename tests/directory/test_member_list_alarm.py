"""A member list that cannot be read is a warning, which goes when it can."""

from __future__ import annotations

from sqlalchemy import select

from federation.actors.remote_actors import RemoteActor
from federation.relations.peers import Peer
from tests.small_network import Network, SmallNode


def alarms(node: SmallNode) -> list[str]:
    """The warnings of this node."""
    return node.all(select(Peer.alarm).where(Peer.alarm != ""))


def lead_to(node: SmallNode, hub: SmallNode, address: str) -> None:
    """Let the hub's document say that its list is at this address."""
    with node.session() as session:
        actor = session.get_one(RemoteActor, hub.actor_uri)
        actor.document = {**actor.document, "members": address}
        session.commit()


def test_an_unreadable_list_is_a_warning_until_it_is_read(network: Network):
    hub, dorp = network.add("hub", "hub"), network.add("dorp", "village")
    network.join(dorp, hub)
    assert alarms(dorp) == []
    lead_to(dorp, hub, f"{hub.url}/nergens")
    dorp.run("directory.jobs.refresh_members", hub.actor_uri)
    assert alarms(dorp) == ["member_list"]
    lead_to(dorp, hub, f"{hub.actor_uri}/members")
    dorp.run("directory.jobs.refresh_members", hub.actor_uri)
    assert alarms(dorp) == []


def test_a_hub_that_is_away_is_no_warning(network: Network):
    hub, dorp = network.add("hub", "hub"), network.add("dorp", "village")
    network.join(dorp, hub)
    hub.stop()
    dorp.run("directory.jobs.refresh_members", hub.actor_uri)
    assert alarms(dorp) == []
