"""Families of templates: many generations, circles, ancestors that never came, and five hundred copies."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import event

from directory.replica import families
from directory.replica.families import MOST_GENERATIONS, descendants, family, find_relative, members
from directory.replica.records import Record
from directory.replica.templates import KnownTemplate

START = datetime(2026, 1, 1, tzinfo=UTC)


def uri(number) -> str:
    """The address of a template."""
    return f"https://dorp{number}.example/objects/1"


def keep(session, number, parent=None, ancestors=None):
    """A received template, copied from another."""
    at = START + timedelta(minutes=session.query(KnownTemplate).count())
    known = KnownTemplate(
        uri=uri(number), key=f"key{number}", owner_uri=f"https://dorp{number}.example/actors/dorp",
        name=f"Dorp {number} Eet", summary="", version=1, content_hash="sha256:" + "0" * 64,
        copied_from_uri=uri(parent) if parent is not None else None,
        copied_from_version=1 if parent is not None else None, updated_at=at,
    )  # fmt: skip
    document = {"id": known.uri, "ancestors": ancestors} if ancestors else {"id": known.uri}
    record = Record(
        uri=known.uri, type="ActivityTemplate", owner_uri=known.owner_uri, document=document,
        updated_at=at, received_at=at, verified_with="z",
    )  # fmt: skip
    session.add_all([known, record])
    session.flush()
    return known


def credit(number):
    """What a copy says of an ancestor."""
    return {
        "id": uri(number), "name": f"Dorp {number} Eet", "writtenBy": f"Dorp {number}",
        "version": 1, "license": "CC-BY-SA-4.0",
    }  # fmt: skip


@contextmanager
def counted(session):
    """The questions that are asked of the database, with nothing remembered from before."""
    session.expunge_all()
    statements, engine = [], session.get_bind()

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def numbers(relatives):
    """The numbers of templates, in order."""
    return [int(each.uri.split("dorp")[1].split(".")[0]) for each in relatives]


def test_a_family_is_the_same_from_wherever_one_looks(session):
    for number, parent in ((0, None), (1, 0), (2, 0), (3, 1), (4, 3)):
        keep(session, number, parent)
    for number in range(5):
        root = family(session, uri(number))
        assert root.uri == uri(0)
        assert sorted(numbers(members(root))) == [0, 1, 2, 3, 4]
        assert numbers(find_relative(root, uri(1)).children) == [3]


def test_a_circle_of_claims_is_cut(session):
    for number, parent in ((0, 2), (1, 0), (2, 1), (3, 3)):
        keep(session, number, parent)
    for number in range(3):
        assert sorted(numbers(members(family(session, uri(number))))) == [0, 1, 2]
    assert numbers(members(family(session, uri(3)))) == [3]


def test_ancestors_that_never_came_stand_in_the_tree_by_what_a_copy_says(session):
    keep(session, 0)
    keep(session, 3, 2, [credit(2), credit(1), credit(0)])
    root = family(session, uri(3))
    assert numbers(members(root)) == [0, 1, 2, 3]
    unknown = find_relative(root, uri(2))
    assert unknown.template is None
    assert unknown.claim["writtenBy"] == "Dorp 2"
    assert unknown.is_gone


def test_a_parent_that_never_came_and_nobody_tells_of_is_the_root(session):
    keep(session, 1, 0)
    root = family(session, uri(1))
    assert (root.uri, root.template, root.claim) == (uri(0), None, None)
    assert numbers(root.children) == [1]


def test_a_list_of_ancestors_that_goes_round_does_not_hang(session):
    keep(session, 3, 2, [credit(2), credit(1), credit(2), credit(3)])
    assert numbers(members(family(session, uri(3)))) == [1, 2, 3]


def test_thirty_generations_are_one_line(session):
    for number in range(30):
        keep(session, number, number - 1 if number else None)
    assert numbers(members(family(session, uri(29)))) == list(range(30))


def test_a_line_without_end_is_cut(session):
    for number in range(MOST_GENERATIONS + 20):
        keep(session, number, number - 1 if number else None)
    assert len(members(family(session, uri(MOST_GENERATIONS + 19)))) <= 2 * MOST_GENERATIONS + 1


@pytest.mark.parametrize("start", [0, 250])
def test_five_hundred_copies_take_a_few_questions(session, start):
    keep(session, 0)
    for number in range(1, 501):
        keep(session, number, number // 10 if number >= 10 else 0)
    with counted(session) as statements:
        root = family(session, uri(start))
    assert len(members(root)) == 501
    assert len(statements) < 30


def test_whatever_is_claimed_each_is_in_the_family_once(session):
    chance = Random(5)
    for number in range(40):
        keep(session, number, chance.choice([None, *range(40)]))
    for number in range(40):
        found = numbers(members(family(session, uri(number))))
        assert len(found) == len(set(found))
        assert number in found
    for start, below in descendants(session, [uri(number) for number in range(40)]).items():
        assert len({each.uri for each in below} - {start}) == len(below)


def test_descendants_are_copies_and_their_copies(session):
    for number, parent in ((0, None), (1, 0), (2, 1), (3, None)):
        keep(session, number, parent)
    found = descendants(session, [uri(0), uri(1), uri(3)])
    assert [[each.name for each in found[uri(number)]] for number in (0, 1, 3)] == [
        ["Dorp 1 Eet", "Dorp 2 Eet"],
        ["Dorp 2 Eet"],
        [],
    ]


@pytest.mark.parametrize(
    ("look", "most"), [(family, 6), (lambda session, start: descendants(session, [start]), 8)]
)
def test_no_more_copies_are_read_than_a_family_can_hold(session, monkeypatch, look, most):
    monkeypatch.setattr(families, "MOST_MEMBERS", 5)
    monkeypatch.setattr(families, "MOST_BORN", 7)
    for number in range(12):
        keep(session, number, 0 if number else None)
    session.expunge_all()
    read = []

    def note(known, _context):
        read.append(known.uri)

    event.listen(KnownTemplate, "load", note)
    found = look(session, uri(0))
    event.remove(KnownTemplate, "load", note)
    assert len(read) <= most
    assert len(members(found) if look is family else found[uri(0)]) == 5
