"""The gate and time: how long a signature counts, and whose clock is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete

from federation.receiving.gate import admit
from federation.relations.peers import Peer
from federation.relations.standing import PeerRule
from federation.signatures.clocks import forget_wrong_clocks
from schemas.errors import BadSignature
from tests.federation.conftest import BASE
from tests.federation.messages import ON_SQLITE, SCHEMES, signed
from tests.federation.remote import ALICE, key_pair
from tests.federation.spoiled_messages import tampered_signature


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("hours", "accepted"), [(-2, False), (-0.2, False), (-0.05, True), (0.9, True), (1.2, False), (48, False)]
)
def test_a_signature_counts_for_an_hour(session, settings, alice, scheme, hours, accepted):
    """Received this many hours after it was signed; negative: signed in the future."""
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False):
        found = signed(scheme)
    with time_machine.travel(start + timedelta(hours=hours), tick=False):
        found = replace(found, received_at=datetime.now(UTC))
        if accepted:
            assert admit(session, settings, found) == "accepted"
            return
        with pytest.raises(BadSignature):
            admit(session, settings, found)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_peer_with_a_wrong_clock_is_noted_until_its_clock_is_right(session, settings, alice, scheme):
    late = replace(signed(scheme), received_at=datetime.now(UTC) - timedelta(minutes=20))
    with pytest.raises(BadSignature):
        admit(session, settings, late)
    assert 1100 < session.get(Peer, "elders.example").clock_skew < 1300
    assert session.get(Peer, "elders.example").alarm == "clock"
    admit(session, settings, signed(scheme))
    forget_wrong_clocks(session, ["elders.example"])  # as the job does with whom it heard
    session.commit()
    peer = session.get(Peer, "elders.example", populate_existing=True)
    assert (peer.clock_skew, peer.alarm) == (None, "")


@ON_SQLITE
@pytest.mark.parametrize("scheme", SCHEMES)
def test_nobody_else_raises_an_alarm_about_a_clock(session, settings, alice, scheme):
    """A wrong time counts only when the peer's own key signed it, and an old message is no clock."""
    late = datetime.now(UTC) - timedelta(minutes=20)
    forged = replace(signed(scheme, keys=key_pair(1)), received_at=late)
    touched = replace(tampered_signature(signed(scheme)), received_at=late)
    for found in (forged, touched):
        with pytest.raises(BadSignature):
            admit(session, settings, found)
    assert session.get(Peer, "elders.example") is None
    assert admit(session, settings, signed(scheme)) == "accepted"
    session.commit()
    with pytest.raises(BadSignature):
        admit(session, settings, replace(signed(scheme), received_at=late))
    assert session.get(Peer, "elders.example") is None


@ON_SQLITE
def test_the_clock_of_a_stranger_or_an_old_message_is_nobodys_news(session, settings, alice):
    with pytest.raises(BadSignature):
        admit(session, settings, replace(signed("cavage"), received_at=datetime.now(UTC) + timedelta(days=3)))
    session.execute(delete(PeerRule))
    session.commit()
    follow = {"id": f"{ALICE}/f", "type": "Follow", "actor": ALICE, "object": BASE}
    with pytest.raises(BadSignature):
        admit(
            session,
            settings,
            replace(signed("cavage", follow), received_at=datetime.now(UTC) + timedelta(hours=3)),
        )
    assert session.get(Peer, "elders.example") is None
