"""The self-test: our own server talks to our own inbox, over the network and through the gate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import func, select

from federation.actors.identities import get_identity
from federation.actors.remote_actors import RemoteActor
from federation.health import round_trip_runs, round_trips
from federation.health.round_trip_steps import STEPS, message_body
from federation.health.round_trips import RoundTrip, RoundTripMessage
from federation.receiving.inbox import InboxActivity
from federation.relations.peers import Peer
from tests.small_network import Network, SmallNode


def ask(node: SmallNode, host: str = "") -> int:
    """Ask for a round trip in the way the page does."""
    with node.session() as session:
        trip = round_trips.ask(session, by="Jo", host=host)
        session.commit()
        return trip.id


def outcome(node: SmallNode, number: int) -> dict[str, str]:
    """Step → 'passed', 'skipped' or the reason of its failure."""
    trip = node.get(RoundTrip, number)
    return {step.code: step.reason or step.outcome for step in trip.steps}


def left_behind(node: SmallNode) -> int:
    """What a round trip may not leave: messages, copies of ourselves, ourselves as a peer."""
    with node.session() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (InboxActivity, RemoteActor, RoundTripMessage, Peer)
        )


def test_every_step_passes_and_nothing_is_left_behind(network: Network):
    node = network.add("dorp", "village")
    number = ask(node)
    network.settle()
    trip = node.get(RoundTrip, number)
    assert outcome(node, number) == dict.fromkeys(STEPS, "passed")
    assert trip.state == "passed"
    assert trip.finished_at is not None
    assert left_behind(node) == 0
