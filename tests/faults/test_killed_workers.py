"""A worker is killed at the worst moment: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from federation.database import now
from federation.receiving.inbox import InboxActivity
from federation.sending.delivery import Delivery
from federation.settings import environment_of
from tests.records import template

pytestmark = pytest.mark.fault

WORKER = """
import os, signal, sys
import node.listeners, node.models
import {module} as module
def die(*_args, **_options):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, "{function}", die)
from federation import jobs as federation_jobs
from directory import jobs as directory_jobs
{job}
"""


def killed(node, module, function, job):
    """Run a job in a process of its own that is killed on reaching a function."""
    environment = {**os.environ, **environment_of(node.settings)}
    code = WORKER.format(module=module, function=function, job=job)
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def sweep(network):
    """What the schedule does every minute, after the claims of the dead have run out."""
    for node in network.nodes:
        ended = now() - timedelta(seconds=1)
        node.do(
            lambda s, _i, ended=ended: s.execute(
                update(Delivery).where(Delivery.claimed_until.is_not(None)).values(claimed_until=ended)
            )
        )
        node.forget_queue()
        node.run("federation.jobs.sweep")
        node.run("directory.jobs.sweep")
    network.settle()


@pytest.fixture
def joined(network):
    hub = network.add("land", "hub")
    writer, reader = network.add("een", "village"), network.add("twee", "village")
    network.join(writer, hub)
    network.join(reader, hub)
    writer.do(lambda s, i: publish_record(s, writer.settings, i, "Create", template()))
    return network, hub, writer, reader


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("federation.sending.turns", "claim"),
        ("federation.sending.posting", "sign_letter"),
        ("federation.sending.posting", "_outcome"),
        ("federation.sending.recording", "_record_accepted"),
        ("federation.sending.recording", "release"),
    ],
)
def test_a_sender_killed_before_during_or_after_posting(joined, module, function):
    network, hub, writer, reader = joined
    killed(writer, module, function, "federation_jobs.deliver()")
    sweep(network)
    sweep(network)
    assert [row.state for row in writer.all(select(Delivery).where(Delivery.state != "done"))] == []
    assert [record.name for record in reader.all(select(Record))] == ["Austerlitz Eet"]
    assert len(hub.all(select(FeedItem))) == 1


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("federation.receiving.inbox", "_mark"),
        ("directory.replica.ingest", "_show"),
        ("federation.jobs", "hear_from"),
    ],
)
def test_a_receiver_killed_while_it_processes(joined, module, function):
    network, hub, writer, reader = joined
    writer.drain()
    killed(hub, module, function, "federation_jobs.process_inbox()")
    assert hub.all(select(Record)) == []
    sweep(network)
    sweep(network)
    assert {row.state for row in hub.all(select(InboxActivity))} == {"done"}
    assert [record.name for record in reader.all(select(Record))] == ["Austerlitz Eet"]
    assert len(hub.all(select(FeedItem))) == 1


def test_a_hub_killed_while_it_relays(joined):
    network, hub, writer, reader = joined
    writer.drain()
    hub.run("federation.jobs.process_inbox")
    killed(hub, "federation.sending.outbox", "address_deliveries", "directory_jobs.relay()")
    sweep(network)
    sweep(network)
    assert [record.name for record in reader.all(select(Record))] == ["Austerlitz Eet"]
