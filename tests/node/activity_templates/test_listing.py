"""The list of formats, however many there are: every page of it, and the number of all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from directory.replica.templates import KnownTemplate, count_templates, list_templates
from node.activity_templates.listing import PER_PAGE, find_templates

START = datetime(2026, 1, 1, tzinfo=UTC)


def known(number: int, **changes) -> KnownTemplate:
    """A received format; the higher its number, the newer."""
    values = {
        "uri": f"https://dorp{number}.example/objects/1",
        "key": f"key{number}",
        "owner_uri": f"https://dorp{number}.example/actors/dorp",
        "name": f"Dorp {number} Eet",
        "version": 1,
        "content_hash": "sha256:" + "0" * 64,
        "updated_at": START + timedelta(minutes=number),
    }
    return KnownTemplate(**(values | changes))


@pytest.fixture
def many(session):
    """1,005 formats of the network."""
    session.add_all([known(number) for number in range(1005)])
    session.flush()
    return session


def test_a_thousand_and_five_formats_have_a_last_page(many):
    last = find_templates(many, "", page=51)
    assert (last.total, last.pages) == (1005, 51)
    assert [each.template.key for each in last.items] == [f"key{number}" for number in range(4, -1, -1)]
    assert find_templates(many, "", page=52).items == []


def test_a_page_asks_the_database_for_no_more_than_it_shows(many):
    rows, engine = [], many.get_bind()
    many.expunge_all()

    def note(*asked):
        rows.append(asked[2])

    event.listen(engine, "before_cursor_execute", note)
    found = find_templates(many, "")
    event.remove(engine, "before_cursor_execute", note)
    assert len(found.items) == PER_PAGE
    assert len(many.identity_map) == PER_PAGE
    assert len(rows) < PER_PAGE


def test_copies_are_counted_and_what_was_withdrawn_is_left_out(session):
    parent = known(0)
    copies = [known(number, copied_from_uri=parent.uri) for number in (1, 2)]
    session.add_all([parent, *copies, known(3, copied_from_uri=parent.uri, withdrawn_at=START)])
    session.flush()
    counts = {each.template.key: each.copies for each in find_templates(session, "").items}
    assert counts == {"key2": 0, "key1": 0, "key0": 2}


def test_the_formats_of_one_owner_can_be_left_out(session):
    session.add_all([known(number) for number in range(3)])
    session.flush()
    owner = "https://dorp1.example/actors/dorp"
    assert [each.key for each in list_templates(session, without_owner=owner)] == ["key2", "key0"]
    assert count_templates(session, without_owner=owner) == 2
