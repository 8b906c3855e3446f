"""How fast a replica is filled: compared with checking the proofs alone, within one run."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select

from directory.relaying.catch_up import catch_up
from directory.relaying.feed import FeedItem
from directory.replica.publishing import publish_records
from directory.replica.records import Record
from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.learning import learn_actor
from federation.relations.followers import Follow
from federation.signatures.proofs import verify
from tests.records import entry

pytestmark = pytest.mark.performance
NUMBER = 300


def test_a_new_village_is_filled_about_as_fast_as_proofs_can_be_checked(network, capsys):
    hub, village = network.add("land", "hub"), network.add("dorp", "village")
    hub.do(
        lambda session, identity: publish_records(
            session, hub.settings, identity, [entry(f"Initiatief {at}") for at in range(NUMBER)]
        )
    )
    network.ask(village, hub)
    village.do(lambda s, _i: setattr(s.scalars(select(Follow)).one(), "state", "accepted"))
    actor = learn_actor(village.runtime.database, village.settings, hub.actor_uri)

    start = time.process_time()
    catch_up(village.runtime.database, village.settings, actor)
    filling = time.process_time() - start

    assert village.all(select(func.count()).select_from(Record)) == [NUMBER]
    checking = _check_proofs(hub, actor)
    with capsys.disabled():
        print(  # the figure is what this test is for
            f"\nfilling a replica: {NUMBER / filling:.0f} records a second of processor time, "
            f"{filling / checking:.1f} times what its proofs take"
        )
    assert filling < 12 * checking


def _check_proofs(hub, actor) -> float:
    activities = hub.all(select(FeedItem.document))
    start = time.process_time()
    for activity in activities:
        for document in (activity, activity["object"]):
            verify(document, owner_uri=hub.actor_uri, keys=ed25519_keys_in(actor.document))
    return time.process_time() - start
