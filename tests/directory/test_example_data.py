"""The example initiatives: invented, repeatable, and shaped as the movement is."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from directory.examples import data as example_data
from directory.examples.data import RESERVED, examples, load
from directory.replica.entries import Entry
from directory.replica.records import Record
from directory.search import reindex
from directory.search import service as search
from federation.actors.identities import create_identity
from federation.actors.keys import ed25519_key_id
from federation.sending.published import PublishedActivity
from federation.signatures.proofs import verify
from schemas.initiatives import InitiativeSchema
from schemas.taxonomies import KINDS

ALL = list(examples())


@pytest.fixture
def hub(runtime, settings):
    """A hub that can publish."""
    with runtime.database.session() as session:
        for role, name in (("server", "server"), ("hub", "netwerk")):
            create_identity(
                session, settings, role=role, username=name, name=name, base_url="http://127.0.0.1:8100"
            )
        session.commit()
    return runtime.database


def test_the_same_two_thousand_each_time():
    assert len(ALL) == 2000
    assert list(examples(50)) == ALL[:50]


def test_each_is_labelled_as_invented_and_fits_the_vocabulary():
    schema = InitiativeSchema()
    for each in ALL:
        assert each["initiative"]["exampleData"] is True
        assert not schema.validate(each["initiative"])
        assert "{" not in each["summary"]
        assert each["initiative"].get("contact") is None


def test_they_are_shaped_as_the_monitor_found():
    years = Counter(each["initiative"]["foundedOn"] for each in ALL)
    assert 60 < sum(count for year, count in years.items() if year <= 2014) < 170
    assert 1350 < sum(count for year, count in years.items() if year <= 2020) < 1600
    without_members = sum(each["initiative"]["membersBand"] == "0" for each in ALL)
    assert 0.5 < without_members / 2000 < 0.7
    assert {each["initiative"]["kind"] for each in ALL} == set(KINDS.codes)


def test_they_are_various_and_leave_the_villages_of_the_demonstration_alone():
    assert len({each["summary"] for each in ALL}) > 1950
    assert len({each["name"] for each in ALL}) > 1700
    places = {area["name"] for each in ALL for area in each["initiative"]["areas"]}
    assert len(places) > 1500
    assert not places & RESERVED


def test_a_hub_publishes_them_signed_and_can_be_stopped_and_started_again(hub, settings, monkeypatch):
    monkeypatch.setattr(example_data, "BATCH", 4)
    seen: list[int] = []

    def stop_after_eight(done: int, _count: int) -> None:
        seen.append(done)
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(hub, settings, count=10, progress=stop_after_eight)
    assert load(hub, settings, count=10) == 2
    assert load(hub, settings, count=10) == 0
    assert seen == [0, 4, 8]
    with hub.session() as session:
        assert session.scalar(select(func.count()).select_from(Entry).where(Entry.is_example)) == 10
        assert session.scalar(select(func.count()).select_from(PublishedActivity)) == 10
        record = session.scalars(select(Record)).first()
        keys = {ed25519_key_id(record.owner_uri): record.verified_with}
        verify(record.document, owner_uri=record.owner_uri, keys=keys)
        assert record.document["url"].startswith("http://127.0.0.1:8100/gids/")


def test_the_directory_can_be_rebuilt_from_the_records(hub, settings):
    load(hub, settings, count=12)
    with hub.session() as session:
        before = [(hit.uri, hit.title) for hit in search.search(session, "").hits]
        key = session.scalars(select(Entry.key).order_by(Entry.key)).all()
        assert reindex.rebuild(session) == 12
        session.commit()
        assert [(hit.uri, hit.title) for hit in search.search(session, "").hits] == before
        assert session.scalars(select(Entry.key).order_by(Entry.key)).all() == key
