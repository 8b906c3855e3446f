"""The inbox: one listener per type, each row once, and a bug in one stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from federation.actors.identities import Identity
from federation.database import now
from federation.receiving import inbox
from federation.receiving.inbox import InboxActivity, find_listener, listener, process_batch
from federation.relations.standing import set_rule
from federation.signatures.owner_keys import ActorNeeded
from schemas.errors import NotAllowed


@pytest.fixture
def listening(monkeypatch):
    """Registers listeners for one test only."""
    monkeypatch.setattr(inbox, "_listeners", {})
    return listener


def arrive(session, number=1, kind="Offer"):
    rows = [
        InboxActivity(
            uri=f"https://elders.example/{kind}/{at}",
            actor_uri="https://elders.example/alice",
            type=kind,
            document={"type": kind, "object": {"type": "Thing", "number": at}},
        )
        for at in range(number)
    ]
    session.add_all(rows)
    session.commit()
    return rows


def work(session, settings):
    """Process what is due; a batch may end early when the machine is slow."""
    while process_batch(session, settings).processed:
        session.commit()


def test_a_second_listener_for_a_type_is_refused(listening):
    listening("Offer", "Thing")(lambda _received: None)
    with pytest.raises(RuntimeError):
        listening("Offer", "Thing")(lambda _received: None)
    assert find_listener("Offer", "Other") is None


def test_each_row_is_processed_once_and_unknown_types_are_counted(session, settings, listening):
    seen = []
    listening("Offer", "Thing")(lambda received: seen.append(received.obj["number"]))
    arrive(session, 3)
    arrive(session, 2, "Like")
    for _again in range(2):
        work(session, settings)
    assert seen == [0, 1, 2]
    ignored = session.scalars(select(InboxActivity.type).where(InboxActivity.state == "ignored"))
    assert list(ignored) == ["Like", "Like"]


def test_a_failing_listener_is_undone_and_tried_again_until_it_has_failed(session, settings, listening):
    def break_down(received):
        set_rule(received.session, "half.example", "suspend", reason="spam", by="x")
        received.session.flush()
        if received.obj["number"] == 1:
            raise ZeroDivisionError("a bug")

    listening("Offer", "Thing")(break_down)
    good, bad, last = arrive(session, 3)
    work(session, settings)
    assert [row.state for row in (good, bad, last)] == ["done", "new", "done"]
    assert bad.due_at > now()
    for _attempt in range(inbox.MOST_ATTEMPTS):
        bad.due_at = now() - timedelta(seconds=1)
        work(session, settings)
    assert (bad.state, bad.attempts, bad.error) == ("failed", inbox.MOST_ATTEMPTS, "a bug")


def test_what_is_refused_is_kept_with_its_reason(session, settings, listening):
    def refuse(_received):
        raise NotAllowed(cause="not from you")

    listening("Offer", "Thing")(refuse)
    (row,) = arrive(session)
    process_batch(session, settings)
    assert (row.state, row.error) == ("failed", "not from you")


def test_work_and_mark_are_undone_together(session, settings, listening, village):
    def rename(received):
        received.session.scalars(select(Identity).where(Identity.role == "cooperative")).one().name = "Nieuw"

    listening("Offer", "Thing")(rename)
    (row,) = arrive(session)
    process_batch(session, settings)
    session.rollback()  # as when the worker dies before it commits
    session.refresh(row)
    session.refresh(village)
    assert (row.state, village.name) == ("new", "Dorp")
    process_batch(session, settings)
    session.commit()
    assert (row.state, village.name) == ("done", "Nieuw")


def test_a_listener_that_needs_an_actor_waits_for_it(session, settings, listening):
    def ask(_received):
        raise ActorNeeded("https://elders.example/bob")

    listening("Offer", "Thing")(ask)
    (row,) = arrive(session)
    assert process_batch(session, settings).actors_needed == {"https://elders.example/bob"}
    assert row.due_at > now()
    inbox.actor_learned(session, "https://elders.example/bob")
    assert row.due_at <= now()
    inbox.actor_refused(session, "https://elders.example/bob", "gone")
    assert (row.state, row.error) == ("failed", "gone")
