"""What other software sends passes the gate and ends where it should: heard, or kept and left unused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from directory.replica.records import Record
from federation.actors.remote_actors import remember_actor
from federation.receiving.gate import admit
from federation.receiving.inbox import InboxActivity, process_batch
from federation.relations.follows import pending_requests
from federation.relations.standing import set_rule
from tests.federation.conftest import BASE
from tests.federation.remote import actor_of, key_pair, message

FIXTURES = sorted((Path(__file__).parent / "incoming").glob("*.json"))
SHAPES = [
    pytest.param(path, number, id=f"{path.stem}-{each['what'].replace(' ', '-')}")
    for path in FIXTURES
    for number, each in enumerate(json.loads(path.read_text())["activities"])
]
EVERY_KIND = {"Follow", "Undo", "Create", "Update", "Delete", "Announce", "Like"}


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def arrive(session, settings, fixture, activity) -> InboxActivity:
    """The activity, signed as this software signs, through the gate and to its listener."""
    actor = fixture["actor"]
    if activity["object"] == "{actor}":
        activity = {**activity, "object": actor_of(actor, key_pair(), type="Person", name="Anna (voorbeeld)")}
    found = message(activity, url=f"{BASE}/inbox", actor=actor, scheme=fixture["scheme"])
    assert admit(session, settings, found) == "accepted"
    session.commit()
    process_batch(session, settings)
    row = session.scalar(select(InboxActivity).where(InboxActivity.uri == activity["id"]))
    assert row is not None
    return row


def meet(session, fixture) -> None:
    remember_actor(session, actor_of(fixture["actor"], key_pair(), type="Person"))
    set_rule(session, fixture["actor"], "allow", reason="", by="test")
    session.commit()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("path", "number"), SHAPES)
def test_each_shape_passes_the_gate_and_ends_in_the_right_state(session, settings, village, path, number):
    fixture = load(path)
    meet(session, fixture)
    sent = fixture["activities"][number]
    if sent["activity"]["type"] == "Undo":
        arrive(session, settings, fixture, fixture["activities"][0]["activity"])
        assert len(pending_requests(session, village)) == 1
    row = arrive(session, settings, fixture, sent["activity"])
    assert (row.state, row.error) == (sent["ends"], row.error if sent["ends"] == "failed" else "")
    assert len(pending_requests(session, village)) == (1 if row.type == "Follow" else 0)
    assert session.scalar(select(Record)) is None  # none of this is a record of the network


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_fixture_says_what_it_follows_and_that_it_is_invented(path):
    fixture = load(path)
    assert fixture["note"].startswith("Voorbeeld")
    assert fixture["software"]
    assert fixture["follows"]
    kinds = {each["activity"]["type"] for each in fixture["activities"]}
    assert kinds >= EVERY_KIND - ({"Like"} if path.stem == "mobilizon" else set())  # it has no likes
    for each in fixture["activities"]:
        assert each["activity"]["actor"] == fixture["actor"]


def test_an_event_of_other_software_is_of_a_type_that_nobody_listens_to(session, settings, village):
    fixture = load(Path(__file__).parent / "incoming" / "mobilizon.json")
    meet(session, fixture)
    row = arrive(session, settings, fixture, fixture["activities"][2]["activity"])
    assert (row.object_type, row.state) == ("Event", "ignored")
